#include "pack/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "pack/tar.h"

/* --- files ---------------------------------------------------------------- */

static int
no_room(const struct archive *a, const char *doing, struct err *e)
{
    err_set(e, ERR_IO, "%s %s failed: %s", doing, a->path, strerror(errno));
    return err_fix(e, "make room on that disk, or name another place with "
                   "--output, then run the same command again");
}

/* A new file beside the pack, that only its owner reads. */
static FILE *
new_file(struct archive *a, char temp[PATH_BYTES_MAX], struct err *e)
{
    int n = snprintf(temp, PATH_BYTES_MAX, "%s.XXXXXX", a->path), fd = -1;
    FILE *f = NULL;

    if (n < 0 || n >= PATH_BYTES_MAX) {
        temp[0] = '\0';
        err_set(e, ERR_USAGE, "the path of --output is too long");
        return NULL;
    }
    if ((fd = mkostemp(temp, O_CLOEXEC)) < 0 || fchmod(fd, 0600) < 0
        || (f = fdopen(fd, "w+")) == NULL) {
        err_set(e, ERR_CANTCREATE, "%s cannot be written: %s", a->path,
                strerror(errno));
        err_fix(e, "name a place you may write to with --output");
        if (fd >= 0) {
            close(fd);
            unlink(temp);
        }
        temp[0] = '\0';
    }
    return f;
}

int
archive_open(struct archive *a, const char *path, const char *folder,
             struct err *e)
{
    char spool[PATH_BYTES_MAX] = "";

    *a = (struct archive){ .out = NULL };
    buf_init(&a->list, PACK_MANIFEST_BYTES_MAX);
    if (str_copy(a->path, sizeof(a->path), str_of(path)) < 0
        || str_copy(a->folder, sizeof(a->folder), str_of(folder)) < 0)
        return err_set(e, ERR_USAGE, "the path of --output is too long");
    if ((a->out = new_file(a, a->temp, e)) == NULL
        || (a->spool = new_file(a, spool, e)) == NULL)
        return -1;
    unlink(spool);                  /* only we have it, and it ends with us */
    return 0;
}

void
archive_drop(struct archive *a)
{
    if (a->out != NULL)
        fclose(a->out);
    if (a->spool != NULL)
        fclose(a->spool);
    if (a->temp[0] != '\0')
        unlink(a->temp);
    buf_release(&a->list);
    *a = (struct archive){ .out = NULL };
}

/* --- members -------------------------------------------------------------- */

static int
head(struct archive *a, const char *name, int64_t bytes, struct err *e)
{
    char full[TAR_NAME_BYTES + 1];
    int n = snprintf(full, sizeof(full), "%s%s", a->folder, name);

    if (n < 0 || (size_t)n >= sizeof(full))
        return err_set(e, ERR_BUG, "the name %.100s is too long", name);
    a->members++;
    a->bytes += bytes;
    return tar_begin(a->out, full, bytes, e);
}

static int
list(struct archive *a, const char *name, const unsigned char *sha256,
     int64_t bytes, int64_t records, struct err *e)
{
    char hex[SHA256_HEX];

    hex_of(sha256, SHA256_BYTES, hex);
    if (a->list.len > 0)
        buf_text(&a->list, ",\n");
    buf_text(&a->list, "  {\"name\":");
    buf_json(&a->list, str_of(name));
    buf_printf(&a->list, ",\"bytes\":%lld,\"sha256\":\"%s\"", (long long)bytes,
               hex);
    if (records >= 0)
        buf_printf(&a->list, ",\"records\":%lld", (long long)records);
    buf_char(&a->list, '}');
    return a->list.failed ? err_oom(e) : 0;
}

FILE *
archive_begin(struct archive *a, const char *name, struct err *e)
{
    a->name = name;
    rewind(a->spool);
    if (ftruncate(fileno(a->spool), 0) < 0) {
        no_room(a, "writing", e);
        return NULL;
    }
    return a->spool;
}

static int
copy_spool(struct archive *a, int64_t bytes, unsigned char *sha256,
           struct err *e)
{
    char chunk[READ_CHUNK_BYTES];
    struct sha256 h;
    int64_t left = bytes;

    sha256_init(&h);
    rewind(a->spool);
    while (left > 0) {
        size_t n = fread(chunk, 1, left < (int64_t)sizeof(chunk)
                         ? (size_t)left : sizeof(chunk), a->spool);

        if (n == 0 || fwrite(chunk, 1, n, a->out) != n)
            return no_room(a, "writing", e);
        sha256_add(&h, chunk, n);
        left -= (int64_t)n;
    }
    sha256_end(&h, sha256);
    return 0;
}

int
archive_end(struct archive *a, int64_t records, struct err *e)
{
    unsigned char sha256[SHA256_BYTES];
    int64_t bytes = -1;

    errno = 0;
    if (fflush(a->spool) != 0 || ferror(a->spool)
        || (bytes = ftello(a->spool)) < 0)
        return no_room(a, "writing", e);
    if (bytes > TAR_SIZE_MAX)
        return err_set(e, ERR_DATA, "%s has more than 8 GiB, which an archive "
                       "cannot hold", a->name);
    if (head(a, a->name, bytes, e) < 0 || copy_spool(a, bytes, sha256, e) < 0
        || tar_pad(a->out, bytes, e) < 0)
        return -1;
    return list(a, a->name, sha256, bytes, records, e);
}

static int
put(struct archive *a, const char *name, struct str body, struct err *e)
{
    if (head(a, name, (int64_t)body.len, e) < 0)
        return -1;
    if (body.len > 0 && fwrite(body.p, 1, body.len, a->out) != body.len)
        return no_room(a, "writing", e);
    return tar_pad(a->out, (int64_t)body.len, e);
}

int
archive_whole(struct archive *a, const char *name, struct str body,
              int64_t records, struct err *e)
{
    unsigned char sha256[SHA256_BYTES];

    sha256_of(body, sha256);
    if (put(a, name, body, e) < 0)
        return -1;
    return list(a, name, sha256, (int64_t)body.len, records, e);
}

int
archive_sealed(struct archive *a, const char *name, struct str body,
               struct err *e)
{
    return put(a, name, body, e);
}

/* --- its end -------------------------------------------------------------- */

/* The name must survive a power cut like the content. */
static void
sync_folder(const char *path)
{
    char folder[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    struct str s = slash == NULL ? STR(".")
        : (struct str){ path, slash == path ? 1 : (size_t)(slash - path) };
    int fd = -1;

    if (str_copy(folder, sizeof(folder), s) == 0)
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

int
archive_close(struct archive *a, struct err *e)
{
    FILE *out = a->out;

    if (tar_end(out, e) < 0)
        return -1;
    errno = 0;
    if (fflush(out) != 0 || fsync(fileno(out)) < 0)
        return no_room(a, "writing", e);
    a->out = NULL;
    if (fclose(out) != 0 || rename(a->temp, a->path) < 0)
        return no_room(a, "writing", e);
    a->temp[0] = '\0';
    sync_folder(a->path);
    return 0;
}
