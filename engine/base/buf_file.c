/*
 * Whole files.  A file that is written is either the old one or the new one,
 * complete and on disk, whatever happens in between.
 */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"

/* Read ${fd} to its end.  Return 0, or -1 with errno of the read, EFBIG when
 * ${b} may not hold that much, or ENOMEM. */
static int
read_all(struct buf *b, int fd)
{
    char chunk[READ_CHUNK_BYTES];

    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));

        if (n == 0)
            return 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        buf_add(b, chunk, (size_t)n);
        if (b->failed) {
            errno = (size_t)n > b->max - b->len ? EFBIG : ENOMEM;
            return -1;
        }
    }
}

int
buf_read_file(struct buf *b, const char *path, struct err *e)
{
    size_t before = b->len;
    int fd = -1, rc = -1;

    if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
        err_set(e, ERR_NOINPUT, "%s cannot be opened: %s", path,
                strerror(errno));
        goto out;
    }
    if (read_all(b, fd) == 0) {
        rc = 0;
        goto out;
    }
    if (errno == EFBIG)
        err_set(e, ERR_NOINPUT, "%s is larger than the %zu bytes allowed here",
                path, b->max);
    else if (errno == ENOMEM)
        err_oom(e);
    else
        err_set(e, errno == EISDIR ? ERR_NOINPUT : ERR_IO,
                "%s cannot be read: %s", path, strerror(errno));
    /* half a file must never be taken for the whole */
    b->len = before;
    if (b->p != NULL)
        b->p[before] = '\0';
out:
    if (fd >= 0)
        close(fd);
    return rc;
}

static int
write_all(int fd, struct str s)
{
    while (s.len > 0) {
        ssize_t n = write(fd, s.p, s.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        s.p += n;
        s.len -= (size_t)n;
    }
    return 0;
}

/* The folder of ${path}, opened so that it can be synced, or -1. */
static int
open_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_BYTES_MAX];
    struct str s = { path, slash == NULL ? 0 : (size_t)(slash - path) };

    if (slash == NULL)
        s = STR(".");
    else if (slash == path)
        s = STR("/");
    if (str_copy(folder, sizeof(folder), s) < 0) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Make ${temp}, a new file beside ${path} with all of ${b} safely on disk. */
static int
write_temp(char temp[PATH_BYTES_MAX], const struct buf *b, const char *path,
           unsigned mode)
{
    int fd = -1, why = 0;
    int n = snprintf(temp, PATH_BYTES_MAX, "%s.XXXXXX", path);

    if (n < 0 || n >= PATH_BYTES_MAX) {
        temp[0] = '\0';             /* nothing was made, so nothing to remove */
        errno = ENAMETOOLONG;
        return -1;
    }
    if ((fd = mkostemp(temp, O_CLOEXEC)) < 0) {
        temp[0] = '\0';
        return -1;
    }
    if (fchmod(fd, (mode_t)mode) < 0 || write_all(fd, buf_view(b)) < 0
        || fsync(fd) < 0)
        why = errno;
    /* close can report a late write error (NFS), so it is asked too */
    if (close(fd) < 0 && why == 0)
        why = errno;
    errno = why;
    return why == 0 ? 0 : -1;
}

int
buf_write_file(const struct buf *b, const char *path, unsigned mode,
               struct err *e)
{
    char temp[PATH_BYTES_MAX] = "";
    int folder = -1, rc = -1;

    if (b->failed)
        return err_set(e, ERR_CANTCREATE, "%s was not written: its content "
                       "needs more than %zu bytes", path, b->max);
    /* opened first: a folder that cannot be synced is found out while there
     * is still nothing to undo */
    if ((folder = open_folder(path)) < 0
        || write_temp(temp, b, path, mode) < 0 || rename(temp, path) < 0) {
        err_set(e, ERR_CANTCREATE, "%s cannot be written: %s", path,
                strerror(errno));
        err_fix(e, "check that the folder exists, that you may write there, "
                   "and that the disk is not full");
        goto out;
    }
    temp[0] = '\0';
    /* EINVAL: this file system has nothing to sync for a folder */
    if (fsync(folder) < 0 && errno != EINVAL) {
        err_set(e, ERR_IO, "%s was written but may not survive a power cut: "
                "%s", path, strerror(errno));
        goto out;
    }
    rc = 0;
out:
    if (temp[0] != '\0')
        unlink(temp);
    if (folder >= 0)
        close(folder);
    return rc;
}
