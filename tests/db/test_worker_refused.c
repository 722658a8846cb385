/* Refusals that say nothing about the payees: nobody fails, a person is told,
 * and what he mended is paid once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "intake/approve.h"
#include "tests/lib/book.h"
#include "tests/lib/shop.h"

#define ROWS 12

static void
seed(struct shop *s)
{
    shop_open(s);
    shop_seed(s, ROWS);
}

static void
works(struct shop *s, const char *what, enum worker_end end)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != end)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

static void
rules(struct shop *s, const char *json)
{
    struct said said;

    stand_post(&s->stand, &said, "_rules", json);
    assert_int_equal(said.http, 200);
    said_release(&said);
}

static void
nobody_failed(struct shop *s, const char *what)
{
    if (shop_n(s, "SELECT count(*) AS n FROM outcome JOIN batch USING "
               "(batch_id) WHERE run_id = $R") != 0)
        fail_msg("%s: somebody failed", what);
    if (shop_run_state(s) != RUN_PAUSED)
        fail_msg("%s: not paused", what);
}

static void
a_refused_initiate_fails_nobody(void **state)
{
    static const struct {
        const char *name, *rules, *fault, *wallet, *why;
    } t[] = {
        { "one 400", "{}", "{\"on\":\"initiate\",\"do\":\"status\",\"http\":"
          "400,\"skip\":1}", "", "HTTP 400" },
        { "one 422", "{}", "{\"on\":\"initiate\",\"do\":\"status\",\"http\":"
          "422}", "", "HTTP 422" },
        { "one 404", "{}", "{\"on\":\"initiate\",\"do\":\"status\",\"http\":"
          "404}", "", "HTTP 404" },
        { "our own retry", "{\"keys_once\":true}", "{\"on\":\"initiate\","
          "\"do\":\"drop_after\"}", "", "idempotency_key" },
        { "no room for so many", "{\"items_max\":3}", "{\"on\":\"approve\","
          "\"do\":\"drop_after\"}", "", "no more than 3" },
        { "another wallet", "{}", "{\"on\":\"approve\",\"do\":\"drop_after\"}",
          "WRONG99", "wallet" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        shop_plan(&s);
        snprintf(s.account.wallet_id, sizeof(s.account.wallet_id), "%s",
                 t[i].wallet);
        seed(&s);
        rules(&s, t[i].rules);
        shop_fault(&s, t[i].fault);
        works(&s, t[i].name, WORKER_PAUSED);
        nobody_failed(&s, t[i].name);
        if (strstr(s.order.why, t[i].why) == NULL
            || strstr(s.order.why, "Nobody failed") == NULL)
            fail_msg("%s: %s", t[i].name, s.order.why);
        shop_paid(&s, t[i].name, 0);
        if (t[i].wallet[0] == '\0') {
            rules(&s, "{\"keys_once\":false,\"items_max\":0}");
            shop_resume(&s);
            works(&s, t[i].name, WORKER_IDLE);
            shop_closed(&s, t[i].name, ROWS);
        }
        shop_close(&s);
    }
}

/* The page of a proxy in front of an approve that was done. */
static void
a_403_to_approve_is_in_doubt(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    s.account.inflight_max = 1;
    s.stand.order.latency_ms = 2000;
    seed(&s);
    shop_fault(&s, "{\"on\":\"approve\",\"do\":\"html\",\"http\":403}");
    works(&s, "403 to approve", WORKER_LANE_CLOSED);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM history WHERE "
                            "run_id = $R AND on_event = 'not_released'"), 0);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM history WHERE "
                            "run_id = $R AND on_event = 'no_answer'"), 1);
    shop_resume(&s);
    works(&s, "mended", WORKER_IDLE);
    shop_closed(&s, "mended", ROWS);
    assert_string_equal(stand_summary(&s.stand, "requests.approve"), "3");
    shop_close(&s);
}

