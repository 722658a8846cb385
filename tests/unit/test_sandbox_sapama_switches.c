#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tests/lib/cashier.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Every switch: what one answer says without it and with it.  ${ask} is a
 * call: "pay PHONE AMOUNT", or "METHOD call scalars [rest]", asked when one
 * payout (305528, REF-1, 254722906830) has been paid.
 */
static const struct {
    const char *rule, *ask;
    int  http;                  /* with the switch; 0: no answer             */
    const char *usual, *with;   /* in the answer without and with it         */
} rules[] = {
    { "{\"snake\":true}", "GET get_transactions ipned=any", 200,
      "{\"httpStatusCode\":200,\"systemCode\":700,\"message\":",
      "{\"http_status_code\":200,\"system_code\":700,\"message\":" },
    { "{\"snake\":true}", "POST update_transaction id=1&ipned=x", 400,
      "{\"httpStatusCode\":400,\"systemCode\":900,",
      "{\"http_status_code\":400,\"system_code\":900," },
    { "{\"numbers_text\":true}", "GET get_transactions ipned=any", 200,
      "\"total\":1,\"per_page\":50,", "\"total\":\"1\",\"per_page\":\"50\"," },
    { "{\"numbers_text\":true}", "pay 254722906830 20", 200,
      "\"proxy_trans_id\":305529,", "\"proxy_trans_id\":\"305529\"," },
    { "{\"phone_local\":false}", "pay 254722906830 20", 200,
      "\"phone\":\"0722906830\"", "\"phone\":\"254722906830\"" },
    { "{\"error_html\":true}", "POST update_transaction id=1&ipned=x", 500,
      "Input validation failed.", "<h1>Whoops" },
    { "{\"page_clamp\":false}", "GET get_transactions ipned=any&page=9", 200,
      "\"current_page\":1,\"last_page\":1,\"from\":1,\"to\":1,\"data\":[{",
      "\"current_page\":9,\"last_page\":1,\"from\":0,\"to\":0,\"data\":[]" },
    { "{\"per_page_cap\":7}", "GET get_transactions ipned=any&per_page=900",
      200, "\"per_page\":100,", "\"per_page\":7," },
    { "{\"per_page_cap\":0}", "GET get_transactions ipned=any&per_page=900",
      200, "\"per_page\":100,", "\"per_page\":900," },
    { "{\"trans_time\":\"digits\"}", "GET get_transactions ipned=any", 200,
      "\"trans_time\":\"20dd-dd-dd dd:dd:dd\"",
      "\"trans_time\":\"20dddddddddddd\"" },
    { "{\"trans_time\":\"colons\"}", "GET get_transactions ipned=any", 200,
      "\"trans_time\":\"20dd-dd-dd dd:dd:dd\"",
      "\"trans_time\":\"20dd:dd:dd dd:dd:dd\"" },
    { "{\"date_blank\":false}", "GET get_transactions ipned=any", 200,
      "\"date\":\" dd\\/dd\\/dd dd:dd ", "\"date\":\"dd\\/dd\\/dd dd:dd " },
    { "{\"date_zero\":false}", "GET get_transactions ipned=any", 200,
      "\"smsed_at\":\"0000-00-00 00:00:00\"", "\"smsed_at\":null" },
    { "{\"unknown_id\":\"404\"}", "GET get_transactions id=1&ipned=any", 404,
      "\"total\":0,", "{\"httpStatusCode\":404,\"systemCode\":904,\"message\":"
      "\"Transaction not found.\"" },
    { "{\"transfer_message\":\"Initiated\"}", "POST intiate_transfer amount=5"
      "&description=x&location_from_id=2&location_to_id=245"
      "&type=AgencyFloatAdvance", 200, "\"Intiated\"", "\"Initiated\"" },
    { "{\"transfer_path\":\"initiate_transfer\"}", "POST intiate_transfer "
      "amount=5", 404, "\"field\":\"description\"", "<h1>Whoops" },
    { "{\"transfer_path\":\"both\"}", "POST initiate_transfer amount=5", 400,
      "<h1>Whoops", "\"field\":\"description\"" },
    { "{\"hash_arrays\":\"word\"}", "pay 254722906830 20", 400,
      "1 transactions of 1", "{\"field\":\"api_key\",\"error\":\"Invalid "
      "hash\"}" },
    { "{\"reference_key\":\"trans_reference\"}", "pay 254722906830 20", 400,
      "1 transactions of 1", "{\"field\":\"beneficiaries\",\"error\":"
      "\"trans_reference at beneficiaries 0 should be set" },
    { "{\"reference_echo\":\"trans_reference\"}", "pay 254722906830 20", 200,
      "\"trans_id\":\"REF-2\"", "\"trans_reference\":\"REF-2\"" },
    { "{\"partial\":1}", "pay 254722906830 20", 200, "1 transactions of 1",
      "0 transactions of 1 (0%) scheduled for B2C\",\"data\":[{\"status\":"
      "\"error\",\"message\":\"The transaction was not scheduled\","
      "\"trans_id\":" },
    { "{\"partial\":1,\"refused_shape\":\"null\"}", "pay 254722906830 20", 200,
      "1 transactions of 1", "scheduled\",\"proxy_trans_id\":null," },
    { "{\"partial\":1,\"refused_shape\":\"zero\"}", "pay 254722906830 20", 200,
      "1 transactions of 1", "scheduled\",\"proxy_trans_id\":0," },
    { "{\"partial\":1,\"refused_shape\":\"absent\"}", "pay 254722906830 20",
      200, "1 transactions of 1", "\"data\":[]" },
    { "{\"cents\":false}", "pay 254722906830 20.50", 200,
      "1 transactions of 1", "should be in whole shillings" },
    { "{\"beneficiaries_max\":1}", "POST b2c location_id=2&mode=live "
      "beneficiaries[0][phone]=1&beneficiaries[1][phone]=1", 400,
      "trans_reference at", "may not be more than 1" },
    { "{\"rows_listed\":false}", "GET get_transactions ipned=any", 200,
      "\"total\":1,", "\"total\":0," },
    { "{\"row_trans_id\":\"reference\"}", "GET get_transactions ipned=any",
      200, "\"trans_id\":\"RRRRRRRRRR\"", "\"trans_id\":\"REF-1\"" },
    { "{\"row_trans_id\":\"receipt\",\"latency_ms\":100000}",
      "pay+GET get_transactions ipned=any&page=1", 200,
      "\"trans_id\":\"RRRRRRRRRR\"", "\"trans_id\":\"\"" },
    { "{\"row_reference\":\"none\"}", "GET get_transactions ipned=any", 200,
      "\"reference_number\":\"REF-1\"", "\"reference_number\":\"\"" },
    { "{\"row_callback_url\":false}", "GET get_transactions ipned=any", 200,
      "\"callback_url\":\"http:", "\"callback_url\":\"\"" },
    { "{\"any_with_phone\":false}",
      "GET get_transactions ipned=any&phone=254722906830", 200,
      "\"total\":1,", "\"total\":0," },
    { "{\"row_delay_ms\":100000}", "pay+GET get_transactions ipned=any&page=1",
      200, "\"total\":2,", "\"total\":1," },
    { "{\"sandbox_pays\":false}", "pay+GET _books/summary", 200,
      "\"payments\":2,", "\"payments\":1," },
    { "{\"charge_minor\":0}", "pay+GET _books/summary", 200,
      "\"charges_total\":\"30.00\"", "\"charges_total\":\"15.00\"" },
    { "{\"amount_min_minor\":2001}", "pay+GET _books/summary", 200,
      "\"payments\":2,", "\"payments\":1," },
    { "{\"amount_max_minor\":1999}", "pay+GET _books/summary", 200,
      "\"payments\":2,", "\"payments\":1," },
    { "{\"fail_per_mille\":1000}", "pay+GET _books/summary", 200,
      "\"payments\":2,", "\"payments\":1," },
    { "{\"answers_lost\":true}", "pay 254722906830 20", 0,
      "1 transactions of 1", "" },
    { "{\"answer_delay_ms\":60}", "pay 254722906830 20", 200,
      "1 transactions of 1", "1 transactions of 1" },
};

