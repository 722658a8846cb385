#include "statements/movement.h"

#include "base/crypto.h"
#include "providers/reference.h"

/* --- days and references -------------------------------------------------- */

static int
number_at(struct str s, size_t at, size_t n)
{
    int v = 0;

    for (size_t i = at; i < at + n; i++) {
        if (i >= s.len || s.p[i] < '0' || s.p[i] > '9')
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

int
movement_day(struct str s, int64_t *day)
{
    int y = number_at(s, 0, 4), m = number_at(s, 5, 2), d = number_at(s, 8, 2);
    int64_t year = 0;

    if (y < 0 || m < 1 || m > 12 || d < 1 || d > 31 || s.p[4] != '-'
        || s.p[7] != '-')
        return -1;
    /* years begin in March, so that the leap day is the last */
    year = m <= 2 ? y - 1 : y;
    *day = year * 365 + year / 4 - year / 100 + year / 400
           + (((m + 9) % 12) * 306 + 5) / 10 + d - 1 - 719468;
    return 0;
}

/* "Z", "+03:00" or "-0330" as minutes east; nothing: UTC. */
static int
zone_at(struct str s, size_t at, int *minutes)
{
    size_t m = at + 3 < s.len && s.p[at + 3] == ':' ? at + 4 : at + 3;
    int hours = 0, rest = 0;

    *minutes = 0;
    if (at >= s.len || s.p[at] == 'Z' || s.p[at] == 'z')
        return 0;
    hours = number_at(s, at + 1, 2);
    rest = number_at(s, m, 2);
    if ((s.p[at] != '+' && s.p[at] != '-') || hours < 0 || hours > 14
        || rest < 0 || rest > 59)
        return -1;
    *minutes = (hours * 60 + rest) * (s.p[at] == '-' ? -1 : 1);
    return 0;
}

int
movement_stamp(struct str s, int64_t *us, int64_t *day)
{
    int h = number_at(s, 11, 2), m = number_at(s, 14, 2);
    int sec = number_at(s, 17, 2), minutes = 0;
    int64_t days = 0, at = 0;
    size_t end = 19;

    if (movement_day(s, &days) < 0 || h < 0 || h > 23 || m < 0 || m > 59
        || sec < 0 || sec > 60)
        return -1;
    if (end < s.len && s.p[end] == '.')
        for (end++; end < s.len && s.p[end] >= '0' && s.p[end] <= '9'; end++)
            ;
    if (zone_at(s, end, &minutes) < 0)
        return -1;
    at = days * 86400 + h * 3600 + m * 60 + sec - (int64_t)minutes * 60;
    *us = at * 1000000;
    at += 3 * 3600;                     /* Nairobi, all the year */
    *day = at / 86400 - (at % 86400 < 0 ? 1 : 0);
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
