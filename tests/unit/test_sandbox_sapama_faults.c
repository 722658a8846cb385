#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "tests/lib/cashier.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* What a client meets, and whether the payout was taken all the same. */
static const struct {
    const char *name, *fault;
    enum wire wire;
    int http;
    int64_t retry_after_ms;
    const char *text;           /* in the answer                             */
    bool taken;
} faults[] = {
    { "none", "{\"on\":\"sms\",\"do\":\"drop_before\"}", WIRE_ANSWERED, 200, 0,
      "1 transactions of 1", true },
    { "drop_before", "{\"on\":\"b2c\",\"do\":\"drop_before\"}",
      WIRE_NO_ANSWER, 0, 0, "", false },
    { "drop_after", "{\"on\":\"b2c\",\"do\":\"drop_after\"}", WIRE_NO_ANSWER,
      0, 0, "", true },
    { "503", "{\"on\":\"any\",\"do\":\"status\"}", WIRE_ANSWERED, 503, 0,
      "{\"httpStatusCode\":503,\"systemCode\":1000", false },
    { "429", "{\"on\":\"b2c\",\"do\":\"status\",\"http\":429}", WIRE_ANSWERED,
      429, 0, "Too Many Requests", false },
    { "429 with Retry-After", "{\"on\":\"b2c\",\"do\":\"status\",\"http\":429,"
      "\"retry_after\":3}", WIRE_ANSWERED, 429, 3000, "Too Many", false },
    { "delay", "{\"on\":\"b2c\",\"do\":\"delay\",\"delay_ms\":40}",
      WIRE_ANSWERED, 200, 0, "1 transactions of 1", true },
    { "drip", "{\"on\":\"b2c\",\"do\":\"drip\",\"delay_ms\":60}",
      WIRE_ANSWERED, 200, 0, "\"amount\":\"100\"}]}", true },
    { "truncate", "{\"on\":\"b2c\",\"do\":\"truncate\"}", WIRE_NO_ANSWER, 0, 0,
      "", true },
    { "garbage", "{\"on\":\"b2c\",\"do\":\"garbage\"}", WIRE_ANSWERED, 200, 0,
      "{\"httpStatusCode\":\x01", true },
    { "html", "{\"on\":\"b2c\",\"do\":\"html\",\"http\":500}", WIRE_ANSWERED,
      500, 0, "<h1>Whoops", true },
    { "another payee", "{\"on\":\"b2c\",\"do\":\"drop_before\",\"account\":"
      "\"254700999999\"}", WIRE_ANSWERED, 200, 0, "1 transactions", true },
    { "this payee", "{\"on\":\"b2c\",\"do\":\"drop_before\",\"account\":"
      "\"254722906830\"}", WIRE_NO_ANSWER, 0, 0, "", false },
    { "skipped", "{\"on\":\"b2c\",\"do\":\"drop_before\",\"skip\":1}",
      WIRE_ANSWERED, 200, 0, "1 transactions", true },
    { "never by chance", "{\"on\":\"b2c\",\"do\":\"drop_before\","
      "\"per_mille\":0}", WIRE_ANSWERED, 200, 0, "1 transactions", true },
};

static void
test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(faults); i++) {
        struct cashier c;
        struct told t;
        int64_t from_ms;

        cashier_open(&c);
        cashier_tool(&c, "_faults", faults[i].fault);
        from_ms = clock_mono_ms();
        cashier_pay(&c, &t, "254722906830", "100", "F-1");
        from_ms = clock_mono_ms() - from_ms;
        if (t.wire != faults[i].wire || t.http != faults[i].http
            || t.retry_after_ms != faults[i].retry_after_ms
            || (t.wire == WIRE_ANSWERED
                && strstr(t.text, faults[i].text) == NULL))
            fail_msg("%s: wire %d, %d, %s", faults[i].name, t.wire, t.http,
                     t.text);
        if (strstr(faults[i].fault, "delay_ms") != NULL && from_ms < 40)
            fail_msg("%s: after %lld ms", faults[i].name, (long long)from_ms);
        told_release(&t);
        cashier_until(&c, "in_flight", "0");
        if (strcmp(cashier_figure(&c, "payments"),
                   faults[i].taken ? "1" : "0") != 0)
            fail_msg("%s: payments %s", faults[i].name,
                     cashier_figure(&c, "payments"));
        cashier_close(&c);
    }
}

