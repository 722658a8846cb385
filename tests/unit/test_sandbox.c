#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/stand.h"

#define INITIATE "api/v1/send-money/initiate/"
#define APPROVE  "api/v1/send-money/approve/"
#define STATUS   "api/v1/send-money/status/"
#define CANCEL   "api/v1/send-money/cancel/"
#define STATE    "{\"type\":\"client_error\",\"errors\":[{\"code\":" \
    "\"invalid_request_data\",\"detail\":\"Payment file must be in " \
    "PREVIEW-AND-APPROVE state to perform this action\",\"attr\":null}]}"

/* The recorded run of the contract, section 2.9: 26.58, send 10, charge 15. */

static void
test_initiate_shape(void **state)
{
    struct stand s;
    struct said said;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 13356849;
    stand_open(&s);
    free(stand_initiate(&s, &said, "254700123456", "1000",
                        ",\"batch_reference\":\"PAY-1\""));
    assert_int_equal(said.http, 201);
    looks_like(said.text.p,
        "{\"file_id\":\"@A\",\"device_id\":null,\"tracking_id\":\"@U\","
        "\"batch_reference\":\"PAY-1\",\"status\":\"Preview and approve\","
        "\"status_code\":\"BP103\",\"nonce\":\"@N\",\"wallet\":{\"wallet_id\":"
        "\"@A\",\"label\":\"default\",\"can_disburse\":false,\"currency\":"
        "\"KES\",\"wallet_type\":\"SETTLEMENT\",\"current_balance\":133568.49,"
        "\"available_balance\":133568.49,\"updated_at\":\"@T\"},"
        "\"transactions\":[{\"transaction_id\":\"@A\",\"status\":\"Pending\","
        "\"status_code\":\"TP101\",\"status_description\":null,"
        "\"request_reference_id\":\"@U\",\"name\":\"Jane Doe\",\"account\":"
        "\"254700123456\",\"id_number\":null,\"bank_code\":null,"
        "\"amount\":1000,\"narrative\":\"Salary\",\"idempotency_key\":"
        "\"K-254700123456\"}],\"charge_estimate\":15,"
        "\"total_amount_estimate\":1015,\"total_amount\":1000,"
        "\"transactions_count\":1,\"created_at\":\"@T\",\"updated_at\":"
        "\"@T\"}");
    said_release(&said);
    stand_close(&s);
}

static void
test_status_shape(void **state)
{
    struct stand s;
    struct said first, said;
    char *id;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 2658;
    stand_open(&s);
    id = stand_initiate(&s, &first, "254700123456", "10", "");
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 200);
    assert_string_equal(said_text(&said, "status_code"), "BP104");
    assert_string_equal(said_text(&said, "paid_amount"), "0.0");
    assert_string_equal(said_text(&said, "transactions.0.charge"), "15.00");
    said_release(&said);
    stand_until(&s, &said, id, "BC100");
    looks_like(said.text.p,
        "{\"file_id\":\"@A\",\"tracking_id\":\"@U\",\"batch_reference\":null,"
        "\"status\":\"Completed\",\"status_code\":\"BC100\",\"transactions\":"
        "[{\"transaction_id\":\"@A\",\"status\":\"Successful\","
        "\"status_code\":\"TS100\",\"status_description\":\"The service "
        "request is processed successfully.\",\"request_reference_id\":"
        "\"@U\",\"provider\":\"MPESA-B2C\",\"bank_code\":null,\"name\":"
        "\"Jane Doe\",\"account\":\"254700123456\",\"account_type\":null,"
        "\"account_reference\":null,\"provider_reference\":\"@R\","
        "\"provider_account_name\":\" Jane Doe\",\"amount\":\"10.00\","
        "\"charge\":\"15.00\",\"narrative\":\"Salary\",\"file_id\":\"@A\","
        "\"idempotency_key\":\"K-254700123456\",\"currency\":\"KES\","
        "\"created_at\":\"@T\",\"updated_at\":\"@T\"}],\"actual_charges\":"
        "\"15.00\",\"paid_amount\":\"10.00\",\"failed_amount\":0.0,"
        "\"wallet\":{\"wallet_id\":\"@A\",\"label\":\"default\","
        "\"can_disburse\":false,\"currency\":\"KES\",\"wallet_type\":"
        "\"SETTLEMENT\",\"current_balance\":\"1.58\",\"available_balance\":"
        "\"1.58\",\"updated_at\":\"@T\"},\"charge_estimate\":\"15.00\","
        "\"total_amount_estimate\":\"25.00\",\"total_amount\":\"10.00\","
        "\"transactions_count\":1,\"created_at\":\"@T\",\"updated_at\":"
        "\"@T\"}");
    said_release(&said);
    said_release(&first);
    free(id);
    stand_close(&s);
}

