#include <assert.h>

#include <jansson.h>

#include "base/err.h"
#include "providers/jscan.h"
#include "providers/provider.h"
#include "providers/reference.h"

/*
 * Any bytes as an answer of IntaSend.  Beside not crashing: what is read as a
 * document is one for jansson too, and what comes out is as its header says.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct provider *const is = &provider_intasend;

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
check_item(const struct item_answer *i, struct str body)
{
    int64_t batch = 0;
    int seq = 0;

    check_words(i->reason, sizeof(i->reason) - 1);
    check_words(i->receipt, sizeof(i->receipt) - 1);
    check_words(i->code, sizeof(i->code) - 1);
    assert(i->minor >= -1 && i->minor <= MONEY_MINOR_MAX);
    assert(i->charge_minor >= -1 && i->charge_minor <= MONEY_MINOR_MAX);
    assert(i->account.len == 0
           || (i->account.p > body.p
               && i->account.p + i->account.len < body.p + body.len));
    assert(i->reference[0] == '\0'
           || reference_read(str_of(i->reference), &batch, &seq) == 0);
    assert((i->fate == ITEM_IN_DOUBT)
           == (provider_item_code(is, i->code) == NULL
               || strcmp(i->code, "TF105") == 0));
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

    if (is->read_file(&f, body, &e) < 0) {
        check_words(e.text, ERR_TEXT_BYTES);
        return;
    }
    check_oracle(body);
    check_words(f.text, sizeof(f.text) - 1);
    check_words(f.updated_at, sizeof(f.updated_at) - 1);
    assert(f.tracking_id[0] != '\0' && f.total_minor >= -1);
    assert(f.available_minor >= -1 && f.current_minor >= -1);
    for (at = f.items_at; (more = is->read_item(&item, body, &at, ++n)) > 0;)
        check_item(&item, body);
    /* a file that was read ends where its items end, unless one of them is
     * no object or has a member twice */
    assert(more < 0 || f.items_at == 0 || body.p[at] == ']');
}

static void
check_judge(struct str body)
{
    static const int https[] = { 200, 302, 400, 401, 404, 409, 422, 429,
                                 500 };
    struct reply r = { .wire = WIRE_ANSWERED };

    buf_init(&r.body, NET_REPLY_BYTES_MAX);
    buf_str(&r.body, body);
    for (size_t i = 0; i < sizeof(https) / sizeof(https[0]); i++) {
        struct fault_answer f;
        enum answer a = ANSWER_TAKEN;

        r.http = https[i];
        a = is->judge(&r, &f);
        check_words(f.text, 200);
        check_words(f.code, sizeof(f.code) - 1);
        assert((a == ANSWER_TAKEN) == (r.http == 200));
        if (a == ANSWER_REFUSED) {
            assert(r.http == 400 || r.http == 404 || r.http == 422);
            check_oracle(body);
        }
    }
    reply_release(&r);
}

static void
check_offsets(struct str body)
{
    struct item_answer item;

    /* an offset of another answer must not lead out of this one */
    for (size_t from = 0; from <= body.len + 1 && from < 64; from++) {
        size_t at = from;

        if (is->read_item(&item, body, &at, 1) > 0)
            check_item(&item, body);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = { (const char *)data, size };
    struct wallet_answer w;
    char room[64];
    struct str s = { NULL, 0 };

    check_file(body);
    check_judge(body);
    check_offsets(body);
    if (is->read_wallet(&w, body, NULL, NULL) == 0) {
        check_oracle(body);
        assert(strcmp(w.ccy, "KES") == 0 && w.wallet_id[0] != '\0');
    }
    if (is->read_wallet(&w, body, "9", NULL) == 0)
        assert(strcmp(w.wallet_id, "9") == 0);
    s = is->read_challenge(body, room, sizeof(room));
    if (s.len > 0)
        check_oracle(body);
    return 0;
}
