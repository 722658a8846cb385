#include "book/digest.h"

#include <inttypes.h>

/* "5:hello": the length first, so that "ab","c" and "a","bc" differ. */
static void
add_str(struct sha256 *h, struct str s)
{
    char size[24];
    int n = snprintf(size, sizeof(size), "%zu:", s.len);

    sha256_add(h, size, (size_t)n);
    if (s.len > 0)
        sha256_add(h, s.p, s.len);
}

static void
add_i64(struct sha256 *h, int64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%" PRId64, v);

    add_str(h, (struct str){ text, (size_t)n });
}

void
digest_row_add(struct sha256 *h, const struct digest_row *r)
{
    add_i64(h, r->seq);
    add_i64(h, r->minor);
    add_str(h, str_of(r->rail));
    add_str(h, str_of(r->ccy));
    add_str(h, r->account);
    add_str(h, r->bank_code);
    add_str(h, r->account_reference);
    add_str(h, r->name);
    add_str(h, r->narration);
    add_str(h, r->reference);
    add_str(h, r->id_number);
    add_str(h, r->employee_no);
}

void
digest_run_begin(struct sha256 *h, const struct digest_run *r)
{
    sha256_init(h);
    add_str(h, str_of(r->account));
    add_str(h, str_of(r->provider));
    add_str(h, r->live ? STR("live") : STR("sandbox"));
    add_str(h, str_of(r->period));
    add_str(h, str_of(r->kind));
    add_str(h, str_of(r->pay_date));
    add_str(h, str_of(r->ccy));
    add_str(h, str_of(r->narration));
    add_i64(h, r->rows);
    add_i64(h, r->minor);
    add_str(h, (struct str){ (const char *)r->file_sha256, SHA256_BYTES });
}

void
digest_run_batch(struct sha256 *h, int64_t rows, int64_t minor,
                 const char *rail, const unsigned char *digest)
{
    add_i64(h, rows);
    add_i64(h, minor);
    add_str(h, str_of(rail));
    add_str(h, (struct str){ (const char *)digest, SHA256_BYTES });
}