static void
test_money_at_each_step(void **state)
{
    static const struct { const char *code, *current, *available; } steps[] = {
        { "BP103", "26.58", "26.58" }, { "BP104", "26.58", "26.58" },
        { "BP109", "26.58", "26.58" }, { "BP110", "26.58", "1.58" },
        { "BC100", "1.58", "1.58" },
    };
    struct stand s;
    struct said first, said;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 2658;
    s.order.webhook_url = "";
    stand_open(&s);
    free(stand_initiate(&s, &first, "254700123456", "10", ""));
    stand_approve(&s, &said, &first);
    stand_until_hooks(&s, 5);
    for (int i = 0; i < 5; i++) {
        struct said hook = { .json = s.hooks[i].body };

        assert_string_equal(s.hooks[i].path, "/dash");
        assert_string_equal(s.hooks[i].code, steps[i].code);
        if (strcmp(said_text(&hook, "wallet.current_balance"),
                   steps[i].current) != 0
            || strcmp(said_text(&hook, "wallet.available_balance"),
                      steps[i].available) != 0)
            fail_msg("%s: available %s", steps[i].code,
                     said_text(&hook, "wallet.available_balance"));
        assert_string_equal(said_text(&hook, "challenge"), STAND_CHALLENGE);
        assert_string_equal(said_text(&hook, "transactions.0.status_code"),
                            i < 4 ? "TP101" : "TS100");
    }
    said_release(&first);
    said_release(&said);
    stand_close(&s);
}

/* Refusals. */

#define HEAD "{\"currency\":\"KES\",\"provider\":\"MPESA-B2C\","
#define ONE(amount) "\"transactions\":[{\"account\":\"254700123456\"," \
                    "\"amount\":" amount "}]}"
#define FIELD(attr, detail) "{\"type\":\"validation_error\",\"errors\":[{" \
    "\"code\":\"invalid\",\"detail\":\"" detail "\",\"attr\":\"" attr "\"}]}"

