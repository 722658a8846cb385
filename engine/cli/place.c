#include "cli/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new file that only its owner reads: it names people and pay. */
static FILE *
private_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    FILE *out = NULL;

    if (fd >= 0 && fchmod(fd, 0600) == 0)   /* a left-over may be wider */
        out = fdopen(fd, "w");
    if (out == NULL && fd >= 0) {
        close(fd);
        unlink(path);
    }
    return out;
}

static int
room(struct err *e)
{
    return err_fix(e, "make room on that disk, or name another place with "
                   "--output, then run the same command again");
}

static int
broken(const char *path, int error, struct err *e)
{
    err_set(e, ERR_IO, "%s could not be written: %s", path, strerror(error));
    return room(e);
}

/* What was written, on the disk; ${out} is closed either way. */
static int
finish(FILE *out, const char *path, struct err *e)
{
    int error = 0;

    if (fflush(out) != 0 || fsync(fileno(out)) != 0)
        error = errno;
    if (fclose(out) != 0 && error == 0)
        error = errno;
    return error == 0 ? 0 : broken(path, error, e);
}

int
place_whole(const char *path, int (*write)(void *, FILE *, struct err *),
            void *owner, struct err *e)
{
    char temp[PATH_BYTES_MAX], why[ERR_TEXT_BYTES];
    int n = snprintf(temp, sizeof(temp), "%s.part", path), rc;
    FILE *out;

    if (n < 0 || (size_t)n >= sizeof(temp))
        return err_set(e, ERR_USAGE, "the path of --output is too long");
    if ((out = private_file(temp)) == NULL) {
        err_set(e, ERR_CANTCREATE, "%s cannot be written: %s", path,
                strerror(errno));
        return err_fix(e, "name a place you may write to with --output");
    }
    rc = write(owner, out, e);
    if (rc < 0 && e->kind == ERR_IO) {
        memcpy(why, e->text, sizeof(why));
        err_set(e, ERR_IO, "%.250s: %.250s", path, why);
        room(e);
    }
    if (rc == 0)
        rc = finish(out, path, e);
    else
        fclose(out);
    if (rc == 0 && rename(temp, path) != 0)
        rc = broken(path, errno, e);
    if (rc < 0)
        unlink(temp);
    return rc;
}
