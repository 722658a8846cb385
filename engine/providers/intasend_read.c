#include "providers/intasend.h"

#include "providers/plain.h"
#include "providers/reference.h"

#define ERR_SHAPE ERR_UNAVAILABLE   /* they answered, but not what we know */

/* Members of a file: sections 2.3 and 2.5, callbacks 4.3. */
enum {
    FILE_TRACKING, FILE_ALIAS, FILE_STATUS, FILE_CODE, FILE_WALLET,
    FILE_ITEMS, FILE_TOTAL, FILE_ESTIMATE, FILE_CHARGES, FILE_COUNT,
    FILE_UPDATED, FILE_MEMBERS
};
static const struct str file_names[FILE_MEMBERS] = {
    [FILE_TRACKING] = JSCAN_NAME("tracking_id"),
    [FILE_ALIAS]    = JSCAN_NAME("file_id"),
    [FILE_STATUS]   = JSCAN_NAME("status"),
    [FILE_CODE]     = JSCAN_NAME("status_code"),
    [FILE_WALLET]   = JSCAN_NAME("wallet"),
    [FILE_ITEMS]    = JSCAN_NAME("transactions"),
    [FILE_TOTAL]    = JSCAN_NAME("total_amount"),
    [FILE_ESTIMATE] = JSCAN_NAME("charge_estimate"),
    [FILE_CHARGES]  = JSCAN_NAME("actual_charges"),
    [FILE_COUNT]    = JSCAN_NAME("transactions_count"),
    [FILE_UPDATED]  = JSCAN_NAME("updated_at")
};

/* Members of an item, with the names of 2020 to 2022. */
enum {
    ITEM_ACCOUNT, ITEM_PHONE, ITEM_AMOUNT, ITEM_CHARGE, ITEM_CODE,
    ITEM_RECEIPT, ITEM_MNO, ITEM_DESCRIPTION, ITEM_REASON, ITEM_KEY,
    ITEM_NARRATIVE, ITEM_ID, ITEM_MEMBERS
};
static const struct str item_names[ITEM_MEMBERS] = {
    [ITEM_ACCOUNT]     = JSCAN_NAME("account"),
    [ITEM_PHONE]       = JSCAN_NAME("phone_number"),
    [ITEM_AMOUNT]      = JSCAN_NAME("amount"),
    [ITEM_CHARGE]      = JSCAN_NAME("charge"),
    [ITEM_CODE]        = JSCAN_NAME("status_code"),
    [ITEM_RECEIPT]     = JSCAN_NAME("provider_reference"),
    [ITEM_MNO]         = JSCAN_NAME("mno_reference"),
    [ITEM_DESCRIPTION] = JSCAN_NAME("status_description"),
    [ITEM_REASON]      = JSCAN_NAME("failed_reason"),
    [ITEM_KEY]         = JSCAN_NAME("idempotency_key"),
    [ITEM_NARRATIVE]   = JSCAN_NAME("narrative"),
    [ITEM_ID]          = JSCAN_NAME("transaction_id")
};

/* Section 5.1; "id" is the number that stood there in 2021. */
enum {
    WALLET_ID, WALLET_NUMBER, WALLET_CCY, WALLET_TYPE, WALLET_AVAILABLE,
    WALLET_CURRENT, WALLET_RESULTS, WALLET_MEMBERS
};
static const struct str wallet_names[WALLET_MEMBERS] = {
    [WALLET_ID]        = JSCAN_NAME("wallet_id"),
    [WALLET_NUMBER]    = JSCAN_NAME("id"),
    [WALLET_CCY]       = JSCAN_NAME("currency"),
    [WALLET_TYPE]      = JSCAN_NAME("wallet_type"),
    [WALLET_AVAILABLE] = JSCAN_NAME("available_balance"),
    [WALLET_CURRENT]   = JSCAN_NAME("current_balance"),
    [WALLET_RESULTS]   = JSCAN_NAME("results")
};

/* A balance or amount, as a number or a string of one (section 8).  0 or -1,
 * with ${out} untouched. */
static int
read_balance(int64_t *out, const struct jscan_value *v)
{
    char room[MONEY_TEXT_BYTES];
    struct str text = { NULL, 0 };

    if (jscan_text(v, room, sizeof(room), &text) < 0)
        return -1;
    return minor_parse(out, text, INTASEND_DECIMALS);
}

