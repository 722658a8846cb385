#include "statements/movement.h"

#include "base/crypto.h"
#include "base/day.h"
#include "providers/reference.h"

/* --- days and references -------------------------------------------------- */

int
movement_day(struct str s, int64_t *day)
{
    int32_t n = 0;

    if (day_read(&n, s) < 0)
        return -1;
    *day = n;
    return 0;
}

int
movement_stamp(struct str s, int64_t *us, int64_t *day)
{
    int h = day_digits(s, 11, 2), m = day_digits(s, 14, 2);
    int sec = day_digits(s, 17, 2), minutes = 0;
    int64_t at = 0;
    size_t end = 19;

    if (movement_day(s, day) < 0 || h < 0 || h > 23 || m < 0 || m > 59
        || sec < 0 || sec > 60)
        return -1;
    if (end < s.len && s.p[end] == '.')
        for (end++; end < s.len && s.p[end] >= '0' && s.p[end] <= '9'; end++)
            ;
    /* no offset: UTC */
    if (end < s.len
        && day_offset((struct str){ s.p + end, s.len - end }, &minutes) < 0)
        return -1;
    at = *day * DAY_S + h * 3600 + m * 60 + sec - (int64_t)minutes * 60;
    *us = at * 1000000;
    at += DAY_KENYA_MINUTES * 60;
    *day = at / DAY_S - (at % DAY_S < 0 ? 1 : 0);
    return 0;
}

static bool
is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z');
}

static bool
find_ours(struct movement *m, struct str s)
{
    size_t at = 0;

    while (at < s.len) {
        size_t from = at;

        while (at < s.len && is_word(s.p[at]))
            at++;
        if (at - from >= 6
            && reference_read((struct str){ s.p + from, at - from },
                              &m->batch_id, &m->seq) == 0)
            return true;
        at++;
    }
    m->batch_id = m->seq = 0;
    return false;
}

void
movement_ours(struct movement *m)
{
    if (!find_ours(m, m->reference))
        find_ours(m, m->text);
}

/* --- identity ------------------------------------------------------------- */

void
likes_init(struct likes *k)
{
    seen_init(&k->seen, 0);
}

void
likes_release(struct likes *k)
{
    seen_release(&k->seen);
}

static void
add_text(struct sha256 *h, struct str s)
{
    uint64_t n = s.len;

    sha256_add(h, &n, sizeof(n));       /* or two texts could run together */
    if (s.len > 0)
        sha256_add(h, s.p, s.len);
}

static void
add_i64(struct sha256 *h, int64_t v)
{
    sha256_add(h, &v, sizeof(v));
}

static void
cut(const struct sha256 *h, unsigned char out[MOVEMENT_IDENTITY_BYTES])
{
    struct sha256 last = *h;
    unsigned char all[SHA256_BYTES];

    sha256_end(&last, all);
    memcpy(out, all, MOVEMENT_IDENTITY_BYTES);
}

static void
add_all(struct sha256 *h, const struct movement *m)
{
    add_i64(h, m->has_time ? m->booked_us : 0);
    add_text(h, m->reference);
    add_text(h, m->account);
    add_text(h, m->name);
    add_text(h, m->type);
    add_text(h, m->text);
    add_i64(h, m->has_balance ? m->balance_minor : INT64_MIN);
}

/* The first that looks so is number 1, the next one 2. */
static int
number_it(struct sha256 *h, struct likes *k,
          unsigned char out[MOVEMENT_IDENTITY_BYTES])
{
    struct seen_at before;
    int rc = 1;

    for (int64_t n = 1; rc == 1; n++) {
        struct sha256 one = *h;

        add_i64(&one, n);
        cut(&one, out);
        rc = seen_put(&k->seen, hash64((struct str){ (const char *)out,
                      MOVEMENT_IDENTITY_BYTES }), (struct seen_at){ 1, 0 },
                      &before);
    }
    return rc;
}

int
movement_of_file(const struct movement *m, struct likes *k,
                 unsigned char out[MOVEMENT_IDENTITY_BYTES])
{
    struct str id = m->receipt.len > 0 ? m->receipt : m->provider_id;
    struct sha256 h;

    sha256_init(&h);
    add_text(&h, m->part > 0 ? STR("part") : STR("line"));
    add_text(&h, id);
    add_i64(&h, m->booked_on);
    add_i64(&h, m->minor);
    add_text(&h, str_of(m->ccy));
    if (id.len == 0 || m->part > 0)
        add_all(&h, m);
    return number_it(&h, k, out);
}

void
movement_of_row(const struct movement *m, bool ledger,
                unsigned char out[MOVEMENT_IDENTITY_BYTES])
{
    struct sha256 h;

    sha256_init(&h);
    add_text(&h, STR("row"));
    add_text(&h, m->provider_id);
    add_i64(&h, m->minor);
    if (ledger || m->provider_id.len == 0) {
        add_text(&h, m->type);
        add_i64(&h, m->has_balance ? m->balance_minor : INT64_MIN);
    }
    if (m->provider_id.len == 0)
        add_all(&h, m);
    cut(&h, out);
}
