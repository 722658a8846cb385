#include "book/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/limits.h"

static const char head[] = "payrun-mark 1\n";

/* --- as text ------------------------------------------------------------- */

static void
sum_of(struct str text, char hex[SHA256_HEX])
{
    unsigned char sum[SHA256_BYTES];

    sha256_of(text, sum);
    hex_of(sum, sizeof(sum), hex);
}

static void
mark_text(const struct mark *m, struct buf *b)
{
    char hex[SHA256_HEX];

    buf_text(b, head);
    buf_printf(b, "installation %s\nepoch %lld\nbeat %lld\nnonce %s\n"
               "audit %lld\nhash %s\nplace %s\nat %lld\nleft %lld\nkept %lld\n",
               m->installation,
               (long long)m->epoch, (long long)m->beat, m->nonce,
               (long long)m->audit_id, m->audit_hash, m->place,
               (long long)m->at_us, (long long)m->left, (long long)m->kept);
    sum_of(buf_view(b), hex);
    buf_printf(b, "sum %s\n", hex);
}

/* The next line must be "NAME VALUE"; false when it is not. */
static bool
take(struct str *text, const char *name, struct str *value)
{
    size_t n = strlen(name);
    const char *end = text->len > 0 ? memchr(text->p, '\n', text->len) : NULL;
    size_t line = end != NULL ? (size_t)(end - text->p) : 0;

    if (end == NULL || line < n + 1 || memcmp(text->p, name, n) != 0
        || text->p[n] != ' ')
        return false;
    *value = (struct str){ text->p + n + 1, line - n - 1 };
    text->p += line + 1;
    text->len -= line + 1;
    return true;
}

static bool
take_text(struct str *text, const char *name, char *out, size_t bytes)
{
    struct str value;

    return take(text, name, &value) && str_copy(out, bytes, value) == 0;
}

static bool
take_i64(struct str *text, const char *name, int64_t *out)
{
    struct str value;

    return take(text, name, &value) && str_i64(out, value) == 0;
}

/* All of it, and its sum agrees: half a mark would be a wrong one. */
static bool
mark_parse(struct str all, struct mark *m)
{
    struct str text = all;
    char sum[SHA256_HEX], want[SHA256_HEX];
    size_t n = sizeof(head) - 1;

    if (text.len < n || memcmp(text.p, head, n) != 0)
        return false;
    text.p += n;
    text.len -= n;
    if (!take_text(&text, "installation", m->installation,
                   sizeof(m->installation))
        || !take_i64(&text, "epoch", &m->epoch)
        || !take_i64(&text, "beat", &m->beat)
        || !take_text(&text, "nonce", m->nonce, sizeof(m->nonce))
        || !take_i64(&text, "audit", &m->audit_id)
        || !take_text(&text, "hash", m->audit_hash, sizeof(m->audit_hash))
        || !take_text(&text, "place", m->place, sizeof(m->place))
        || !take_i64(&text, "at", &m->at_us))
        return false;
    /* marks of before there was a journal end here */
    if (take_i64(&text, "left", &m->left)
        && !take_i64(&text, "kept", &m->kept))
        return false;
    sum_of(str_cut(all, all.len - text.len), want);
    return take_text(&text, "sum", sum, sizeof(sum)) && text.len == 0
        && strcmp(sum, want) == 0;
}

/* --- as a file ------------------------------------------------------------ */

int
mark_read(const char *path, struct mark *out, struct err *e)
{
    struct buf b;
    int rc = -1;

    *out = (struct mark){ .epoch = 0 };
    buf_init(&b, MARK_BYTES_MAX);
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        rc = 0;
    } else if (buf_read_file(&b, path, e) == 0) {
        if (mark_parse(buf_view(&b), out)) {
            rc = 1;
        } else {
            err_set(e, ERR_CONFIG, "the mark %s is damaged, so nobody can tell "
                    "whether the database's history is whole", path);
            err_fix(e, "Was the database restored or moved? Then payrun "
                    "lineage --hold \"REASON\", and go on as that says. In "
                    "any case remove the file.");
        }
    }
    buf_release(&b);
    return rc;
}

