#include "book/left.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define FIELDS 18
#define MONTH_BYTES 8           /* 2026-11 and the NUL                        */
#define MONTHS_MAX (LEFT_FILES_MAX + 64)    /* clocks that were set wrong     */

static const char magic[] = "payrun-left 1";

static void
add_text(struct sha256 *h, struct str s)
{
    if (s.len > 0)
        sha256_add(h, s.p, s.len);
    sha256_add(h, "\n", 1);
}

int64_t
left_payment(const char *installation, const struct pay_line *l,
             const char *ccy)
{
    unsigned char sum[SHA256_BYTES];
    char rest[64];
    struct sha256 h;
    uint64_t v = 0;
    int n = snprintf(rest, sizeof(rest), "%" PRId64 "\n%.3s", l->minor, ccy);

    sha256_init(&h);
    add_text(&h, str_of(installation));
    add_text(&h, l->account);
    add_text(&h, l->bank_code);
    add_text(&h, l->account_reference);
    sha256_add(&h, rest, (size_t)n);
    sha256_end(&h, sum);
    for (int i = 0; i < 8; i++)
        v = v << 8 | sum[i];
    return (int64_t)v;
}

/* --- a line --------------------------------------------------------------- */

/* Names are a person's: a tab in one must not make two fields of it. */
static void
put_name(struct buf *b, const char *s)
{
    for (; *s != '\0'; s++)
        buf_char(b, (unsigned char)*s < ' ' ? ' ' : *s);
    buf_char(b, '\t');
}

static void
sum_line(struct str text, char hex[SHA256_HEX])
{
    unsigned char sum[SHA256_BYTES];

    sha256_of(text, sum);
    hex_of(sum, sizeof(sum), hex);
}

/* Sixteen digits each: thousands of them, so nothing is formatted. */
static void
put_payments(struct buf *b, const int64_t *payments, int rows)
{
    static const char digits[] = "0123456789abcdef";
    char text[16];

    for (int i = 0; i < rows; i++) {
        uint64_t v = (uint64_t)payments[i];

        for (int at = 16; at-- > 0; v >>= 4)
            text[at] = digits[v & 15];
        buf_add(b, text, sizeof(text));
    }
}

static void
write_line(struct buf *b, const struct left_entry *n)
{
    char hex[SHA256_HEX];

    buf_printf(b, "%s\t%" PRId64 "\t%" PRId64 "\t%s\t%" PRId64 "\t%s\t%s\t",
               magic, n->nr, n->beat, n->nonce, n->at_us, n->installation,
               n->step);
    buf_printf(b, "%s\t%s\t%s\t", n->run_ref, n->period, n->kind);
    put_name(b, n->account);
    hex_of(n->digest, SHA256_BYTES, hex);
    buf_printf(b, "%" PRId64 "\t%d\t%" PRId64 "\t%s\t%s\t", n->batch_id,
               n->rows, n->minor, n->ccy, hex);
    put_payments(b, n->payments, n->rows);
    sum_line(buf_view(b), hex);
    buf_printf(b, "\t%s\n", hex);
}

static bool
read_hex(struct str s, unsigned char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < s.len; i++) {
        const char *at = s.p[i] != '\0' ? strchr(digits, s.p[i]) : NULL;

        if (at == NULL)
            return false;
        out[i / 2] = (unsigned char)((i % 2 == 0 ? 0 : out[i / 2] << 4)
                                     | (at - digits));
    }
    return true;
}

static bool
read_payments(struct str s, int64_t rows, int64_t *out)
{
    unsigned char bytes[8];

    if (rows < 1 || rows > BATCH_ROWS_MAX || s.len != (size_t)rows * 16)
        return false;
    for (int64_t i = 0; i < rows; i++) {
        uint64_t v = 0;

        if (!read_hex((struct str){ s.p + i * 16, 16 }, bytes))
            return false;
        for (int k = 0; k < 8; k++)
            v = v << 8 | bytes[k];
        out[i] = (int64_t)v;
    }
    return true;
}

static bool
copy_to(char *out, size_t bytes, struct str s)
{
    return str_copy(out, bytes, s) == 0;
}