/* skip and times count; chance is the same again under the same seed. */
static void
test_counts(void **state)
{
    struct cashier c;
    struct told t;
    char luck[2][41] = { "", "" };

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_faults", "{\"on\":\"b2c\",\"do\":\"status\","
                 "\"skip\":1,\"times\":2}");
    for (int i = 0; i < 5; i++) {
        cashier_pay(&c, &t, "254722906830", "100", "C");
        if ((t.http == 503) != (i == 1 || i == 2))
            fail_msg("request %d: %d", i, t.http);
        told_release(&t);
    }
    cashier_send(&c, &t, "GET", "_faults", NULL);
    assert_non_null(strstr(t.text, "\"seen\":5,\"fired\":2}"));
    told_release(&t);
    for (int round = 0; round < 2; round++) {
        cashier_tool(&c, "_faults", "{\"clear\":true}");
        cashier_tool(&c, "_faults", "{\"on\":\"get_transactions\",\"do\":"
                     "\"status\",\"per_mille\":400,\"seed\":9,\"times\":0}");
        for (int i = 0; i < 40; i++) {
            cashier_ask(&c, &t, "GET", "get_transactions", "ipned=any", "");
            luck[round][i] = t.http == 503 ? 'x' : '.';
            told_release(&t);
        }
    }
    assert_string_equal(luck[0], luck[1]);
    assert_non_null(strchr(luck[0], 'x'));
    assert_non_null(strchr(luck[0], '.'));
    cashier_close(&c);
}

/* Callbacks: how many, what is in the last of them, and how it comes. */
static const struct {
    const char *name, *path, *json;
    int  heard;
    const char *method;
    const char *has, *lacks;    /* in the last one's fields; NULL: anything  */
} callbacks[] = {
    { "as they are", "_rules", "{}", 1, "POST", "status=success\n", NULL },
    { "their order and names", "_rules", "{}", 1, "POST",
      "organization_id=255\ncustomer_id=173846\nlocation_id=2\n"
      "trans_type=b2c\ntrans_time=", NULL },
    { "our reference", "_rules", "{}", 1, "POST", "\ntrans_id=K-1\n"
      "trans_reference=K-1\nthird_party_trans_id=", NULL },
    { "lost", "_rules", "{\"callback_copies\":0}", 0, NULL, NULL, NULL },
    { "three times", "_rules", "{\"callback_copies\":3}", 3, "POST",
      "status=success\n", NULL },
    { "contradicted", "_rules", "{\"callback_contradict\":true}", 2, "POST",
      "status=error\n", "b2c_in_status_code=0" },
    { "forged", "_rules", "{\"callback_forge\":true}", 1, "POST",
      "hash=00000000", NULL },
    { "with the receipt", "_rules", "{\"callback_trans_id\":\"receipt\"}", 1,
      "POST", "\ntrans_reference=K-1\n", "\ntrans_id=K-1" },
    { "bare", "_rules", "{\"callback_shape\":\"bare\"}", 1, "POST",
      "status=success\nmessage=", "hash=" },
    { "always by GET", "_rules", "{\"callback_method\":\"get\"}", 1, "GET",
      "description=Salary May\n", NULL },
    { "other words", "_rules", "{\"callback_status\":\"received\"}", 1, "POST",
      "status=received\n", NULL },
    { "numbers", "_rules", "{\"callback_status\":\"number\"}", 1, "POST",
      "status=1\n", NULL },
    { "blanks as %20", "_rules", "{\"post_space\":\"%20\"}", 1, "POST",
      "description=Salary May\n", NULL },
    { "times with dashes", "_rules", "{\"trans_time\":\"dashes\"}", 1, "POST",
      "\ntrans_time=20", NULL },
    { "fault: lost", "_faults", "{\"on\":\"callback\",\"do\":\"drop\"}", 0,
      NULL, NULL, NULL },
    { "fault: repeated", "_faults", "{\"on\":\"callback\",\"do\":\"repeat\","
      "\"copies\":4}", 4, "POST", "status=success\n", NULL },
    { "fault: forged", "_faults", "{\"on\":\"callback\",\"do\":\"forge\"}", 1,
      "POST", "hash=00000000", NULL },
    { "fault: contradicted", "_faults", "{\"on\":\"callback\",\"do\":"
      "\"contradict\"}", 2, "POST", "status=error\n", NULL },
    { "fault: of somebody else", "_faults", "{\"on\":\"callback\",\"do\":"
      "\"drop\",\"account\":\"254722906831\"}", 1, "POST", "status=success\n",
      NULL },
    { "fault: of this one", "_faults", "{\"on\":\"callback\",\"do\":\"drop\","
      "\"account\":\"254722906830\"}", 0, NULL, NULL, NULL },
};

