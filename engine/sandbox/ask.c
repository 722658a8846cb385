#include "sandbox/ask.h"

#include "money/money.h"

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * jansson turns 1050.10 into a double.  So numbers are put in quotes before it
 * sees them; the grammar must be JSON's own, or bad JSON would become good.
 * How long the number at ${s} is, 0 when it is none.
 */
static size_t
number_bytes(struct str s)
{
    size_t i = 0, from;

    if (i < s.len && s.p[i] == '-')
        i++;
    if (i == s.len || !is_digit(s.p[i]))
        return 0;
    if (s.p[i] == '0' && i + 1 < s.len && is_digit(s.p[i + 1]))
        return 0;
    while (i < s.len && is_digit(s.p[i]))
        i++;
    if (i < s.len && s.p[i] == '.') {
        for (from = ++i; i < s.len && is_digit(s.p[i]); i++)
            continue;
        if (i == from)
            return 0;
    }
    if (i < s.len && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.len && (s.p[i] == '+' || s.p[i] == '-'))
            i++;
        for (from = i; i < s.len && is_digit(s.p[i]); i++)
            continue;
        if (i == from)
            return 0;
    }
    return i;
}

/* How long the JSON string at ${s} is, quotes included. */
static size_t
string_bytes(struct str s)
{
    size_t i = 1;

    while (i < s.len && s.p[i] != '"')
        i += s.p[i] == '\\' ? 2 : 1;
    return i + 1 < s.len ? i + 1 : s.len;
}

void
ask_quote(struct buf *out, struct str s)
{
    while (s.len > 0) {
        size_t n = 0;

        if (s.p[0] == '"') {
            n = string_bytes(s);
            buf_add(out, s.p, n);
        } else if ((n = number_bytes(s)) > 0) {
            buf_char(out, '"');
            buf_add(out, s.p, n);
            buf_char(out, '"');
        } else {
            /* What is no number stays, and jansson refuses it. */
            n = 1;
            buf_char(out, s.p[0]);
        }
        s.p += n;
        s.len -= n;
    }
}

int
ask_json(json_t **out, struct str body, struct refusal *r)
{
    struct buf text = { 0 };
    json_error_t at;
    int rc = -1;

    buf_init(&text, (size_t)4 * HTTPD_BODY_BYTES_MAX);
    ask_quote(&text, body);
    *out = NULL;
    if (!text.failed && text.p != NULL)
        *out = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &at);
    if (*out == NULL) {
        refusal_request(r, "JSON parse error");
        r->code = "parse_error";
    } else if (!json_is_object(*out)) {
        refusal_request(r, "Invalid data. Expected a dictionary.");
        json_decref(*out);
        *out = NULL;
    } else {
        rc = 0;
    }
    buf_release(&text);
    return rc;
}

struct str
ask_text(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);

    return (struct str){ json_string_value(v), json_string_length(v) };
}

int
ask_i64(int64_t *out, const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);

    if (v == NULL || json_is_null(v))
        return 0;
    return json_is_string(v) ? str_i64(out, ask_text(o, key)) : -1;
}

static bool
release_same(const json_t *v, const struct payfile *f, int i)
{
    const struct item *it = &f->items[i];
    struct money amount = { 0, "" };

    return str_eq(ask_text(v, "account"), str_of(payfile_of(f, it->account)))
        && money_parse(&amount, ask_text(v, "amount"), "KES") == 0
        && amount.minor == it->amount_minor;
}

/* In the order of the answer to initiate, which a fault may have turned
 * round. */
static int
release_items(const json_t *items, const struct payfile *f, struct refusal *r)
{
    bool same = true, turned = true;
    int n = 0;

    for (int i = 0; i < f->nitems && (same || turned); i++) {
        same = same && release_same(json_array_get(items, (size_t)i), f, i);
        turned = turned && release_same(json_array_get(items, (size_t)i), f,
                                        f->nitems - 1 - i);
        n = i + 1;
    }
    if (same || turned)
        return 0;
    return refusal_request(r, "Transaction %d does not match the payment "
                           "file", n);
}

/*
 * Which of these the provider checks is unknown (9.2); this is the strict
 * reading, so that a client that sends back anything else is found out.  The
 * balance must be there but may have changed since.
 */
int
ask_release(const json_t *body, const struct payfile *f, bool lenient,
            struct refusal *r)
{
    const json_t *items = json_object_get(body, "transactions");
    const json_t *wallet = json_object_get(body, "wallet");
    struct str nonce = ask_text(body, "nonce");

    if (!(lenient && nonce.p == NULL) && !str_eq(nonce, str_of(f->nonce)))
        return refusal_request(r, "Invalid nonce");
    if (!(lenient && wallet == NULL)
        && ask_text(wallet, "available_balance").p == NULL)
        return refusal_field(r, "wallet.available_balance",
                             "This field is required.");
    if (lenient && items == NULL)
        return 0;
    if (json_array_size(items) != (size_t)f->nitems)
        return refusal_request(r, "The transactions do not match the payment "
                               "file");
    return release_items(items, f, r);
}
