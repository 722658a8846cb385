#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/lib/stand.h"

/* Wallets, the statement, money in and money back. */

#define WALLETS    "api/v1/wallets/"
#define PUSH       "api/v1/payment/mpesa-stk-push/"
#define REFUNDS    "api/v1/chargebacks/"
#define PUBLIC_KEY "ISPubKey_test_payrun_sandbox"

static void
get(struct stand *s, struct said *said, const char *path)
{
    stand_ask(s, said, "GET", path, STAND_KEY, NULL);
}

/* Ask and keep one member of the answer, which must have the status. */
static char *
asked(struct stand *s, const char *path, const char *body, int http,
      const char *member)
{
    struct said said;
    char *text;

    stand_ask(s, &said, body != NULL ? "POST" : "GET", path, STAND_KEY, body);
    if (said.http != http)
        fail_msg("%s %s: %d %s", path, body, said.http, said.text.p);
    text = strdup(said_text(&said, member));
    said_release(&said);
    return text;
}

static void
expect(struct stand *s, const char *path, const char *body, int http,
       const char *member, const char *want)
{
    char *got = asked(s, path, body, http, member);

    if (strcmp(got, want) != 0)
        fail_msg("%s %s: %s is %s, not %s", path, body, member, got, want);
    free(got);
}

static void
sums(struct stand *s, const char *member, const char *want)
{
    const char *got = stand_summary(s, member);

    if (strcmp(got, want) != 0)
        fail_msg("the books: %s is %s, not %s", member, got, want);
    assert_string_equal(stand_summary(s, "ties"), "true");
}

/* A path with an id in it; static, for one use. */
static const char *
with(const char *format, const char *id)
{
    static char out[256];
    const char *mark = strchr(format, '@');

    snprintf(out, sizeof(out), "%.*s%s%s", (int)(mark - format), format, id,
             mark + 1);
    return out;
}

/* Wallets. */

static char *
working(struct stand *s, const char *label, const char *can)
{
    char body[160];

    snprintf(body, sizeof(body), "{\"currency\":\"KES\",\"wallet_type\":"
             "\"WORKING\",\"label\":\"%s\",\"can_disburse\":%s}", label, can);
    return asked(s, WALLETS, body, 201, "wallet_id");
}

static const struct { const char *name, *body, *attr; } bad_wallets[] = {
    { "no label", "{\"currency\":\"KES\"}", "label" },
    { "a blank label", "{\"currency\":\"KES\",\"label\":\"\"}", "label" },
    { "a label with a dot", "{\"currency\":\"KES\",\"label\":\"a.b\"}",
      "label" },
    { "a long label", "{\"currency\":\"KES\",\"label\":\"0123456789012345678901"
      "2345678901234567890\"}", "label" },
    { "no currency", "{\"label\":\"a\"}", "currency" },
    { "another type", "{\"currency\":\"KES\",\"label\":\"a\",\"wallet_type\":"
      "\"SETTLEMENT\"}", "wallet_type" },
};

static void
test_wallets(void **state)
{
    struct stand s;
    struct said said;
    char *id, *first;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (size_t i = 0; i < sizeof(bad_wallets) / sizeof(bad_wallets[0]); i++) {
        char *attr = asked(&s, WALLETS, bad_wallets[i].body, 400,
                           "errors.0.attr");

        if (strcmp(attr, bad_wallets[i].attr) != 0)
            fail_msg("%s: %s", bad_wallets[i].name, attr);
        free(attr);
    }
    id = working(&s, "Salaries", "false");
    first = asked(&s, WALLETS, NULL, 200, "results.0.wallet_id");
    get(&s, &said, with(WALLETS "@/", id));
    looks_like(said.text.p, "{\"wallet_id\":\"@A\",\"label\":\"Salaries\","
        "\"can_disburse\":false,\"currency\":\"KES\",\"wallet_type\":"
        "\"WORKING\",\"current_balance\":\"0.00\",\"available_balance\":"
        "\"0.00\",\"updated_at\":\"@T\"}");
    said_release(&said);
    expect(&s, WALLETS, NULL, 200, "count", "2");
    expect(&s, WALLETS "?wallet_type=WORKING", NULL, 200,
           "results.0.wallet_id", id);
    expect(&s, WALLETS "?label=default", NULL, 200, "count", "1");
    expect(&s, WALLETS "?page_size=1&page=2", NULL, 200,
           "results.0.wallet_id", id);
    expect(&s, WALLETS "?page_size=1&page=3", NULL, 404, "detail",
           "Invalid page.");
    expect(&s, WALLETS "NOTHING/", NULL, 404, "detail", "Not found.");
    /* D22: a wallet of one's own must be allowed to pay. */
    free(stand_initiate(&s, &said, "254700123456", "10", ""));
    assert_string_equal(said_text(&said, "wallet.wallet_id"), first);
    said_release(&said);
    {
        char body[256];

        snprintf(body, sizeof(body), "{\"currency\":\"KES\",\"provider\":"
                 "\"MPESA-B2C\",\"wallet_id\":\"%s\",\"transactions\":[{"
                 "\"account\":\"254700123456\",\"amount\":\"10\"}]}", id);
        expect(&s, "api/v1/send-money/initiate/", body, 400, "errors.0.detail",
               "This wallet can not disburse");
    }
    free(id);
    free(first);
    stand_close(&s);
}

