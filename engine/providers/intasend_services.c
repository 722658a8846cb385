/*
 * IntaSend's other calls as requests: sections 2.7, 2.8 and 5.  Their answers
 * are read in intasend_services_read.c.
 */
#include "providers/intasend.h"
#include "providers/intasend_services.h"

#define WALLET_MAX    31            /* as struct wallet_answer holds it       */
#define ID_MAX        63            /* a UUID has 36                          */
#define LABEL_MAX     40            /* 5.1                                    */
#define API_REF_MAX   70            /* not stated; as a batch_reference       */
#define BANK_CODE_MAX 7             /* theirs have two digits                 */

static const char *const currencies[] = { "KES", "USD", "EUR", "GBP", NULL };
static const char *const bill_types[] = { "PayBill", "TillNumber", NULL };

static bool
given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* A GET, its path still without a query. */
static void
get(struct request *r, const char *path)
{
    *r = (struct request){ .method = "GET", .auth = AUTH_BEARER };
    str_copy(r->path, sizeof(r->path), str_of(path));
}

/* Values here were checked: none needs an escape. */
static void
query(struct request *r, const char *name, const char *value)
{
    size_t n = strlen(r->path);
    char mark = strchr(r->path, '?') == NULL ? '?' : '&';

    if (given(value))
        snprintf(r->path + n, sizeof(r->path) - n, "%c%s=%s", mark, name,
                 value);
}

static void
query_page(struct request *r, int page)
{
    char text[MONEY_TEXT_BYTES];

    snprintf(text, sizeof(text), "%d", page);
    if (page > 1)
        query(r, "page", text);
}

static void
post(struct request *r, const char *path, bool changes)
{
    *r = (struct request){
        .method = "POST", .content_type = "application/json",
        .auth = AUTH_BEARER, .changes = changes
    };
    str_copy(r->path, sizeof(r->path), str_of(path));
    buf_init(&r->body, NET_REPLY_BYTES_MAX);
}

/* One more member of the body's object, when there is something to say. */
static void
member(struct request *r, const char *name, const char *value)
{
    if (!given(value))
        return;
    buf_char(&r->body, r->body.len == 0 ? '{' : ',');
    buf_printf(&r->body, "\"%s\":", name);
    buf_json(&r->body, str_of(value));
}

/* "1500" for a phone, "1500.00" else; a string, as 2.1 has it. */
static void
member_amount(struct request *r, int64_t minor, bool whole)
{
    char text[MONEY_TEXT_BYTES];
    struct money m = { .minor = minor, .ccy = "KES" };

    money_plain(m, text);
    if (whole)
        text[strcspn(text, ".")] = '\0';
    member(r, "amount", text);
}

static int
end(struct request *r, struct err *e)
{
    buf_char(&r->body, '}');
    if (!r->body.failed)
        return 0;
    request_release(r);
    return err_oom(e);
}

/* The wallet of the account, or another that was named; "" when neither. */
static int
wallet_of(const char **wallet, const char *named, const struct payer *payer,
          struct err *e)
{
    *wallet = service_either(named, payer->wallet_id);
    return **wallet == '\0' ? 0
           : service_check_id("the wallet", *wallet, WALLET_MAX, e);
}

static int
write_wallets(struct request *r, const struct payer *payer,
              const struct service_ask *ask, struct err *e)
{
    (void)payer;
    get(r, "wallets/");
    if (!given(ask->id)) {
        query_page(r, ask->page);
        return 0;
    }
    if (service_check_id("the wallet", ask->id, WALLET_MAX, e) < 0)
        return -1;
    snprintf(r->path, sizeof(r->path), "wallets/%s/", ask->id);
    return 0;
}

static int
check_ccy(const struct service_ask *ask, struct err *e)
{
    return given(ask->ccy)
           ? service_check_word("--currency", ask->ccy, currencies, e) : 0;
}