/* The later of both. */
static void
mark_join(struct mark *m, const struct mark *other)
{
    /* the journal is the host's, whatever became of the database */
    if (other->left > m->left)
        m->left = other->left;
    if (other->kept > m->kept)
        m->kept = other->kept;
    if (strcmp(m->installation, other->installation) != 0
        || strcmp(m->place, other->place) != 0 || m->epoch > other->epoch)
        return;
    if (other->epoch > m->epoch || other->beat > m->beat) {
        m->epoch = other->epoch;
        m->beat = other->beat;
        memcpy(m->nonce, other->nonce, sizeof(m->nonce));
    }
    if (other->audit_id > m->audit_id) {
        m->audit_id = other->audit_id;
        memcpy(m->audit_hash, other->audit_hash, sizeof(m->audit_hash));
    }
    if (other->at_us > m->at_us)
        m->at_us = other->at_us;
}

static bool
mark_same(const struct mark *a, const struct mark *b)
{
    return strcmp(a->installation, b->installation) == 0
        && a->epoch == b->epoch && a->beat == b->beat
        && strcmp(a->nonce, b->nonce) == 0 && a->audit_id == b->audit_id
        && strcmp(a->audit_hash, b->audit_hash) == 0
        && strcmp(a->place, b->place) == 0
        && a->left == b->left && a->kept == b->kept;
}

static void
make_folder(const char *path)
{
    char folder[PATH_BYTES_MAX];
    char *slash = NULL;

    if (str_copy(folder, sizeof(folder), str_of(path)) == 0
        && (slash = strrchr(folder, '/')) != NULL && slash != folder) {
        *slash = '\0';
        (void)mkdir(folder, 0755);      /* if it fails, writing will say so */
    }
}

/* The journal first: a mark that knows of an entry must find it there. */
static int
put_entry(const char *path, struct mark *m, struct left_entry *n,
          struct err *e)
{
    n->nr = m->left + 1;
    if (left_add(path, n, &m->kept, e) < 0)
        return -1;
    m->left = n->nr;
    if (m->kept == 0)
        m->kept = n->nr;
    return 0;
}

static int
put(const char *path, struct mark *m, struct left_entry *n, struct err *e)
{
    char lock[PATH_BYTES_MAX];
    struct mark there;
    struct err ignored = { 0 };
    struct buf b;
    int fd = -1, rc = -1;
    int named = snprintf(lock, sizeof(lock), "%s.lock", path);

    buf_init(&b, MARK_BYTES_MAX);
    make_folder(path);
    if (named < 0 || (size_t)named >= sizeof(lock)
        || (fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0
        || flock(fd, LOCK_EX) < 0) {
        err_set(e, ERR_CANTCREATE, "the mark %s cannot be written: %s", path,
                strerror(errno));
        goto out;
    }
    if (mark_read(path, &there, &ignored) == 1) {
        mark_join(m, &there);
        if (n == NULL && mark_same(m, &there)) {
            rc = 0;
            goto out;
        }
    }
    if (n != NULL && put_entry(path, m, n, e) < 0)
        goto out;
    mark_text(m, &b);
    rc = buf_write_file(&b, path, 0600, e);
out:
    if (rc < 0)
        err_fix(e, "Nothing is sent without it: make room on the disk, or let "
                "this user write there; or name another place (mark: in "
                "payrun.yaml).");
    if (fd >= 0)
        close(fd);
    buf_release(&b);
    return rc;
}

int
mark_write(const char *path, const struct mark *m, struct err *e)
{
    struct mark both = *m;

    return put(path, &both, NULL, e);
}

int
mark_leave(const char *path, struct mark *m, struct left_entry *n,
           struct err *e)
{
    return put(path, m, n, e);
}
