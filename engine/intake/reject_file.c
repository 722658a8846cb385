#include "intake/reject_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUT_BYTES_MAX (8 * CSV_LINE_BYTES_MAX)  /* header and one row, quoted */
#define PLACES_MAX    99        /* nobody keeps more corrections of one file  */
#define COMPARE_BYTES 4096

void
reject_file_init(struct reject_file *r, const char *path)
{
    *r = (struct reject_file){ .path = path };
    buf_init(&r->out, OUT_BYTES_MAX);
}

void
reject_file_header(struct reject_file *r, const struct csv_record *rec,
                   char delimiter)
{
    if (r->path != NULL)
        rejects_begin(&r->rejects, &r->out, delimiter, false, rec);
}

static void
fail(struct reject_file *r)
{
    if (r->why == 0)
        r->why = errno != 0 ? errno : EIO;
}

static void
begin(struct reject_file *r)
{
    size_t bytes = strlen(r->path) + sizeof(".XXXXXX");
    struct stat st;
    int fd = -1;

    /* A folder, or a device that a rename would replace by a file. */
    if (stat(r->path, &st) == 0 && !S_ISREG(st.st_mode)) {
        r->why = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
        return;
    }
    errno = 0;
    if ((r->tmp = malloc(bytes)) == NULL) {
        fail(r);
        return;
    }
    snprintf(r->tmp, bytes, "%s.XXXXXX", r->path);
    /* mkostemp makes it readable by its owner only: it holds names, numbers */
    if ((fd = mkostemp(r->tmp, O_CLOEXEC)) < 0) {
        fail(r);
        free(r->tmp);
        r->tmp = NULL;
        return;
    }
    if ((r->f = fdopen(fd, "wb")) == NULL) {
        fail(r);
        close(fd);
    }
}

void
reject_file_row(struct reject_file *r, const struct csv_record *rec,
                const struct problem *first, const struct problems *ps)
{
    if (r->path == NULL || r->why != 0)
        return;
    if (r->f == NULL)
        begin(r);
    if (r->why != 0)
        return;
    rejects_row(&r->rejects, rec, first, ps);
    errno = r->out.failed ? ENOMEM : 0;
    if (r->out.failed
        || fwrite(r->out.p, 1, r->out.len, r->f) != r->out.len)
        fail(r);
    buf_clear(&r->out);
}

/* --- its place ----------------------------------------------------------- */

/* "nov.rejects.csv" for 1, "nov.rejects-2.csv" for 2. */
static int
place_name(const struct reject_file *r, int nr, char out[PATH_BYTES_MAX])
{
    const char *slash = strrchr(r->path, '/');
    const char *base = slash != NULL ? slash + 1 : r->path;
    const char *dot = strrchr(base, '.');
    char number[16] = "";
    int n = 0;

    if (dot == NULL || dot == base)
        dot = base + strlen(base);
    if (nr > 1)
        snprintf(number, sizeof(number), "-%d", nr);
    n = snprintf(out, PATH_BYTES_MAX, "%.*s%s%s", (int)(dot - r->path),
                 r->path, number, dot);
    if (n >= 0 && n < PATH_BYTES_MAX)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

static bool
same_content(const char *a, const char *b)
{
    char x[COMPARE_BYTES], y[COMPARE_BYTES];
    FILE *f = fopen(a, "re"), *g = fopen(b, "re");
    bool same = f != NULL && g != NULL;

    while (same && !feof(f)) {
        size_t n = fread(x, 1, sizeof(x), f);

        same = n == fread(y, 1, sizeof(y), g) && memcmp(x, y, n) == 0
            && !ferror(f) && !ferror(g);
    }
    if (f != NULL)
        fclose(f);
    if (g != NULL)
        fclose(g);
    return same;
}

/* A name in use is EEXIST, also where the file system cannot rename like
 * that; there two programs at a time could meet. */
static int
rename_new(const char *from, const char *to)
{
    struct stat st;

    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (lstat(to, &st) < 0)
        return rename(from, to);
    errno = EEXIST;
    return -1;
}

static int
put_in_place(struct reject_file *r)
{
    struct stat st;

    for (int nr = 1; nr <= PLACES_MAX; nr++) {
        if (place_name(r, nr, r->at) < 0)
            return -1;
        if (rename_new(r->tmp, r->at) == 0)
            return 0;
        if (errno != EEXIST)
            return -1;
        if (stat(r->at, &st) == 0 && S_ISREG(st.st_mode)
            && same_content(r->tmp, r->at)) {
            unlink(r->tmp);
            return 0;
        }
    }
    errno = EEXIST;
    return -1;
}

int
reject_file_keep(struct reject_file *r, struct err *e)
{
    if (r->path == NULL || r->kept || (r->f == NULL && r->why == 0))
        return 0;
    errno = 0;
    if (r->why == 0
        && (fflush(r->f) != 0 || fsync(fileno(r->f)) != 0
            || put_in_place(r) < 0))
        fail(r);
    if (r->why != 0) {
        err_set(e, ERR_CANTCREATE, "The rejected rows cannot be written to "
                "%s: %s.", r->path, strerror(r->why));
        return err_fix(e, "--rejects FILE names another place.");
    }
    free(r->tmp);
    r->tmp = NULL;
    r->kept = true;
    return 0;
}

void
reject_file_drop(struct reject_file *r)
{
    if (r->f != NULL)
        fclose(r->f);
    if (r->tmp != NULL)
        unlink(r->tmp);
    free(r->tmp);
    r->f = NULL;
    r->tmp = NULL;
    r->path = NULL;
    r->why = 0;
}

void
reject_file_release(struct reject_file *r)
{
    reject_file_drop(r);
    buf_release(&r->out);
    *r = (struct reject_file){ 0 };
}
