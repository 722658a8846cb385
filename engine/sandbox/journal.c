#include "sandbox/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/figures.h"

static int
journal_make(struct journal *j, const char *dir, const char *path,
             struct err *e)
{
    int dirfd = -1;

    if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
        err_set(e, ERR_CANTCREATE, "The folder %s cannot be made: %s.", dir,
                strerror(errno));
        return err_fix(e, "Give --books a folder that you may write to.");
    }
    j->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (j->fd < 0)
        return err_set(e, ERR_CANTCREATE, "%s cannot be opened: %s.", path,
                       strerror(errno));
    if (flock(j->fd, LOCK_EX | LOCK_NB) < 0) {
        err_set(e, ERR_TEMP, "%s is in use by another sandbox.", path);
        return err_fix(e, "Stop that one, or give --books another folder.");
    }
    /* The new name must outlive a power cut as well as its content. */
    if ((dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
        fsync(dirfd);
        close(dirfd);
    }
    return 0;
}

/* Give every whole line away; ${end} is where the last of them ends. */
static int
journal_replay(FILE *in, const char *path, journal_line line, void *owner,
               int64_t *end, struct err *e)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t n = 0;
    int64_t number = 0;
    int rc = -1;

    while ((n = getline(&text, &cap, in)) > 0 && text[n - 1] == '\n') {
        number++;
        if (line(owner, (struct str){ text, (size_t)n - 1 }, e) < 0) {
            err_fix(e, "See line %lld of %s; or start with new books.",
                    (long long)number, path);
            goto out;
        }
        *end += n;
    }
    if (ferror(in))
        err_set(e, ERR_IO, "%s cannot be read.", path);
    else
        rc = 0;
out:
    free(text);
    return rc;
}

int
journal_open(struct journal *j, const char *dir, const char *name,
             journal_line line, void *owner, struct err *e)
{
    char path[PATH_BYTES_MAX];
    FILE *in = NULL;
    int64_t end = 0;
    int rc = -1;

    *j = (struct journal){ .fd = -1 };
    buf_init(&j->out, FIGURE_ANSWER_BYTES_MAX);
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (journal_make(j, dir, path, e) < 0)
        goto out;
    if ((in = fopen(path, "re")) == NULL) {
        err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
        goto out;
    }
    if (journal_replay(in, path, line, owner, &end, e) < 0)
        goto out;
    if (ftruncate(j->fd, (off_t)end) < 0) {
        err_set(e, ERR_IO, "%s cannot be mended: %s.", path, strerror(errno));
        goto out;
    }
    rc = 0;
out:
    if (in != NULL)
        fclose(in);
    if (rc < 0)
        journal_close(j);
    return rc;
}

void
journal_close(struct journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    j->fd = -1;
    buf_release(&j->out);
}

/* One write and one sync for all that belongs together; a partial write leaves
 * a line without its newline, which the next start cuts off. */
int
journal_sync(struct journal *j)
{
    size_t done = 0;

    if (j->out.failed)
        return -1;
    if (j->out.len == 0)
        return 0;
    while (done < j->out.len) {
        ssize_t n = write(j->fd, j->out.p + done, j->out.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        done += (size_t)n;
    }
    if (fdatasync(j->fd) < 0)
        return -1;
    buf_clear(&j->out);
    j->syncs++;
    return 0;
}