/* Transfers and the statement. */

static void
test_statement(void **state)
{
    struct stand s;
    struct said said, first;
    struct err e = { 0 };
    char *id, *main_id, *tracking, body[200];

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 100000;
    stand_open(&s);
    id = working(&s, "Salaries", "true");
    main_id = asked(&s, WALLETS, NULL, 200, "results.0.wallet_id");
    snprintf(body, sizeof(body), "{\"wallet_id\":\"%s\",\"amount\":\"400.00\","
             "\"narrative\":\"Top up\"}", id);
    expect(&s, with(WALLETS "@/intra_transfer/", main_id), body, 200,
           "destination.current_balance", "400.00");
    expect(&s, with(WALLETS "@/intra_transfer/", main_id),
           "{\"wallet_id\":\"NONE\",\"amount\":\"1\",\"narrative\":\"x\"}",
           400, "errors.0.attr", "wallet_id");
    snprintf(body, sizeof(body), "{\"wallet_id\":\"%s\",\"amount\":\"601\","
             "\"narrative\":\"Top up\"}", id);
    expect(&s, with(WALLETS "@/intra_transfer/", main_id), body, 400,
           "errors.0.code", "invalid_request_data");
    snprintf(body, sizeof(body), "{\"wallet_id\":\"%s\",\"amount\":\"1\","
             "\"narrative\":\"5%%\"}", id);
    expect(&s, with(WALLETS "@/intra_transfer/", main_id), body, 400,
           "errors.0.attr", "narrative");
    snprintf(body, sizeof(body), ",\"wallet_id\":\"%s\"", id);
    tracking = stand_initiate(&s, &first, "254700123456", "100", body);
    assert_string_equal(said_text(&first, "wallet.wallet_id"), id);
    stand_approve(&s, &said, &first);
    said_release(&said);
    stand_until(&s, &said, tracking, "BC100");
    assert_string_equal(said_text(&said, "wallet.current_balance"), "285.00");
    said_release(&said);

    /* The same after a restart, since it is made from the books. */
    for (int round = 0; round < 2; round++) {
        get(&s, &said, with(WALLETS "@/transactions/", id));
        looks_like(said.text.p, "{\"count\":3,\"next\":null,\"previous\":null,"
            "\"results\":[{\"transaction_id\":\"@A\",\"invoice\":null,"
            "\"currency\":\"KES\",\"value\":\"-15.00\",\"running_balance\":"
            "\"285.00\",\"narrative\":\"Charge @A\",\"trans_type\":\"CHARGE\","
            "\"status\":\"AVAILABLE\",\"created_at\":\"@T\",\"updated_at\":"
            "\"@T\"},{\"transaction_id\":\"@A\",\"invoice\":null,\"currency\":"
            "\"KES\",\"value\":\"-100.00\",\"running_balance\":\"300.00\","
            "\"narrative\":\"Payout @A\",\"trans_type\":\"PAYOUT\",\"status\":"
            "\"AVAILABLE\",\"created_at\":\"@T\",\"updated_at\":\"@T\"},"
            "{\"transaction_id\":\"@A\",\"invoice\":null,\"currency\":\"KES\","
            "\"value\":\"400.00\",\"running_balance\":\"400.00\",\"narrative\":"
            "\"Top up\",\"trans_type\":\"ADJUSTMENT\",\"status\":\"AVAILABLE\","
            "\"created_at\":\"@T\",\"updated_at\":\"@T\"}]}");
        said_release(&said);
        expect(&s, "api/v1/transactions/", NULL, 200, "count", "5");
        sums(&s, "current_balance", "885.00");
        stand_shut(&s);
        assert_int_equal(stand_again(&s, &e), 0);
    }
    expect(&s, "api/v1/transactions/?trans_type=PAYOUT", NULL, 200,
           "results.0.transaction_id",
           said_text(&first, "transactions.0.transaction_id"));
    expect(&s, "api/v1/transactions/?trans_type=NONE", NULL, 400,
           "errors.0.attr", "trans_type");
    expect(&s, with("api/v1/transactions/?wallet_id=@", main_id), NULL, 200,
           "count", "2");
    expect(&s, "api/v1/transactions/?start_date=2020-01-01&end_date=2020-12-31",
           NULL, 200, "count", "0");
    expect(&s, "api/v1/transactions/?start_date=2020-01-01", NULL, 200,
           "count", "5");
    expect(&s, "api/v1/transactions/?end_date=yesterday", NULL, 400,
           "errors.0.attr", "end_date");
    expect(&s, "api/v1/transactions/?page=2&page_size=4", NULL, 200,
           "results.0.trans_type", "DEPOSIT");
    expect(&s, "_rules", "{\"unsigned_lines\":true}", 200, "unsigned_lines",
           "true");
    expect(&s, "api/v1/transactions/?trans_type=PAYOUT", NULL, 200,
           "results.0.value", "100.00");
    expect(&s, with("api/v1/transactions/@/", said_text(
               &first, "transactions.0.transaction_id")), NULL, 200,
           "trans_type", "PAYOUT");
    said_release(&first);
    free(tracking);
    free(main_id);
    free(id);
    stand_close(&s);
}

