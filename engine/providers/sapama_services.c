/*
 * Sapama's other calls as requests: sections 4, 5, 6 and 10.  It cannot be
 * asked what an account holds (13), has no bank codes, and its checkout has no
 * flow but stkpush, so WALLETS, BANKS, CHECKOUT and the like are not here.
 */
#include "providers/sapama.h"
#include "providers/sapama_form.h"
#include "providers/sapama_services.h"

#define PER_PAGE      100           /* the most its framework gave (4)        */
#define SMS_MAX       918           /* six parts, each of which is paid for   */
#define TRANS_ID_MAX  64
#define REFERENCE_MAX 64
#define NUMBER_BYTES  32

static const char *const marks[] = { "no", "success", "error",
                                     "unreconciled", NULL };
static const char *const commands[] = {
    "BusinessPayBill", "MerchantToMerchantTransfer",
    "MerchantTransferFromMerchantToWorking",
    "MerchantServicesMMFAccountTransfer", "AgencyFloatAdvance", NULL
};

static bool
given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* The till: the one named, or the account's. */
static int
till_of(const char **till, const char *named, const struct payer *payer,
        struct err *e)
{
    *till = service_either(named, payer->wallet_id);
    if (given(*till))
        return service_check_number("the till's number (location_id)", *till,
                                    SAPAMA_NUMBER_MAX, e);
    err_set(e, ERR_CONFIG, "the account at Sapama has no location_id");
    return err_fix(e, "Put it into the configuration: it is the number in "
                   "front of the till in Sapama's console.");
}

/* Whole shillings: 10.3 says integer, and M-Pesa asks a phone for no cents.
 * Sapama has KES only. */
static int
whole_shillings(char out[NUMBER_BYTES], const struct service_ask *ask,
                struct err *e)
{
    static const char *const shillings[] = { "KES", NULL };

    if (given(ask->ccy)
        && service_check_word("the currency of Sapama", ask->ccy, shillings,
                              e) < 0)
        return -1;
    if (service_check_amount(ask, true, e) < 0)
        return -1;
    snprintf(out, NUMBER_BYTES, "%lld", (long long)(ask->minor / 100));
    return 0;
}

/* All of get_transactions: what was marked already, too (4). */
static int
write_list(struct request *r, const struct payer *payer,
           const struct service_ask *ask, struct err *e)
{
    struct list_query q = { .page = ask->page > 0 ? ask->page : 1,
                            .per_page = PER_PAGE };

    if (service_check_days(ask, e) < 0)
        return -1;
    if (given(ask->phone)) {
        if (service_check_phone(ask->phone, e) < 0)
            return -1;
        q.phone = ask->phone;
    }
    if (given(ask->reference)) {
        if (service_check_id("the M-Pesa receipt", ask->reference,
                             TRANS_ID_MAX, e) < 0)
            return -1;
        q.reference = ask->reference;
    }
    return sapama_write_list(r, payer, &q, e);
}

/* One by its number, whatever was marked. */
static int
write_one(struct request *r, const struct payer *payer,
          const struct service_ask *ask, struct err *e)
{
    struct list_query q = { .id = ask->id };

    if (service_check_number("the ID", ask->id, PAYMENT_ID_BYTES - 1, e) < 0)
        return -1;
    return sapama_write_list(r, payer, &q, e);
}

static int
write_payouts(struct request *r, const struct payer *payer,
              const struct service_ask *ask, struct err *e)
{
    return given(ask->id) ? write_one(r, payer, ask, e)
                          : write_list(r, payer, ask, e);
}

