#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/provider.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct provider *const is = &provider_intasend;

/* Every class of HTTP status with every kind of body. */
static void
test_judge(void **state)
{
    static const char understood[] = "{\"type\":\"client_error\",\"errors\":["
        "{\"code\":\"x\",\"detail\":\"no\",\"attr\":null}]}";
    static const char *const others[] = {
        "", "{}", "[]", "null", "\"no\"", "{\"errors\":[]}",
        "{\"errors\":[{}]}", "{\"errors\":\"no\"}", "{\"detail\":null}",
        "{\"detail\":\"\"}", "{\"amount\":\"no\"}", "{\"amount\":[]}",
        "{\"amount\":[1]}", "{\"amount\":[\"no\",1]}",
        "{\"amount\":[\"no\"],\"status\":\"x\"}", "{\"detail\":\"no\"",
        "{\"detail\":\"no\"}x",
        "{\"detail\":\"no\",\"detail\":\"yes\"}", "<html>no</html>",
        "{\"errors\":[{\"detail\":\"no\"},{}]}",
        "{\"errors\":[{\"detail\":\"no\"},]}",
        "{\"type\":\"server_error\",\"detail\":\"no\"}", "\xFF\xFE"
    };
    static const struct { int http; enum answer known, other; } rows[] = {
        { 0, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 100, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 199, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 200, ANSWER_TAKEN, ANSWER_TAKEN },
        { 201, ANSWER_TAKEN, ANSWER_TAKEN },
        { 202, ANSWER_TAKEN, ANSWER_TAKEN },
        { 299, ANSWER_TAKEN, ANSWER_TAKEN },
        { 301, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 302, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 307, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 400, ANSWER_REFUSED, ANSWER_IN_DOUBT },
        { 401, ANSWER_BARRED, ANSWER_BARRED },
        { 402, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 403, ANSWER_BARRED, ANSWER_BARRED },
        { 404, ANSWER_REFUSED, ANSWER_IN_DOUBT },
        { 405, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 408, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 409, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 413, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 422, ANSWER_REFUSED, ANSWER_IN_DOUBT },
        { 429, ANSWER_NOT_NOW, ANSWER_NOT_NOW },
        { 500, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 502, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 503, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 504, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 599, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT },
        { 999, ANSWER_IN_DOUBT, ANSWER_IN_DOUBT }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        for (size_t k = 0; k <= LEN(others); k++) {
            const char *text = k < LEN(others) ? others[k] : understood;
            enum answer want = k < LEN(others) ? rows[i].other
                                               : rows[i].known;
            struct reply r = { .wire = WIRE_ANSWERED, .http = rows[i].http };
            struct fault_answer f;
            enum answer got = ANSWER_TAKEN;

            buf_init(&r.body, 1000);
            buf_text(&r.body, text);
            got = is->judge(&r, &f);
            if (got != want)
                fail_msg("%d %s: %s", r.http, text, answer_name(got));
            reply_release(&r);
        }
}

/* Whatever lies in the body, a reply that did not come decides by the wire. */
static void
test_judge_wire(void **state)
{
    static const int https[] = { 0, 200, 400, 401, 429, 500 };

    (void)state;
    for (size_t i = 0; i < LEN(https); i++) {
        struct reply r = { .wire = WIRE_NOT_SENT, .http = https[i],
                           .why = "could not\nconnect" };
        struct fault_answer f;

        assert_int_equal(is->judge(&r, &f), ANSWER_NOT_NOW);
        assert_string_equal(f.text, "could not connect");
        r.wire = WIRE_NO_ANSWER;
        assert_int_equal(is->judge(&r, &f), ANSWER_IN_DOUBT);
        assert_false(f.already);
    }
}

/* Words never exceed their width and never carry what steers a terminal. */
static void
test_words_are_plain(void **state)
{
    struct reply r = { .wire = WIRE_ANSWERED, .http = 400 };
    struct fault_answer f;

    (void)state;
    buf_init(&r.body, 100000);
    buf_text(&r.body, "{\"errors\":[");
    for (int i = 0; i < 100; i++)
        buf_printf(&r.body, "%s{\"code\":\"c%d\",\"detail\":\"\\u001b[31mNo "
                   "\\u202e\\u00e9\\u009b <b>%d</b>\\n\",\"attr\":\"t\\\"\"}",
                   i > 0 ? "," : "", i, i);
    buf_text(&r.body, "]}");
    assert_int_equal(is->judge(&r, &f), ANSWER_REFUSED);
    assert_string_equal(f.code, "c0");
    assert_in_range(strlen(f.text), 190, 200);
    assert_non_null(strstr(f.text, "t\": [31mNo \xC3\xA9 0; t\": [31mNo "
                                   "\xC3\xA9 1; "));
    reply_release(&r);
}

/* Which refusals are about payments only: those fail them. */
static void
test_payees_only(void **state)
{
#define P(attr) "{\"code\":\"invalid\",\"detail\":\"no\",\"attr\":" attr "}"
    static const struct { const char *name, *errors; bool want; } rows[] = {
        { "one payment", P("\"transactions.0.account\""), true },
        { "the other form", P("\"transactions[12].amount\""), true },
        { "two payments", P("\"transactions.0.account\"") ","
          P("\"transactions.4.amount\""), true },
        { "no attr", P("null"), false },
        { "another field", P("\"wallet_id\""), false },
        { "begins alike", P("\"transactions_count\""), false },
        { "the list itself", P("\"transactions\""), false },
        { "a key used before", P("\"transactions.0.idempotency_key\""), false },
        { "a payment and a key", P("\"transactions.0.account\"") ","
          P("\"transactions.1.idempotency_key\""), false },
        { "the wallet and a payment", P("\"wallet_id\"") ","
          P("\"transactions.0.account\""), false },
        { "a payment and nothing named", P("\"transactions.0.account\"") ","
          P("null"), false },
    };
#undef P

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct reply r = { .wire = WIRE_ANSWERED, .http = 400 };
        struct fault_answer f;

        buf_init(&r.body, 1000);
        buf_printf(&r.body, "{\"type\":\"validation_error\",\"errors\":[%s]}",
                   rows[i].errors);
        assert_int_equal(is->judge(&r, &f), ANSWER_REFUSED);
        if (f.payees_only != rows[i].want)
            fail_msg("%s: %d", rows[i].name, f.payees_only);
        reply_release(&r);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_judge_wire),
        cmocka_unit_test(test_words_are_plain),
        cmocka_unit_test(test_payees_only)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
