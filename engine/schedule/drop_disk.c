#include "schedule/drop_disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "loaders/problem_text.h"

#define PLACES_SHOWN    1000            /* of each cause, in the text         */
#define TWINS_MAX       1000            /* files of one name in one folder    */
#define PROBLEM_FILE_BYTES (64 * 1024 * 1024)   /* 20,000 of 3 KB at most     */

static int
fail(struct err *e, const char *what, const char *path)
{
    err_set(e, ERR_IO, "%s %.300s: %s", what, path, strerror(errno));
    return err_fix(e, "payrun must be able to read the watched folder and to "
                   "make folders in it");
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

int
drop_disk_list(const char *path, char (**names)[DROP_BYTES_MAX + 1], int *n,
               struct err *e)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    *n = 0;
    *names = NULL;
    if (dir == NULL)
        return fail(e, "opening", path);
    *names = calloc(DROP_FILES_MAX, sizeof(**names));
    while (*names != NULL && *n < DROP_FILES_MAX
           && (entry = readdir(dir)) != NULL)
        if (drop_complete(entry->d_name)
            && str_copy((*names)[*n], sizeof((*names)[*n]),
                        str_of(entry->d_name)) == 0)
            (*n)++;
    closedir(dir);
    if (*names == NULL)
        return err_oom(e);
    qsort(*names, (size_t)*n, sizeof(**names), by_name);
    return 0;
}

int
drop_disk_hash(const char *path, unsigned char sha[SHA256_BYTES],
               struct err *e)
{
    char chunk[READ_CHUNK_BYTES / 4];
    struct sha256 h;
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    (void)e;
    if (fd < 0)
        return 1;                       /* gone, or not ours to read yet */
    sha256_init(&h);
    while ((n = read(fd, chunk, sizeof(chunk))) > 0)
        sha256_add(&h, chunk, (size_t)n);
    sha256_end(&h, sha);
    close(fd);
    return n < 0 ? 1 : 0;
}

static int
make_folder(const char *folder, const char *into, struct err *e)
{
    char path[PATH_BYTES_MAX + 16];

    snprintf(path, sizeof(path), "%s/%s", folder, into);
    if (mkdir(path, 0770) < 0 && errno != EEXIST)
        return fail(e, "making", path);
    return 0;
}

int
drop_disk_move(const char *folder, const char *into, const char *name,
               struct err *e)
{
    char from[PATH_BYTES_MAX + 2 * DROP_BYTES_MAX];
    char to[PATH_BYTES_MAX + 2 * DROP_BYTES_MAX];
    char tail[16] = "";

    if (make_folder(folder, into, e) < 0)
        return -1;
    snprintf(from, sizeof(from), "%s/%s", folder, name);
    for (int i = 2; i < TWINS_MAX; i++) {
        snprintf(to, sizeof(to), "%s/%s/%s%s", folder, into, name, tail);
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
            break;
        if (errno == ENOENT)
            return 0;                   /* somebody took it away */
        /* A file system without that flag: nobody else moves, see drop_lock. */
        if ((errno == EINVAL || errno == ENOSYS) && access(to, F_OK) < 0) {
            if (rename(from, to) == 0)
                break;
            return fail(e, "moving", from);
        }
        if (errno != EEXIST && errno != EINVAL && errno != ENOSYS)
            return fail(e, "moving", from);
        snprintf(tail, sizeof(tail), ".%d", i);
    }
    snprintf(from, sizeof(from), "%s/%s.done", folder, name);
    if (unlink(from) < 0 && errno != ENOENT)
        return fail(e, "removing", from);
    return 0;
}

static void
csv_cell(struct buf *b, struct str s, char end)
{
    buf_csv(b, s.p != NULL ? s : STR(""), ',');
    buf_char(b, end);
}

static void
csv_problems(struct buf *b, const struct problems *ps, const char *why)
{
    buf_text(b, "code,severity,line,column,field,value,cause,detail,fix\r\n");
    for (size_t i = 0; ps != NULL && i < ps->n; i++) {
        const struct problem *p = &ps->list[i];

        buf_printf(b, "%s,%s,%lld,%d,", p->kind->code,
                   problem_text_severity(p->severity), (long long)p->line,
                   p->column);
        csv_cell(b, p->field, ',');
        csv_cell(b, p->value, ',');
        csv_cell(b, str_of(p->kind->cause), ',');
        csv_cell(b, p->detail, ',');
        csv_cell(b, p->fix.len > 0 ? p->fix : str_of(p->kind->fix), '\r');
        buf_char(b, '\n');
    }
    if (ps == NULL || ps->n == 0) {
        buf_text(b, ",error,0,0,,,");
        csv_cell(b, str_of(why), ',');
        buf_text(b, ",\r\n");
    }
}

static int
write_beside(const char *folder, const char *name, const char *ending,
             struct buf *b, struct err *e)
{
    char path[PATH_BYTES_MAX + 2 * DROP_BYTES_MAX];

    if (b->failed)
        return err_oom(e);
    snprintf(path, sizeof(path), "%s/rejected/%s.problems.%s", folder, name,
             ending);
    return buf_write_file(b, path, 0660, e);
}

int
drop_disk_problems(const char *folder, const char *name,
                   const struct problems *ps, const char *why, struct err *e)
{
    struct buf b;
    int rc;

    if (make_folder(folder, "rejected", e) < 0)
        return -1;
    buf_init(&b, PROBLEM_FILE_BYTES);
    buf_printf(&b, "%s was not taken in: %s\n\n", name, why);
    if (ps != NULL)
        problem_text(&b, ps, name, PLACES_SHOWN);
    rc = write_beside(folder, name, "txt", &b, e);
    buf_clear(&b);
    csv_problems(&b, ps, why);
    if (rc == 0)
        rc = write_beside(folder, name, "csv", &b, e);
    buf_release(&b);
    return rc;
}