/* Is ${pattern} in ${text}?  d is a digit and R a receipt's character there
 * where the pattern has two of them side by side. */
static bool
has(const char *text, const char *pattern)
{
    for (; *text != '\0' || *pattern == '\0'; text++) {
        size_t i = 0;

        for (; pattern[i] != '\0'; i++) {
            char p = pattern[i];
            bool side = pattern[i + 1] == p || (i > 0 && pattern[i - 1] == p);
            bool digit = text[i] >= '0' && text[i] <= '9';
            bool upper = text[i] >= 'A' && text[i] <= 'Z';

            if (!(p == 'd' && side ? digit
                  : p == 'R' && side ? digit || upper : p == text[i]))
                break;
        }
        if (pattern[i] == '\0')
            return true;
        if (*text == '\0')
            break;
    }
    return false;
}

static void
ask(struct cashier *c, struct told *out, const char *what)
{
    char word[4][400] = { "", "", "", "" };
    int n = 0;

    for (const char *at = what; n < 4 && *at != '\0'; n++) {
        size_t len = strcspn(at, " ");

        snprintf(word[n], sizeof(word[n]), "%.*s", (int)len, at);
        at += len + (at[len] == ' ');
    }
    if (strcmp(word[0], "pay") == 0)
        cashier_pay(c, out, word[1], word[2], "REF-2");
    else if (strncmp(word[1], "_books", 6) == 0)
        cashier_send(c, out, word[0], word[1], NULL);
    else
        cashier_ask(c, out, word[0], word[1], word[2], word[3]);
}