static int
write_wallet_create(struct request *r, const struct payer *payer,
                    const struct service_ask *ask, struct err *e)
{
    (void)payer;
    if (check_ccy(ask, e) < 0
        || service_check_letters("--label", ask->label, LABEL_MAX, "-_ ",
                                 e) < 0)
        return -1;
    post(r, "wallets/", true);
    member(r, "currency", service_either(ask->ccy, "KES"));
    member(r, "wallet_type", "WORKING");
    member(r, "label", ask->label);
    /* without it nothing can be paid from the new wallet (5.1) */
    buf_text(&r->body, ",\"can_disburse\":true");
    return end(r, e);
}

/*
 * Whether the days are in UTC or in Kenya, and whether the last one is in, is
 * not said: a day more is asked for on both sides, and service_row_fits()
 * leaves out what is too much.
 */
static void
query_days(struct request *r, const struct service_ask *ask)
{
    int64_t day = 0;
    char text[16];

    if (given(ask->since)
        && service_day_read(&day, str_of(ask->since)) == 0) {
        service_day_text(day - 1, text);
        query(r, "start_date", text);
    }
    if (given(ask->until)
        && service_day_read(&day, str_of(ask->until)) == 0) {
        service_day_text(day + 1, text);
        query(r, "end_date", text);
    }
}

/*
 * transactions/ and not wallets/{id}/transactions/: both list a wallet's
 * lines (5.2), but only this one is documented to take days and pages.
 */
static int
write_statement(struct request *r, const struct payer *payer,
                const struct service_ask *ask, struct err *e)
{
    const char *wallet = NULL;

    if (wallet_of(&wallet, ask->id, payer, e) < 0 || check_ccy(ask, e) < 0
        || service_check_days(ask, e) < 0)
        return -1;
    get(r, "transactions/");
    query(r, "wallet_id", wallet);
    /* its lines do not say whose they are: at least one currency only */
    if (wallet[0] == '\0')
        query(r, "currency", service_either(ask->ccy, "KES"));
    query_days(r, ask);
    query_page(r, ask->page);
    return 0;
}

static int
write_transfer(struct request *r, const struct payer *payer,
               const struct service_ask *ask, struct err *e)
{
    const char *from = NULL;
    const char *narrative = service_either(ask->narrative, "Transfer");

    if (wallet_of(&from, ask->from, payer, e) < 0
        || service_check_id("--to", ask->to, WALLET_MAX, e) < 0
        || check_ccy(ask, e) < 0 || service_check_amount(ask, false, e) < 0
        || service_check_without("--narrative", narrative, INTASEND_NAME_MAX,
                                 "<>%;$", e) < 0)
        return -1;
    if (strcmp(from, ask->to) == 0) {
        err_set(e, ERR_USAGE, "%s cannot transfer to itself", from);
        return err_fix(e, "Name two different wallets with --from and --to.");
    }
    post(r, "", true);
    snprintf(r->path, sizeof(r->path), "wallets/%s/intra_transfer/", from);
    member(r, "wallet_id", ask->to);
    member_amount(r, ask->minor, false);
    member(r, "narrative", narrative);
    return end(r, e);
}

/* What is the same for both ways to pay in: who asks, and for whose wallet. */
static int
check_pay_in(const char **wallet, const struct payer *payer,
             const struct service_ask *ask, struct err *e)
{
    if (wallet_of(wallet, ask->to, payer, e) < 0)
        return -1;
    if (given(ask->phone) && service_check_phone(ask->phone, e) < 0)
        return -1;
    return given(ask->reference)
           ? service_check_letters("--reference", ask->reference,
                                   API_REF_MAX, "-_ ", e) : 0;
}

static int
write_fund(struct request *r, const struct payer *payer,
           const struct service_ask *ask, struct err *e)
{
    static const char *const shillings[] = { "KES", NULL };
    const char *wallet = NULL;

    if (check_pay_in(&wallet, payer, ask, e) < 0
        || (given(ask->ccy)
            && service_check_word("the currency of M-Pesa", ask->ccy,
                                  shillings, e) < 0)
        || service_check_amount(ask, true, e) < 0)
        return -1;
    post(r, "payment/mpesa-stk-push/", true);
    member_amount(r, ask->minor, true);
    member(r, "phone_number", ask->phone);
    member(r, "api_ref", ask->reference);
    member(r, "wallet_id", wallet);
    return end(r, e);
}

