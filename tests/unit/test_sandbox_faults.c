#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/lib/stand.h"

#define APPROVE "api/v1/send-money/approve/"

static void
fault(struct stand *s, const char *json)
{
    struct said said;

    stand_post(s, &said, "_faults", json);
    if (said.http != 200)
        fail_msg("%s: %s", json, said.text.p);
    said_release(&said);
}

static void
no_faults(struct stand *s)
{
    struct said said;

    stand_post(s, &said, "_faults", "{\"clear\":true}");
    assert_string_equal(said.text.p, "{\"faults\":[]}");
    said_release(&said);
}

/* What a client meets, and whether the file was released all the same. */

static const struct {
    const char *name, *fault;
    enum wire wire;
    int http;
    int64_t retry_after_ms;
    bool json, released;
} faults[] = {
    { "drop_before", "{\"on\":\"approve\",\"do\":\"drop_before\"}",
      WIRE_NO_ANSWER, 0, 0, false, false },
    { "drop_after", "{\"on\":\"approve\",\"do\":\"drop_after\"}",
      WIRE_NO_ANSWER, 0, 0, false, true },
    { "status 503", "{\"on\":\"any\",\"do\":\"status\",\"http\":503,"
      "\"retry_after\":2}", WIRE_ANSWERED, 503, 2000, true, false },
    { "status 401", "{\"on\":\"approve\",\"do\":\"status\",\"http\":401}",
      WIRE_ANSWERED, 401, 0, true, false },
    { "delay", "{\"on\":\"approve\",\"do\":\"delay\",\"delay_ms\":30}",
      WIRE_ANSWERED, 200, 0, true, true },
    { "truncate", "{\"on\":\"approve\",\"do\":\"truncate\"}",
      WIRE_NO_ANSWER, 0, 0, false, true },
    { "garbage", "{\"on\":\"approve\",\"do\":\"garbage\"}",
      WIRE_ANSWERED, 200, 0, false, true },
    { "html", "{\"on\":\"approve\",\"do\":\"html\"}",
      WIRE_ANSWERED, 502, 0, false, true },
    { "another account", "{\"on\":\"approve\",\"do\":\"drop_before\","
      "\"account\":\"254700999999\"}", WIRE_ANSWERED, 200, 0, true, true },
    { "this account", "{\"on\":\"approve\",\"do\":\"drop_before\","
      "\"account\":\"254700123456\"}", WIRE_NO_ANSWER, 0, 0, false, false },
    { "skipped", "{\"on\":\"approve\",\"do\":\"drop_before\",\"skip\":1}",
      WIRE_ANSWERED, 200, 0, true, true },
    { "elsewhere", "{\"on\":\"cancel\",\"do\":\"drop_before\"}",
      WIRE_ANSWERED, 200, 0, true, true },
};

static void
test_faults(void **state)
{
    struct stand s;
    struct said first, said;
    int64_t from_ms;

    (void)state;
    stand_plan(&s);
    s.order.latency_ms = 100000;            /* none of them ends in here */
    stand_open(&s);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        int before = (int)strtol(stand_summary(&s, "approvals"), NULL, 10);
        int released;

        free(stand_initiate(&s, &first, "254700123456", "10", ""));
        fault(&s, faults[i].fault);
        from_ms = clock_mono_ms();
        stand_approve(&s, &said, &first);
        released = (int)strtol(stand_summary(&s, "approvals"), NULL, 10)
                 - before;
        if (said.wire != faults[i].wire || said.http != faults[i].http
            || said.retry_after_ms != faults[i].retry_after_ms
            || (said.json != NULL) != faults[i].json
            || released != faults[i].released)
            fail_msg("%s: wire %d, http %d, released %d, %s", faults[i].name,
                     said.wire, said.http, released, said.text.p);
        if (strcmp(faults[i].name, "delay") == 0)
            assert_true(clock_mono_ms() - from_ms >= 30);
        no_faults(&s);
        said_release(&said);
        said_release(&first);
    }
    stand_close(&s);
}