/* Cancelling only tidies up: a key that may not cancel can still pay. */
static void
a_403_to_cancel_closes_no_lane(void **state)
{
    struct run_cancelled done;
    struct shop s;

    (void)state;
    shop_plan(&s);
    s.stand.order.balance_minor = 1;
    seed(&s);
    works(&s, "no funds", WORKER_PAUSED);
    if (run_cancel(s.db, &s.run, BOOK_CHECKER, "wrong month", false, &done,
                   &s.e) < 0)
        fail_msg("%s", s.e.text);
    shop_fault(&s, "{\"on\":\"cancel\",\"do\":\"status\",\"http\":403}");
    works(&s, "cancelled", WORKER_IDLE);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM attempt JOIN batch "
                            "USING (batch_id) WHERE run_id = $R AND answer = "
                            "'barred'"), 1);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM funding_account a "
                            "JOIN run r USING (account_id) WHERE r.run_id = "
                            "$R AND a.lane_closed"), 0);
    shop_close(&s);
}

/* One batch that is answered 500 for ever: its run does not wait in silence. */
static void
a_batch_that_is_never_taken(void **state)
{
    char fault[160];
    struct shop s;

    (void)state;
    shop_plan(&s);
    seed(&s);
    shop_do(&s, "UPDATE batch SET tries = 6 WHERE run_id = $R AND number = 2");
    /* its first payee: batches hold four */
    snprintf(fault, sizeof(fault), "{\"on\":\"initiate\",\"do\":\"status\","
             "\"http\":500,\"times\":0,\"account\":\"25471%03d0005\"}",
             s.number);
    shop_fault(&s, fault);
    works(&s, "500", WORKER_PAUSED);
    nobody_failed(&s, "500");
    if (strstr(s.order.why, "batch 2 was given to intasend 8 times") == NULL
        || strstr(s.order.why, "HTTP 500") == NULL)
        fail_msg("%s", s.order.why);
    assert_int_equal(shop_n(&s, "SELECT tries AS n FROM batch WHERE run_id = "
                            "$R AND number = 2"), 0);
    shop_close(&s);
}

/* --- a database that fails at the door ------------------------------------ */

static int64_t since_ms, most_tries;

static void
door_opens(struct shop *s)
{
    int64_t tries = shop_n(s, "SELECT max(tries)::bigint AS n FROM batch WHERE "
                           "run_id = $R");

    if (tries > most_tries)
        most_tries = tries;
    if (since_ms != 0 && clock_mono_ms() - since_ms > 1200) {
        since_ms = 0;
        shop_do(s, "DROP TRIGGER shut ON attempt");
    }
}

/* It is the database's fault: every try waits longer, and then it is paid. */
static void
the_door_waits_for_the_database(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    seed(&s);
    shop_do(&s, "CREATE FUNCTION shut() RETURNS trigger LANGUAGE plpgsql AS "
            "$f$ BEGIN RAISE EXCEPTION 'shut' USING ERRCODE = '40001'; END "
            "$f$");
    shop_do(&s, "CREATE TRIGGER shut BEFORE UPDATE OF left_at ON attempt FOR "
            "EACH ROW EXECUTE FUNCTION shut()");
    since_ms = clock_mono_ms();
    most_tries = 0;
    s.also = door_opens;
    works(&s, "the door", WORKER_IDLE);
    shop_closed(&s, "the door", ROWS);
    assert_in_range(most_tries, 1, 8);
    assert_in_range(shop_n(&s, "SELECT count(*) AS n FROM attempt JOIN batch "
                           "USING (batch_id) WHERE run_id = $R AND left_at IS "
                           "NULL"), 1, 20);
    shop_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_initiate_fails_nobody),
        cmocka_unit_test(a_403_to_approve_is_in_doubt),
        cmocka_unit_test(a_403_to_cancel_closes_no_lane),
        cmocka_unit_test(a_batch_that_is_never_taken),
        cmocka_unit_test(the_door_waits_for_the_database),
    };

    return cmocka_run_group_tests(tests, shop_group, shop_group_end);
}
