#include "book/digest.h"

#include <assert.h>

#include "base/limits.h"

#define FEED_BYTES 1024         /* a usual row is about 200 */

/*
 * What is gathered before it is hashed: many small pieces cost more than the
 * bytes in them.
 */
struct feed {
    struct sha256 *hash;
    size_t         n;
    char           text[FEED_BYTES];
};

static void
feed_flush(struct feed *f)
{
    sha256_add(f->hash, f->text, f->n);
    f->n = 0;
}

static void
feed_bytes(struct feed *f, const char *p, size_t n)
{
    if (n > FEED_BYTES - f->n)
        feed_flush(f);
    if (n > FEED_BYTES) {
        sha256_add(f->hash, p, n);
        return;
    }
    memcpy(f->text + f->n, p, n);
    f->n += n;
}

/* Decimal digits of ${v}, which is never negative here, at the end of ${to}. */
static struct str
digits(uint64_t v, char to[24])
{
    size_t at = 24;

    do {
        to[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    return (struct str){ to + at, 24 - at };
}

/* "5:hello": the length first, so that "ab","c" and "a","bc" differ. */
static void
add_str(struct feed *f, struct str s)
{
    char text[24];
    struct str size = digits(s.len, text);

    feed_bytes(f, size.p, size.len);
    feed_bytes(f, ":", 1);
    if (s.len > 0)
        feed_bytes(f, s.p, s.len);
}

static void
add_i64(struct feed *f, int64_t v)
{
    char text[24];

    assert(v >= 0);
    add_str(f, digits((uint64_t)v, text));
}

void
digest_row_add(struct sha256 *h, const struct digest_row *r)
{
    struct feed f;

    f.hash = h;
    f.n = 0;
    if (r->parts > 1) {
        char text[48];

        snprintf(text, sizeof(text), "part %d/%d", r->part, r->parts);
        add_str(&f, str_of(text));
    }
    add_i64(&f, r->seq);
    add_i64(&f, r->minor);
    add_str(&f, str_of(r->rail));
    add_str(&f, str_of(r->ccy));
    add_str(&f, r->account);
    add_str(&f, r->bank_code);
    add_str(&f, r->account_reference);
    add_str(&f, r->name);
    add_str(&f, r->narration);
    add_str(&f, r->reference);
    add_str(&f, r->id_number);
    add_str(&f, r->employee_no);
    feed_flush(&f);
}

void
digest_run_begin(struct sha256 *h, const struct digest_run *r)
{
    struct feed f;

    f.hash = h;
    f.n = 0;
    sha256_init(h);
    add_str(&f, str_of(r->account));
    add_str(&f, str_of(r->provider));
    add_str(&f, r->live ? STR("live") : STR("sandbox"));
    add_str(&f, str_of(r->period));
    add_str(&f, str_of(r->kind));
    add_str(&f, str_of(r->pay_date));
    add_str(&f, str_of(r->ccy));
    add_str(&f, str_of(r->narration));
    add_i64(&f, r->rows);
    add_i64(&f, r->minor);
    add_str(&f, (struct str){ (const char *)r->file_sha256, SHA256_BYTES });
    feed_flush(&f);
}

void
digest_run_batch(struct sha256 *h, const struct digest_batch *b)
{
    struct feed f;

    f.hash = h;
    f.n = 0;
    if (b->grouped != NULL && b->grouped[0] != '\0')
        add_str(&f, str_of(b->grouped));
    if (b->account[0] != '\0') {
        char text[USER_NAME_BYTES_MAX + 32];

        snprintf(text, sizeof(text), "@%s/%s", b->provider, b->account);
        add_str(&f, str_of(text));
    }
    add_i64(&f, b->rows);
    add_i64(&f, b->minor);
    add_str(&f, str_of(b->rail));
    add_str(&f, (struct str){ (const char *)b->digest, SHA256_BYTES });
    feed_flush(&f);
}