/* ${line} without its newline; ${payments} has room for a batch. */
static bool
read_line(struct str line, struct left_entry *n, int64_t *payments)
{
    struct str f[FIELDS];
    char sum[SHA256_HEX];
    int64_t rows = 0;
    size_t k = 0;

    for (const char *p = line.p, *end = line.p + line.len; k < FIELDS; k++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));

        f[k] = (struct str){ p, (size_t)((tab != NULL ? tab : end) - p) };
        if (tab == NULL)
            break;
        p = tab + 1;
    }
    if (k != FIELDS - 1 || !str_eq(f[0], str_of(magic)))
        return false;
    sum_line((struct str){ line.p, (size_t)(f[FIELDS - 1].p - 1 - line.p) },
             sum);
    *n = (struct left_entry){ .payments = payments };
    if (!str_eq(f[FIELDS - 1], str_of(sum))
        || str_i64(&n->nr, f[1]) < 0 || str_i64(&n->beat, f[2]) < 0
        || !copy_to(n->nonce, sizeof(n->nonce), f[3])
        || str_i64(&n->at_us, f[4]) < 0
        || !copy_to(n->installation, sizeof(n->installation), f[5])
        || !copy_to(n->step, sizeof(n->step), f[6])
        || !copy_to(n->run_ref, sizeof(n->run_ref), f[7])
        || !copy_to(n->period, sizeof(n->period), f[8])
        || !copy_to(n->kind, sizeof(n->kind), f[9])
        || !copy_to(n->account, sizeof(n->account), f[10])
        || str_i64(&n->batch_id, f[11]) < 0 || str_i64(&rows, f[12]) < 0
        || str_i64(&n->minor, f[13]) < 0
        || !copy_to(n->ccy, sizeof(n->ccy), f[14])
        || f[15].len != 2 * SHA256_BYTES || !read_hex(f[15], n->digest)
        || !read_payments(f[16], rows, payments))
        return false;
    n->rows = (int)rows;
    return true;
}

/* --- the files -------------------------------------------------------------- */

struct files {
    char folder[PATH_BYTES_MAX], prefix[256];
    char months[MONTHS_MAX][MONTH_BYTES];   /* in their order     */
    int  n;
};

static int
by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int
split(const char *mark, struct files *f, struct err *e)
{
    const char *slash = strrchr(mark, '/');
    struct str folder = STR(".");
    int n = snprintf(f->prefix, sizeof(f->prefix), "%s.left-",
                     slash != NULL ? slash + 1 : mark);

    if (slash != NULL)
        folder = slash == mark ? STR("/")
            : (struct str){ mark, (size_t)(slash - mark) };
    f->n = 0;
    if (n > 0 && (size_t)n < sizeof(f->prefix)
        && str_copy(f->folder, sizeof(f->folder), folder) == 0)
        return 0;
    return err_set(e, ERR_CONFIG, "the name of the mark is too long: %.200s",
                   mark);
}

/* Which months there are; a folder that is not there has none. */
static int
list(const char *mark, struct files *f, struct err *e)
{
    struct dirent *d;
    DIR *dir;

    if (split(mark, f, e) < 0)
        return -1;
    if ((dir = opendir(f->folder)) == NULL)
        return errno == ENOENT ? 0
            : err_set(e, ERR_IO, "%s cannot be read: %s", f->folder,
                      strerror(errno));
    while ((d = readdir(dir)) != NULL && f->n < MONTHS_MAX) {
        size_t n = strlen(f->prefix);

        if (strncmp(d->d_name, f->prefix, n) == 0
            && strlen(d->d_name) == n + MONTH_BYTES - 1)
            memcpy(f->months[f->n++], d->d_name + n, MONTH_BYTES);
    }
    closedir(dir);
    qsort(f->months, (size_t)f->n, sizeof(f->months[0]), by_text);
    return 0;
}

static int
file_name(const struct files *f, const char *month, char out[PATH_BYTES_MAX])
{
    int n = snprintf(out, PATH_BYTES_MAX, "%s/%s%s", f->folder, f->prefix,
                     month);

    return n > 0 && n < PATH_BYTES_MAX ? 0 : -1;
}

static int
sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* EINVAL: this file system has nothing to sync for a folder */
    int rc = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL) ? 0 : -1;

    if (fd >= 0)
        close(fd);
    return rc;
}

/* --- reading ---------------------------------------------------------------- */

struct reading {
    int64_t first, last;
    int (*row)(void *, const struct left_entry *);
    void *owner;
    struct left_state *state;
    unsigned char *seen;            /* [0..last-first]                        */
    int64_t *payments;
};

static int
take_line(struct reading *r, struct str line)
{
    struct left_entry n;

    if (line.len == 0)
        return 0;
    if (!read_line(line, &n, r->payments)) {
        r->state->damaged++;
        return 0;
    }
    r->state->entries++;
    if (r->state->first == 0 || n.nr < r->state->first)
        r->state->first = n.nr;
    if (n.nr > r->state->last)
        r->state->last = n.nr;
    if (n.nr >= r->first && n.nr <= r->last)
        r->seen[n.nr - r->first] = 1;
    return r->row != NULL ? r->row(r->owner, &n) : 0;
}

