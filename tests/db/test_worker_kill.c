/* Workers as processes of their own: killed, stopped, frozen past their lease,
 * racing.  Whoever finishes the work, each payee is paid once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/lib/hand.h"
#include "tests/lib/shop.h"

#define ROWS 12

/* A whole worker, undisturbed: it must find everything done in the end. */
static void
finish(struct shop *s, const char *what)
{
    hand_idle(s, what, NULL);
    shop_closed(s, what, ROWS);
}

static void
shop_ready(struct shop *s, int batch_rows)
{
    shop_plan(s);
    s->account.batch_rows_max = batch_rows;
    shop_open(s);
    shop_seed(s, ROWS);
}

#define ATTEMPTS "SELECT count(*) AS n FROM attempt t JOIN batch USING " \
                 "(batch_id) WHERE run_id = $R AND "
#define BATCHES  "SELECT count(*) AS n FROM batch WHERE run_id = $R AND "

/* Answers take a while, so that each of these moments is there to be hit. */
static void
killed_where_it_matters(void **state)
{
    static const struct {
        const char *name, *when;
    } t[] = {
        { "an attempt is made", ATTEMPTS "step = 'initiate'" },
        { "initiate left", ATTEMPTS "step = 'initiate' AND left_at IS NOT "
          "NULL AND answered_at IS NULL" },
        { "one is initiated", BATCHES "state = 'initiated'" },
        { "all are initiated", "SELECT (count(*) = 3)::int AS n FROM batch "
          "WHERE run_id = $R AND state = 'initiated'" },
        { "funds are seen", "SELECT count(*) AS n FROM run WHERE run_id = $R "
          "AND funds_at IS NOT NULL" },
        { "approve left", ATTEMPTS "step = 'approve' AND left_at IS NOT NULL "
          "AND answered_at IS NULL" },
        { "two approves left", "SELECT (count(*) >= 2)::int AS n FROM attempt "
          "JOIN batch USING (batch_id) WHERE run_id = $R AND step = "
          "'approve' AND left_at IS NOT NULL" },
        { "one is in flight", BATCHES "state = 'in_flight'" },
        { "one was asked about", BATCHES "polls > 0" },
        { "one is done", BATCHES "state = 'done'" },
        { "all are done", "SELECT (count(*) = 3)::int AS n FROM batch WHERE "
          "run_id = $R AND state = 'done'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;
        int status;

        shop_ready(&s, 4);
        shop_fault(&s, "{\"on\":\"any\",\"do\":\"delay\",\"delay_ms\":60,"
                       "\"times\":0}");
        status = hand_wait(&s, hand_start(&s, (struct hand_deed){
            .when = t[i].when, .signal = SIGKILL }), 0, NULL);
        if (!WIFSIGNALED(status))
            fail_msg("when %s: it was not killed", t[i].name);
        finish(&s, t[i].name);
        shop_close(&s);
    }
}

/* In the middle of anything: a commit, a door, a connection. */
static void
killed_at_any_time(void **state)
{
    char what[32];

    (void)state;
    for (int64_t ms = 20; ms <= 320; ms += 30) {
        struct shop s;

        snprintf(what, sizeof(what), "killed after %d ms", (int)ms);
        shop_ready(&s, 4);
        (void)hand_wait(&s, hand_start(&s, (struct hand_deed){ 0 }), ms,
                        NULL);
        finish(&s, what);
        shop_close(&s);
    }
}

/* Nothing leaves after the signal; what left is awaited; the rest goes on
 * with the next worker. */
static void
told_to_stop(void **state)
{
    static const char late[] =
        "SELECT count(*) AS n FROM attempt JOIN batch USING (batch_id), "
        "test_signal WHERE run_id = $R AND left_at > at";
    static const char unanswered[] =
        "SELECT count(*) AS n FROM attempt JOIN batch USING (batch_id) WHERE "
        "run_id = $R AND (answered_at IS NULL OR (left_at IS NOT NULL AND "
        "http IS NULL))";
    char what[48];

    (void)state;
    for (int turn = 2; turn <= 14; turn += 2) {
        struct shop s;
        pid_t pid;
        int status;

        snprintf(what, sizeof(what), "SIGTERM at turn %d", turn);
        shop_ready(&s, 4);
        /* However long it stays frozen on a busy machine, no answer that it
         * waits for is late. */
        s.account.answer_ms = 30000;
        s.account.lease_ms = 60000;
        shop_fault(&s, "{\"on\":\"any\",\"do\":\"delay\",\"delay_ms\":120,"
                       "\"times\":0}");
        /* It freezes itself; the signal comes; it wakes up. */
        pid = hand_start(&s, (struct hand_deed){ .turn = turn,
                                                .signal = SIGSTOP });
        status = hand_wait(&s, pid, 0, NULL);
        assert_true(WIFSTOPPED(status));
        assert_int_equal(kill(pid, SIGTERM), 0);
        shop_do(&s, "DROP TABLE IF EXISTS test_signal");
        shop_do(&s, "CREATE TABLE test_signal AS SELECT clock_timestamp() "
                    "AS at");
        assert_int_equal(kill(pid, SIGCONT), 0);
        status = hand_wait(&s, pid, 0, NULL);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKER_STOPPED)
            fail_msg("%s: it ended with %#x", what, (unsigned)status);
        if (shop_n(&s, late) != 0)
            fail_msg("%s: something left after the signal", what);
        if (shop_n(&s, unanswered) != 0)
            fail_msg("%s: an answer was not awaited", what);
        assert_int_equal(shop_batches(&s, "initiating"), 0);
        assert_int_equal(shop_batches(&s, "releasing"), 0);
        finish(&s, what);
        shop_close(&s);
    }
}