/* skip and times count only the requests that fit. */
static void
test_fault_counts(void **state)
{
    static const int want[] = { 200, 503, 503, 200 };
    struct stand s;
    struct said said;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    fault(&s, "{\"on\":\"wallets\",\"do\":\"status\",\"skip\":1,\"times\":2}");
    for (int i = 0; i < 4; i++) {
        stand_ask(&s, &said, "GET", "api/v1/wallets/", STAND_KEY, NULL);
        if (said.http != want[i])
            fail_msg("request %d: %d", i, said.http);
        said_release(&said);
    }
    stand_ask(&s, &said, "GET", "_faults", NULL, NULL);
    assert_string_equal(said_text(&said, "faults.0.seen"), "4");
    assert_string_equal(said_text(&said, "faults.0.fired"), "2");
    said_release(&said);
    stand_ask(&s, &said, "GET", "_books/requests?last=2", NULL, NULL);
    assert_string_equal(said_text(&said, "0.http"), "200");
    assert_string_equal(said_text(&said, "1.fault"), "status");
    assert_string_equal(said_text(&said, "2.http"), "");
    said_release(&said);
    stand_post(&s, &said, "_faults", "{\"on\":\"webhook\",\"do\":\"html\"}");
    assert_int_equal(said.http, 400);
    said_release(&said);
    stand_close(&s);
}

/* Webhooks. */

/* Pay one file; its webhooks have come when this returns. */
static void
pay(struct stand *s, const char *account, int hooks)
{
    struct said first, said;
    char more[128];
    char *id;

    snprintf(more, sizeof(more), ",\"callback_url\":\"%s/cb/%s\"",
             s->hooks_at, account);
    id = stand_initiate(s, &first, account, "10", more);
    stand_approve(s, &said, &first);
    said_release(&said);
    stand_until(s, &said, id, "BC100");
    stand_until_hooks(s, hooks);
    said_release(&said);
    said_release(&first);
    free(id);
}

static void
forget_hooks(struct stand *s)
{
    for (int i = 0; i < s->nhooks; i++)
        json_decref(s->hooks[i].body);
    s->nhooks = 0;
}

static void
codes_are(struct stand *s, const char *path, const char *want)
{
    char got[256] = "";
    size_t n = 0;

    for (int i = 0; i < s->nhooks; i++)
        if (strcmp(s->hooks[i].path, path) == 0)
            n += (size_t)snprintf(got + n, sizeof(got) - n, "%s ",
                                  s->hooks[i].code);
    assert_string_equal(got, want);
}

static void
test_hooks(void **state)
{
    const char *walk = "BP103 BP104 BP109 BP110 BC100 ";
    struct stand s;
    struct said hook;

    (void)state;
    stand_plan(&s);
    s.order.webhook_url = "";
    stand_open(&s);
    pay(&s, "254700123456", 10);
    codes_are(&s, "/cb/254700123456", walk);
    codes_are(&s, "/dash", walk);
    forget_hooks(&s);

    fault(&s, "{\"on\":\"webhook\",\"do\":\"repeat\",\"times\":2}");
    pay(&s, "254700123457", 20);
    codes_are(&s, "/cb/254700123457",
              "BP103 BP103 BP104 BP104 BP109 BP109 BP110 BP110 BC100 BC100 ");
    no_faults(&s);
    forget_hooks(&s);

    fault(&s, "{\"on\":\"webhook\",\"do\":\"drop\",\"times\":2}");
    pay(&s, "254700123458", 6);
    codes_are(&s, "/dash", "BP109 BP110 BC100 ");
    no_faults(&s);
    forget_hooks(&s);

    fault(&s, "{\"on\":\"webhook\",\"do\":\"shuffle\"}");
    pay(&s, "254700123459", 10);
    codes_are(&s, "/cb/254700123459", "BC100 BP110 BP109 BP104 BP103 ");
    no_faults(&s);
    forget_hooks(&s);

    fault(&s, "{\"on\":\"webhook\",\"do\":\"forge\"}");
    pay(&s, "254700123460", 10);
    hook.json = s.hooks[0].body;
    assert_string_equal(said_text(&hook, "challenge"), "forged");
    hook.json = s.hooks[9].body;
    assert_string_equal(said_text(&hook, "challenge"), STAND_CHALLENGE);
    stand_close(&s);
}