/* Money in. */

static const struct { const char *phone, *last, *code; } payers[] = {
    { "254712345678", "COMPLETE", "null" },
    { "254700000100", "FAILED", "1032" },
    { "254700000101", "FAILED", "1037" },
    { "254700000102", "FAILED", "1" },
    { "254700000103", "FAILED", "2001" },
    { "254700000104", "FAILED", "1019" },
};

#define PAYERS (sizeof(payers) / sizeof(payers[0]))

static void
until_state(struct stand *s, const char *invoice, const char *want)
{
    int64_t end_ms = clock_mono_ms() + 30000;
    char *got = NULL;

    do {
        assert_true(clock_mono_ms() < end_ms);
        free(got);
        got = asked(s, with("api/v1/invoices/@/", invoice), NULL, 200,
                    "state");
    } while (strcmp(got, "PENDING") == 0 || strcmp(got, "PROCESSING") == 0);
    if (strcmp(got, want) != 0)
        fail_msg("invoice %s: %s, not %s", invoice, got, want);
    free(got);
}

static void
test_collections(void **state)
{
    struct stand s;
    struct said said;
    char body[160], *ids[PAYERS];
    int told = 0;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 0;
    s.order.webhook_url = "";
    stand_open(&s);
    expect(&s, "_rules", "{\"collect_per_mille\":30}", 200,
           "collect_per_mille", "30");
    for (size_t i = 0; i < PAYERS; i++) {
        snprintf(body, sizeof(body), "{\"phone_number\":\"%s\",\"amount\":"
                 "100.50,\"api_ref\":\"F-%zu\"}", payers[i].phone, i);
        stand_post(&s, &said, PUSH, body);
        assert_int_equal(said.http, 200);
        assert_string_equal(said_text(&said, "invoice.state"), "PENDING");
        assert_string_equal(said_text(&said, "invoice.value"), "100.5");
        assert_string_equal(said_text(&said, "invoice.net_amount"), "97.49");
        ids[i] = strdup(said_text(&said, "invoice.invoice_id"));
        said_release(&said);
    }
    for (size_t i = 0; i < PAYERS; i++) {
        until_state(&s, ids[i], payers[i].last);
        snprintf(body, sizeof(body), "{\"public_key\":\"" PUBLIC_KEY "\","
                 "\"invoice_id\":\"%s\"}", ids[i]);
        stand_ask(&s, &said, "POST", "api/v1/payment/status/", NULL, body);
        if (strcmp(said_text(&said, "invoice.failed_code"),
                   payers[i].code) != 0)
            fail_msg("%s: %s", payers[i].phone, said.text.p);
        said_release(&said);
    }
    sums(&s, "collected_total", "100.50");
    sums(&s, "collection_charges_total", "3.01");
    sums(&s, "current_balance", "97.49");
    expect(&s, "api/v1/invoices/?state=FAILED", NULL, 200, "count", "5");
    expect(&s, "api/v1/transactions/?trans_type=SALE", NULL, 200,
           "results.0.invoice.invoice_id", ids[0]);
    /* Three events each, in order, with the challenge (4.4). */
    stand_until_hooks(&s, (int)PAYERS * 3);
    for (int i = 0; i < s.nhooks; i++) {
        struct said hook = { .json = s.hooks[i].body };

        assert_string_equal(said_text(&hook, "challenge"), STAND_CHALLENGE);
        if (strcmp(said_text(&hook, "invoice_id"), ids[0]) != 0)
            continue;
        assert_string_equal(said_text(&hook, "state"), told == 0 ? "PENDING"
                            : told == 1 ? "PROCESSING" : "COMPLETE");
        assert_string_equal(said_text(&hook, "value"), "100.50");
        told++;
    }
    assert_int_equal(told, 3);
    for (size_t i = 0; i < PAYERS; i++)
        free(ids[i]);
    stand_close(&s);
}

