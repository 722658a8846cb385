#include "providers/sapama.h"

#include "base/day.h"
#include "providers/plain.h"

/* Members of a stored transaction, section 4; the row and the one nested in it
 * have the same names. */
enum {
    ROW_ID, ROW_TRANS, ROW_TRANS_REFERENCE, ROW_REFERENCE, ROW_THIRD,
    ROW_BILL, ROW_PHONE, ROW_AMOUNT, ROW_CALLBACK, ROW_DIRECTION, ROW_TYPE,
    ROW_GATEWAY, ROW_IN, ROW_OUT, ROW_SAID, ROW_CREATED, ROW_UNIX,
    ROW_NESTED, ROW_MEMBERS
};
static const struct str row_names[ROW_MEMBERS] = {
    [ROW_ID]              = JSCAN_NAME("id"),
    [ROW_TRANS]           = JSCAN_NAME("trans_id"),
    [ROW_TRANS_REFERENCE] = JSCAN_NAME("trans_reference"),
    [ROW_REFERENCE]       = JSCAN_NAME("reference_number"),
    [ROW_THIRD]           = JSCAN_NAME("third_party_trans_id"),
    [ROW_BILL]            = JSCAN_NAME("bill_ref_number"),
    [ROW_PHONE]           = JSCAN_NAME("phone"),
    [ROW_AMOUNT]          = JSCAN_NAME("trans_amount"),
    [ROW_CALLBACK]        = JSCAN_NAME("callback_url"),
    [ROW_DIRECTION]       = JSCAN_NAME("direction"),
    [ROW_TYPE]            = JSCAN_NAME("trans_type"),
    [ROW_GATEWAY]         = JSCAN_NAME("gateway"),
    [ROW_IN]              = JSCAN_NAME("b2c_in_status_code"),
    [ROW_OUT]             = JSCAN_NAME("b2c_out_status_code"),
    [ROW_SAID]            = JSCAN_NAME("third_party_message"),
    [ROW_CREATED]         = JSCAN_NAME("created_at"),
    [ROW_UNIX]            = JSCAN_NAME("trans_time_unix"),
    [ROW_NESTED]          = JSCAN_NAME("transaction")
};

#define EQUITEL_RECEIPT_MIN 6   /* Jenga's sample has 12 digits; zeros only are
                                   a placeholder, as M-Pesa's are */
#define URL_BYTES 1024          /* ours has under 500 */

/* What a code of the gateway says about the payment. */
enum says { SAYS_NOTHING, SAYS_PAID, SAYS_FAILED, SAYS_DOUBT };

/* The receipts a row names: none, one, or two that differ. */
struct receipts {
    char text[16];
    bool differ;
};

/* Our token in a row: its callback address first, then its bill (9). */
static void
read_token(char out[TOKEN_BYTES], const struct jscan_value *v)
{
    char room[URL_BYTES];
    struct str s = { NULL, 0 };

    out[0] = '\0';
    if (jscan_text(&v[ROW_CALLBACK], room, sizeof(room), &s) == 0
        && sapama_token_in_url(out, s))
        return;
    if (jscan_text(&v[ROW_BILL], room, sizeof(room), &s) == 0)
        sapama_token(out, s);
}

/*
 * Our reference, from the token or a column that keeps what we sent.  The
 * trans_id counts last: it becomes the receipt when paid (9), and one receipt
 * in some hundred reads as a reference of somebody's.
 */
static void
read_reference(struct row_answer *out, const struct jscan_value *v)
{
    static const int where[] = { ROW_TRANS_REFERENCE, ROW_REFERENCE,
                                 ROW_THIRD, ROW_TRANS };
    char room[64];
    struct str s = { NULL, 0 };

    sapama_token_reference(out->item.reference, out->token);
    for (size_t i = 0; i < sizeof(where) / sizeof(where[0])
                       && out->item.reference[0] == '\0'; i++)
        if (jscan_text(&v[where[i]], room, sizeof(room), &s) == 0)
            sapama_reference(out->item.reference, s);
}

/* The trans_id of ${v} when it is a receipt and not our own reference. */
static void
take_receipt(struct receipts *r, const struct jscan_value *v,
             const char *reference)
{
    char room[64];
    struct str s = { NULL, 0 };

    if (jscan_text(v, room, sizeof(room), &s) < 0)
        return;
    s = str_trim(s);
    if (!sapama_is_receipt(s) || str_ieq(s, str_of(reference)))
        return;
    if (r->text[0] == '\0')
        str_copy(r->text, sizeof(r->text), s);
    else if (!str_eq(s, str_of(r->text)))
        r->differ = true;
}