/* The path is misspelled there and has to be (10.3). */
static int
write_transfer(struct request *r, const struct payer *payer,
               const struct service_ask *ask, struct err *e)
{
    const char *from = NULL;
    const char *description = service_either(ask->narrative, "Transfer");
    char amount[NUMBER_BYTES];
    struct sapama_form f;

    if (till_of(&from, ask->from, payer, e) < 0
        || service_check_number("--to, the other till's number", ask->to,
                                SAPAMA_NUMBER_MAX, e) < 0
        || whole_shillings(amount, ask, e) < 0
        || service_check_word("--type", ask->type, commands, e) < 0
        || service_check_without("--narrative", description,
                                 SAPAMA_DESCRIPTION_MAX, "", e) < 0)
        return -1;
    if (strcmp(from, ask->to) == 0) {
        err_set(e, ERR_USAGE, "till %s cannot transfer to itself", from);
        return err_fix(e, "Name two different tills with --from and --to.");
    }
    sapama_form_start(&f, payer);
    sapama_form_put(&f, "location_from_id", str_of(from));
    sapama_form_put(&f, "location_to_id", str_of(ask->to));
    sapama_form_put(&f, "amount", str_of(amount));
    sapama_form_put(&f, "description", str_of(description));
    sapama_form_put(&f, "type", str_of(ask->type));
    return sapama_form_post(r, "intiate_transfer", &f, payer, true, e);
}

/* "Jane Wanjiru Doe" as three fields, each of which must be there (10.1): a
 * word too few stands for its neighbour. */
static void
put_names(struct sapama_form *f, const char *name)
{
    struct str all = str_trim(str_of(name)), middle = { NULL, 0 };
    size_t first = 0, last = 0;

    if (all.len == 0)
        all = STR("Payer");
    last = all.len;
    while (first < all.len && all.p[first] != ' ')
        first++;
    while (last > 0 && all.p[last - 1] != ' ')
        last--;
    if (last > first)
        middle = str_trim((struct str){ all.p + first, last - first });
    sapama_form_put(f, "first_name", str_cut(all, first));
    sapama_form_put(f, "middle_name",
                    middle.len > 0 ? middle : str_cut(all, first));
    sapama_form_put(f, "last_name",
                    (struct str){ all.p + last, all.len - last });
}

static int
check_fund(const struct payer *payer, const struct service_ask *ask,
           struct err *e)
{
    if (service_check_phone(ask->phone, e) < 0
        || service_check_email(ask->email, e) < 0
        || service_check_letters("--reference", ask->reference,
                                 REFERENCE_MAX, "-_ ", e) < 0
        || (given(ask->name)
            && service_check_without("--name", ask->name, NAME_BYTES_MAX,
                                     "", e) < 0)
        || (given(ask->narrative)
            && service_check_without("--narrative", ask->narrative,
                                     SAPAMA_DESCRIPTION_MAX, "", e) < 0))
        return -1;
    if (given(payer->callback_url)
        && strlen(payer->callback_url) <= SAPAMA_CALLBACK_MAX)
        return 0;
    err_set(e, ERR_CONFIG, "the account at Sapama has no callback_url, or one "
            "that is too long");
    return err_fix(e, "Put the address of `payrun serve` into the "
                   "configuration; Sapama takes no request without one.");
}

static void
put_fund(struct sapama_form *f, const struct payer *payer,
         const struct service_ask *ask, const char *till, const char *amount)
{
    put_names(f, ask->name);
    sapama_form_put(f, "email", str_of(ask->email));
    sapama_form_put(f, "phone", str_of(ask->phone));
    sapama_form_put(f, "description",
                    str_of(service_either(ask->narrative, "Payment in")));
    sapama_form_put(f, "address", STR("Kenya"));
    sapama_form_put(f, "amount", str_of(amount));
    sapama_form_put(f, "currency", STR("KES"));
    sapama_form_put(f, "reference_number", str_of(ask->reference));
    sapama_form_put(f, "bill_ref_number", str_of(ask->reference));
    sapama_form_put(f, "location_id", str_of(till));
    sapama_form_put(f, "flow", STR("stkpush"));
    sapama_form_put(f, "environment",
                    payer->live ? STR("live") : STR("sandbox"));
    sapama_form_put(f, "callback_url", str_of(payer->callback_url));
    sapama_form_put(f, "callback_http_method",
                    str_of(service_either(payer->callback_method, "post")));
    sapama_form_put(f, "image_url", STR("none"));
}

