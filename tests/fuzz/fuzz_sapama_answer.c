#include <assert.h>

#include <jansson.h>

#include "base/err.h"
#include "providers/jscan.h"
#include "providers/provider.h"
#include "providers/reference.h"
#include "providers/sapama_callback.h"

/*
 * Any bytes as an answer or a callback of Sapama.  Beside not crashing: what
 * is read as a document is one for jansson too, nothing is paid without a
 * receipt, nothing failed without a code that says so, and what comes out is
 * as its header says.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct provider *const sc = &provider_sapama;

/* For people: one line, nothing that steers a terminal, whole characters. */
static void
check_words(const char *s, size_t bytes_max)
{
    const char *end = s + strlen(s);

    assert((size_t)(end - s) <= bytes_max);
    for (const char *p = s; p < end;) {
        int32_t c = 0;
        size_t n = *p == '\\' ? 1 : jscan_char(p, end, &c);

        assert(n > 0 && (c == 0 || c >= 0x20) && c != 0x7F
               && (c < 0x80 || c > 0x9F));
        p += n;
    }
}

static void
check_reference(const char *reference)
{
    int64_t batch = 0;
    int seq = 0;

    assert(reference[0] == '\0'
           || reference_read(str_of(reference), &batch, &seq) == 0);
}

static void
check_token(const char *token, const char *reference)
{
    size_t len = strlen(reference);

    if (token[0] == '\0')
        return;
    assert(strlen(token) == len + 1 + 32 && token[len] == '-');
    assert(strncmp(token, reference, len) == 0);
}

/* Equitel's have no published form: capitals and digits, no placeholder.  Only a
 * row can name one. */
