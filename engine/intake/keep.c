#include "intake/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "db/sql.h"

struct keep {
    struct db    *db;
    const char   *path;
    int64_t       file_id, part;
    struct sha256 hash;
    struct err   *e;
};

/* Up to ${bytes} of ${fd}: less only at its end.  -1: it cannot be read. */
static ssize_t
fill(int fd, char *to, size_t bytes)
{
    size_t have = 0;
    ssize_t n = 1;

    while (have < bytes && n != 0) {
        n = read(fd, to + have, bytes - have);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            have += (size_t)n;
    }
    return (ssize_t)have;
}

static enum db_status
keep_parts(struct keep *k, int fd, char *room)
{
    ssize_t n = 0;

    while ((n = fill(fd, room, KEEP_PART_BYTES)) > 0) {
        const struct db_arg args[] = {
            A_I64(k->file_id), A_I64(++k->part),
            A_BYTES(((struct str){ room, (size_t)n }))
        };
        enum db_status st = DB_OK;

        sha256_add(&k->hash, room, (size_t)n);
        if ((st = db_do(k->db, sql_file_keep, args, LEN(args))) < 0)
            return st;
    }
    if (n == 0)
        return DB_OK;
    err_set(k->e, ERR_IO, "Reading %s once more failed: %s.", k->path,
            strerror(errno));
    return DB_HARD;
}

/* Somebody saved the file while it was read: what is stored in the run's rows
 * would not be what an auditor is shown. */
static enum db_status
judge(struct keep *k, const unsigned char sha256[SHA256_BYTES])
{
    unsigned char is[SHA256_BYTES];

    sha256_end(&k->hash, is);
    if (memcmp(is, sha256, SHA256_BYTES) == 0)
        return DB_OK;
    err_set(k->e, ERR_DATA, "%s was changed while it was read; nothing was "
            "stored.", k->path);
    err_fix(k->e, "Close it in every other program and upload it again.");
    return DB_HARD;
}

enum db_status
keep_file(struct db *db, int64_t file_id, const char *path,
          const unsigned char sha256[SHA256_BYTES], struct err *e)
{
    struct keep k = { .db = db, .path = path, .file_id = file_id, .e = e };
    enum db_status st = DB_HARD;
    char *room = NULL;
    int fd = -1;

    sha256_init(&k.hash);
    if ((room = malloc(KEEP_PART_BYTES)) == NULL) {
        err_oom(e);
        goto out;
    }
    if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
        err_set(e, ERR_NOINPUT, "%s cannot be read once more: %s.", path,
                strerror(errno));
        goto out;
    }
    if ((st = keep_parts(&k, fd, room)) == DB_OK)
        st = judge(&k, sha256);
out:
    if (fd >= 0)
        close(fd);
    free(room);
    return st;
}
