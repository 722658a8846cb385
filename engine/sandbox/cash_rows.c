#include "sandbox/cash_rows.h"

#include "money/money.h"
#include "sandbox/cash_ledger.h"

#define ZERO_DATE "0000-00-00 00:00:00"

/* One code point of UTF-8 at ${s}; *n bytes of it.  Broken bytes are U+FFFD:
 * the provider's PHP gives up on the whole answer, which helps nobody. */
static unsigned
code_point(struct str s, size_t *n)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t more = p[0] < 0x80 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
    unsigned c = more == 0 ? p[0] : p[0] & (0x3fU >> more);

    *n = 1;
    if ((p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4 || more >= s.len)
        return more == 0 ? c : 0xfffd;
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0xfffd;
        c = c << 6 | (p[i] & 0x3f);
    }
    *n = more + 1;
    return c;
}

static void
json_char(struct buf *out, unsigned c)
{
    static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *at = c != 0 && c < 0x80 ? strchr(meant, (int)c) : NULL;

    if (at != NULL)
        buf_printf(out, "\\%c", plain[at - meant]);
    else if (c >= 0x20 && c < 0x80)
        buf_char(out, (char)c);
    else if (c < 0x10000)
        buf_printf(out, "\\u%04x", c);
    else
        buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                   0xdc00 + ((c - 0x10000) & 0x3ff));
}

void
cash_rows_json(struct buf *out, struct str s)
{
    size_t n;

    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i += n)
        json_char(out, code_point((struct str){ s.p + i, s.len - i }, &n));
    buf_char(out, '"');
}

void
cash_rows_i64(struct buf *out, const struct cash_rules *r, int64_t n)
{
    const char *mark = r->is[RULE_NUMBERS_TEXT] != 0 ? "\"" : "";

    buf_printf(out, "%s%lld%s", mark, (long long)n, mark);
}

/* One column after the other; the first brings the bracket. */
static void
col(struct buf *out, const char *name, const char *text)
{
    buf_char(out, strcmp(name, "id") == 0 ? '{' : ',');
    buf_printf(out, "\"%s\":", name);
    if (text == NULL)
        buf_text(out, "null");
    else
        cash_rows_json(out, str_of(text));
}

static void
col_i64(struct buf *out, const char *name, int64_t n)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)n);
    col(out, name, text);
}

static void
col_money(struct buf *out, const char *name, int64_t minor)
{
    struct buf text = { 0 };

    buf_init(&text, 64);
    buf_minor(&text, minor, 2);
    col(out, name, text.p);
    buf_release(&text);
}

static void
col_word(struct buf *out, const char *name, const struct cash_row *row,
         enum cash_word word)
{
    col(out, name, cash_row_word(row, word));
}

/* A time of the provider's clock, or its way to say never. */
static void
col_time(struct buf *out, const char *name, const struct cash_look *look,
         int64_t us)
{
    char stamp[CASH_STAMP_BYTES] = ZERO_DATE;

    if (us != 0)
        cash_rows_stamp(cash_rows_provider_us(look->rules, us), TIME_DASHES,
                        stamp);
    col(out, name, us == 0 && look->rules->is[RULE_DATE_ZERO] == 0 ? NULL
                                                                   : stamp);
}

const char *
cash_rows_said(const struct cash_row *row)
{
    bool mpesa = strcmp(cash_row_word(row, WORD_GATEWAY), "equitel") != 0;

    switch (row->stage) {
    case STAGE_WAITING:
    case STAGE_SENT:
        return strcmp(row->out_code, "0") == 0 ? ""
            : cash_fate_text(row->out_code);
    case STAGE_TIMEOUT:
        return "The request timed out while awaiting processing";
    case STAGE_PAID:
        if (row->kind != ROW_PAYOUT)
            return "";
        return mpesa ? cash_fate_text("0") : "Success";
    case STAGE_FAILED:
        if (row->in_code[0] == '\0' && row->out_code[0] == '0')
            return "Failed";
        return cash_fate_text(row->in_code[0] != '\0' ? row->in_code
                                                      : row->out_code);
    case STAGE_REVERSED:
        return "The transaction has been reversed";
    }
    return "";
}

/* Our id until it is paid, then the receipt (contract 9), or as switched. */
const char *
cash_rows_trans_id(const struct cash_look *look, const struct cash_row *row)
{
    const char *receipt = row->shown ? row->receipt : "";
    const char *mine = cash_row_word(row, WORD_TRANS_ID);

    if (row->kind != ROW_PAYOUT)
        return row->kind == ROW_POSTED ? mine : row->receipt;
    switch (look->rules->is[RULE_ROW_TRANS_ID]) {
    case ROW_ID_RECEIPT:
        return receipt;
    case ROW_ID_REFERENCE:
        return mine;
    default:
        return receipt[0] != '\0' ? receipt : mine;
    }
}