static bool
like_equitel(const char *receipt)
{
    size_t len = strlen(receipt);

    return len >= 6
        && strspn(receipt, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len
        && strcmp(receipt + len - 6, "000000") != 0;
}

static bool
like_mpesa(const char *receipt)
{
    return strlen(receipt) == 10 && receipt[0] >= 'A' && receipt[0] <= 'Z'
        && strcmp(receipt + 3, "0000000") != 0;
}

static void
check_receipt(const char *receipt, const char *reference)
{
    if (receipt[0] == '\0')
        return;
    assert(like_mpesa(receipt) || like_equitel(receipt));
    assert(strcmp(receipt, reference) != 0);
}

static void
check_item(const struct item_answer *i, struct str body)
{
    check_words(i->reason, sizeof(i->reason) - 1);
    check_words(i->code, sizeof(i->code) - 1);
    check_words(i->id, sizeof(i->id) - 1);
    assert(i->minor >= -1 && i->minor <= MONEY_MINOR_MAX);
    assert(i->charge_minor == -1);
    assert(i->account.len == 0
           || (i->account.p > body.p
               && i->account.p + i->account.len < body.p + body.len));
    check_reference(i->reference);
    check_receipt(i->receipt, i->reference);
}

/* Would another reader take it?  Numbers beyond a double are no reason. */
static void
check_oracle(struct str body)
{
    json_error_t e;
    json_t *t = json_loadb(body.p, body.len, 0, &e);

    assert(t != NULL
           || json_error_code(&e) == json_error_numeric_overflow);
    json_decref(t);
}

static void
check_file(struct str body)
{
    struct file_answer f;
    struct item_answer item;
    struct err e = { 0 };
    size_t at = 0;
    int n = 0, more = 0;

    if (sc->read_file(&f, body, &e) < 0) {
        check_words(e.text, ERR_TEXT_BYTES);
        return;
    }
    check_oracle(body);
    check_words(f.text, sizeof(f.text) - 1);
    assert(f.phase == FILE_MOVING && f.count >= 0);
    for (at = f.items_at; (more = sc->read_item(&item, body, &at, ++n)) > 0;) {
        check_item(&item, body);
        assert(item.receipt[0] == '\0' || like_mpesa(item.receipt));
        assert(item.fate == ITEM_MOVING || item.fate == ITEM_IN_DOUBT);
        assert(provider_item_code(sc, item.code)->fate == (int)item.fate);
    }
    assert(more < 0 || (body.p[at] == ']' && n - 1 == f.count));
}

static void
check_row(const struct row_answer *row, struct str body)
{
    const struct code_row *code = provider_item_code(sc, row->item.code);

    check_item(&row->item, body);
    check_words(row->method_of, sizeof(row->method_of) - 1);
    check_token(row->token, row->item.reference);
    assert(row->made_s >= 0);
    assert(row->raw.p > body.p && row->raw.p[0] == '{'
           && row->raw.p + row->raw.len < body.p + body.len);
    switch (row->item.fate) {
    case ITEM_PAID:
        assert(row->item.receipt[0] != '\0');
        assert(row->item.code[0] == '\0' || code->fate == ITEM_PAID);
        return;
    case ITEM_FAILED:
        assert(row->item.receipt[0] == '\0' && code != NULL
               && code->fate == ITEM_FAILED);
        return;
    case ITEM_IN_DOUBT:
        assert(row->item.code[0] != '\0'
               && (code == NULL || code->fate == ITEM_IN_DOUBT));
        return;
    case ITEM_MOVING:
        assert(row->item.receipt[0] == '\0');
        return;
    case ITEM_UNTOUCHED:
    case ITEM_CANCELLED:
        assert(0);
    }
}

static void
check_page(struct str body)
{
    struct page_answer p;
    struct row_answer row;
    size_t at = 0;

    if (sc->read_page(&p, body, NULL) < 0)
        return;
    check_oracle(body);
    assert(p.page >= 1 && p.last_page >= p.page && p.per_page >= 0
           && p.total >= -1);
    for (at = p.rows_at; sc->read_row(&row, body, &at) > 0;)
        check_row(&row, body);
}

static void
check_judge(struct str body)
{
    static const int https[] = { 200, 302, 400, 401, 403, 404, 429, 500 };
    struct reply r = { .wire = WIRE_ANSWERED };

    buf_init(&r.body, NET_REPLY_BYTES_MAX);
    buf_str(&r.body, body);
    for (size_t i = 0; i < sizeof(https) / sizeof(https[0]); i++) {
        struct fault_answer f;
        enum answer a = ANSWER_TAKEN;

        r.http = https[i];
        a = sc->judge(&r, &f);
        check_words(f.text, 200);
        check_words(f.code, sizeof(f.code) - 1);
        assert(a != ANSWER_TAKEN || r.http == 200);
        assert(a != ANSWER_REFUSED || r.http == 400);
        /* a page that says 429 may stand in front of what was done */
        assert(a != ANSWER_NOT_NOW || r.http == 429);
        assert(!f.payees_only || a == ANSWER_REFUSED);
        assert(!f.bars || a == ANSWER_IN_DOUBT);
        if (a == ANSWER_REFUSED || a == ANSWER_BARRED || a == ANSWER_TAKEN
            || a == ANSWER_NOT_NOW)
            check_oracle(body);
    }
    reply_release(&r);
}

static void
check_offsets(struct str body)
{
    struct item_answer item;
    struct row_answer row;

    /* an offset of another answer must not lead out of this one */
    for (size_t from = 0; from <= body.len + 1 && from < 64; from++) {
        size_t at = from;

        if (sc->read_item(&item, body, &at, 1) > 0)
            check_item(&item, body);
        at = from;
        if (sc->read_row(&row, body, &at) > 0)
            check_row(&row, body);
    }
}

static void
check_callback(struct str fields)
{
    struct sapama_callback c;

    assert(sapama_read_callback(&c, fields) >= 0);
    check_words(c.status, sizeof(c.status) - 1);
    check_words(c.reason, sizeof(c.reason) - 1);
    check_words(c.id, sizeof(c.id) - 1);
    check_words(c.code, sizeof(c.code) - 1);
    check_words(c.phone, sizeof(c.phone) - 1);
    check_reference(c.reference);
    check_token(c.token, c.reference);
    check_receipt(c.receipt, c.reference);
    assert(c.minor >= -1 && c.minor <= MONEY_MINOR_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = { (const char *)data, size };

    check_file(body);
    check_page(body);
    check_judge(body);
    check_offsets(body);
    check_callback(body);
    return 0;
}
