#include <assert.h>

#include <jansson.h>

#include "base/err.h"
#include "providers/jscan.h"
#include "providers/services.h"

/*
 * Any bytes as the answer to any service.  Beside not crashing: what is read
 * is a document for jansson too, what comes out is as the header says, and the
 * rows of one answer never lead out of another.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct provider *const both[] = { &provider_intasend,
                                               &provider_sapama };

/* For people: one line, nothing that steers a terminal, whole characters. */
static void
check_words(const char *s, size_t bytes)
{
    const char *end = memchr(s, '\0', bytes);

    assert(end != NULL);
    for (const char *p = s; p < end;) {
        int32_t c = 0;
        size_t n = *p == '\\' ? 1 : jscan_char(p, end, &c);

        assert(n > 0 && (c == 0 || c >= 0x20) && c != 0x7F
               && (c < 0x80 || c > 0x9F));
        p += n;
    }
}

static void
check_amount(int64_t minor)
{
    assert(minor == INT64_MIN || (minor >= -MONEY_MINOR_MAX
                                  && minor <= MONEY_MINOR_MAX));
}

static void
check_row(const struct service_row *r)
{
    static const struct payer payer = { .wallet_id = "2" };
    static const struct service_ask ask = { .since = "2026-11-01",
                                            .until = "2026-11-30" };

    check_words(r->id, sizeof(r->id));
    check_words(r->at, sizeof(r->at));
    check_words(r->kind, sizeof(r->kind));
    check_words(r->state, sizeof(r->state));
    check_words(r->label, sizeof(r->label));
    check_words(r->account, sizeof(r->account));
    check_words(r->name, sizeof(r->name));
    check_words(r->reference, sizeof(r->reference));
    check_words(r->text, sizeof(r->text));
    check_words(r->link, sizeof(r->link));
    check_words(r->wallet, sizeof(r->wallet));
    check_words(r->ccy, sizeof(r->ccy));
    check_amount(r->minor);
    check_amount(r->charge_minor);
    check_amount(r->balance_minor);
    check_amount(r->available_minor);
    assert(r->way >= -1 && r->way <= 1);
    assert(r->fate >= SERVICE_SAYS_NOTHING && r->fate <= SERVICE_UNCLEAR);
    assert(r->link[0] == '\0' || strncmp(r->link, "http", 4) == 0);
    (void)service_row_fits(r, &payer, &ask);
}

/* Would another reader take it?  Numbers beyond a double are no reason. */
static void
check_oracle(struct str body)
{
    json_error_t e;
    json_t *t = json_loadb(body.p, body.len, JSON_DECODE_ANY, &e);

    assert(t != NULL || json_error_code(&e) == json_error_numeric_overflow);
    json_decref(t);
}

static void
check_answer(const struct provider *p, enum service s, struct str body)
{
    struct service_answer a;
    struct service_row row;
    struct err e = { 0 };
    size_t at = 0, steps = 0;

    if (service_read(p, s, &a, body, &e) < 0) {
        check_words(e.text, sizeof(e.text));
        assert(e.text[0] != '\0' && e.fix[0] != '\0' && a.rows_at == 0);
        return;
    }
    check_oracle(body);
    check_words(a.text, sizeof(a.text));
    assert(a.rows_at <= body.len && a.second_at <= body.len);
    assert(a.page >= 0 && a.last_page >= 0);
    for (at = a.rows_at;
         service_row_read(p, s, &row, &a, body, &at) > 0; steps++) {
        check_row(&row);
        assert(steps <= body.len);
    }
}

/* Offsets of another answer. */
static void
check_offsets(const struct provider *p, enum service s, struct str body)
{
    struct service_answer a = { 0 };
    struct service_row row;

    for (size_t from = 0; from <= body.len + 1 && from < 32; from++) {
        size_t at = from;

        a.single = from % 2 == 0;
        a.rows_at = from;
        a.second_at = from / 2;
        if (service_row_read(p, s, &row, &a, body, &at) > 0)
            check_row(&row);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = { (const char *)data, size };

    for (size_t p = 0; p < 2; p++)
        for (int s = 0; s < SERVICE_COUNT; s++) {
            if (!service_offered(both[p], (enum service)s))
                continue;
            check_answer(both[p], (enum service)s, body);
            check_offsets(both[p], (enum service)s, body);
        }
    return 0;
}