/* Frozen past its lease, while another does its work; then it wakes up. */
static void
frozen_past_its_lease(void **state)
{
    char what[48];

    (void)state;
    for (int turn = 2; turn <= 12; turn += 2) {
        struct shop s;
        pid_t zombie;
        int status;

        snprintf(what, sizeof(what), "frozen at turn %d", turn);
        shop_plan(&s);
        s.account.lease_ms = 1200;
        s.account.answer_ms = 1000;
        shop_open(&s);
        shop_seed(&s, ROWS);
        zombie = hand_start(&s, (struct hand_deed){ .turn = turn,
                                                .signal = SIGSTOP });
        status = hand_wait(&s, zombie, 0, NULL);
        if (WIFSTOPPED(status)) {
            finish(&s, what);
            assert_int_equal(kill(zombie, SIGCONT), 0);
            status = hand_wait(&s, zombie, 0, NULL);
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKER_IDLE)
            fail_msg("%s: it ended with %#x", what, (unsigned)status);
        shop_closed(&s, what, ROWS);
        shop_close(&s);
    }
}

#define RACERS 4

static void
racing(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        struct shop s;
        pid_t pid[RACERS];

        shop_ready(&s, 1);      /* twelve batches of one */
        s.account.answer_ms = 30000;    /* a busy machine is no lost answer */
        s.account.lease_ms = 60000;
        for (int i = 0; i < RACERS; i++)
            pid[i] = hand_start(&s, (struct hand_deed){ 0 });
        for (int i = 0; i < RACERS; i++) {
            int status = hand_wait(&s, pid[i], 0, NULL);

            if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKER_IDLE)
                fail_msg("racer %d ended with %#x", i, (unsigned)status);
        }
        shop_closed(&s, "racing", ROWS);
        assert_string_equal(stand_summary(&s.stand, "files"), "12");
        assert_string_equal(stand_summary(&s.stand, "requests.approve"),
                            "12");
        shop_close(&s);
    }
}

/* The kills above must have led to every way back. */
static void
kills_that_hit(void **state)
{
    static const struct {
        const char *what, *sql;
    } t[] = {
        { "initiate was lost", "SELECT count(*) AS n FROM history WHERE why "
          "LIKE 'its worker is gone%' AND on_event = 'initiate_lost'" },
        { "approve was lost", "SELECT count(*) AS n FROM history WHERE why "
          "LIKE 'its worker is gone%' AND on_event = 'no_answer'" },
        { "a lost approve had arrived", "SELECT count(*) AS n FROM history "
          "WHERE on_event = 'found_released'" },
        { "a lease ran out", "SELECT count(*) AS n FROM history WHERE why "
          "LIKE 'its lease ran out%'" },
    };
    struct shop s;

    (void)state;
    shop_plan(&s);
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        if (shop_n(&s, t[i].sql) == 0)
            fail_msg("never: %s", t[i].what);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_where_it_matters),
        cmocka_unit_test(killed_at_any_time),
        cmocka_unit_test(told_to_stop),
        cmocka_unit_test(frozen_past_its_lease),
        cmocka_unit_test(racing),
        cmocka_unit_test(kills_that_hit),
    };

    return cmocka_run_group_tests(tests, shop_group, shop_group_end);
}
