#include "sandbox/cash_inside.h"

/* POST b2c. */

/* One beneficiary, read and not yet taken. */
struct payee {
    const struct cash_entry *entry;
    struct str words[WORD_COUNT];
    struct str reference, amount;
    char   phone[24];
    bool   mpesa;
    int64_t minor;
    const char *refused;        /* in the answer, alone; NULL: taken        */
    struct cash_row *row;
};

static const struct {
    const char *key;
    enum cash_word word;
    bool needed;
} keys[] = {
    { "gateway", WORD_GATEWAY, true },
    { "phone", WORD_PHONE, true },
    { "first_name", WORD_FIRST, true },
    { "last_name", WORD_LAST, true },
    { "description", WORD_DESCRIPTION, true },
    { "callback_url", WORD_CALLBACK_URL, true },
    { "callback_http_method", WORD_METHOD, true },
    { "short_code", WORD_SHORT_CODE, true },
    { "currency", WORD_CURRENCY, true },
    { "message", WORD_MESSAGE, false },
    { "bill_ref_number", WORD_BILL_REF, false },
};

static void
payee_refuse(struct cash_exchange *x, const struct payee *p, const char *key,
             const char *what)
{
    cash_check_field(x, "beneficiaries", "%s at beneficiaries %.*s %s", key,
                     STR_ARG(str_cut(p->entry->index, 20)), what);
}

/* The reference has two names; which one the provider reads is unknown. */
static int
payee_reference(struct cash_exchange *x, struct payee *p)
{
    struct str mine = cash_form_in(&x->form, p->entry, "trans_id");
    struct str old = cash_form_in(&x->form, p->entry, "trans_reference");

    switch (x->cash->rules.is[RULE_REFERENCE_KEY]) {
    case KEY_TRANS_ID:
        p->reference = mine;
        break;
    case KEY_TRANS_REFERENCE:
        p->reference = old;
        break;
    default:
        p->reference = mine.len > 0 ? mine : old;
        break;
    }
    if (p->reference.len > 0)
        return 0;
    payee_refuse(x, p, "trans_reference", "should be set and it identifies "
                 "this transaction on your system. Best if it's unique");
    return -1;
}

static int
payee_words(struct cash_exchange *x, struct payee *p)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct str v = cash_form_in(&x->form, p->entry, keys[i].key);

        if (v.len == 0 && keys[i].needed) {
            payee_refuse(x, p, keys[i].key, "should be set");
            return -1;
        }
        p->words[keys[i].word] = v;
    }
    return 0;
}

/* A whole request is refused for the first beneficiary that is wrong. */
static int
payee_read(struct cash_exchange *x, struct payee *p)
{
    const struct str method = STR("get"), post = STR("post");

    if (payee_reference(x, p) < 0 || payee_words(x, p) < 0)
        return -1;
    p->amount = cash_form_in(&x->form, p->entry, "amount");
    p->mpesa = str_eq(p->words[WORD_GATEWAY], STR("mpesa"));
    if (p->amount.len == 0)
        payee_refuse(x, p, "amount", "should be set");
    else if (cash_check_amount(p->amount, &p->minor) < 0)
        payee_refuse(x, p, "amount", "should be a number");
    else if (!p->mpesa && !str_eq(p->words[WORD_GATEWAY], STR("equitel")))
        payee_refuse(x, p, "gateway", "should be mpesa or equitel");
    else if (cash_check_phone(p->words[WORD_PHONE], p->phone) < 0)
        payee_refuse(x, p, "phone", "should be a phone number with its "
                     "country code");
    else if (!str_ieq(p->words[WORD_METHOD], method)
             && !str_ieq(p->words[WORD_METHOD], post))
        payee_refuse(x, p, "callback_http_method", "should be get or post");
    else if (!str_eq(p->words[WORD_CURRENCY], STR("KES")))
        payee_refuse(x, p, "currency", "should be KES");
    return x->http == 200 ? 0 : -1;
}

/* What is refused alone, in a 200 answer: nothing of it is known (7.2). */
static void
payee_judge(const struct cash *s, struct payee *p, int place)
{
    int64_t every = s->rules.is[RULE_PARTIAL];

    if (cash_fate_refused(str_of(p->phone)))
        p->refused = "The phone number cannot be paid";
    else if (every > 0 && place % every == every - 1)
        p->refused = "The transaction was not scheduled";
    else if (p->mpesa && s->rules.is[RULE_CENTS] == 0 && p->minor % 100 != 0)
        p->refused = "The amount should be in whole shillings";
    else if (s->rules.is[RULE_DUPLICATES] == DUPLICATES_REFUSED
             && cash_books_known(&s->ledger.books, p->reference) > 0)
        p->refused = "The trans_reference has been used already";
}