/* "pay+..." pays one more first and, unless it is to be met under way, waits
 * for its end. */
static void
ask_in_order(struct cashier *c, struct told *out, const char *what)
{
    if (strncmp(what, "pay+", 4) == 0) {
        cashier_pay(c, out, "254722906831", "20", "REF-2");
        told_release(out);
        if (strstr(what, "page=1") == NULL)
            cashier_until(c, "in_flight", "0");
        what += 4;
    }
    ask(c, out, what);
}

#define SLOW_MS 60              /* what the rule for it says */

static void
rule_run(size_t i, bool with, struct told *out)
{
    struct cashier c;

    cashier_open(&c);
    cashier_pay(&c, out, "254722906830", "100", "REF-1");
    told_release(out);
    cashier_until(&c, "in_flight", "0");
    cashier_hears(&c, 1);
    /* As a merchant who has absorbed it. */
    cashier_ask(&c, out, "POST", "update_transaction",
                "id=305528&ipned=success", "");
    assert_int_equal(out->http, 200);
    told_release(out);
    if (with)
        cashier_tool(&c, "_rules", rules[i].rule);
    ask_in_order(&c, out, rules[i].ask);
    cashier_close(&c);
}

/* Without the rule it is not slow: once at least, on a busy machine, too. */
static void
not_always_slow(size_t i, struct told *usual, int64_t with_ms)
{
    for (int n = 0; n < 50 && usual->took_ms >= SLOW_MS; n++) {
        told_release(usual);
        rule_run(i, false, usual);
    }
    if (with_ms < SLOW_MS || usual->took_ms >= SLOW_MS)
        fail_msg("%s: %lld and %lld ms", rules[i].rule,
                 (long long)usual->took_ms, (long long)with_ms);
}

static void
test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rules); i++) {
        struct told usual, with;

        rule_run(i, false, &usual);
        rule_run(i, true, &with);
        if (!has(usual.text, rules[i].usual))
            fail_msg("without %s: %d %s", rules[i].rule, usual.http,
                     usual.text);
        if (with.http != rules[i].http || !has(with.text, rules[i].with))
            fail_msg("with %s: %d %s", rules[i].rule, with.http, with.text);
        if (strstr(rules[i].rule, "answer_delay") != NULL)
            not_always_slow(i, &usual, with.took_ms);
        told_release(&usual);
        told_release(&with);
    }
}

/* bad_key and format need a bad request. */
static const struct {
    const char *name, *rule, *body;
    int http;
    const char *text;
} refused[] = {
    { "no hash", "{}", "format=json&api_key=" CASHIER_KEY, 400,
      "{\"httpStatusCode\":400,\"systemCode\":900,\"message\":\"Input "
      "validation failed.\",\"data\":[{\"field\":\"api_key\",\"error\":"
      "\"Invalid hash\"}]}" },
    { "hash on its own field", "{\"bad_key\":\"hash\"}", "format=json", 400,
      "[{\"field\":\"hash\",\"error\":\"Invalid hash\"}]" },
    { "the old token", "{\"bad_key\":\"token\"}", "format=json", 400,
      "{\"http_status_code\":400,\"system_code\":900,\"message\":\"Input "
      "validation failed.\",\"data\":[{\"field\":\"token\",\"error\":"
      "\"Invalid login token\"}]}" },
    { "no format", "{}", "a=1", 302, "Redirecting to" },
    { "no format, checked", "{\"format_redirect\":false}", "a=1", 400,
      "[{\"field\":\"format\",\"error\":\"The selected format is "
      "invalid.\"}]" },
};

static void
test_refused(void **state)
{
    struct cashier c;
    struct told t;

    (void)state;
    cashier_open(&c);
    for (size_t i = 0; i < LEN(refused); i++) {
        cashier_tool(&c, "_rules", refused[i].rule);
        cashier_send(&c, &t, "POST", "api/b2c", refused[i].body);
        if (t.http != refused[i].http
            || strstr(t.text, refused[i].text) == NULL)
            fail_msg("%s: %d %s", refused[i].name, t.http, t.text);
        told_release(&t);
    }
    /* A changed key lets nobody in with the old one. */
    cashier_tool(&c, "_rules", "{\"bad_key\":\"api_key\"}");
    cashier_tool(&c, "_key", "{\"secret\":\"another\"}");
    cashier_pay(&c, &t, "254722906830", "100", "REF-1");
    assert_int_equal(t.http, 400);
    told_release(&t);
    assert_string_equal(cashier_figure(&c, "payouts"), "0");
    cashier_close(&c);
}