bool
cash_rows_seen(const struct cash_look *look, const struct cash_row *row)
{
    if (row->seen_us > look->now_us)
        return false;
    return row->kind != ROW_PAYOUT
        || (look->rules->is[RULE_ROWS_LISTED] != 0
            && !cash_fate_hidden(row->script));
}

int64_t
cash_rows_when(const struct cash_look *look, const struct cash_row *row)
{
    if (row->kind == ROW_RECEIPT)
        return cash_rows_mpesa_us(row->created_us);
    if (row->kind == ROW_PAYOUT && row->shown)
        return cash_rows_mpesa_us(row->paid_us != 0 ? row->paid_us
                                                    : row->stepped_us);
    return cash_rows_provider_us(look->rules, row->created_us);
}

static void
row_head(struct buf *out, const struct cash_look *look,
         const struct cash_row *row, const char *trans_time, const char *date)
{
    char uuid[CASH_UUID_BYTES];
    bool equal = row->kind == ROW_PAYOUT
        && look->rules->is[RULE_ROW_TRANS_ID] == ROW_ID_REFERENCE;
    struct buf name = { 0 };

    cash_rows_uuid(row, uuid);
    buf_init(&name, CASH_TEXT_MAX * 2);
    buf_printf(&name, "%s %s%s%s", cash_row_word(row, WORD_FIRST),
               cash_row_word(row, WORD_MIDDLE),
               cash_row_word(row, WORD_MIDDLE)[0] != '\0' ? " " : "",
               cash_row_word(row, WORD_LAST));
    col_i64(out, "id", cash_row_id(row));
    col(out, "uuid", uuid);
    col(out, "organization_id", CASH_ORGANIZATION);
    col(out, "customer_id", CASH_CUSTOMER);
    col_i64(out, "location_id", look->books->tills[row->till].location);
    col(out, "category_id", "0");
    col_word(out, "trans_type", row, WORD_TRANS_TYPE);
    col(out, "trans_id", cash_rows_trans_id(look, row));
    col(out, "trans_time", trans_time);
    col(out, "date", date);
    col_money(out, "trans_amount", row->minor);
    col_word(out, "description", row, WORD_DESCRIPTION);
    col_word(out, "short_code", row, WORD_SHORT_CODE);
    col_word(out, "bill_ref_number", row, WORD_BILL_REF);
    col_word(out, "invoice_number", row, WORD_INVOICE_NUMBER);
    if (row->kind == ROW_POSTED)
        col_word(out, "org_account_balance", row, WORD_BALANCE);
    else
        col_money(out, "org_account_balance",
                  row->kind != ROW_PAYOUT || row->shown ? row->utility_minor
                                                        : 0);
    if (equal && row->shown)
        col(out, "third_party_trans_id", row->receipt);
    else
        col_word(out, "third_party_trans_id", row, WORD_THIRD_ID);
    col_word(out, "phone", row, WORD_PHONE);
    col(out, "name", name.p);
    col_word(out, "first_name", row, WORD_FIRST);
    col_word(out, "middle_name", row, WORD_MIDDLE);
    col_word(out, "last_name", row, WORD_LAST);
    buf_release(&name);
}

static void
row_marks(struct buf *out, const struct cash_look *look,
          const struct cash_row *row)
{
    bool done = row->kind == ROW_RECEIPT
        || (row->kind == ROW_PAYOUT && (row->stage == STAGE_PAID
                                        || row->stage == STAGE_REVERSED));

    col(out, "ipned", cash_ledger_ipned_name(row->ipned));
    col(out, "smsed", "");
    col(out, "emailed", "");
    col_time(out, "ipned_at", look, row->ipned_us);
    col_time(out, "smsed_at", look, 0);
    col_time(out, "emailed_at", look, 0);
    col_time(out, "customer_notified_at", look, 0);
    col(out, "customer_notified", "");
    col_word(out, "message", row, WORD_MESSAGE);
    col(out, "smsed_to", "");
    col(out, "emailed_to", "");
    col(out, "workflow", done ? "1" : "0");
    col_word(out, "agent", row, WORD_AGENT);
    col_word(out, "ip", row, WORD_IP);
    col(out, "status", "1");
    col(out, "created_by", row->kind == ROW_RECEIPT ? "1" : CASH_USER);
    col(out, "updated_by", row->kind == ROW_RECEIPT ? "1" : CASH_USER);
    col_time(out, "created_at", look, row->created_us);
    col_time(out, "updated_at", look, row->stepped_us > row->ipned_us
             ? row->stepped_us : row->ipned_us);
    col(out, "third_party_message", cash_rows_said(row));
    col(out, "payload_response", "");
    col(out, "payload_count", "0");
    col_word(out, "gateway", row, WORD_GATEWAY);
}