/* "0" or nothing is no trouble; a code too long to read is. */
static enum says
read_code(char code[16], const struct jscan_value *v)
{
    const struct code_row *row = NULL;

    code[0] = '\0';
    if (sapama_empty(v))
        return SAYS_NOTHING;
    sapama_id(code, 16, v);
    if (strcmp(code, SAPAMA_SCHEDULED) == 0
        || strcmp(code, SAPAMA_UNCLEAR) == 0)
        code[0] = '\0';             /* our words, in their mouth */
    if (code[0] == '\0') {
        str_copy(code, 16, STR(SAPAMA_UNCLEAR));
        return SAYS_DOUBT;
    }
    if ((row = provider_item_code(&provider_sapama, code)) == NULL)
        return SAYS_DOUBT;
    if (row->fate == ITEM_PAID)
        return SAYS_PAID;
    return row->fate == ITEM_FAILED ? SAYS_FAILED : SAYS_DOUBT;
}

/* Does ${v} say ${word}? */
static bool
says_word(const struct jscan_value *v, struct str word)
{
    char text[16];

    sapama_id(text, sizeof(text), v);
    return str_ieq(str_of(text), word);
}

/*
 * The rule of contract 9 and mpesa.md 2.5: paid with a receipt and nothing
 * against it; failed with an explicit final code and no receipt; whatever
 * contradicts itself is in doubt; the rest goes on.  What the acknowledgement
 * (out) can say is not documented, so it is only held against a receipt when
 * it is a code that we know to be a failure.
 */
static enum item_fate
fate_of(enum says in, enum says out, const struct receipts *r)
{
    bool paid = r->text[0] != '\0';

    if (r->differ || in == SAYS_DOUBT)
        return ITEM_IN_DOUBT;
    if (in == SAYS_FAILED)
        return paid ? ITEM_IN_DOUBT : ITEM_FAILED;
    if (paid)
        return out == SAYS_FAILED ? ITEM_IN_DOUBT : ITEM_PAID;
    return ITEM_MOVING;
}

/* Our own remark about a code, behind the gateway's words. */
static void
add_remark(struct item_answer *item, const char *before, const char *code,
           const char *behind)
{
    char text[96];

    snprintf(text, sizeof(text), "%s%s%s%s",
             item->reason[0] != '\0' ? " - " : "", before, code, behind);
    plain_add(item->reason, sizeof(item->reason), str_of(text));
}

/* A code that says something else than the fate does would be explained with
 * the wrong words. */
static void
settle_code(struct item_answer *item)
{
    const struct code_row *row = provider_item_code(&provider_sapama,
                                                    item->code);

    if (item->fate == ITEM_IN_DOUBT && row != NULL
        && row->fate != ITEM_IN_DOUBT) {
        add_remark(item, "M-Pesa's code ", item->code,
                   " contradicts the rest");
        str_copy(item->code, sizeof(item->code), STR(SAPAMA_UNCLEAR));
    } else if (item->fate == ITEM_IN_DOUBT && item->code[0] == '\0') {
        str_copy(item->code, sizeof(item->code), STR(SAPAMA_UNCLEAR));
    }
}

/* The counterpart of a row may name the receipt, and a code of its own. */
static int
read_nested(struct receipts *r, enum says *in, const struct jscan_value *v,
            const struct row_answer *row)
{
    struct jscan_value n[ROW_MEMBERS];
    struct jscan js;
    char code[16];
    enum says own = SAYS_NOTHING;

    if (v->kind != JSCAN_OBJECT)
        return 0;
    jscan_start(&js, v->text, 0);
    if (jscan_object(&js, row_names, ROW_MEMBERS, n) < 0)
        return -1;
    own = read_code(code, &n[ROW_IN]);
    if (own == SAYS_FAILED || own == SAYS_DOUBT) {
        /* two halves of one payment must agree about how it ended */
        if (*in != own)
            *in = SAYS_DOUBT;
    }
    /* what came in is no proof of what went out, nor is another amount */
    if (!says_word(&n[ROW_DIRECTION], STR("c2b")) && row->item.minor >= 0
        && sapama_amount(&n[ROW_AMOUNT]) == row->item.minor)
        take_receipt(r, &n[ROW_TRANS], row->item.reference);
    return 0;
}

/* "2020-07-16 15:52:20", UTC (1); the provider's own clock. */
static int64_t
seconds_of(struct str s)
{
    int32_t day = 0;
    int h = day_digits(s, 11, 2), m = day_digits(s, 14, 2);
    int sec = day_digits(s, 17, 2);

    if (s.len != sizeof("2026-11-22 10:00:00") - 1 || s.p[10] != ' '
        || s.p[13] != ':' || s.p[16] != ':' || day_read(&day, s) < 0
        || day < 0 || h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59)
        return 0;                   /* "0000-00-00 00:00:00": never */
    return (int64_t)day * DAY_S + h * 3600 + m * 60 + sec;
}

static int64_t
read_made(const struct jscan_value *v)
{
    char room[MONEY_TEXT_BYTES];
    struct str s = { NULL, 0 };
    int64_t made = 0;

    if (jscan_text(&v[ROW_CREATED], room, sizeof(room), &s) == 0
        && (made = seconds_of(str_trim(s))) > 0)
        return made;
    if (jscan_text(&v[ROW_UNIX], room, sizeof(room), &s) == 0
        && str_i64(&made, str_trim(s)) == 0)
        return made;
    return 0;
}

