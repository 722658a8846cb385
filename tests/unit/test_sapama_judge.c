#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/provider.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct provider *const sc = &provider_sapama;

static enum answer
judge(int http, const char *body, struct fault_answer *f)
{
    struct reply r = { .wire = WIRE_ANSWERED, .http = http };
    enum answer a = ANSWER_TAKEN;

    buf_init(&r.body, 100000);
    buf_text(&r.body, body);
    a = sc->judge(&r, f);
    reply_release(&r);
    return a;
}

#define ENV(http, system, data) "{\"httpStatusCode\":" http \
    ",\"systemCode\":" system ",\"message\":\"words\",\"data\":" data "}"
#define SNAKE(http, system, data) "{\"http_status_code\":" http \
    ",\"system_code\":" system ",\"message\":\"words\",\"data\":" data "}"
#define ONE(field, error) \
    "[{\"field\":\"" field "\",\"error\":\"" error "\"}]"
#define REFERENCE_AT "trans_reference at beneficiaries 0 should be set and " \
    "it identifies this transaction on your system. Best if it's unique"
#define PHONE_AT "phone at beneficiaries 3 is not valid"

/* Each HTTP status with the envelopes and the nonsense it can come with. */
static void
test_answers(void **state)
{
    static const struct {
        const char *name;
        int http;
        const char *body;
        enum answer want;
        bool payees, bars, missing;
    } rows[] = {
        { "taken", 200, ENV("200", "700", "[]"), ANSWER_TAKEN, 0, 0, 0 },
        { "taken, strings", 200, ENV("\"200\"", "\"700\"", "[]"),
          ANSWER_TAKEN, 0, 0, 0 },
        { "taken, snake", 200, SNAKE("200", "700", "[]"), ANSWER_TAKEN, 0, 0,
          0 },
        { "taken, 201", 201, ENV("200", "700", "[]"), ANSWER_TAKEN, 0, 0, 0 },
        { "taken, no system code", 200, "{\"httpStatusCode\":200}",
          ANSWER_TAKEN, 0, 0, 0 },
        { "200 that says 400", 200, ENV("400", "900", "[]"), ANSWER_IN_DOUBT,
          0, 0, 0 },
        { "200 that says 500", 200, ENV("500", "1000", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 with system 900", 200, ENV("200", "900", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 that says bad hash", 200, ENV("400", "900", ONE("api_key",
          "Invalid hash")), ANSWER_IN_DOUBT, 0, 1, 0 },
        { "two spellings agree", 200, "{\"httpStatusCode\":200,"
          "\"http_status_code\":\"200\",\"systemCode\":700}", ANSWER_TAKEN, 0,
          0, 0 },
        { "two spellings differ", 200, "{\"httpStatusCode\":200,"
          "\"http_status_code\":400,\"systemCode\":700}", ANSWER_IN_DOUBT, 0,
          0, 0 },
        { "two system codes", 400, "{\"httpStatusCode\":400,"
          "\"systemCode\":900,\"system_code\":700}", ANSWER_IN_DOUBT, 0, 0,
          0 },
        { "no code", 200, "{\"message\":\"Succeed.\",\"data\":[]}",
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "code twice", 200, "{\"httpStatusCode\":200,\"httpStatusCode\":200}",
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "code no number", 200, "{\"httpStatusCode\":true,"
          "\"systemCode\":700}", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "system no number", 200, "{\"httpStatusCode\":200,"
          "\"systemCode\":\"ok\"}", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 empty", 200, "", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 list", 200, "[]", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 HTML", 200, "<html>Whoops</html>", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 cut", 200, "{\"httpStatusCode\":200,\"systemCode\":700,\"me",
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "200 and more", 200, ENV("200", "700", "[]") "x", ANSWER_IN_DOUBT,
          0, 0, 0 },

        { "refused", 400, ENV("400", "900", ONE("amount", "no")),
          ANSWER_REFUSED, 0, 0, 0 },
        { "refused, strings", 400, ENV("\"400\"", "\"900\"", "[]"),
          ANSWER_REFUSED, 0, 0, 0 },
        { "refused, snake", 400, SNAKE("400", "900", "[]"), ANSWER_REFUSED, 0,
          0, 0 },
        { "refused, no data", 400, "{\"httpStatusCode\":400,"
          "\"systemCode\":900,\"message\":\"no\"}", ANSWER_REFUSED, 0, 0, 0 },
        { "refused, data no list", 400, ENV("400", "900", "null"),
          ANSWER_REFUSED, 0, 0, 0 },
        { "a payee", 400, ENV("400", "900", ONE("beneficiaries", PHONE_AT)),
          ANSWER_REFUSED, 1, 0, 0 },
        { "a payee, dots", 400, ENV("400", "900",
          ONE("beneficiaries.3.phone", "not valid")), ANSWER_REFUSED, 1, 0,
          0 },
        { "a payee, brackets", 400, ENV("400", "900",
          ONE("beneficiaries[12][amount]", "not valid")), ANSWER_REFUSED, 1,
          0, 0 },
        { "the list", 400, ENV("400", "900", ONE("beneficiaries",
          "The beneficiaries field is required")), ANSWER_REFUSED, 0, 0, 0 },
        { "our reference", 400, ENV("400", "900", ONE("beneficiaries",
          REFERENCE_AT)), ANSWER_REFUSED, 0, 0, 0 },
        { "our callback", 400, ENV("400", "900", ONE("beneficiaries",
          "callback_url at beneficiaries 0 is not a URL")), ANSWER_REFUSED, 0,
          0, 0 },
        { "our paybill", 400, ENV("400", "900", ONE("beneficiaries",
          "short_code at beneficiaries 0 is not yours")), ANSWER_REFUSED, 0,
          0, 0 },
        { "the till", 400, ENV("400", "900", ONE("location_id", "not yours")),
          ANSWER_REFUSED, 0, 0, 0 },
        { "no field", 400, ENV("400", "900", ONE("", PHONE_AT)),
          ANSWER_REFUSED, 0, 0, 0 },
        { "a payee and the till", 400, ENV("400", "900",
          "[{\"field\":\"beneficiaries\",\"error\":\"" PHONE_AT "\"},"
          "{\"field\":\"location_id\",\"error\":\"no\"}]"), ANSWER_REFUSED,
          0, 0, 0 },
        { "the till and a payee", 400, ENV("400", "900",
          "[{\"field\":\"location_id\",\"error\":\"no\"},"
          "{\"field\":\"beneficiaries\",\"error\":\"" PHONE_AT "\"}]"),
          ANSWER_REFUSED, 0, 0, 0 },
        { "a payee and nonsense", 400, ENV("400", "900",
          "[{\"field\":\"beneficiaries\",\"error\":\"" PHONE_AT "\"},7]"),
          ANSWER_REFUSED, 0, 0, 0 },
        { "two payees", 400, ENV("400", "900",
          "[{\"field\":\"beneficiaries\",\"error\":\"" PHONE_AT "\"},"
          "{\"field\":\"beneficiaries\",\"error\":\"amount at beneficiaries "
          "10 is too low\"}]"), ANSWER_REFUSED, 1, 0, 0 },
        { "bad hash", 400, ENV("400", "900", ONE("api_key", "Invalid hash")),
          ANSWER_BARRED, 0, 0, 0 },
        { "bad login", 400, SNAKE("400", "900", ONE("token",
          "Invalid login token")), ANSWER_BARRED, 0, 0, 0 },
        { "bad hash and a payee", 400, ENV("400", "900",
          "[{\"field\":\"beneficiaries\",\"error\":\"" PHONE_AT "\"},"
          "{\"field\":\"api_key\",\"error\":\"Invalid hash\"}]"),
          ANSWER_BARRED, 0, 0, 0 },
        { "400 without system code", 400, "{\"httpStatusCode\":400,"
          "\"data\":[]}", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "400 with system 700", 400, ENV("400", "700", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "400 that says 200", 400, ENV("200", "700", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "400 that says 200 and 900", 400, ENV("200", "900", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "401 that says 200", 401, ENV("200", "700", "[]"), ANSWER_IN_DOUBT,
          0, 1, 0 },
        { "404 that says 200", 404, ENV("200", "904", "[]"), ANSWER_IN_DOUBT,
          0, 0, 0 },
        { "400 HTML", 400, "<h1>Bad Request</h1>", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "400 of somebody else", 400, "{\"detail\":\"no\"}",
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "400 cut", 400, "{\"httpStatusCode\":400,\"systemCode\":900",
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "422 that says 400", 422, ENV("400", "900", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },

        { "401", 401, ENV("401", "900", "[]"), ANSWER_BARRED, 0, 0, 0 },
        { "403", 403, ENV("403", "903", "null"), ANSWER_BARRED, 0, 0, 0 },
        { "403 without system code", 403, "{\"httpStatusCode\":403}",
          ANSWER_BARRED, 0, 0, 0 },
        { "403 of a proxy", 403, "<h1>Forbidden</h1>", ANSWER_IN_DOUBT, 0, 1,
          0 },
        { "401 of a proxy", 401, "", ANSWER_IN_DOUBT, 0, 1, 0 },
        { "403 that says 200", 403, ENV("200", "700", "[]"), ANSWER_IN_DOUBT,
          0, 1, 0 },
        { "404 not found", 404, ENV("404", "904", "[]"), ANSWER_IN_DOUBT, 0,
          0, 1 },
        { "404 snake", 404, SNAKE("404", "904", "[]"), ANSWER_IN_DOUBT, 0, 0,
          1 },
        { "404 HTML", 404, "<h1>Not Found</h1>", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "404 of another kind", 404, ENV("404", "900", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "429", 429, "", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "429 HTML", 429, "<h1>Slow down</h1>", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "429 of a framework", 429, "{\"message\":\"Too Many Attempts.\"}",
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "429 that says 200", 429, ENV("200", "900", "[]"), ANSWER_IN_DOUBT,
          0, 0, 0 },
        { "429 with another code", 429, ENV("429", "1000", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "429 envelope", 429, ENV("429", "900", "[]"), ANSWER_NOT_NOW, 0, 0,
          0 },
        { "302", 302, "<a href=/login>", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "302 envelope", 302, ENV("302", "700", "[]"), ANSWER_IN_DOUBT, 0, 0,
          0 },
        { "500", 500, ENV("500", "1000", "[]"), ANSWER_IN_DOUBT, 0, 0, 0 },
        { "500 refused inside", 500, ENV("400", "900", "[]"),
          ANSWER_IN_DOUBT, 0, 0, 0 },
        { "500 HTML", 500, "<html>Whoops</html>", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "502", 502, "", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "503", 503, "", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "504", 504, "", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "100", 100, ENV("200", "700", "[]"), ANSWER_IN_DOUBT, 0, 0, 0 },
        { "999", 999, "", ANSWER_IN_DOUBT, 0, 0, 0 },
        { "0", 0, ENV("400", "900", "[]"), ANSWER_IN_DOUBT, 0, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct fault_answer f;
        enum answer got = judge(rows[i].http, rows[i].body, &f);

        if (got != rows[i].want)
            fail_msg("%s: %s", rows[i].name, answer_name(got));
        if (f.payees_only != rows[i].payees || f.bars != rows[i].bars
            || f.not_found != rows[i].missing || f.already)
            fail_msg("%s: payees_only %d, bars %d, not_found %d",
                     rows[i].name, f.payees_only, f.bars, f.not_found);
    }
}

/* Whatever lies in the body, a reply that did not come decides by the wire. */
static void
test_wire(void **state)
{
    static const int https[] = { 0, 200, 400, 403, 429, 500 };

    (void)state;
    for (size_t i = 0; i < LEN(https); i++) {
        struct reply r = { .wire = WIRE_NOT_SENT, .http = https[i],
                           .why = "could not\nconnect" };
        struct fault_answer f;

        assert_int_equal(sc->judge(&r, &f), ANSWER_NOT_NOW);
        assert_string_equal(f.text, "could not connect");
        r.wire = WIRE_NO_ANSWER;
        assert_int_equal(sc->judge(&r, &f), ANSWER_IN_DOUBT);
        assert_false(f.bars || f.not_found || f.payees_only);
    }
}

/* Only the whole refusal is one: no beginning of it is. */
static void
test_cut_at_every_byte(void **state)
{
    static const char whole[] = ENV("400", "900", ONE("amount", "no"));
    struct fault_answer f;

    (void)state;
    assert_int_equal(judge(400, whole, &f), ANSWER_REFUSED);
    for (size_t n = 0; n + 1 < sizeof(whole); n++) {
        char part[sizeof(whole)];

        memcpy(part, whole, n);
        part[n] = '\0';
        if (judge(400, part, &f) != ANSWER_IN_DOUBT)
            fail_msg("%s", part);
    }
}

static void
test_words(void **state)
{
    struct fault_answer f;
    struct buf b;

    (void)state;
    judge(400, ENV("400", "900", ONE("location_id", "Invalid <b>till</b>")),
          &f);
    assert_string_equal(f.text, "location_id: Invalid till");
    assert_string_equal(f.code, "900");
    judge(500, ENV("500", "1000", "[]"), &f);
    assert_string_equal(f.text, "words");
    assert_string_equal(f.code, "1000");
    judge(500, "<html><title>Whoops</title><script>alert(1)</script>", &f);
    assert_string_equal(f.text, "Whoops");
    assert_string_equal(f.code, "");
    buf_init(&b, 100000);
    buf_text(&b, "{\"httpStatusCode\":400,\"systemCode\":900,\"data\":[");
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "%s{\"field\":\"beneficiaries\",\"error\":\"phone at "
                   "beneficiaries %d\\u001b[31m\\u202e is bad\"}",
                   i > 0 ? "," : "", i);
    buf_text(&b, "]}");
    assert_int_equal(judge(400, b.p, &f), ANSWER_REFUSED);
    assert_in_range(strlen(f.text), 190, 200);
    assert_non_null(strstr(f.text, "beneficiaries: phone at beneficiaries 1 "
                                   "[31m is bad;"));
    assert_true(f.payees_only);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_wire),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_words)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