/* A restart between asking and paying loses nothing. */
static void
test_collection_restart(void **state)
{
    struct stand s;
    struct err e = { 0 };
    char *id;

    (void)state;
    stand_plan(&s);
    s.order.latency_ms = 2000;
    stand_open(&s);
    id = asked(&s, PUSH, "{\"phone_number\":\"254712345678\",\"amount\":10}",
               200, "invoice.invoice_id");
    stand_shut(&s);
    assert_int_equal(stand_again(&s, &e), 0);
    until_state(&s, id, "COMPLETE");
    sums(&s, "collected_total", "10.00");
    free(id);
    stand_close(&s);
}

static void
test_refunds(void **state)
{
    struct stand s;
    struct said said;
    int64_t end_ms = clock_mono_ms() + 30000;
    char *invoice, *id, *got = NULL, body[160];

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 0;
    stand_open(&s);
    invoice = asked(&s, PUSH, "{\"phone_number\":\"254712345678\","
                    "\"amount\":100}", 200, "invoice.invoice_id");
    snprintf(body, sizeof(body), "{\"invoice\":\"%s\",\"amount\":60,"
             "\"reason\":\"Other\"}", invoice);
    expect(&s, REFUNDS, body, 400, "errors.0.detail",
           "Only a completed payment can be refunded");
    until_state(&s, invoice, "COMPLETE");
    expect(&s, REFUNDS, "{\"invoice_id\":\"NONE\",\"reason\":\"Other\"}", 400,
           "errors.0.attr", "invoice_id");
    id = asked(&s, REFUNDS, body, 201, "chargeback_id");
    /* 60 of 100 are asked back: another 60 is too much. */
    expect(&s, REFUNDS, body, 400, "errors.0.attr", "amount");
    do {
        assert_true(clock_mono_ms() < end_ms);
        free(got);
        got = asked(&s, with(REFUNDS "@/", id), NULL, 200, "status");
    } while (strcmp(got, "PENDING") == 0);
    assert_string_equal(got, "COMPLETED");
    sums(&s, "refunded_total", "60.00");
    sums(&s, "current_balance", "40.00");
    /* Nothing left to give back: cancelled, and the 40 can be asked again. */
    expect(&s, "_wallet", "{\"balance\":\"10.00\"}", 200, "given_total",
           "-30.00");
    snprintf(body, sizeof(body), "{\"invoice\":\"%s\",\"amount\":40,"
             "\"reason\":\"Other\"}", invoice);
    free(id);
    id = asked(&s, REFUNDS, body, 201, "chargeback_id");
    do {
        assert_true(clock_mono_ms() < end_ms);
        free(got);
        got = asked(&s, with(REFUNDS "@/", id), NULL, 200, "status");
    } while (strcmp(got, "PENDING") == 0);
    assert_string_equal(got, "CANCELLED");
    sums(&s, "current_balance", "10.00");
    get(&s, &said, REFUNDS);
    assert_string_equal(said_text(&said, "count"), "2");
    assert_string_equal(said_text(&said, "results.0.chargeback_id"), id);
    said_release(&said);
    free(got);
    free(id);
    free(invoice);
    stand_close(&s);
}

