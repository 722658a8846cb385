/* Workers of a one-phase provider as processes of their own: killed, frozen
 * past their lease, racing.  There is no asking back before the money moves, so
 * what may have left is never sent again, and what certainly did not is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/lib/book.h"
#include "tests/lib/hand.h"
#include "tests/lib/till.h"

#define ROWS 12                 /* three batches of 4 */

/* A whole worker, undisturbed: it must find everything done in the end. */
static void
finish(struct shop *s, const char *what)
{
    hand_idle(s, what, till_turn);
    till_closed(s, what, ROWS);
}

static void
till_ready(struct shop *s, int batch_rows)
{
    till_open(s);
    s->account.batch_rows_max = batch_rows;
    till_seed(s, ROWS);
}

#define ATTEMPTS "SELECT count(*) AS n FROM attempt t JOIN batch USING " \
                 "(batch_id) WHERE run_id = $R AND step = 'send' AND "
/* Long enough for its bytes to be on the wire: what is killed between the door
 * and the first byte stays in doubt, and is not what is meant here. */
#define GONE     "left_at < clock_timestamp() - interval '40 ms'"
#define BATCHES  "SELECT count(*) AS n FROM batch WHERE run_id = $R AND "

/* Answers take a while, so that each of these moments is there to be hit. */
static void
killed_where_it_matters(void **state)
{
    static const struct {
        const char *name, *when;
        int doubts;             /* it may have left: at least so many         */
        int backs;              /* it certainly did not: at least so many     */
    } t[] = {
        { "an attempt is made", ATTEMPTS "left_at IS NULL", 0, 1 },
        { "one left", ATTEMPTS GONE " AND answered_at IS NULL", 1, 0 },
        { "all left", "SELECT (count(*) = 3)::int AS n FROM attempt JOIN "
          "batch USING (batch_id) WHERE run_id = $R AND " GONE, 1, 0 },
        { "one is in flight", BATCHES "state = 'in_flight'", 0, 0 },
        { "one was looked at", BATCHES "polls > 0", 0, 0 },
        { "a payment has its end", BATCHES "paid_rows > 0", 0, 0 },
        { "one is done", BATCHES "state = 'done'", 0, 0 },
    };
    static const char gone[] = "SELECT count(*) AS n FROM history WHERE "
        "run_id = $R AND why LIKE 'its worker is gone%' AND on_event = "
        "'no_answer'";
    static const char back[] = "SELECT count(*) AS n FROM history WHERE "
        "run_id = $R AND why LIKE 'its worker is gone%' AND on_event = "
        "'not_sent'";

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;
        int status;

        till_ready(&s, 4);
        till.hold_ms = 100;
        till.slow = 2;
        status = hand_wait(&s, hand_start(&s, (struct hand_deed){
            .when = t[i].when, .signal = SIGKILL }), 0, till_turn);
        if (!WIFSIGNALED(status))
            fail_msg("when %s: it was not killed", t[i].name);
        finish(&s, t[i].name);
        if (shop_n(&s, gone) < t[i].doubts || shop_n(&s, back) < t[i].backs)
            fail_msg("when %s: %lld in doubt, %lld back", t[i].name,
                     (long long)shop_n(&s, gone),
                     (long long)shop_n(&s, back));
        till_close(&s);
    }
}

/* In the middle of anything: a commit, a door, a connection. */
static void
killed_at_any_time(void **state)
{
    char what[32];

    (void)state;
    for (int64_t ms = 20; ms <= 260; ms += 20) {
        struct shop s;

        snprintf(what, sizeof(what), "killed after %d ms", (int)ms);
        till_ready(&s, 4);
        (void)hand_wait(&s, hand_start(&s, (struct hand_deed){ 0 }), ms,
                        till_turn);
        hand_idle(&s, what, till_turn);
        /* One that passed its door and died before a byte left stays in doubt
         * with nothing paid; no other may. */
        if (till.n == ROWS)
            till_closed(&s, what, ROWS);
        else
            till_states(&s, what, till.n, 0, ROWS - till.n);
        till_paid(what, till.n);
        shop_do(&s, "DELETE FROM sought");
        till_close(&s);
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
        till_open(&s);
        s.account.lease_ms = 400;
        s.account.answer_ms = 300;
        till_seed(&s, ROWS);
        zombie = hand_start(&s, (struct hand_deed){ .turn = turn,
                                                .signal = SIGSTOP });
        status = hand_wait(&s, zombie, 0, till_turn);
        if (WIFSTOPPED(status)) {
            finish(&s, what);
            assert_int_equal(kill(zombie, SIGCONT), 0);
            status = hand_wait(&s, zombie, 0, till_turn);
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKER_IDLE)
            fail_msg("%s: it ended with %#x", what, (unsigned)status);
        till_closed(&s, what, ROWS);
        if (till.sends != 3)
            fail_msg("%s: %d requests", what, till.sends);
        till_close(&s);
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

        till_ready(&s, 1);      /* twelve batches of one */
        for (int i = 0; i < RACERS; i++)
            pid[i] = hand_start(&s, (struct hand_deed){ 0 });
        for (int i = 0; i < RACERS; i++) {
            int status = hand_wait(&s, pid[i], 0, till_turn);

            if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKER_IDLE)
                fail_msg("racer %d ended with %#x", i, (unsigned)status);
        }
        till_closed(&s, "racing", ROWS);
        assert_int_equal(till.sends, 12);
        till_close(&s);
    }
}