/* The webhook is there before the answer to approve. */
static void
test_hook_before_answer(void **state)
{
    struct stand s;
    struct said first, said;

    (void)state;
    stand_plan(&s);
    s.order.webhook_url = "";
    s.order.speed_percent = 100000;
    stand_open(&s);
    free(stand_initiate(&s, &first, "254700123456", "10", ""));
    fault(&s, "{\"on\":\"approve\",\"do\":\"delay\",\"delay_ms\":300}");
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 200);
    assert_string_equal(said_text(&said, "status_code"), "BP104");
    assert_true(s.nhooks >= 2);
    assert_string_equal(s.hooks[1].code, "BP104");
    said_release(&said);
    said_release(&first);
    stand_close(&s);
}

static void
test_hook_retries(void **state)
{
    struct stand s;
    struct said said;
    int64_t end_ms = clock_mono_ms() + 20000;

    (void)state;
    stand_plan(&s);
    s.order.webhook_url = "";
    s.order.speed_percent = 10000000;       /* 5 minutes are 3 ms */
    stand_open(&s);
    s.hook_http = 500;
    free(stand_initiate(&s, &said, "254700123456", "10", ""));
    said_release(&said);
    stand_until_hooks(&s, 6);               /* once, and five times more */
    while (strcmp(stand_summary(&s, "webhooks.dropped"), "1") != 0)
        assert_true(clock_mono_ms() < end_ms);
    codes_are(&s, "/dash", "BP103 BP103 BP103 BP103 BP103 BP103 ");
    for (int i = 0; i < 3; i++) {
        free(stand_initiate(&s, &said, "254700123456", "10", ""));
        said_release(&said);
    }
    /* More than 20 failures one after the other switch it off. */
    while (strcmp(stand_summary(&s, "webhooks.dashboard_on"), "false") != 0)
        assert_true(clock_mono_ms() < end_ms);
    assert_in_range(s.nhooks, 21, 23);      /* two can be under way then */
    forget_hooks(&s);
    s.hook_http = 200;
    stand_post(&s, &said, "_rules", "{\"webhooks\":true}");
    said_release(&said);
    free(stand_initiate(&s, &said, "254700123456", "10", ""));
    said_release(&said);
    stand_until_hooks(&s, 1);
    assert_string_equal(stand_summary(&s, "webhooks.dashboard_on"), "true");
    stand_close(&s);
}

/* Durability. */