static void
check_callback(size_t i)
{
    struct cashier c;
    struct told t;
    const struct heard *h;

    cashier_open(&c);
    cashier_tool(&c, callbacks[i].path, callbacks[i].json);
    cashier_pay(&c, &t, "254722906830", "100", "K-1");
    told_release(&t);
    cashier_until(&c, "in_flight", "0");
    cashier_hears(&c, callbacks[i].heard);
    /* Time for one too many. */
    cashier_until(&c, "payments", "1");
    if (c.nheard != callbacks[i].heard)
        fail_msg("%s: heard %d", callbacks[i].name, c.nheard);
    h = &c.heard[c.nheard > 0 ? c.nheard - 1 : 0];
    if (c.nheard > 0
        && (strcmp(h->method, callbacks[i].method) != 0
            || strcmp(h->path, "/cb/K-1") != 0
            || strstr(h->text, callbacks[i].has) == NULL
            || (callbacks[i].lacks != NULL
                && strstr(h->text, callbacks[i].lacks) != NULL)))
        fail_msg("%s: %s %s\n%s", callbacks[i].name, h->method, h->path,
                 h->text);
    if (strcmp(callbacks[i].name, "blanks as %20") == 0)
        assert_non_null(strstr(h->raw, "Salary%20May"));
    cashier_close(&c);
}

static void
test_callbacks(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(callbacks); i++)
        check_callback(i);
}

/* A queue timeout is told only when switched on, as pending. */
static void
test_pending(void **state)
{
    struct cashier c;
    struct told t;

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_rules", "{\"callback_pending\":true}");
    cashier_pay(&c, &t, "254700000400", "100", "Q");
    told_release(&t);
    cashier_hears(&c, 2);
    assert_non_null(strstr(c.heard[0].text, "status=pending\n"));
    assert_non_null(strstr(c.heard[1].text, "status=success\n"));
    cashier_close(&c);
}

/* Late ones come late, and shuffled ones out of order. */
static void
test_late(void **state)
{
    struct cashier c;
    struct told t;
    struct buf form = { 0 };
    char id[24];
    int turned = 0;

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_faults", "{\"on\":\"callback\",\"do\":\"late\","
                 "\"delay_ms\":150,\"account\":\"254722906830\"}");
    cashier_pay(&c, &t, "254722906830", "100", "LATE");
    told_release(&t);
    cashier_pay(&c, &t, "254722906831", "100", "SOON");
    told_release(&t);
    cashier_hears(&c, 2);
    assert_string_equal(c.heard[0].path, "/cb/SOON");
    assert_string_equal(c.heard[1].path, "/cb/LATE");
    cashier_tool(&c, "_rules",
                 "{\"callback_shuffle_ms\":150,\"latency_ms\":0}");
    buf_init(&form, 1 << 20);
    for (int i = 0; i < 12; i++) {
        snprintf(id, sizeof(id), "S-%02d", i);
        cashier_payee(&form, i, "254722906830", "100", id, &c);
    }
    c.nheard = 0;
    cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
    told_release(&t);
    cashier_hears(&c, 12);
    for (int i = 1; i < 12; i++)
        turned += strcmp(c.heard[i - 1].path, c.heard[i].path) > 0;
    assert_true(turned > 0);
    buf_release(&form);
    cashier_close(&c);
}