/* An amount, or -1: no amount is below zero. */
static int64_t
amount_of(const struct jscan_value *v)
{
    int64_t minor = -1;

    return read_balance(&minor, v) == 0 && minor >= 0 ? minor : -1;
}

/* What a balance lets us spend: below zero it is nothing, and -1 is absent. */
static int64_t
spendable(const struct jscan_value *v)
{
    int64_t minor = -1;

    if (read_balance(&minor, v) < 0)
        return -1;
    return minor > 0 ? minor : 0;
}

/* An id or code, whole; empty when it is not there or does not fit. */
static void
copy_id(char *to, size_t bytes, const struct jscan_value *v)
{
    char room[128];
    struct str text = v->text;

    to[0] = '\0';
    if ((v->kind != JSCAN_STRING || v->escaped)
        && jscan_text(v, room, sizeof(room), &text) < 0)
        return;
    if (intasend_is_id(text, bytes - 1)) {
        memcpy(to, text.p, text.len);
        to[text.len] = '\0';
    }
}

static void
copy_escaped_words(char *to, size_t bytes, const struct jscan_value *v)
{
    char room[1024];

    plain_copy(to, bytes, jscan_text_start(v, room, sizeof(room)));
}

/* Words for people, as many as fit. */
static void
copy_words(char *to, size_t bytes, const struct jscan_value *v)
{
    to[0] = '\0';
    if (v->kind == JSCAN_STRING && v->escaped)
        copy_escaped_words(to, bytes, v);
    else if (v->kind == JSCAN_STRING)
        plain_copy(to, bytes, v->text);
}

static int
count_of(const struct jscan_value *v)
{
    char room[MONEY_TEXT_BYTES];
    struct str text = { NULL, 0 };
    int64_t n = -1;

    if (jscan_text(v, room, sizeof(room), &text) < 0 || str_i64(&n, text) < 0
        || n > INT32_MAX)
        return -1;
    return (int)n;
}

static int
wrong_shape(struct err *e, const char *why)
{
    err_set(e, ERR_SHAPE, "IntaSend's answer cannot be read: %s", why);
    return err_fix(e, "payrun asks again by itself; if it goes on, send the "
                   "stored answer to IntaSend's support.");
}

/* The whole of ${body} as one object and nothing behind it. */
static int
read_document(struct str body, const struct str *names, int count,
              struct jscan_value *values, struct err *e)
{
    struct jscan js;

    jscan_start(&js, body, 0);
    if (jscan_object(&js, names, count, values) < 0 || !jscan_ended(&js))
        return wrong_shape(e, js.why != NULL ? js.why : "it is not complete");
    return 0;
}

static int
read_wallet_members(const struct jscan_value *object, struct jscan_value *v)
{
    struct jscan js;

    jscan_start(&js, object->text, 0);
    return jscan_object(&js, wallet_names, WALLET_MEMBERS, v);
}

static enum file_phase
phase_of(const char *code)
{
    const struct code_row *row = provider_file_code(&provider_intasend, code);

    return row != NULL ? (enum file_phase)row->fate : FILE_UNKNOWN;
}

int
intasend_read_file(struct file_answer *out, struct str body, struct err *e)
{
    struct jscan_value v[FILE_MEMBERS], w[WALLET_MEMBERS] = { 0 };

    *out = (struct file_answer){ .phase = FILE_UNKNOWN };
    if (read_document(body, file_names, FILE_MEMBERS, v, e) < 0)
        return -1;
    copy_id(out->tracking_id, sizeof(out->tracking_id), &v[FILE_TRACKING]);
    if (out->tracking_id[0] == '\0')
        return wrong_shape(e, "it has no tracking_id");
    if (v[FILE_WALLET].kind == JSCAN_OBJECT
        && read_wallet_members(&v[FILE_WALLET], w) < 0)
        return wrong_shape(e, "its wallet has a member twice");
    if (v[FILE_ITEMS].kind == JSCAN_ARRAY)
        out->items_at = (size_t)(v[FILE_ITEMS].text.p + 1 - body.p);
    else if (v[FILE_ITEMS].kind != JSCAN_NONE
             && v[FILE_ITEMS].kind != JSCAN_NULL)
        return wrong_shape(e, "its transactions are not a list");
    copy_id(out->file_alias, sizeof(out->file_alias), &v[FILE_ALIAS]);
    copy_id(out->code, sizeof(out->code), &v[FILE_CODE]);
    copy_words(out->text, sizeof(out->text), &v[FILE_STATUS]);
    copy_words(out->updated_at, sizeof(out->updated_at), &v[FILE_UPDATED]);
    copy_id(out->wallet_id, sizeof(out->wallet_id), &w[WALLET_ID]);
    copy_id(out->ccy, sizeof(out->ccy), &w[WALLET_CCY]);
    out->phase = phase_of(out->code);
    out->total_minor = amount_of(&v[FILE_TOTAL]);
    out->charge_estimate_minor = amount_of(&v[FILE_ESTIMATE]);
    out->charge_minor = amount_of(&v[FILE_CHARGES]);
    out->available_minor = spendable(&w[WALLET_AVAILABLE]);
    out->current_minor = spendable(&w[WALLET_CURRENT]);
    out->count = count_of(&v[FILE_COUNT]);
    return 0;
}