static void
test_restart(void **state)
{
    struct stand s;
    struct said a, b, c, said;
    struct err e = { 0 };
    char *ia, *ib, *ic, *was;

    (void)state;
    stand_plan(&s);
    s.order.latency_ms = 3000;
    stand_open(&s);
    ia = stand_initiate(&s, &a, "254700123456", "10", "");
    ib = stand_initiate(&s, &b, "254700123457", "20.50",
                        ",\"batch_reference\":\"R-\\u00e9\"");
    ic = stand_initiate(&s, &c, "254700000201", "40", "");  /* takes long */
    stand_approve(&s, &said, &a);
    said_release(&said);
    stand_until(&s, &said, ia, "BC100");
    was = strdup(said.text.p);
    said_release(&said);
    stand_approve(&s, &said, &c);
    said_release(&said);
    stand_until(&s, &said, ic, "BP110");
    said_release(&said);

    stand_shut(&s);
    s.order.balance_minor = 1;              /* only for new books */
    s.order.speed_percent = 10000;
    assert_int_equal(stand_again(&s, &e), 0);
    stand_until(&s, &said, ia, "BC100");
    /* The wallet is another one by now; the payment is the same. */
    assert_memory_equal(said.text.p, was, (size_t)(strstr(was, "\"wallet\"")
                                                   - was));
    said_release(&said);
    stand_until(&s, &said, ib, "BP103");
    assert_string_equal(said_text(&said, "transactions.0.amount"), "20.50");
    assert_string_equal(said_text(&said, "batch_reference"), "R-\xc3\xa9");
    said_release(&said);
    stand_approve(&s, &said, &a);
    assert_int_equal(said.http, 400);
    said_release(&said);
    stand_approve(&s, &said, &b);
    assert_int_equal(said.http, 200);
    said_release(&said);
    stand_until(&s, &said, ic, "BC100");
    said_release(&said);
    stand_until(&s, &said, ib, "BC100");
    assert_string_equal(said_text(&said, "wallet.current_balance"),
                        "999884.50");
    said_release(&said);
    assert_string_equal(stand_summary(&s, "payments"), "3");
    assert_string_equal(stand_summary(&s, "doubles"), "0");
    said_release(&a);
    said_release(&b);
    said_release(&c);
    free(ia);
    free(ib);
    free(ic);
    free(was);
    stand_close(&s);
}

static void
append(struct stand *s, const char *text)
{
    char path[128];
    int fd;

    snprintf(path, sizeof(path), "%s/books.jsonl", s->dir);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
}

static void
test_torn_books(void **state)
{
    struct stand s;
    struct said said;
    struct err e = { 0 };

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    free(stand_initiate(&s, &said, "254700123456", "10", ""));
    said_release(&said);
    assert_null(sandbox_new(s.net, &s.order, &e));
    assert_int_equal(e.kind, ERR_TEMP);     /* two on the same books */

    stand_shut(&s);
    append(&s, "{\"t\":\"file\",\"at\":17");
    assert_int_equal(stand_again(&s, &e), 0);
    assert_string_equal(stand_summary(&s, "files"), "1");
    free(stand_initiate(&s, &said, "254700123456", "10", ""));
    said_release(&said);
    stand_shut(&s);
    assert_int_equal(stand_again(&s, &e), 0);
    assert_string_equal(stand_summary(&s, "files"), "2");

    stand_shut(&s);
    append(&s, "{\"t\":\"move\",\"at\":17,\"file_id\":\"NOTHERE\","
           "\"to\":\"BP104\",\"mark\":false}\n");
    assert_int_equal(stand_again(&s, &e), -1);
    assert_int_equal(e.kind, ERR_DATA);
    assert_non_null(strstr(e.fix, "line 4 of"));
    stand_close(&s);
}

/* A disk that is full: nothing is told that is not written, nothing more is
 * done, and the books are good again when there is room. */
static void
test_full_disk(void **state)
{
    struct rlimit was, tight;
    struct stand s;
    struct said first, said;
    struct err e = { 0 };

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    stand_plan(&s);
    stand_open(&s);
    free(stand_initiate(&s, &first, "254700123456", "10", ""));
    tight = was;
    tight.rlim_cur = 600;               /* in the middle of the next line */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    free(stand_initiate(&s, &said, "254700123457", "10", ""));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(said.http, 500);
    assert_null(strstr(said.text.p, "tracking_id"));
    assert_int_equal(sandbox_turn(s.box), -1);
    said_release(&said);

    stand_shut(&s);
    assert_int_equal(stand_again(&s, &e), 0);
    assert_string_equal(stand_summary(&s, "files"), "1");
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 200);
    said_release(&said);
    said_release(&first);
    stand_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_fault_counts),
        cmocka_unit_test(test_hooks),
        cmocka_unit_test(test_hook_before_answer),
        cmocka_unit_test(test_hook_retries),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_torn_books),
        cmocka_unit_test(test_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