static int
payee_take(struct cash_exchange *x, struct payee *p, struct str mode, int till)
{
    struct cash *s = x->cash;
    const char *agent = httpd_header(x->request, "User-Agent");
    struct cash_fate fate;
    char third[40];

    snprintf(third, sizeof(third), "%u-%u-1",
             22027 + s->ledger.books.nrows % 1000,
             17924288 + s->ledger.books.nrows);
    p->words[WORD_PHONE] = str_of(p->phone);
    p->words[WORD_TRANS_ID] = p->words[WORD_REFERENCE] = p->reference;
    p->words[WORD_MODE] = mode;
    p->words[WORD_TRANS_TYPE] = STR("b2c");
    p->words[WORD_THIRD_ID] = str_of(third);
    p->words[WORD_IP] = str_of(httpd_peer(x->request));
    p->words[WORD_AGENT] = str_cut(str_of(agent), 200);
    cash_fate_payout(&fate, &s->play, &s->rules, str_of(p->phone), p->minor,
                     p->mpesa);
    if ((p->row = cash_row_new(ROW_PAYOUT, p->words)) == NULL)
        return -1;
    p->row->till = till;
    p->row->minor = p->minor;
    p->row->charge_minor = s->rules.is[RULE_CHARGE_MINOR];
    p->row->script = fate.script;
    memcpy(p->row->code, fate.code, sizeof(p->row->code));
    if (cash_life_take(s, p->row, x->now_us) < 0) {
        free(p->row);
        p->row = NULL;
        return -1;
    }
    x->taken++;
    return 0;
}

/* The shape of a refused item is unknown: four of them. */
static void
write_id(struct cash_exchange *x, const struct payee *p)
{
    struct buf *out = &x->out;

    if (p->row != NULL) {
        buf_text(out, ",\"proxy_trans_id\":");
        cash_rows_i64(out, &x->cash->rules, cash_row_id(p->row));
    } else if (x->cash->rules.is[RULE_REFUSED_SHAPE] == REFUSED_NULL) {
        buf_text(out, ",\"proxy_trans_id\":null");
    } else if (x->cash->rules.is[RULE_REFUSED_SHAPE] == REFUSED_ZERO) {
        buf_text(out, ",\"proxy_trans_id\":0");
    }
}

static void
write_item(struct cash_exchange *x, const struct payee *p, bool first)
{
    struct buf *out = &x->out;
    char phone[24];

    if (!first)
        buf_char(out, ',');
    cash_rows_local(str_of(p->phone), &x->cash->rules, phone);
    buf_printf(out, "{\"status\":\"%s\",\"message\":",
               p->refused == NULL ? "success" : "error");
    cash_rows_json(out, str_of(p->refused == NULL ? "Success" : p->refused));
    write_id(x, p);
    buf_printf(out, ",\"%s\":",
               x->cash->rules.is[RULE_REFERENCE_ECHO] == ECHO_TRANS_ID
               ? "trans_id" : "trans_reference");
    cash_rows_json(out, p->reference);
    buf_text(out, ",\"phone\":");
    cash_rows_json(out, str_of(phone));
    buf_text(out, ",\"amount\":");
    cash_rows_json(out, p->amount);
    buf_char(out, '}');
}

static void
write_items(struct cash_exchange *x, const struct payee *list, int n)
{
    bool first = true;

    cash_check_answer(x, "%d transactions of %d (%d%%) scheduled for B2C",
                      x->taken, n, n > 0 ? x->taken * 100 / n : 0);
    buf_char(&x->out, '[');
    for (int i = 0; i < n; i++) {
        if (list[i].refused != NULL
            && x->cash->rules.is[RULE_REFUSED_SHAPE] == REFUSED_ABSENT)
            continue;
        write_item(x, &list[i], first);
        first = false;
    }
    buf_text(&x->out, "]}");
}

/* Validation comes before anything is stored (7.3): all or nothing. */
static int
read_all(struct cash_exchange *x, struct payee *list, int n)
{
    int64_t most = x->cash->rules.is[RULE_BENEFICIARIES_MAX];

    if (n == 0)
        cash_check_field(x, "beneficiaries",
                         "The beneficiaries field is required.");
    if (most > 0 && n > most)
        cash_check_field(x, "beneficiaries",
                         "The beneficiaries may not be more than %lld.",
                         (long long)most);
    for (int i = 0; i < n && x->http == 200; i++) {
        list[i].entry = cash_form_entry(&x->form, "beneficiaries", i);
        payee_read(x, &list[i]);
    }
    return x->http == 200 ? 0 : -1;
}

void
cash_pay_b2c(struct cash_exchange *x)
{
    struct payee *list = NULL;
    struct str mode = cash_check_needs(x, "mode");
    int till = cash_check_till(x, "location_id");
    int n = 0;

    if (mode.len > 0 && !str_eq(mode, STR("live"))
        && !str_eq(mode, STR("sandbox")))
        cash_check_field(x, "mode", "The selected mode is invalid.");
    while (cash_form_entry(&x->form, "beneficiaries", n) != NULL)
        n++;
    if (x->http != 200)
        return;
    if ((list = calloc((size_t)n + 1, sizeof(*list))) == NULL) {
        x->http = 500;
        return;
    }
    if (read_all(x, list, n) == 0) {
        for (int i = 0; i < n; i++) {
            payee_judge(x->cash, &list[i], i);
            if (list[i].refused == NULL
                && payee_take(x, &list[i], mode, till) < 0)
                list[i].refused = "The transaction could not be stored";
        }
        write_items(x, list, n);
    }
    free(list);
}
