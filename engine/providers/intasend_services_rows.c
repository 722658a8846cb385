/*
 * The rows of IntaSend's answers (2.5, 2.7, 5.1 to 5.6): which member goes
 * where, and what that means.
 */
#include "providers/intasend.h"
#include "providers/intasend_services.h"

#define LEN(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* 5.1; "id" is the number that stood there in 2021. */
enum { WALLET_CAN_DISBURSE };
static const struct service_col wallet_cols[] = {
    [WALLET_CAN_DISBURSE] = COL_NOT("can_disburse"),
    COL("wallet_id", TAKE_ID, id),
    COL("id", TAKE_ID, id),
    COL("updated_at", TAKE_WORDS, at),
    COL("wallet_type", TAKE_ID, kind),
    COL("label", TAKE_WORDS, label),
    COL("currency", TAKE_ID, ccy),
    COL("current_balance", TAKE_MONEY, balance_minor),
    COL("available_balance", TAKE_MONEY, available_minor)
};

/* A settlement wallet pays although it says it cannot: no word about it. */
static int
finish_moved(struct service_row *row, const struct jscan_value *v)
{
    if (strcmp(row->kind, "WORKING") == 0
        && v[WALLET_CAN_DISBURSE].kind == JSCAN_FALSE)
        str_copy(row->state, sizeof(row->state), STR("cannot pay out"));
    return 1;
}

static int
finish_wallet(struct service_row *row, const struct jscan_value *v)
{
    return row->id[0] != '\0' ? finish_moved(row, v) : -1;
}

/* 5.2 */
enum { LINE_INVOICE };
static const struct service_col line_cols[] = {
    [LINE_INVOICE] = COL_NOT("invoice"),
    COL("transaction_id", TAKE_ID, id),
    COL("id", TAKE_ID, id),
    COL("created_at", TAKE_WORDS, at),
    COL("trans_type", TAKE_ID, kind),
    COL("status", TAKE_ID, state),
    COL("narrative", TAKE_WORDS, text),
    COL("currency", TAKE_ID, ccy),
    COL("value", TAKE_MONEY, minor),
    COL("running_balance", TAKE_MONEY, balance_minor)
};

/* An invoice as an object, or as its id alone; often null or "". */
static void
take_invoice(struct service_row *row, const struct jscan_value *invoice)
{
    static const struct str names[] = {
        JSCAN_NAME("invoice_id"), JSCAN_NAME("api_ref"),
        JSCAN_NAME("mpesa_reference"), JSCAN_NAME("account"),
        JSCAN_NAME("currency")
    };
    struct jscan_value v[LEN(names)];

    if (invoice->kind != JSCAN_OBJECT) {
        service_take_id(row->reference, sizeof(row->reference), invoice);
        return;
    }
    if (service_members(invoice, names, LEN(names), v) < 0)
        return;
    service_take_id(row->reference, sizeof(row->reference), &v[0]);
    if (row->reference[0] == '\0')
        service_take_words(row->reference, sizeof(row->reference), &v[1]);
    service_take_id(row->label, sizeof(row->label), &v[2]);
    service_take_words(row->account, sizeof(row->account), &v[3]);
    if (row->ccy[0] == '\0')
        service_take_id(row->ccy, sizeof(row->ccy), &v[4]);
}

/*
 * Whether payouts come with a minus is unknown (5.2).  These kinds are out
 * whatever the sign, and those in; of the others only a minus tells.
 */
static int
way_of(const char *kind, int64_t minor)
{
    static const char *const outs[] = { "PAYOUT", "CHARGE", "AIRTIME",
                                        "WITHDRAWAL" };
    static const char *const ins[] = { "SALE", "DEPOSIT" };

    if (minor == INT64_MIN || minor == 0)
        return 0;
    for (int i = 0; i < LEN(outs); i++)
        if (strcmp(kind, outs[i]) == 0)
            return -1;
    if (minor < 0)
        return -1;
    for (int i = 0; i < LEN(ins); i++)
        if (strcmp(kind, ins[i]) == 0)
            return 1;
    return 0;
}

