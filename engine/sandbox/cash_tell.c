#include "money/money.h"
#include "sandbox/cash_inside.h"
#include "sandbox/ids.h"

/* What a callback says of a row. */
struct saying {
    struct cash_form *out;
    const struct cash *cash;
    const struct cash_row *row;
    enum cash_tell tell;
    struct cash_look look;
    const char *receipt;        /* as told; "": none                        */
    char made_up[FIGURE_RECEIPT_BYTES];
};

static void
say(const struct saying *s, const char *name, const char *value)
{
    cash_form_add(s->out, str_of(name), str_of(value));
}

static void
say_word(const struct saying *s, const char *name, enum cash_word word)
{
    say(s, name, cash_row_word(s->row, word));
}

static void
say_i64(const struct saying *s, const char *name, int64_t n)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)n);
    say(s, name, text);
}

static void
say_money(const struct saying *s, const char *name, int64_t minor)
{
    struct buf text = { 0 };

    buf_init(&text, 64);
    buf_minor(&text, minor, 2);
    say(s, name, text.p);
    buf_release(&text);
}

/* The words are unknown (contract 8.1), so there are several sets of them. */
static const char *
status_word(const struct saying *s)
{
    static const char *const words[][5] = {
        [STATUS_SUCCESS] = { "", "success", "error", "pending", "reversed" },
        [STATUS_RECEIVED] = { "", "received", "failed", "pending",
                              "reversed" },
        [STATUS_NUMBER] = { "", "1", "2", "0", "3" },
    };

    /* An IPN says that the money was received (2.1). */
    if (s->row->kind != ROW_PAYOUT && s->tell == TELL_PAID)
        return "received";
    return words[s->cash->rules.is[RULE_CALLBACK_STATUS]][s->tell];
}

/* What a contradiction gives as its reason, when the row has none. */
static const char *
other_code(const struct saying *s)
{
    return s->row->code[0] != '\0' ? s->row->code : "2040";
}

static const char *
said_text(const struct saying *s)
{
    if (s->tell == TELL_PAID)
        return strcmp(cash_row_word(s->row, WORD_GATEWAY), "equitel") == 0
            || s->row->kind != ROW_PAYOUT ? "Success" : cash_fate_text("0");
    /* Told before or after what the row says now. */
    if (s->tell == TELL_FAILED && s->row->stage == STAGE_PAID)
        return cash_fate_text(other_code(s));
    return cash_rows_said(s->row);
}

static const char *
in_code(const struct saying *s)
{
    if (s->tell == TELL_PAID)
        return "0";
    if (s->tell == TELL_FAILED && s->row->stage == STAGE_PAID)
        return other_code(s);
    return s->tell == TELL_PENDING ? "" : s->row->in_code;
}

static void
say_ids(const struct saying *s)
{
    bool mine = s->cash->rules.is[RULE_CALLBACK_TRANS_ID]
        == CALLBACK_REFERENCE;
    char uuid[CASH_UUID_BYTES], gateway[40];

    cash_rows_uuid(s->row, uuid);
    cash_rows_gateway_id(s->row, gateway);
    say_i64(s, "proxy_trans_id", cash_row_id(s->row));
    say(s, "proxy_trans_uuid", uuid);
    if (s->row->kind == ROW_PAYOUT) {
        say(s, "trans_id", mine ? cash_row_word(s->row, WORD_TRANS_ID)
                                : s->receipt);
        say_word(s, "trans_reference", WORD_TRANS_ID);
        say(s, "third_party_trans_id",
            s->receipt[0] != '\0' ? s->receipt : gateway);
        say_word(s, "reference_number", WORD_TRANS_ID);
    } else {
        say(s, "trans_id", s->receipt);
        say_word(s, "reference_number", WORD_REFERENCE);
        say_i64(s, "invoice_id", cash_row_id(s->row));
        say(s, "invoice_uuid", uuid);
    }
}

static void
say_times(const struct saying *s)
{
    int64_t style = s->cash->rules.is[RULE_TRANS_TIME];
    int64_t at_us = cash_rows_when(&s->look, s->row);
    char stamp[CASH_STAMP_BYTES];

    cash_rows_stamp(at_us, style == TIME_DOCUMENTED ? TIME_DIGITS : style,
                    stamp);
    say(s, "trans_time", stamp);
    cash_rows_stamp(at_us, TIME_DASHES, stamp);
    stamp[10] = '\0';
    say(s, "date", stamp);
}

/* The fields of an IPN (2.1), and those of a row and of the answer to b2c. */
static void
say_all(const struct saying *s)
{
    const struct cash_till *till = &s->look.books->tills[s->row->till];
    bool payout = s->row->kind == ROW_PAYOUT;

    say(s, "organization_id", CASH_ORGANIZATION);
    say(s, "customer_id", CASH_CUSTOMER);
    say_i64(s, "location_id", till->location);
    say(s, "trans_type", payout ? "b2c" : "Pay Bill");
    say_times(s);
    say_money(s, "trans_amount", s->row->minor);
    say_i64(s, "short_code", till->short_code);
    say_word(s, "bill_ref_number", WORD_BILL_REF);
    say_word(s, "description", WORD_DESCRIPTION);
    say_money(s, "org_account_balance", till->current_minor);
    say_word(s, "phone", WORD_PHONE);
    say_word(s, "first_name", WORD_FIRST);
    say_word(s, "middle_name", WORD_MIDDLE);
    say_word(s, "last_name", WORD_LAST);
    say(s, "status", status_word(s));
    say(s, "type", s->tell == TELL_PAID || payout ? "receipt" : "invoice");
    say_ids(s);
    say(s, "third_party_message", said_text(s));
    if (payout) {
        say(s, "message", s->tell == TELL_PAID ? "Success" : said_text(s));
        say_money(s, "amount", s->row->minor);
        say(s, "direction", "b2c");
        say(s, "b2c_in_status_code", in_code(s));
        say(s, "b2c_out_status_code", s->row->out_code);
        say_word(s, "gateway", WORD_GATEWAY);
        say_word(s, "mode", WORD_MODE);
    }
    say_word(s, "currency", WORD_CURRENCY);
    say(s, "api_key", s->cash->key.p);
}

static void
say_bare(const struct saying *s)
{
    say(s, "status", status_word(s));
    say(s, "message", said_text(s));
    say_ids(s);
    say_word(s, "phone", WORD_PHONE);
    say_money(s, "amount", s->row->minor);
}

/* An outgoing hash is made like an incoming one: an assumption (2.4). */
void
cash_tell_fields(struct cash_form *out, const struct cash *cash,
                 const struct cash_row *row, enum cash_tell tell, bool forged)
{
    struct saying s = { .out = out, .cash = cash, .row = row, .tell = tell,
                        .receipt = row->shown ? row->receipt : "" };
    char hash[SHA256_HEX];

    s.look = (struct cash_look){ &cash->ledger.books, &cash->rules, 0 };
    if (tell == TELL_PAID && s.receipt[0] == '\0') {
        /* A contradiction needs a receipt that nobody has. */
        ids_receipt(~cash->ledger.books.salt, row->n + 1, row->stepped_us,
                    s.made_up);
        s.receipt = s.made_up;
    }
    if (cash->rules.is[RULE_CALLBACK_SHAPE] == SHAPE_BARE) {
        say_bare(&s);
        return;
    }
    say_all(&s);
    if (cash_form_hash(out, secret_view(&cash->secret), false, hash) < 0) {
        out->failed = true;
        return;
    }
    if (forged)
        memset(hash, '0', SHA256_HEX - 1);
    say(&s, "hash", hash);
}