/* The door of a request whose batch another holds now does not open. */
static void
the_door_of_a_zombie(void **state)
{
    struct shop s;
    struct batch b;
    struct attempt a = { 0 };
    int n = 0;
    static const unsigned char key[TOKEN_KEY_BYTES] = "0123456789abcde";

    (void)state;
    till_open(&s);
    till_seed(&s, 4);
    assert_int_equal(book_claim(s.db, &s.account, BATCH_ON_CLAIM_SEND, &b),
                     DB_OK);
    assert_int_equal(book_attempt(s.db, &b, "send", &a), DB_OK);
    assert_int_equal(attempt_key(s.db, &a, key), DB_OK);
    assert_int_equal(attempt_key(s.db, &a, key), DB_NONE);  /* once */
    shop_do(&s, "UPDATE batch SET lease_until = now() - interval '1 s' WHERE "
                "run_id = $R");
    assert_int_equal(batch_reclaim(s.db, "test", NULL, &n), DB_OK);
    assert_int_equal(shop_batches(&s, "ready"), 1);
    assert_int_equal(book_leave(s.db, &a), DB_NONE);
    /* again, and this time it leaves before its worker is gone */
    assert_int_equal(book_claim(s.db, &s.account, BATCH_ON_CLAIM_SEND, &b),
                     DB_OK);
    assert_int_equal(book_attempt(s.db, &b, "send", &a), DB_OK);
    assert_int_equal(book_leave(s.db, &a), DB_OK);
    assert_int_equal(book_leave(s.db, &a), DB_NONE);     /* once */
    shop_do(&s, "UPDATE batch SET lease_until = now() - interval '1 s' WHERE "
                "run_id = $R");
    assert_int_equal(batch_reclaim(s.db, "test", NULL, &n), DB_OK);
    assert_int_equal(shop_batches(&s, "in_doubt"), 1);
    assert_int_equal(book_claim(s.db, &s.account, BATCH_ON_CLAIM_SEND, &b),
                     DB_NONE);
    shop_do(&s, "UPDATE batch SET poll_at = 'infinity' WHERE run_id = $R");
    till_close(&s);
}

/* No claim without funds seen, or while a refusal is still looked into. */
static void
what_is_not_claimed(void **state)
{
    struct shop s;
    struct batch b;

    (void)state;
    till_open(&s);
    till_seed(&s, 4);
    shop_do(&s, "UPDATE run SET funds_at = NULL WHERE run_id = $R");
    assert_int_equal(book_claim(s.db, &s.account, BATCH_ON_CLAIM_SEND, &b),
                     DB_NONE);
    shop_do(&s, "UPDATE run SET funds_at = now() WHERE run_id = $R");
    shop_do(&s, "UPDATE batch SET poll_at = now() WHERE run_id = $R");
    assert_int_equal(book_claim(s.db, &s.account, BATCH_ON_CLAIM_SEND, &b),
                     DB_NONE);
    shop_do(&s, "UPDATE batch SET poll_at = NULL WHERE run_id = $R");
    assert_int_equal(book_claim(s.db, &s.account, BATCH_ON_CLAIM_SEND, &b),
                     DB_OK);
    shop_do(&s, "UPDATE batch SET lease_until = 'infinity' WHERE run_id = $R");
    till_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_door_of_a_zombie),
        cmocka_unit_test(what_is_not_claimed),
        cmocka_unit_test(killed_where_it_matters),
        cmocka_unit_test(killed_at_any_time),
        cmocka_unit_test(frozen_past_its_lease),
        cmocka_unit_test(racing),
    };

    return cmocka_run_group_tests(tests, till_all_open, till_all_close);
}
