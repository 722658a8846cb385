#include "sandbox/routes.h"

#define API "/api/v1/"

static const struct route routes[] = {
    { "POST", "send-money/initiate/", ON_INITIATE, ACCESS_SECRET,
      payouts_read_initiate, payouts_do_initiate },
    { "POST", "send-money/approve/", ON_APPROVE, ACCESS_SECRET,
      payouts_read_approve, payouts_do_approve },
    { "POST", "send-money/status/", ON_STATUS, ACCESS_SECRET,
      payouts_read_status, payouts_do_status },
    { "POST", "send-money/cancel/", ON_CANCEL, ACCESS_SECRET,
      payouts_read_cancel, payouts_do_cancel },
    { "GET", "send-money/transactions/", ON_PAYOUTS, ACCESS_SECRET, NULL,
      lists_do_payouts },
    { "GET", "send-money/transactions/*/", ON_PAYOUTS, ACCESS_SECRET, NULL,
      lists_do_payout },
    { "GET", "send-money/bank-codes/ke/", ON_BANKS, ACCESS_OPEN, NULL,
      lists_do_banks },
    { "POST", "send-money/validate-accounts/", ON_VALIDATE, ACCESS_SECRET,
      NULL, lists_do_validate },
    { "GET", "send-money/beneficiaries/", ON_BENEFICIARIES, ACCESS_SECRET,
      NULL, lists_do_beneficiaries },
    { "GET", "send-money/beneficiaries/frequently-used/", ON_BENEFICIARIES,
      ACCESS_SECRET, NULL, lists_do_beneficiaries },
    { "GET", "send-money/beneficiaries/*/", ON_BENEFICIARIES, ACCESS_SECRET,
      NULL, lists_do_beneficiary },
    { "GET", "wallets/", ON_WALLETS, ACCESS_SECRET, NULL, purses_do_list },
    { "POST", "wallets/", ON_WALLETS, ACCESS_SECRET, NULL, purses_do_create },
    { "GET", "wallets/*/", ON_WALLETS, ACCESS_SECRET, NULL, purses_do_one },
    { "GET", "wallets/*/transactions/", ON_STATEMENT, ACCESS_SECRET, NULL,
      purses_do_lines },
    { "POST", "wallets/*/intra_transfer/", ON_TRANSFER, ACCESS_SECRET, NULL,
      purses_do_transfer },
    { "GET", "transactions/", ON_STATEMENT, ACCESS_SECRET, NULL,
      purses_do_statement },
    { "GET", "transactions/*/", ON_STATEMENT, ACCESS_SECRET, NULL,
      purses_do_line },
    { "POST", "payment/mpesa-stk-push/", ON_COLLECT, ACCESS_SECRET, NULL,
      collecting_do_push },
    { "POST", "payment/collection/", ON_COLLECT, ACCESS_PUBLIC, NULL,
      collecting_do_push },
    { "POST", "payment/status/", ON_PAYMENT, ACCESS_PUBLIC, NULL,
      collecting_do_status },
    { "POST", "payment/get_amount_estimate/", ON_PAYMENT, ACCESS_PUBLIC, NULL,
      collecting_do_estimate },
    { "GET", "invoices/", ON_PAYMENT, ACCESS_SECRET, NULL,
      collecting_do_invoices },
    { "GET", "invoices/*/", ON_PAYMENT, ACCESS_SECRET, NULL,
      collecting_do_invoice },
    { "POST", "checkout/", ON_CHECKOUT, ACCESS_PUBLIC, NULL,
      checkouts_do_create },
    { "POST", "checkout/details/", ON_CHECKOUT, ACCESS_PUBLIC, NULL,
      checkouts_do_details },
    { "GET", "chargebacks/", ON_CHARGEBACKS, ACCESS_SECRET, NULL,
      chargebacks_do_list },
    { "POST", "chargebacks/", ON_CHARGEBACKS, ACCESS_SECRET, NULL,
      chargebacks_do_create },
    { "GET", "chargebacks/*/", ON_CHARGEBACKS, ACCESS_SECRET, NULL,
      chargebacks_do_one },
};

/* Does ${path} match ${pattern}, but for its last slash when ${bare}? */
static bool
path_fits(const char *pattern, const char *path, bool bare)
{
    while (*pattern != '\0') {
        if (bare && *path == '\0')
            return strcmp(pattern, "/") == 0;
        if (*pattern == '*') {
            size_t n = strcspn(path, "/");

            if (n == 0)
                return false;
            path += n;
        } else if (*pattern != *path++) {
            return false;
        }
        pattern++;
    }
    return !bare && *path == '\0';
}

const struct route *
routes_find(const char *method, const char *path, bool bare, bool *known)
{
    const size_t api = strlen(API);

    *known = false;
    if (strncmp(path, API, api) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!path_fits(routes[i].path, path + api, bare))
            continue;
        /* Two methods may share a path; another one is 405, not 404. */
        *known = true;
        if (bare || strcmp(routes[i].method, method) == 0)
            return &routes[i];
    }
    return NULL;
}

void
routes_name(const struct route *route, const char *path, char *out,
            size_t bytes)
{
    const char *star = strchr(route->path, '*');
    const char *at;

    out[0] = '\0';
    if (star == NULL)
        return;
    at = path + strlen(API) + (star - route->path);
    (void)str_copy(out, bytes, (struct str){ at, strcspn(at, "/") });
}