static void
row_gateway(struct buf *out, const struct cash_look *look,
            const struct cash_row *row)
{
    bool sent = row->steps > 0 && row->kind == ROW_PAYOUT;
    bool ended = row->kind == ROW_PAYOUT && row->shown && row->moved;
    char id[40] = "";

    if (sent || row->kind == ROW_INVOICE)
        cash_rows_gateway_id(row, id);
    col(out, "callback_url", look->rules->is[RULE_ROW_CALLBACK_URL] != 0
        ? cash_row_word(row, WORD_CALLBACK_URL) : "");
    col_word(out, "callback_http_method", row, WORD_METHOD);
    col(out, "b2c_in_status_code", row->in_code);
    col(out, "b2c_out_status_code", row->out_code);
    col(out, "b2c_reference_code", id);
    if (ended)
        col_money(out, "b2c_account_balance_utility", row->utility_minor);
    else
        col(out, "b2c_account_balance_utility", "0");
    if (ended)
        col_money(out, "b2c_account_balance_charges",
                  -look->books->charged_minor);
    else
        col(out, "b2c_account_balance_charges", "0");
    col_word(out, "mode", row, WORD_MODE);
    col(out, "direction", row->kind == ROW_PAYOUT ? "b2c" : "c2b");
    col(out, "b2c_account_balance", "0");
}

static void
row_tail(struct buf *out, const struct cash_look *look,
         const struct cash_row *row)
{
    bool mine = row->kind != ROW_PAYOUT
        || look->rules->is[RULE_ROW_REFERENCE] == ROW_REFERENCE_NUMBER;

    col(out, "reference_number",
        mine ? cash_row_word(row, WORD_REFERENCE) : "");
    col(out, "type", row->kind == ROW_INVOICE ? "invoice" : "receipt");
    col_word(out, "currency", row, WORD_CURRENCY);
    col_word(out, "environment", row, WORD_ENVIRONMENT);
    col_word(out, "flow", row, WORD_FLOW);
    col_word(out, "image_url", row, WORD_IMAGE_URL);
    col(out, "item_id", cash_row_word(row, WORD_ITEM_ID)[0] != '\0'
        ? cash_row_word(row, WORD_ITEM_ID) : "0");
    col_word(out, "simulate", row, WORD_SIMULATE);
    col(out, "b2c_request_payload", "");
    col(out, "b2c_response_payload", "");
    col_word(out, "address", row, WORD_ADDRESS);
    col_i64(out, "transaction_id", row->pair > 0
            ? cash_row_id(look->books->rows[row->pair - 1]) : 0);
}

/* The 67 columns, without the closing bracket. */
static void
row_columns(struct buf *out, const struct cash_look *look,
            const struct cash_row *row, const char *date)
{
    int64_t style = look->rules->is[RULE_TRANS_TIME];
    char stamp[CASH_STAMP_BYTES];

    cash_rows_stamp(cash_rows_when(look, row), style, stamp);
    row_head(out, look, row, row->kind == ROW_POSTED
             ? cash_row_word(row, WORD_TRANS_TIME) : stamp, date);
    row_marks(out, look, row);
    row_gateway(out, look, row);
    row_tail(out, look, row);
}

/* The provider reads M-Pesa's Nairobi time as if it were its own UTC: the
 * sample's trans_time_unix shows it. */
void
cash_rows_write(struct buf *out, const struct cash_look *look,
                const struct cash_row *row)
{
    char day[CASH_STAMP_BYTES], shown[CASH_STAMP_BYTES];
    const struct cash_row *pair = row->pair > 0
        ? look->books->rows[row->pair - 1] : NULL;
    int64_t at_us = cash_rows_when(look, row);

    cash_rows_shown(at_us, look->rules, shown);
    row_columns(out, look, row, shown);
    cash_rows_stamp(at_us, TIME_DASHES, day);
    day[10] = '\0';
    col(out, "date_original", day);
    col(out, "actions", "");
    col_money(out, "trans_amount_original", row->minor);
    buf_text(out, ",\"trans_time_unix\":");
    cash_rows_i64(out, look->rules, at_us / 1000000);
    if (pair != NULL && cash_rows_seen(look, pair)) {
        buf_text(out, ",\"transaction\":");
        cash_rows_stamp(cash_rows_when(look, pair), TIME_DASHES, day);
        day[10] = '\0';
        row_columns(out, look, pair, day);
        buf_char(out, '}');
    }
    buf_char(out, '}');
}