static int
read_file(struct reading *r, const char *path, struct err *e)
{
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t n = 0;
    int rc = 0;

    if (f == NULL)
        return err_set(e, ERR_IO, "%s cannot be read: %s", path,
                       strerror(errno));
    while (rc == 0 && (n = getline(&line, &room, f)) > 0)
        /* what has no newline was not written to its end, and did not leave */
        rc = take_line(r, (struct str){ line, (size_t)n
                                        - (line[n - 1] == '\n') });
    if (rc == 0 && ferror(f))
        rc = err_set(e, ERR_IO, "%s cannot be read: %s", path,
                     strerror(errno));
    free(line);
    fclose(f);
    return rc;
}

int
left_read(const char *mark, int64_t first, int64_t last,
          int (*row)(void *, const struct left_entry *), void *owner,
          struct left_state *out, struct err *e)
{
    struct reading r = {
        .first = first > 0 ? first : 1, .last = last, .row = row,
        .owner = owner, .state = out
    };
    struct files f;
    char path[PATH_BYTES_MAX];
    int64_t n = r.last - r.first + 1;
    int rc = -1;

    *out = (struct left_state){ .entries = 0 };
    r.payments = malloc(BATCH_ROWS_MAX * sizeof(*r.payments));
    r.seen = calloc(1, n > 0 ? (size_t)n : 1);
    if (r.payments == NULL || r.seen == NULL)
        err_oom(e);
    else
        rc = list(mark, &f, e);
    for (int i = 0; rc == 0 && i < f.n; i++)
        rc = file_name(&f, f.months[i], path) < 0 ? 0 : read_file(&r, path, e);
    for (int64_t i = 0; rc == 0 && i < n; i++)
        out->missing += !r.seen[i];
    free(r.payments);
    free(r.seen);
    return rc;
}

/* --- writing ---------------------------------------------------------------- */

static int
first_of(void *owner, const struct left_entry *n)
{
    *(int64_t *)owner = n->nr;
    return -1;                      /* enough */
}

/* Months that no restore reaches back to; called when a new one begins. */
static void
drop_old(const struct files *f, int64_t *first)
{
    struct left_state ignored = { 0 };
    int64_t payments[BATCH_ROWS_MAX];
    struct reading r = {
        .last = -1, .row = first_of, .owner = first, .state = &ignored,
        .payments = payments
    };
    struct err e = { 0 };
    char path[PATH_BYTES_MAX];
    int drop = f->n - (LEFT_FILES_MAX - 1);

    for (int i = 0; i < drop; i++)
        if (file_name(f, f->months[i], path) == 0)
            (void)unlink(path);     /* it stays, and is read: no harm */
    if (drop > 0 && file_name(f, f->months[drop], path) == 0)
        (void)read_file(&r, path, &e);
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

/* Behind half a line, which a full disk leaves, a new one is begun. */
static int
append(int fd, struct str line)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';

    if (end < 0 || (end > 0 && pread(fd, &last, 1, end - 1) != 1)
        || (last != '\n' && write_all(fd, STR("\n")) < 0))
        return -1;
    return write_all(fd, line) < 0 || fdatasync(fd) < 0 ? -1 : 0;
}

int
left_add(const char *mark, const struct left_entry *n, int64_t *first,
         struct err *e)
{
    time_t at = (time_t)(n->at_us / 1000000);
    char month[MONTH_BYTES], path[PATH_BYTES_MAX] = "";
    struct files f;
    struct buf b;
    struct tm tm;
    bool fresh = false;
    int fd = -1, rc = -1;

    buf_init(&b, LEFT_LINE_BYTES_MAX);
    if (list(mark, &f, e) < 0 || gmtime_r(&at, &tm) == NULL
        || strftime(month, sizeof(month), "%Y-%m", &tm) != MONTH_BYTES - 1
        || file_name(&f, month, path) < 0)
        goto out;
    write_line(&b, n);
    fresh = access(path, F_OK) < 0;
    fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (b.failed || fd < 0 || append(fd, buf_view(&b)) < 0
        || (fresh && sync_folder(f.folder) < 0))
        goto out;
    if (fresh && first != NULL)
        drop_old(&f, first);
    rc = 0;
out:
    if (rc < 0 && e->text[0] == '\0')
        err_set(e, ERR_CANTCREATE, "the journal %s.left-* cannot be written: "
                "%s", mark, b.failed ? "a line of it is too long"
                : strerror(errno));
    if (fd >= 0)
        close(fd);
    buf_release(&b);
    return rc;
}