/* "Jane Wanjiru Doe": the first word, and the others. */
static void
member_names(struct request *r, const char *name)
{
    struct str first = str_trim(str_of(name)), last = { NULL, 0 };
    size_t n = 0;

    while (n < first.len && first.p[n] != ' ')
        n++;
    last = str_trim((struct str){ first.p + n, first.len - n });
    if (first.len == 0)
        return;
    buf_text(&r->body, ",\"first_name\":");
    buf_json(&r->body, str_cut(first, n));
    if (last.len == 0)
        return;
    buf_text(&r->body, ",\"last_name\":");
    buf_json(&r->body, last);
}

static int
copy_public_key(char *to, size_t bytes, const struct payer *payer,
                struct err *e)
{
    if (payer->public_key.len > 0
        && intasend_is_id(payer->public_key, bytes - 1))
        return str_copy(to, bytes, payer->public_key);
    err_set(e, ERR_CONFIG, "the account has no public key of IntaSend, or "
            "one that cannot be right");
    return err_fix(e, "Put it into the configuration as public_key: it "
                   "begins with ISPubKey_.");
}

/* A public call (1.2): the publishable key in the body and no bearer, as the
 * official libraries do it. */
static int
write_checkout(struct request *r, const struct payer *payer,
               const struct service_ask *ask, struct err *e)
{
    const char *wallet = NULL;
    char key[128];

    if (check_pay_in(&wallet, payer, ask, e) < 0 || check_ccy(ask, e) < 0
        || service_check_email(ask->email, e) < 0
        || service_check_amount(ask, false, e) < 0
        || (given(ask->name)
            && service_check_without("--name", ask->name,
                                     INTASEND_NAME_MAX, "<>", e) < 0)
        || copy_public_key(key, sizeof(key), payer, e) < 0)
        return -1;
    post(r, "checkout/", true);
    r->auth = AUTH_NONE;
    member(r, "public_key", key);
    member(r, "email", ask->email);
    member_amount(r, ask->minor, false);
    member(r, "currency", service_either(ask->ccy, "KES"));
    member(r, "api_ref", ask->reference);
    if (given(ask->name))
        member_names(r, ask->name);
    member(r, "phone_number", ask->phone);
    member(r, "wallet_id", wallet);
    return end(r, e);
}

/* With the publishable key as the official libraries ask (5.4); an account
 * without one asks with its secret key, which can do no harm. */
static int
write_payment(struct request *r, const struct payer *payer,
              const struct service_ask *ask, struct err *e)
{
    char key[128] = "";

    if (service_check_id("the ID", ask->id, ID_MAX, e) < 0
        || (payer->public_key.len > 0
            && copy_public_key(key, sizeof(key), payer, e) < 0))
        return -1;
    post(r, "payment/status/", false);
    if (given(key))
        r->auth = AUTH_NONE;
    member(r, "public_key", key);
    member(r, "invoice_id", ask->id);
    return end(r, e);
}

/* A list in pages, or one of it by its id. */
static int
list_or_one(struct request *r, const char *path,
            const struct service_ask *ask, struct err *e)
{
    get(r, path);
    if (!given(ask->id))
        return 0;
    if (service_check_id("the ID", ask->id, ID_MAX, e) < 0)
        return -1;
    snprintf(r->path, sizeof(r->path), "%s%s/", path, ask->id);
    return 0;
}

static int
write_chargebacks(struct request *r, const struct payer *payer,
                  const struct service_ask *ask, struct err *e)
{
    (void)payer;
    if (list_or_one(r, "chargebacks/", ask, e) < 0)
        return -1;
    if (!given(ask->id))
        query_page(r, ask->page);
    return 0;
}