static int
finish_line(struct service_row *row, const struct jscan_value *v)
{
    take_invoice(row, &v[LINE_INVOICE]);
    row->way = way_of(row->kind, row->minor);
    return row->id[0] != '\0' || row->minor != INT64_MIN ? 1 : -1;
}

/* 5.3, 5.4; the states are those of 4.4. */
static const struct service_col invoice_cols[] = {
    COL("invoice_id", TAKE_ID, id),
    COL("created_at", TAKE_WORDS, at),
    COL("provider", TAKE_ID, kind),
    COL("state", TAKE_ID, state),
    COL("account", TAKE_WORDS, account),
    COL("api_ref", TAKE_WORDS, reference),
    COL("mpesa_reference", TAKE_ID, label),
    COL("provider_ref", TAKE_ID, label),
    COL("failed_reason", TAKE_WORDS, text),
    COL("currency", TAKE_ID, ccy),
    COL("value", TAKE_MONEY, minor),
    COL("charges", TAKE_MONEY, charge_minor),
    COL("net_amount", TAKE_MONEY, available_minor)
};

static enum service_fate
fate_of_state(const char *state)
{
    static const struct {
        const char *state;
        enum service_fate fate;
    } known[] = {
        { "PENDING", SERVICE_OPEN },     { "PROCESSING", SERVICE_OPEN },
        { "RETRY", SERVICE_OPEN },       { "COMPLETE", SERVICE_DONE },
        { "COMPLETED", SERVICE_DONE },   { "FAILED", SERVICE_FAILED },
        { "CANCELED", SERVICE_FAILED },  { "CANCELLED", SERVICE_FAILED }
    };

    for (int i = 0; i < LEN(known); i++)
        if (strcmp(known[i].state, state) == 0)
            return known[i].fate;
    return SERVICE_UNCLEAR;         /* PARTIAL: some of it came, too */
}

static int
finish_invoice(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    row->fate = fate_of_state(row->state);
    return row->id[0] != '\0' ? 1 : -1;
}

enum { CHECKOUT_PAID };
static const struct service_col checkout_cols[] = {
    [CHECKOUT_PAID] = COL_NOT("paid"),
    COL("id", TAKE_ID, id),
    COL("url", TAKE_ID, link),
    COL("signature", TAKE_WORDS, label),
    COL("created_at", TAKE_WORDS, at),
    COL("api_ref", TAKE_WORDS, reference),
    COL("currency", TAKE_ID, ccy),
    COL("amount", TAKE_MONEY, minor)
};

static int
finish_checkout(struct service_row *row, const struct jscan_value *v)
{
    row->fate = v[CHECKOUT_PAID].kind == JSCAN_TRUE ? SERVICE_DONE
                                                    : SERVICE_OPEN;
    /* somebody will click on it */
    if (strncmp(row->link, "https://", 8) != 0
        && strncmp(row->link, "http://", 7) != 0)
        row->link[0] = '\0';
    return row->id[0] != '\0' ? 1 : -1;
}

/* 4.5, 5.5 */
enum { CHARGEBACK_INVOICE };
static const struct service_col chargeback_cols[] = {
    [CHARGEBACK_INVOICE] = COL_NOT("invoice"),
    COL("chargeback_id", TAKE_ID, id),
    COL("id", TAKE_ID, id),
    COL("created_at", TAKE_WORDS, at),
    COL("status", TAKE_ID, state),
    COL("reason", TAKE_WORDS, text),
    COL("resolution", TAKE_WORDS, kind),
    COL("currency", TAKE_ID, ccy),
    COL("amount", TAKE_MONEY, minor)
};

static int
finish_chargeback(struct service_row *row, const struct jscan_value *v)
{
    take_invoice(row, &v[CHARGEBACK_INVOICE]);
    return row->id[0] != '\0' ? 1 : -1;
}

/* 5.6 */
static const struct service_col bank_cols[] = {
    COL("bank_code", TAKE_ID, id),
    COL("bank_name", TAKE_WORDS, name)
};

static int
finish_bank(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    return row->id[0] != '\0' && row->name[0] != '\0' ? 1 : -1;
}