/* Our reference in ${s}, as we write it.  A machine mistakes no I for a 1,
 * so those readings are for people and not taken here. */
static bool
find_reference(char out[REFERENCE_BYTES], struct str s)
{
    int64_t batch_id = 0;
    int seq = 0;

    out[0] = '\0';
    if (reference_read(s, &batch_id, &seq) < 0)
        return false;
    /* it can be written in one way only, but for the case */
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i] >= 'a' ? (char)(s.p[i] - ('a' - 'A')) : s.p[i];

        if (c == 'I' || c == 'L' || c == 'O') {
            out[0] = '\0';
            return false;
        }
        out[i] = c;
    }
    out[s.len] = '\0';
    return true;
}

static struct str
last_word(struct str s)
{
    size_t from = 0;

    while (s.len > 0 && s.p[s.len - 1] == ' ')
        s.len--;
    from = s.len;
    while (from > 0 && s.p[from - 1] != ' ')
        from--;
    return from > 0 ? (struct str){ s.p + from, s.len - from } : s;
}

static void
copy_reference(char out[REFERENCE_BYTES], const struct jscan_value *v)
{
    char room[64];      /* what has escapes and is longer is not ours */
    struct str text = { NULL, 0 };

    if (v[ITEM_KEY].kind == JSCAN_STRING
        && jscan_text(&v[ITEM_KEY], room, sizeof(room), &text) == 0
        && find_reference(out, text))
        return;
    if (v[ITEM_NARRATIVE].kind == JSCAN_STRING
        && jscan_text(&v[ITEM_NARRATIVE], room, sizeof(room), &text) == 0)
        find_reference(out, last_word(text));
}

/* The first of two members that says something. */
static const struct jscan_value *
either(const struct jscan_value *a, const struct jscan_value *b)
{
    bool empty = a->kind == JSCAN_NONE || a->kind == JSCAN_NULL
                 || (a->kind == JSCAN_STRING && a->text.len == 0);

    return empty ? b : a;
}

static enum item_fate
fate_of(const char *code)
{
    const struct code_row *row = provider_item_code(&provider_intasend, code);

    return row != NULL ? (enum item_fate)row->fate : ITEM_IN_DOUBT;
}

int
intasend_read_item(struct item_answer *out, struct str body, size_t *at,
                   int position)
{
    const struct jscan_value *account = NULL;
    struct jscan_value v[ITEM_MEMBERS];
    struct jscan js;
    int more = 0;

    *out = (struct item_answer){ .position = position, .minor = -1,
                                 .charge_minor = -1, .fate = ITEM_IN_DOUBT };
    if (*at == 0)
        return 0;                   /* the file had no items */
    if ((more = jscan_item(&js, body, at)) <= 0)
        return more;
    if (jscan_object(&js, item_names, ITEM_MEMBERS, v) < 0
        || jscan_item_done(&js, at) < 0)
        return -1;
    /* digits never need escapes, and what we lend must be the body's */
    account = either(&v[ITEM_ACCOUNT], &v[ITEM_PHONE]);
    if ((account->kind == JSCAN_STRING || account->kind == JSCAN_NUMBER)
        && !account->escaped)
        out->account = account->text;
    out->minor = amount_of(&v[ITEM_AMOUNT]);
    out->charge_minor = amount_of(&v[ITEM_CHARGE]);
    copy_id(out->code, sizeof(out->code), &v[ITEM_CODE]);
    copy_id(out->id, sizeof(out->id), &v[ITEM_ID]);
    out->fate = fate_of(out->code);
    copy_id(out->receipt, sizeof(out->receipt),
            either(&v[ITEM_RECEIPT], &v[ITEM_MNO]));
    copy_words(out->reason, sizeof(out->reason),
               either(&v[ITEM_DESCRIPTION], &v[ITEM_REASON]));
    copy_reference(out->reference, v);
    return 1;
}