static int
write_payouts(struct request *r, const struct payer *payer,
              const struct service_ask *ask, struct err *e)
{
    const char *wallet = NULL;

    if (wallet_of(&wallet, NULL, payer, e) < 0
        || service_check_days(ask, e) < 0
        || list_or_one(r, "send-money/transactions/", ask, e) < 0)
        return -1;
    if (given(ask->id))
        return 0;
    query(r, "wallet_id", wallet);
    query_page(r, ask->page);
    return 0;
}

/* Needs no key (1.2), so none is shown. */
static int
write_banks(struct request *r, const struct payer *payer,
            const struct service_ask *ask, struct err *e)
{
    (void)payer;
    (void)ask;
    (void)e;
    get(r, "send-money/bank-codes/ke/");
    r->auth = AUTH_NONE;
    return 0;
}

/* What only some rails need, or -1. */
static int
check_validate(bool bank, bool bill, const struct service_ask *ask,
               struct err *e)
{
    if (service_check_word("--rail", ask->rail, intasend_rails, e) < 0
        || service_check_number("--account-no", ask->account,
                                INTASEND_ACCOUNT_MAX, e) < 0)
        return -1;
    if (bank && !given(ask->bank_code)) {
        err_set(e, ERR_USAGE, "looking up a bank account needs --bank");
        return err_fix(e, "Give the bank's code, such as 68; `payrun banks` "
                       "lists them.");
    }
    if (bank && service_check_number("the bank's code", ask->bank_code,
                                     BANK_CODE_MAX, e) < 0)
        return -1;
    if (bill && !given(ask->type)) {
        err_set(e, ERR_USAGE, "looking up a business needs --type");
        return err_fix(e, "Give --type PayBill or --type TillNumber.");
    }
    return bill ? service_check_word("--type", ask->type, bill_types, e) : 0;
}

static int
write_validate(struct request *r, const struct payer *payer,
               const struct service_ask *ask, struct err *e)
{
    bool bank = strcmp(ask->rail, "PESALINK") == 0;
    bool bill = strcmp(ask->rail, "MPESA-B2B") == 0;

    (void)payer;
    if (check_validate(bank, bill, ask, e) < 0)
        return -1;
    post(r, "send-money/validate-accounts/", false);
    member(r, "provider", ask->rail);
    member(r, "account", ask->account);
    if (bank)
        member(r, "bank_code", ask->bank_code);
    if (bill)
        member(r, "account_type", ask->type);
    member(r, "country", "KE");
    return end(r, e);
}

/* Not here: MARK, POST and SMS, which IntaSend does not have. */
const struct service_op intasend_services[SERVICE_COUNT] = {
    [SERVICE_WALLETS] = { 0, write_wallets, intasend_services_list,
                          &intasend_shape_wallet },
    [SERVICE_WALLET_CREATE] = { NEED_LABEL, write_wallet_create,
                                intasend_services_wallet,
                                &intasend_shape_wallet },
    [SERVICE_STATEMENT] = { 0, write_statement, intasend_services_list,
                            &intasend_shape_line },
    [SERVICE_TRANSFER] = { NEED_AMOUNT | NEED_FROM | NEED_TO, write_transfer,
                           intasend_services_transfer,
                           &intasend_shape_moved },
    [SERVICE_FUND] = { NEED_AMOUNT | NEED_PHONE, write_fund,
                       intasend_services_invoice, &intasend_shape_invoice },
    [SERVICE_CHECKOUT] = { NEED_AMOUNT | NEED_EMAIL, write_checkout,
                           intasend_services_checkout,
                           &intasend_shape_checkout },
    [SERVICE_PAYMENT] = { NEED_ID, write_payment, intasend_services_invoice,
                          &intasend_shape_invoice },
    [SERVICE_CHARGEBACKS] = { 0, write_chargebacks, intasend_services_list,
                              &intasend_shape_chargeback },
    [SERVICE_BANKS] = { 0, write_banks, intasend_services_list,
                        &intasend_shape_bank },
    [SERVICE_VALIDATE] = { NEED_RAIL | NEED_ACCOUNT, write_validate,
                           intasend_services_owner, &intasend_shape_owner },
    [SERVICE_PAYOUTS] = { 0, write_payouts, intasend_services_list,
                          &intasend_shape_payout }
};