static const struct {
    const char *name, *method, *path, *bearer, *body;
    int http;
    const char *want;           /* NULL: not looked at */
} refused[] = {
    { "no key", "GET", "api/v1/wallets/", NULL, NULL, 401,
      "{\"detail\":\"Authentication credentials were not provided.\"}" },
    { "wrong key", "GET", "api/v1/wallets/", "x", NULL, 403,
      "{\"type\":\"client_error\",\"errors\":[{\"code\":"
      "\"authentication_failed\",\"detail\":\"Invalid api token\","
      "\"attr\":null}]}" },
    { "key a byte short", "GET", "api/v1/wallets/", "ISSecretKey_test_on",
      NULL, 403, NULL },
    { "no slash", "POST", "api/v1/send-money/initiate", STAND_KEY, "{}", 301,
      "" },
    { "no such path", "GET", "api/v1/files/", STAND_KEY, NULL, 404,
      "{\"detail\":\"Not found.\"}" },
    { "wrong method", "GET", INITIATE, STAND_KEY, NULL, 405, NULL },
    { "no such wallet", "GET", "api/v1/wallets/XXXXXXX/", STAND_KEY, NULL, 404,
      NULL },
    { "not JSON", "POST", INITIATE, STAND_KEY, "{", 400, NULL },
    { "a bad number", "POST", INITIATE, STAND_KEY, HEAD ONE("01"), 400, NULL },
    { "not an object", "POST", INITIATE, STAND_KEY, "[]", 400, NULL },
    { "no transactions", "POST", INITIATE, STAND_KEY,
      HEAD "\"transactions\":[]}", 400,
      FIELD("transactions", "This list may not be empty.") },
    { "unknown rail", "POST", INITIATE, STAND_KEY,
      "{\"currency\":\"KES\",\"provider\":\"M-PESA\"," ONE("\"10\""), 400,
      FIELD("provider", "\\\"M-PESA\\\" is not a valid choice.") },
    { "other currency", "POST", INITIATE, STAND_KEY,
      "{\"currency\":\"USD\",\"provider\":\"MPESA-B2C\"," ONE("\"10\""), 400,
      FIELD("currency", "\\\"USD\\\" is not a valid choice.") },
    { "other wallet", "POST", INITIATE, STAND_KEY,
      HEAD "\"wallet_id\":\"XXXXXXX\"," ONE("\"10\""), 400,
      FIELD("wallet_id", "Wallet with specified id does not exist") },
    { "approval as boolean", "POST", INITIATE, STAND_KEY,
      HEAD "\"requires_approval\":true," ONE("\"10\""), 400, NULL },
    { "amount zero", "POST", INITIATE, STAND_KEY, HEAD ONE("\"0\""), 400,
      FIELD("transactions.0.amount", "Ensure this value is greater than 0.") },
    { "amount negative", "POST", INITIATE, STAND_KEY, HEAD ONE("-5"), 400,
      FIELD("transactions.0.amount", "A valid number is required.") },
    { "amount exponent", "POST", INITIATE, STAND_KEY, HEAD ONE("1e3"), 400,
      FIELD("transactions.0.amount", "A valid number is required.") },
    { "three decimals", "POST", INITIATE, STAND_KEY, HEAD ONE("10.005"), 400,
      FIELD("transactions.0.amount", "A valid number is required.") },
    { "no amount", "POST", INITIATE, STAND_KEY,
      HEAD "\"transactions\":[{\"account\":\"254700123456\"}]}", 400,
      FIELD("transactions.0.amount", "This field is required.") },
    { "no account", "POST", INITIATE, STAND_KEY,
      HEAD "\"transactions\":[{\"amount\":\"10\"}]}", 400,
      FIELD("transactions.0.account", "This field is required.") },
    { "a plus in the account", "POST", INITIATE, STAND_KEY,
      HEAD "\"transactions\":[{\"account\":\"+254700123456\"}]}", 400,
      FIELD("transactions.0.account",
            "This value does not match the required pattern.") },
    { "an apostrophe in the name", "POST", INITIATE, STAND_KEY,
      HEAD "\"transactions\":[{\"account\":\"1\",\"name\":\"O'Neil\"}]}", 400,
      FIELD("transactions.0.name",
            "This value does not match the required pattern.") },
    { "a long account", "POST", INITIATE, STAND_KEY,
      HEAD "\"transactions\":[{\"account\":\"1234567890123456789012345\"}]}",
      400, FIELD("transactions.0.account",
                 "Ensure this field has no more than 24 characters.") },
    { "status by file_id", "POST", STATUS, STAND_KEY,
      "{\"file_id\":\"ABC1234\"}", 400,
      "{\"type\":\"client_error\",\"errors\":[{\"code\":"
      "\"invalid_request_data\",\"detail\":\"tracking_id is required\","
      "\"attr\":null}]}" },
    { "unknown file", "POST", STATUS, STAND_KEY, "{\"tracking_id\":\"x\"}",
      404, "{\"detail\":\"Not found.\"}" },
    { "cancel an unknown file", "POST", CANCEL, STAND_KEY,
      "{\"file_id\":\"ABC1234\"}", 404, NULL },
};

static void
test_refused(void **state)
{
    struct stand s;
    struct said said;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const char *text;

        stand_ask(&s, &said, refused[i].method, refused[i].path,
                  refused[i].bearer, refused[i].body);
        text = said.text.p != NULL ? said.text.p : "";
        if (said.http != refused[i].http
            || (refused[i].want != NULL && strcmp(text, refused[i].want) != 0))
            fail_msg("%s: %d %s", refused[i].name, said.http, text);
        said_release(&said);
    }
    assert_string_equal(stand_summary(&s, "files"), "0");
    stand_close(&s);
}