/* 2.7 */
static const struct service_col owner_cols[] = {
    COL("account_name", TAKE_WORDS, name),
    COL("name", TAKE_WORDS, name),
    COL("account", TAKE_WORDS, account),
    COL("status", TAKE_WORDS, state),
    COL("message", TAKE_WORDS, text),
    COL("detail", TAKE_WORDS, text),
    COL("details", TAKE_WORDS, text),
    COL("status_description", TAKE_WORDS, text)
};

static int
finish_owner(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    row->fate = row->name[0] != '\0' ? SERVICE_DONE : SERVICE_UNCLEAR;
    if (row->name[0] == '\0' && row->text[0] == '\0')
        str_copy(row->text, sizeof(row->text),
                 STR("IntaSend did not say whose account it is"));
    return 1;
}

/* 2.5, 2.8 */
enum { PAYOUT_STATUS };
static const struct service_col payout_cols[] = {
    [PAYOUT_STATUS] = COL_NOT("status"),
    COL("transaction_id", TAKE_ID, id),
    COL("request_reference_id", TAKE_ID, id),
    COL("created_at", TAKE_WORDS, at),
    COL("provider", TAKE_ID, kind),
    COL("status_code", TAKE_ID, state),
    COL("status_description", TAKE_WORDS, text),
    COL("failed_reason", TAKE_WORDS, text),
    COL("account", TAKE_WORDS, account),
    COL("phone_number", TAKE_WORDS, account),
    COL("provider_account_name", TAKE_WORDS, name),
    COL("name", TAKE_WORDS, name),
    COL("idempotency_key", TAKE_WORDS, reference),
    COL("narrative", TAKE_WORDS, reference),
    COL("provider_reference", TAKE_ID, label),
    COL("mno_reference", TAKE_ID, label),
    COL("file_id", TAKE_ID, link),
    COL("currency", TAKE_ID, ccy),
    COL("amount", TAKE_MONEY, minor),
    COL("charge", TAKE_MONEY, charge_minor)
};

/* The same table of codes that decides about what we sent ourselves. */
static enum service_fate
fate_of_code(const char *code)
{
    const struct code_row *known = provider_item_code(&provider_intasend,
                                                      code);

    if (known == NULL)
        return SERVICE_UNCLEAR;
    switch ((enum item_fate)known->fate) {
    case ITEM_UNTOUCHED:
    case ITEM_MOVING:
        return SERVICE_OPEN;
    case ITEM_PAID:
        return SERVICE_DONE;
    case ITEM_FAILED:
    case ITEM_CANCELLED:
        return SERVICE_FAILED;
    case ITEM_IN_DOUBT:
        return SERVICE_UNCLEAR;
    }
    return SERVICE_UNCLEAR;
}

static int
finish_payout(struct service_row *row, const struct jscan_value *v)
{
    row->fate = fate_of_code(row->state);
    if (row->text[0] == '\0')
        service_take_words(row->text, sizeof(row->text), &v[PAYOUT_STATUS]);
    return row->id[0] != '\0' ? 1 : -1;
}

const struct service_shape intasend_shape_wallet = {
    wallet_cols, LEN(wallet_cols), finish_wallet, NULL
};
const struct service_shape intasend_shape_moved = {
    wallet_cols, LEN(wallet_cols), finish_moved, NULL
};
const struct service_shape intasend_shape_line = {
    line_cols, LEN(line_cols), finish_line, NULL
};
const struct service_shape intasend_shape_invoice = {
    invoice_cols, LEN(invoice_cols), finish_invoice, NULL
};
const struct service_shape intasend_shape_checkout = {
    checkout_cols, LEN(checkout_cols), finish_checkout, NULL
};
const struct service_shape intasend_shape_chargeback = {
    chargeback_cols, LEN(chargeback_cols), finish_chargeback, NULL
};
const struct service_shape intasend_shape_bank = {
    bank_cols, LEN(bank_cols), finish_bank, NULL
};
const struct service_shape intasend_shape_owner = {
    owner_cols, LEN(owner_cols), finish_owner, NULL
};
const struct service_shape intasend_shape_payout = {
    payout_cols, LEN(payout_cols), finish_payout, NULL
};
