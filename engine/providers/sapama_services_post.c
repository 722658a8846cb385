/*
 * post_transaction's list (6), held against the page before it is sent: what
 * an entry that is wrong is answered with is not known.
 */
#include "providers/plain.h"
#include "providers/sapama.h"
#include "providers/sapama_services.h"

enum {
    POST_FIRST, POST_MIDDLE, POST_LAST, POST_TYPE, POST_ID, POST_TIME,
    POST_AMOUNT, POST_SHORT_CODE, POST_BALANCE, POST_PHONE, POST_BILL,
    POST_INVOICE, POST_DESCRIPTION, POST_THIRD, POST_MEMBERS
};
static const struct str post_names[POST_MEMBERS] = {
    [POST_FIRST]       = JSCAN_NAME("first_name"),
    [POST_MIDDLE]      = JSCAN_NAME("middle_name"),
    [POST_LAST]        = JSCAN_NAME("last_name"),
    [POST_TYPE]        = JSCAN_NAME("trans_type"),
    [POST_ID]          = JSCAN_NAME("trans_id"),
    [POST_TIME]        = JSCAN_NAME("trans_time"),
    [POST_AMOUNT]      = JSCAN_NAME("trans_amount"),
    [POST_SHORT_CODE]  = JSCAN_NAME("short_code"),
    [POST_BALANCE]     = JSCAN_NAME("org_account_balance"),
    [POST_PHONE]       = JSCAN_NAME("phone"),
    [POST_BILL]        = JSCAN_NAME("bill_ref_number"),
    [POST_INVOICE]     = JSCAN_NAME("invoice_number"),
    [POST_DESCRIPTION] = JSCAN_NAME("description"),
    [POST_THIRD]       = JSCAN_NAME("third_party_trans_id")
};

static int
wrong_entry(struct err *e, int n, const char *why, const char *fix)
{
    err_set(e, ERR_USAGE, "transaction %d of the list %s", n, why);
    return err_fix(e, "%s", fix);
}

/* Which of ours the key just read is, or -1. */
static int
name_of(const struct jscan_value *key)
{
    for (int i = 0; i < POST_MEMBERS; i++)
        if (!key->escaped && str_eq(key->text, post_names[i]))
            return i;
    return -1;
}

static int
unknown_member(struct err *e, int n, const struct jscan_value *key)
{
    char name[64];

    service_take_words(name, sizeof(name), &(struct jscan_value){
        .kind = JSCAN_STRING, .escaped = key->escaped, .text = key->text });
    err_set(e, ERR_USAGE, "transaction %d of the list has a member \"%s\", "
            "which Sapama does not know, or has it twice", n, name);
    return err_fix(e, "Known are first_name, middle_name, last_name, "
                   "trans_type, trans_id, trans_time, trans_amount, "
                   "short_code, org_account_balance, phone, bill_ref_number, "
                   "invoice_number, description and third_party_trans_id.");
}

/* The members of entry ${n}: ours only, each once, texts and numbers. */
static int
read_entry(struct jscan_value *v, struct jscan *js, int n, struct err *e)
{
    enum jscan_kind kind = jscan_next(js);

    memset(v, 0, POST_MEMBERS * sizeof(*v));
    if (kind != JSCAN_OBJECT)
        return wrong_entry(e, n, "is not an object", "Write every transaction "
                           "as {\"trans_id\": ..., ...}.");
    while ((kind = jscan_next(js)) == JSCAN_KEY) {
        int at = name_of(&js->value);

        if (at < 0 || v[at].kind != JSCAN_NONE)
            return unknown_member(e, n, &js->value);
        kind = jscan_skip(js, &v[at]);
        if (kind != JSCAN_STRING && kind != JSCAN_NUMBER
            && kind != JSCAN_NULL)
            return wrong_entry(e, n, "has a member that is neither a text "
                               "nor a number", "Give every member as a text "
                               "or a number.");
    }
    return kind == JSCAN_CLOSE ? 0
           : wrong_entry(e, n, "is not complete", "Mend the JSON there.");
}

/* "2019-11-18 11:34:20": the page says colons in the date, its own sample
 * and every row do not. */
static bool
is_time(const struct jscan_value *v)
{
    static const char shape[] = "dddd-dd-dd dd:dd:dd";
    int64_t day = 0;

    if (v->kind != JSCAN_STRING || v->escaped
        || v->text.len != sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i < v->text.len; i++) {
        char c = v->text.p[i];

        if (shape[i] == 'd' ? c < '0' || c > '9' : c != shape[i])
            return false;
    }
    return service_day_read(&day, str_cut(v->text, 10)) == 0;
}

static bool
is_phone(const struct jscan_value *v)
{
    return !v->escaped && v->text.len == 12
           && sapama_is_digits(v->text, 12)
           && memcmp(v->text.p, "254", 3) == 0;
}

static int
check_entry(const struct jscan_value *v, int n, struct err *e)
{
    static const struct {
        int         at;
        const char *lacks;
    } musts[] = {
        { POST_ID, "has no trans_id" },
        { POST_TIME, "has no trans_time" },
        { POST_AMOUNT, "has no trans_amount" },
        { POST_DESCRIPTION, "has no description" }
    };

    for (size_t i = 0; i < sizeof(musts) / sizeof(musts[0]); i++)
        if (sapama_empty(&v[musts[i].at]))
            return wrong_entry(e, n, musts[i].lacks,
                               "Sapama asks for trans_id, trans_time, "
                               "trans_amount and description.");
    if (!is_time(&v[POST_TIME]))
        return wrong_entry(e, n, "has a trans_time that is no time",
                           "Write it like 2026-11-18 11:34:20.");
    if (sapama_amount(&v[POST_AMOUNT]) <= 0)
        return wrong_entry(e, n, "has a trans_amount that is no amount",
                           "Write it like 1500.00, without commas.");
    if (!sapama_empty(&v[POST_PHONE]) && !is_phone(&v[POST_PHONE]))
        return wrong_entry(e, n, "has a phone that is none in Kenya",
                           "Write 254 and nine digits.");
    return 0;
}

int
sapama_services_check_post(struct str list, struct err *e)
{
    struct jscan_value root = { 0 }, v[POST_MEMBERS];
    struct jscan js;
    size_t at = 1;
    int n = 0, more = 0;

    jscan_start(&js, list, 0);
    if (jscan_skip(&js, &root) != JSCAN_ARRAY || !jscan_ended(&js)) {
        err_set(e, ERR_USAGE, "the list of transactions is not a JSON array"
                "%s%s", js.why != NULL ? ": " : "",
                js.why != NULL ? js.why : "");
        return err_fix(e, "Write it as [{\"trans_id\": ..., ...}, ...].");
    }
    while ((more = jscan_item(&js, list, &at)) > 0) {
        n++;
        if (read_entry(v, &js, n, e) < 0 || check_entry(v, n, e) < 0)
            return -1;
        if (jscan_item_done(&js, &at) < 0)
            return wrong_entry(e, n, "is not complete",
                               "Mend the JSON there.");
    }
    if (more == 0 && n > 0)
        return 0;
    err_set(e, ERR_USAGE, "the list of transactions is empty");
    return err_fix(e, "Put at least one transaction into it.");
}