/* Numbers are taken as they are written, never as doubles. */
static void
test_exact_numbers(void **state)
{
    static const struct { const char *sent, *number, *text; } rows[] = {
        { "10", "10", "10.00" }, { "10.5", "10.5", "10.50" },
        { "\"1050.10\"", "1050.1", "1050.10" },
        { "90071992547409.91", "90071992547409.91", "90071992547409.91" },
        { "10.00", "10", "10.00" },
    };
    struct stand s;
    struct said said, later;
    char body[256], want[64];

    (void)state;
    stand_plan(&s);
    s.order.charge_minor = 0;
    stand_open(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(body, sizeof(body), HEAD "\"transactions\":[{\"account\":"
                 "254700123456,\"amount\":%s}]}", rows[i].sent);
        stand_post(&s, &said, INITIATE, body);
        snprintf(want, sizeof(want), "\"amount\":%s,", rows[i].number);
        if (said.http != 201 || strstr(said.text.p, want) == NULL)
            fail_msg("%s: %d %s", rows[i].sent, said.http, said.text.p);
        stand_until(&s, &later, said_text(&said, "tracking_id"), "BP103");
        assert_string_equal(said_text(&later, "transactions.0.amount"),
                            rows[i].text);
        assert_string_equal(said_text(&later, "transactions.0.account"),
                            "254700123456");
        said_release(&said);
        said_release(&later);
    }
    stand_close(&s);
}

/* What approve must carry back. */

static const struct {
    const char *name, *from, *to;       /* replaced in the answer sent back */
    const char *detail;
} changed[] = {
    { "wrong nonce", "\"nonce\":\"", "\"nonce\":\"x", "Invalid nonce" },
    { "no nonce", "\"nonce\"", "\"once\"", "Invalid nonce" },
    { "other amount", "\"amount\":10,", "\"amount\":11,",
      "Transaction 1 does not match the payment file" },
    { "other account", "\"account\":\"254700123456\"",
      "\"account\":\"254700123457\"",
      "Transaction 1 does not match the payment file" },
    { "no items", "\"transactions\":[", "\"transactions\":[],\"x\":[",
      "The transactions do not match the payment file" },
    { "no balance", "\"available_balance\"", "\"balance\"",
      "This field is required." },
};

static void
replaced(struct buf *out, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    buf_init(out, 1 << 20);
    buf_add(out, text, (size_t)(at - text));
    buf_text(out, to);
    buf_text(out, at + strlen(from));
}

static void
test_approve_compares(void **state)
{
    struct stand s;
    struct said first, said;
    char *id;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    id = stand_initiate(&s, &first, "254700123456", "10", "");
    for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
        struct buf body = { 0 };

        replaced(&body, first.text.p, changed[i].from, changed[i].to);
        stand_post(&s, &said, APPROVE, body.p);
        if (said.http != 400 || strcmp(said_text(&said, "errors.0.detail"),
                                       changed[i].detail) != 0)
            fail_msg("%s: %d %s", changed[i].name, said.http, said.text.p);
        said_release(&said);
        buf_release(&body);
    }
    assert_string_equal(stand_summary(&s, "approvals"), "0");
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 200);
    said_release(&said);
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 400);
    assert_string_equal(said.text.p, STATE);
    said_release(&said);
    stand_until(&s, &said, id, "BC100");
    said_release(&said);
    stand_approve(&s, &said, &first);
    assert_string_equal(said.text.p, STATE);
    assert_string_equal(stand_summary(&s, "approvals"), "1");
    assert_string_equal(stand_summary(&s, "payments"), "1");
    said_release(&said);
    said_release(&first);
    free(id);
    stand_close(&s);
}

static void
test_cancel(void **state)
{
    struct stand s;
    struct said first, said;
    char body[64];

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    free(stand_initiate(&s, &first, "254700123456", "10", ""));
    snprintf(body, sizeof(body), "{\"file_id\":\"%s\"}",
             said_text(&first, "file_id"));
    stand_post(&s, &said, CANCEL, body);
    assert_int_equal(said.http, 200);
    assert_string_equal(said_text(&said, "status_code"), "BE111");
    assert_string_equal(said_text(&said, "transactions.0.status_code"),
                        "TC108");
    said_release(&said);
    stand_post(&s, &said, CANCEL, body);
    assert_string_equal(said.text.p, STATE);
    said_release(&said);
    stand_approve(&s, &said, &first);
    assert_string_equal(said.text.p, STATE);
    said_release(&said);
    said_release(&first);
    stand_post(&s, &said, "_rules", "{\"cancel_marks\":false}");
    assert_string_equal(said_text(&said, "cancel_marks"), "false");
    said_release(&said);
    free(stand_initiate(&s, &first, "254700123456", "10", ""));
    snprintf(body, sizeof(body), "{\"file_id\":\"%s\"}",
             said_text(&first, "file_id"));
    stand_post(&s, &said, CANCEL, body);
    assert_string_equal(said_text(&said, "transactions.0.status_code"),
                        "TP101");
    said_release(&said);
    said_release(&first);
    assert_string_equal(stand_summary(&s, "payments"), "0");
    stand_close(&s);
}