/* Whoever is down is told once, or as often as switched. */
static void
test_retries(void **state)
{
    static const struct { const char *rule; int heard; } tries[] = {
        { "{\"callback_retries\":0}", 1 }, { "{\"callback_retries\":2}", 3 },
    };

    (void)state;
    for (size_t i = 0; i < LEN(tries); i++) {
        struct cashier c;
        struct told t;

        cashier_open(&c);
        cashier_shut(&c);
        c.order.speed_percent = 100000;
        c.order.latency_ms = 0;
        cashier_again(&c);
        c.reply_http = 500;
        cashier_tool(&c, "_rules", tries[i].rule);
        cashier_pay(&c, &t, "254722906830", "100", "T");
        told_release(&t);
        cashier_hears(&c, tries[i].heard);
        /* A retry comes within 60 ms at this speed. */
        for (int64_t end = clock_mono_ms() + 200; clock_mono_ms() < end;)
            cashier_turn(&c);
        assert_int_equal(c.nheard, tries[i].heard);
        cashier_close(&c);
    }
}

/* What is in the URL's query already wins over what would be added. */
static void
test_url_wins(void **state)
{
    static const struct { const char *rule, *has, *lacks; } rows[] = {
        { "{\"callback_method\":\"get\"}", "status=mine\n",
          "status=success\n" },
        { "{\"callback_method\":\"get\",\"url_wins\":false}",
          "status=success\n", NULL },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct cashier c;
        struct told t;
        struct buf form = { 0 };

        cashier_open(&c);
        cashier_tool(&c, "_rules", rows[i].rule);
        buf_init(&form, 1 << 20);
        cashier_payee(&form, 0, "254722906830", "100", "U", &c);
        buf_printf(&form, "&beneficiaries[0][callback_url]="
                   "%s/cb?status%%3Dmine%%26x%%3D1%%23part", c.hooks);
        cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
        told_release(&t);
        cashier_hears(&c, 1);
        if (strstr(c.heard[0].text, rows[i].has) == NULL
            || strstr(c.heard[0].text, "x=1\n") == NULL
            || (rows[i].lacks != NULL
                && strstr(c.heard[0].text, rows[i].lacks) != NULL))
            fail_msg("%s: %s", rows[i].rule, c.heard[0].text);
        buf_release(&form);
        cashier_close(&c);
    }
}

/* The answer to a callback marks the row; what is no answer does not. */
static void
test_marks(void **state)
{
    static const struct { const char *reply, *rule, *ipned; } rows[] = {
        { "{\"type\":\"success\",\"message\":\"ok\"}", "{}", "success" },
        { "{\"type\":\"unreconciled\"}", "{}", "unreconciled" },
        { "OK", "{}", "received" },
        { "{\"type\":\"paid\"}", "{}", "received" },
        { "{\"type\":\"success\"}", "{\"callback_marks\":false}", "received" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct cashier c;
        struct told t;
        char want[64];

        cashier_open(&c);
        c.reply = rows[i].reply;
        cashier_tool(&c, "_rules", rows[i].rule);
        cashier_pay(&c, &t, "254722906830", "100", "M");
        told_release(&t);
        cashier_hears(&c, 1);
        snprintf(want, sizeof(want), "\"ipned\":\"%s\"", rows[i].ipned);
        /* Its answer is still on the way here. */
        for (int64_t end = clock_mono_ms() + 100; clock_mono_ms() < end;)
            cashier_turn(&c);
        cashier_list(&c, &t, "ipned=any");
        if (strstr(t.text, want) == NULL)
            fail_msg("%s: %s", rows[i].reply, t.text);
        told_release(&t);
        cashier_close(&c);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),  cmocka_unit_test(test_counts),
        cmocka_unit_test(test_callbacks), cmocka_unit_test(test_pending),
        cmocka_unit_test(test_late),    cmocka_unit_test(test_retries),
        cmocka_unit_test(test_url_wins), cmocka_unit_test(test_marks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
