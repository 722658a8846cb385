#include "sandbox/cash_inside.h"

/* POST checkout, POST sms, POST intiate_transfer. */

static const struct {
    const char *name;
    enum cash_word word;
} asked[] = {
    { "first_name", WORD_FIRST }, { "middle_name", WORD_MIDDLE },
    { "last_name", WORD_LAST }, { "phone", WORD_PHONE },
    { "description", WORD_DESCRIPTION }, { "address", WORD_ADDRESS },
    { "currency", WORD_CURRENCY }, { "reference_number", WORD_REFERENCE },
    { "bill_ref_number", WORD_BILL_REF }, { "flow", WORD_FLOW },
    { "environment", WORD_ENVIRONMENT },
    { "callback_url", WORD_CALLBACK_URL },
    { "callback_http_method", WORD_METHOD }, { "image_url", WORD_IMAGE_URL },
};

static void
checkout_read(struct cash_exchange *x, struct str words[WORD_COUNT],
              char phone[24], int64_t *minor)
{
    struct str amount = cash_check_needs(x, "amount");

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
        words[asked[i].word] = cash_check_needs(x, asked[i].name);
    cash_check_needs(x, "email");
    if (amount.len > 0 && cash_check_amount(amount, minor) < 0)
        cash_check_field(x, "amount", "The amount must be a number.");
    if (words[WORD_PHONE].len > 0
        && cash_check_phone(words[WORD_PHONE], phone) < 0)
        cash_check_field(x, "phone", "The phone must be a phone number.");
    if (words[WORD_FLOW].len > 0
        && !str_eq(words[WORD_FLOW], STR("stkpush")))
        cash_check_field(x, "flow", "The selected flow is invalid.");
    words[WORD_PHONE] = str_of(phone);
    words[WORD_SIMULATE] = cash_form_get(&x->form, "simulate");
    words[WORD_ITEM_ID] = cash_form_get(&x->form, "item_id");
}

static void
checkout_answer(struct cash_exchange *x, const struct cash_row *row)
{
    char uuid[CASH_UUID_BYTES];

    cash_rows_uuid(row, uuid);
    cash_check_answer(x, "Succeed.");
    buf_printf(&x->out, "{\"invoice_uuid\":\"%s\",\"invoice_id\":", uuid);
    cash_rows_i64(&x->out, &x->cash->rules, cash_row_id(row));
    buf_text(&x->out, ",\"reference_number\":");
    cash_rows_json(&x->out, str_of(cash_row_word(row, WORD_REFERENCE)));
    buf_text(&x->out, ",\"type\":\"success\",\"code\":");
    cash_rows_i64(&x->out, &x->cash->rules, 200);
    buf_text(&x->out, ",\"message\":\"STK push initiated, a response will be "
             "sent back to the callback URL\"}}");
}

/* An invoice now; its receipt is a second row, when the customer pays. */
void
cash_other_checkout(struct cash_exchange *x)
{
    struct str words[WORD_COUNT] = { { NULL, 0 } };
    struct cash *s = x->cash;
    struct cash_fate fate;
    struct cash_row *row;
    char phone[24] = "", third[40];
    int64_t minor = 0;
    int till;

    checkout_read(x, words, phone, &minor);
    till = cash_check_till(x, "location_id");
    if (x->http != 200)
        return;
    snprintf(third, sizeof(third), "%u-%u-1", 22027U,
             17924288 + s->ledger.books.nrows);
    words[WORD_THIRD_ID] = str_of(third);
    words[WORD_TRANS_TYPE] = STR("c2b");
    words[WORD_IP] = str_of(httpd_peer(x->request));
    cash_fate_checkout(&fate, str_of(phone));
    if ((row = cash_row_new(ROW_INVOICE, words)) == NULL) {
        x->http = 500;
        return;
    }
    row->till = till;
    row->minor = minor;
    row->script = fate.script;
    if (cash_life_take(s, row, x->now_us) < 0) {
        free(row);
        x->http = 500;
        return;
    }
    checkout_answer(x, row);
}