/* The float. */

static void
test_no_funds(void **state)
{
    struct stand s;
    struct said a, b, said;
    char *ia, *ib;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 16000;          /* 160: enough for one of them */
    stand_open(&s);
    ia = stand_initiate(&s, &a, "254700123456", "100", "");
    ib = stand_initiate(&s, &b, "254700123457", "100", "");
    stand_approve(&s, &said, &a);
    said_release(&said);
    stand_approve(&s, &said, &b);
    said_release(&said);
    stand_until(&s, &said, ib, "BF105");
    assert_string_equal(said_text(&said, "transactions.0.status_code"),
                        "TP101");
    said_release(&said);
    stand_until(&s, &said, ia, "BC100");
    assert_string_equal(said_text(&said, "wallet.current_balance"), "45.00");
    assert_string_equal(said_text(&said, "wallet.available_balance"),
                        "45.00");
    said_release(&said);
    assert_string_equal(stand_summary(&s, "files_failed"), "1");
    stand_post(&s, &said, "_wallet", "{\"balance\":\"5000.50\"}");
    assert_string_equal(said_text(&said, "current_balance"), "5000.50");
    assert_string_equal(said_text(&said, "given_total"), "5115.50");
    said_release(&said);
    said_release(&a);
    said_release(&b);
    free(ia);
    free(ib);
    stand_close(&s);
}

static void
test_without_approval(void **state)
{
    struct stand s;
    struct said said, later;
    char *id;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 12440;
    stand_open(&s);
    id = stand_initiate(&s, &said, "254700123456", "110",
                        ",\"requires_approval\":\"NO\"");
    assert_null(id);
    assert_int_equal(said.http, 400);
    assert_string_equal(said_text(&said, "errors.0.detail"), "You have "
        "insufficient balance to complete this request. Transaction charge "
        "estimate is KES 15.00. Your current balance is KES 124.40.");
    said_release(&said);
    id = stand_initiate(&s, &said, "254700123456", "109",
                        ",\"requires_approval\":\"NO\"");
    assert_int_equal(said.http, 201);
    assert_string_equal(said_text(&said, "status_code"), "BP104");
    stand_until(&s, &later, id, "BC100");
    assert_string_equal(said_text(&later, "wallet.current_balance"), "0.40");
    said_release(&later);
    said_release(&said);
    free(id);
    stand_close(&s);
}

static void
test_wallets_and_key(void **state)
{
    struct stand s;
    struct said said;
    char path[64];

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 50;
    stand_open(&s);
    stand_ask(&s, &said, "GET", "api/v1/wallets/", STAND_KEY, NULL);
    looks_like(said.text.p, "{\"count\":1,\"next\":null,\"previous\":null,"
        "\"results\":[{\"wallet_id\":\"@A\",\"label\":\"default\","
        "\"can_disburse\":false,\"currency\":\"KES\",\"wallet_type\":"
        "\"SETTLEMENT\",\"current_balance\":\"0.50\",\"available_balance\":"
        "\"0.50\",\"updated_at\":\"@T\"}]}");
    snprintf(path, sizeof(path), "api/v1/wallets/%s/",
             said_text(&said, "results.0.wallet_id"));
    said_release(&said);
    stand_ask(&s, &said, "GET", path, STAND_KEY, NULL);
    assert_int_equal(said.http, 200);
    assert_string_equal(said_text(&said, "current_balance"), "0.50");
    said_release(&said);
    stand_post(&s, &said, "_key", "{\"secret\":\"another\"}");
    assert_int_equal(said.http, 200);
    said_release(&said);
    stand_ask(&s, &said, "GET", path, STAND_KEY, NULL);
    assert_int_equal(said.http, 403);
    said_release(&said);
    stand_ask(&s, &said, "GET", path, "another", NULL);
    assert_int_equal(said.http, 200);
    said_release(&said);
    stand_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_initiate_shape),
        cmocka_unit_test(test_status_shape),
        cmocka_unit_test(test_money_at_each_step),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_exact_numbers),
        cmocka_unit_test(test_approve_compares),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_no_funds),
        cmocka_unit_test(test_without_approval),
        cmocka_unit_test(test_wallets_and_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