/* Which way the money went; an empty direction leaves it to the type. */
static void
read_direction(struct row_answer *out, const struct jscan_value *v)
{
    const struct jscan_value *d = &v[ROW_DIRECTION];

    if (sapama_empty(d))
        d = &v[ROW_TYPE];
    if (says_word(d, STR("b2c")))
        str_copy(out->method_of, sizeof(out->method_of), STR("b2c"));
    else if (says_word(d, STR("c2b")))
        str_copy(out->method_of, sizeof(out->method_of), STR("c2b"));
    else if (sapama_empty(&v[ROW_DIRECTION]))
        out->method_of[0] = '\0';   /* "Pay Bill": the gateway's own words */
    else
        sapama_id(out->method_of, sizeof(out->method_of), d);
}

/* An acknowledgement that is no good is worth showing, though it decides
 * nothing. */
static void
add_out_code(struct item_answer *item, const char *code)
{
    if (code[0] != '\0' && strcmp(code, "0") != 0)
        add_remark(item, "acknowledged with the code ", code, "");
}

/*
 * Equitel's receipts have no published form (mpesa.md 8).  An explicit zero
 * with some number that is not ours is its explicit success; a number alone,
 * or words, are not.
 */
static void
take_equitel(struct receipts *r, const struct jscan_value *v, enum says in,
             const char *reference)
{
    char room[sizeof(r->text)];
    struct str s = { NULL, 0 };
    size_t zeros = 0;

    if (r->text[0] != '\0' || r->differ || in != SAYS_PAID
        || !says_word(&v[ROW_GATEWAY], STR("equitel"))
        || jscan_text(&v[ROW_TRANS], room, sizeof(room), &s) < 0)
        return;
    s = str_trim(s);
    if (s.len < EQUITEL_RECEIPT_MIN || str_ieq(s, str_of(reference)))
        return;
    for (size_t i = 0; i < s.len; i++) {
        if ((s.p[i] < '0' || s.p[i] > '9') && (s.p[i] < 'A' || s.p[i] > 'Z'))
            return;
        zeros = s.p[i] == '0' ? zeros + 1 : 0;
    }
    if (zeros < EQUITEL_RECEIPT_MIN)
        str_copy(r->text, sizeof(r->text), s);
}

static int
read_outcome(struct row_answer *out, const struct jscan_value *v)
{
    struct item_answer *item = &out->item;
    struct receipts r = { .differ = false };
    char out_code[16];
    enum says in = read_code(item->code, &v[ROW_IN]);
    enum says ack = read_code(out_code, &v[ROW_OUT]);

    take_receipt(&r, &v[ROW_TRANS], item->reference);
    if (read_nested(&r, &in, &v[ROW_NESTED], out) < 0)
        return -1;
    take_equitel(&r, v, in, item->reference);
    sapama_words(item->reason, sizeof(item->reason), &v[ROW_SAID]);
    add_out_code(item, out_code);
    str_copy(item->receipt, sizeof(item->receipt), str_of(r.text));
    item->fate = fate_of(in, ack, &r);
    /* Equitel's codes are not M-Pesa's (mpesa.md 8), and a payment in proves
     * nothing about one out */
    if ((item->fate == ITEM_FAILED
         && says_word(&v[ROW_GATEWAY], STR("equitel")))
        || strcmp(out->method_of, "c2b") == 0)
        item->fate = ITEM_IN_DOUBT;
    settle_code(item);
    return 0;
}

int
sapama_read_row(struct row_answer *out, struct str body, size_t *at)
{
    struct jscan_value row, v[ROW_MEMBERS];
    struct jscan js;
    int more = 0;

    *out = (struct row_answer){
        .item = { .minor = -1, .charge_minor = -1, .fate = ITEM_IN_DOUBT }
    };
    if (*at == 0)
        return 0;                   /* the page had no rows */
    if ((more = jscan_item(&js, body, at)) <= 0)
        return more;
    if (jscan_skip(&js, &row) != JSCAN_OBJECT || jscan_item_done(&js, at) < 0)
        return -1;
    jscan_start(&js, row.text, 0);
    if (jscan_object(&js, row_names, ROW_MEMBERS, v) < 0)
        return -1;
    out->raw = row.text;
    sapama_id(out->item.id, sizeof(out->item.id), &v[ROW_ID]);
    if ((v[ROW_PHONE].kind == JSCAN_STRING
         || v[ROW_PHONE].kind == JSCAN_NUMBER) && !v[ROW_PHONE].escaped)
        out->item.account = v[ROW_PHONE].text;
    out->item.minor = sapama_amount(&v[ROW_AMOUNT]);
    out->made_s = read_made(v);
    read_direction(out, v);
    read_token(out->token, v);
    read_reference(out, v);
    return read_outcome(out, v) < 0 ? -1 : 1;
}