static int
sms_read(struct cash_exchange *x, int n)
{
    char phone[24];

    if (n == 0)
        cash_check_field(x, "to", "The to field is required.");
    for (int i = 0; i < n && x->http == 200; i++) {
        const struct cash_entry *e = cash_form_entry(&x->form, "to", i);

        if (cash_check_phone(cash_form_in(&x->form, e, "phone"), phone) < 0)
            cash_check_field(x, "to", "phone at to %.*s should be set",
                             STR_ARG(str_cut(e->index, 20)));
        else if (cash_form_in(&x->form, e, "message").len == 0)
            cash_check_field(x, "to", "message at to %.*s should be set",
                             STR_ARG(str_cut(e->index, 20)));
    }
    return x->http == 200 ? 0 : -1;
}

void
cash_other_sms(struct cash_exchange *x)
{
    int n = 0;

    cash_check_till(x, "location_id");
    while (cash_form_entry(&x->form, "to", n) != NULL)
        n++;
    if (x->http != 200 || sms_read(x, n) < 0)
        return;
    cash_check_answer(x, "%d smses of %d (100%%) scheduled for sending", n, n);
    buf_char(&x->out, '[');
    for (int i = 0; i < n; i++) {
        const struct cash_entry *e = cash_form_entry(&x->form, "to", i);
        struct str phone = cash_form_in(&x->form, e, "phone");

        cash_ledger_sms(&x->cash->ledger, phone,
                        cash_form_in(&x->form, e, "message"), x->now_us);
        buf_printf(&x->out, "%s{\"status\":\"success\",\"message\":"
                   "\"Success\",\"proxy_trans_id\":", i > 0 ? "," : "");
        cash_rows_i64(&x->out, &x->cash->rules, CASH_SMS_FIRST - 1
                      + (int64_t)x->cash->ledger.books.nsms);
        buf_text(&x->out, ",\"phone\":");
        cash_rows_json(&x->out, phone);
        buf_text(&x->out, ",\"amount\":\"10\"}");
    }
    buf_text(&x->out, "]}");
}

static bool
transfer_type(struct str type)
{
    static const char *const types[] = {
        "BusinessPayBill", "MerchantToMerchantTransfer",
        "MerchantTransferFromMerchantToWorking",
        "MerchantServicesMMFAccountTransfer", "AgencyFloatAdvance",
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_eq(type, str_of(types[i])))
            return true;
    return false;
}

static void
transfer_answer(struct cash_exchange *x, const struct cash_transfer *t,
                struct str description)
{
    const struct cash_books *b = &x->cash->ledger.books;

    cash_check_answer(x, "%s", x->cash->rules.is[RULE_TRANSFER_MESSAGE]
                      == MESSAGE_DOCUMENTED ? "Intiated" : "Initiated");
    buf_text(&x->out, "{\"description\":");
    cash_rows_json(&x->out, description);
    buf_printf(&x->out, ",\"location_from_id\":\"%d\",\"location_to_id\":"
               "\"%d\",\"workflow\":\"initiated\",\"id\":",
               b->tills[t->from].location, b->tills[t->to].location);
    cash_rows_i64(&x->out, &x->cash->rules,
                  CASH_TRANSFER_FIRST - 1 + (int64_t)b->ntransfers);
    buf_text(&x->out, "}}");
}

/* No reference, no callback, no way to ask: as the provider's. */
void
cash_other_transfer(struct cash_exchange *x)
{
    struct cash_transfer t = { .at_us = x->now_us };
    struct str amount = cash_check_needs(x, "amount");
    struct str description = cash_check_needs(x, "description");
    struct str type = cash_check_needs(x, "type");

    if (amount.len > 0 && cash_check_amount(amount, &t.minor) < 0)
        cash_check_field(x, "amount", "The amount must be an integer.");
    if (type.len > 0 && !transfer_type(type))
        cash_check_field(x, "type", "The selected type is invalid.");
    t.from = cash_check_till(x, "location_from_id");
    t.to = cash_check_till(x, "location_to_id");
    if (x->http != 200)
        return;
    if (cash_ledger_transfer(&x->cash->ledger, &t, description, type) < 0) {
        x->http = 500;
        return;
    }
    cash_life_plan_transfer(x->cash, x->cash->ledger.books.ntransfers - 1);
    transfer_answer(x, &t, description);
}