/* Is it the one asked for: by its id, or the default one? */
static bool
is_wanted(const struct jscan_value *v, const char *wallet_id)
{
    char id[sizeof((struct wallet_answer){ 0 }.wallet_id)], ccy[4], type[16];

    if (wallet_id != NULL && wallet_id[0] != '\0') {
        copy_id(id, sizeof(id), either(&v[WALLET_ID], &v[WALLET_NUMBER]));
        return strcmp(id, wallet_id) == 0;
    }
    copy_id(ccy, sizeof(ccy), &v[WALLET_CCY]);
    copy_id(type, sizeof(type), &v[WALLET_TYPE]);
    return strcmp(ccy, "KES") == 0 && strcmp(type, "SETTLEMENT") == 0;
}

/* Take ${v} when it is wanted.  Return how many were (0, 1), or -1. */
static int
take_wallet(struct wallet_answer *out, const struct jscan_value *v,
            const char *wallet_id, struct err *e)
{
    if (!is_wanted(v, wallet_id))
        return 0;
    copy_id(out->wallet_id, sizeof(out->wallet_id),
            either(&v[WALLET_ID], &v[WALLET_NUMBER]));
    copy_id(out->ccy, sizeof(out->ccy), &v[WALLET_CCY]);
    if (out->wallet_id[0] == '\0' || strlen(out->ccy) != 3
        || read_balance(&out->available_minor, &v[WALLET_AVAILABLE]) < 0
        || read_balance(&out->current_minor, &v[WALLET_CURRENT]) < 0)
        return wrong_shape(e, "a wallet without an id, a currency or a "
                           "balance");
    return 1;
}

/* ${list}: the text of an array of wallets.  How many were wanted, or -1. */
static int
walk_wallets(struct wallet_answer *out, struct str list,
             const char *wallet_id, struct err *e)
{
    struct jscan_value v[WALLET_MEMBERS];
    struct jscan js;
    size_t at = 1;
    int found = 0, more = 0, one = 0;

    while ((more = jscan_item(&js, list, &at)) > 0) {
        if (jscan_object(&js, wallet_names, WALLET_MEMBERS, v) < 0
            || jscan_item_done(&js, &at) < 0)
            return wrong_shape(e, "a wallet is broken or has a member twice");
        if ((one = take_wallet(out, v, wallet_id, e)) < 0)
            return -1;
        found += one;
    }
    return more < 0 ? wrong_shape(e, "its list of wallets") : found;
}

int
intasend_read_wallet(struct wallet_answer *out, struct str body,
                     const char *wallet_id, struct err *e)
{
    struct jscan_value root = { 0 }, v[WALLET_MEMBERS] = { 0 };
    struct jscan js;
    int found = 0;

    *out = (struct wallet_answer){ 0 };
    jscan_start(&js, body, 0);
    if (jscan_skip(&js, &root) == JSCAN_BROKEN || !jscan_ended(&js))
        return wrong_shape(e, js.why != NULL ? js.why : "it is not complete");
    if (root.kind == JSCAN_OBJECT && read_wallet_members(&root, v) < 0)
        return wrong_shape(e, "it has a member twice");
    if (v[WALLET_RESULTS].kind == JSCAN_ARRAY)
        root = v[WALLET_RESULTS];
    if (root.kind == JSCAN_ARRAY)
        found = walk_wallets(out, root.text, wallet_id, e);
    else
        found = take_wallet(out, v, wallet_id, e);
    if (found == 1)
        return 0;
    *out = (struct wallet_answer){ 0 };
    if (found < 0)
        return -1;
    err_set(e, ERR_CONFIG, "IntaSend shows %s wallet %s",
            found == 0 ? "no" : "more than one",
            wallet_id != NULL && wallet_id[0] != '\0' ? wallet_id
                                                      : "SETTLEMENT in KES");
    return err_fix(e, "Name the wallet of this account in the configuration, "
                   "as IntaSend's dashboard shows it.");
}

struct str
intasend_read_challenge(struct str body, char *room, size_t bytes)
{
    static const struct str names[] = { JSCAN_NAME("challenge") };
    struct jscan_value v[1];
    struct str text = { NULL, 0 };

    if (read_document(body, names, 1, v, NULL) == 0
        && v[0].kind == JSCAN_STRING)
        jscan_text(&v[0], room, bytes, &text);
    return text;
}