/* Tools refuse what they do not know, with words, and change nothing. */
static const struct {
    const char *name, *path, *body, *why;
} tools[] = {
    { "an unknown switch", "_rules", "{\"snak\":true}",
      "there is no switch \\\"snak\\\"" },
    { "not a switch's value", "_rules", "{\"snake\":1}",
      "snake is true or false" },
    { "not a word of it", "_rules", "{\"row_trans_id\":\"x\"}",
      "row_trans_id is one of \\\"switches\\\" \\\"receipt\\\" "
      "\\\"reference\\\"" },
    { "too large", "_rules", "{\"partial\":1000001}",
      "partial is a whole number from 0 to 1000000" },
    { "negative", "_rules", "{\"partial\":-1}",
      "partial is a whole number from 0 to 1000000" },
    { "all or nothing", "_rules", "{\"snake\":true,\"partial\":-1}",
      "partial is" },
    { "no such call", "_faults", "{\"on\":\"pay\",\"do\":\"delay\"}",
      "on is one of b2c get_transactions" },
    { "not for callbacks", "_faults", "{\"on\":\"callback\",\"do\":\"delay\"}",
      "do is one of repeat drop forge late contradict" },
    { "not for calls", "_faults", "{\"on\":\"b2c\",\"do\":\"forge\"}",
      "do is one of drop_before" },
    { "chance over one", "_faults", "{\"on\":\"b2c\",\"do\":\"delay\","
      "\"per_mille\":1001}", "per_mille is a whole number from 0 to 1000" },
    { "no amount", "_wallet", "{\"balance\":\"x\"}", "balance is an amount" },
    { "no till", "_wallet", "{\"balance\":\"1.00\",\"location_id\":3}",
      "location_id is the number of a till" },
    { "no JSON", "_rules", "x", "the body is a JSON object" },
    { "no key", "_key", "{}", "key or secret or both" },
};

static void
test_tools(void **state)
{
    struct cashier c;
    struct told t;

    (void)state;
    cashier_open(&c);
    for (size_t i = 0; i < LEN(tools); i++) {
        cashier_send(&c, &t, "POST", tools[i].path, tools[i].body);
        if (t.http != 400 || strstr(t.text, tools[i].why) == NULL)
            fail_msg("%s: %d %s", tools[i].name, t.http, t.text);
        told_release(&t);
    }
    cashier_send(&c, &t, "GET", "_rules", NULL);
    assert_non_null(strstr(t.text, "{\"snake\":false,"));
    told_release(&t);
    cashier_send(&c, &t, "GET", "_faults", NULL);
    assert_string_equal(t.text, "{\"faults\":[]}");
    told_release(&t);
    cashier_send(&c, &t, "GET", "_nothing", NULL);
    assert_int_equal(t.http, 404);
    told_release(&t);
    cashier_close(&c);
}

/* Two clocks: the provider's is UTC and slow, M-Pesa's is Nairobi's. */
static void
test_clocks(void **state)
{
    struct cashier c;
    struct told t;
    char created[64], paid[64], iso[CLOCK_ISO_BYTES];
    int64_t now_us;

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_rules", "{\"skew_s\":86400}");
    now_us = clock_wall_us();
    cashier_pay(&c, &t, "254722906830", "100", "REF-1");
    told_release(&t);
    cashier_until(&c, "payments", "1");
    cashier_list(&c, &t, "ipned=any");
    /* To the day and the hour, so that a second's delay does no harm; just
     * before the full hour either is fine. */
    for (int64_t late_s = 0;; late_s += 30) {
        clock_iso(now_us + (late_s - 86400) * 1000000, iso);
        snprintf(created, sizeof(created), "\"created_at\":\"%.10s %.2s:", iso,
                 iso + 11);
        clock_iso(now_us + (late_s + 3 * 3600) * 1000000, iso);
        snprintf(paid, sizeof(paid), "\"trans_time\":\"%.10s %.2s:", iso,
                 iso + 11);
        if (strstr(t.text, created) != NULL && strstr(t.text, paid) != NULL)
            break;
        if (late_s >= 30)
            fail_msg("not %s and %s: %s", created, paid, t.text);
    }
    told_release(&t);
    cashier_close(&c);
}

/* A query's blanks, and a callback that comes later. */
static void
test_query(void **state)
{
    struct cashier c;
    struct told t;
    int64_t from_ms;

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_rules", "{\"callback_method\":\"get\",\"get_space\":"
                 "\"+\",\"callback_delay_ms\":200}");
    from_ms = clock_mono_ms();
    cashier_pay(&c, &t, "254722906830", "100", "REF-1");
    told_release(&t);
    cashier_until(&c, "payments", "1");
    cashier_hears(&c, 1);
    assert_true(clock_mono_ms() - from_ms >= 200);
    assert_string_equal(c.heard[0].method, "GET");
    assert_non_null(strstr(c.heard[0].text, "description=Salary May\n"));
    cashier_close(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_tools),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