static void
test_checkout(void **state)
{
    struct stand s;
    struct said link, said;
    char body[256];

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 0;
    stand_open(&s);
    stand_ask(&s, &link, "POST", "api/v1/checkout/", NULL, "{\"public_key\":\""
              PUBLIC_KEY "\",\"amount\":5,\"currency\":\"KES\",\"email\":"
              "\"a@b.ke\",\"api_ref\":\"O-1\"}");
    assert_int_equal(link.http, 201);
    assert_string_equal(said_text(&link, "paid"), "false");
    snprintf(body, sizeof(body), "{\"checkout_id\":\"%s\",\"signature\":\"x\"}",
             said_text(&link, "id"));
    expect(&s, "api/v1/checkout/details/", body, 404, "detail", "Not found.");
    snprintf(body, sizeof(body), "{\"checkout_id\":\"%s\",\"method\":"
             "\"CARD-PAYMENT\"}", said_text(&link, "id"));
    expect(&s, "_pay", body, 200, "provider", "CARD-PAYMENT");
    snprintf(body, sizeof(body), "{\"checkout_id\":\"%s\",",
             said_text(&link, "id"));
    snprintf(body + strlen(body), sizeof(body) - strlen(body),
             "\"signature\":\"%s\"}", said_text(&link, "signature"));
    stand_post(&s, &said, "api/v1/checkout/details/", body);
    assert_string_equal(said_text(&said, "paid"), "true");
    said_release(&said);
    sums(&s, "current_balance", "5.00");
    said_release(&link);
    stand_close(&s);
}

/* Who may ask for public things (1.2). */
static const struct { const char *name, *bearer, *body; int http; } keys[] = {
    { "the public key", NULL, "{\"public_key\":\"" PUBLIC_KEY "\","
      "\"invoice_id\":\"X\"}", 404 },
    { "a wrong one", NULL, "{\"public_key\":\"ISPubKey_test_other\","
      "\"invoice_id\":\"X\"}", 403 },
    { "none", NULL, "{\"invoice_id\":\"X\"}", 401 },
    { "the secret key", STAND_KEY, "{\"invoice_id\":\"X\"}", 404 },
    { "a wrong secret key", "other", "{\"invoice_id\":\"X\"}", 403 },
};

static void
test_keys(void **state)
{
    struct stand s;
    struct said said;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        stand_ask(&s, &said, "POST", "api/v1/payment/status/", keys[i].bearer,
                  keys[i].body);
        if (said.http != keys[i].http)
            fail_msg("%s: %d %s", keys[i].name, said.http, said.text.p);
        said_release(&said);
    }
    /* Banks ask for none; wallets for the secret one. */
    stand_ask(&s, &said, "GET", "api/v1/send-money/bank-codes/ke/", NULL,
              NULL);
    assert_int_equal(said.http, 200);
    assert_int_equal(json_array_size(said.json), 43);
    assert_string_equal(said_text(&said, "0.bank_name"), "KCB");
    said_release(&said);
    stand_close(&s);
}

/* Payments one by one, and whose account. */
static void
test_lists(void **state)
{
    struct stand s;
    struct said first;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    free(stand_initiate(&s, &first, "254700123456", "10", ""));
    expect(&s, "api/v1/send-money/transactions/", NULL, 200,
           "results.0.transaction_id",
           said_text(&first, "transactions.0.transaction_id"));
    expect(&s, with("api/v1/send-money/transactions/@/", said_text(
               &first, "transactions.0.transaction_id")), NULL, 200,
           "status_code", "TP101");
    expect(&s, "api/v1/send-money/transactions/NONE/", NULL, 404, "detail",
           "Not found.");
    expect(&s, "_rules", "{\"list_waiting\":false}", 200, "list_waiting",
           "false");
    expect(&s, "api/v1/send-money/transactions/", NULL, 200, "count", "0");
    expect(&s, "api/v1/send-money/validate-accounts/", "{\"provider\":"
           "\"PESALINK\",\"account\":\"0112233\",\"bank_code\":\"68\"}", 200,
           "account_name", "TEST PAYEE 2233");
    expect(&s, "api/v1/send-money/validate-accounts/", "{\"provider\":"
           "\"PESALINK\",\"account\":\"0112233\",\"bank_code\":\"4\"}", 400,
           "errors.0.attr", "bank_code");
    expect(&s, "api/v1/send-money/validate-accounts/", "{\"provider\":"
           "\"MPESA-B2C\",\"account\":\"254700000100\"}", 400,
           "errors.0.detail", "Account could not be validated");
    expect(&s, "api/v1/send-money/beneficiaries/", NULL, 200, "count", "0");
    said_release(&first);
    stand_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wallets),
        cmocka_unit_test(test_statement),
        cmocka_unit_test(test_collections),
        cmocka_unit_test(test_collection_restart),
        cmocka_unit_test(test_refunds),
        cmocka_unit_test(test_checkout),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