/* 10.1: every parameter is marked as required, also those nobody needs. */
static int
write_fund(struct request *r, const struct payer *payer,
           const struct service_ask *ask, struct err *e)
{
    const char *till = NULL;
    char amount[NUMBER_BYTES];
    struct sapama_form f;

    if (till_of(&till, ask->to, payer, e) < 0
        || whole_shillings(amount, ask, e) < 0
        || check_fund(payer, ask, e) < 0)
        return -1;
    sapama_form_start(&f, payer);
    put_fund(&f, payer, ask, till, amount);
    return sapama_form_post(r, "checkout", &f, payer, true, e);
}

static int
write_mark(struct request *r, const struct payer *payer,
           const struct service_ask *ask, struct err *e)
{
    struct sapama_form f;

    if (service_check_number("the ID", ask->id, PAYMENT_ID_BYTES - 1, e) < 0
        || service_check_word("--state", ask->state, marks, e) < 0)
        return -1;
    sapama_form_start(&f, payer);
    sapama_form_put(&f, "id", str_of(ask->id));
    sapama_form_put(&f, "ipned", str_of(ask->state));
    return sapama_form_post(r, "update_transaction", &f, payer, true, e);
}

/* The list goes as it came, because its text is hashed (6). */
static int
write_post(struct request *r, const struct payer *payer,
           const struct service_ask *ask, struct err *e)
{
    struct str list = str_trim(ask->list);
    struct sapama_form f;

    if (sapama_services_check_post(list, e) < 0)
        return -1;
    sapama_form_start(&f, payer);
    sapama_form_put(&f, "transactions", list);
    return sapama_form_post(r, "post_transaction", &f, payer, true, e);
}

static int
write_sms(struct request *r, const struct payer *payer,
          const struct service_ask *ask, struct err *e)
{
    const char *till = NULL;
    struct sapama_form f;

    /* one phone a request: a lost answer then leaves one SMS in doubt */
    if (till_of(&till, NULL, payer, e) < 0
        || service_check_phone(ask->phone, e) < 0
        || service_check_without("--message", ask->narrative, SMS_MAX, "",
                                 e) < 0)
        return -1;
    sapama_form_start(&f, payer);
    /* arrays are not hashed (1.2), and come behind */
    f.more_bytes = 3 * (strlen(ask->narrative) + strlen(ask->phone)) + 128;
    sapama_form_put(&f, "location_id", str_of(till));
    if (sapama_form_post(r, "sms", &f, payer, true, e) < 0)
        return -1;
    sapama_form_more(r, "to", 0, "phone", str_of(ask->phone));
    sapama_form_more(r, "to", 0, "message", str_of(ask->narrative));
    if (!r->body.failed)
        return 0;
    request_release(r);
    return err_oom(e);
}

const struct service_op sapama_services[SERVICE_COUNT] = {
    [SERVICE_STATEMENT] = { 0, write_list, sapama_services_page,
                            &sapama_shape_line },
    [SERVICE_TRANSFER] = { NEED_AMOUNT | NEED_FROM | NEED_TO | NEED_TYPE,
                           write_transfer, sapama_services_one,
                           &sapama_shape_moved },
    [SERVICE_FUND] = { NEED_AMOUNT | NEED_PHONE | NEED_EMAIL
                       | NEED_REFERENCE, write_fund, sapama_services_one,
                       &sapama_shape_prompt },
    [SERVICE_PAYMENT] = { NEED_ID, write_one, sapama_services_page,
                          &sapama_shape_payment },
    [SERVICE_PAYOUTS] = { 0, write_payouts, sapama_services_page,
                          &sapama_shape_payout },
    [SERVICE_MARK] = { NEED_ID | NEED_STATE, write_mark, sapama_services_one,
                       &sapama_shape_marked },
    [SERVICE_POST] = { NEED_LIST, write_post, sapama_services_list,
                       &sapama_shape_posted },
    [SERVICE_SMS] = { NEED_PHONE | NEED_MESSAGE, write_sms,
                      sapama_services_list, &sapama_shape_sms }
};
