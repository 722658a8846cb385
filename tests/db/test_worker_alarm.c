/* A provider that refuses, contradicts itself or does not end: nothing is
 * forgotten, and a person hears of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "book/batch.h"
#include "cli/outcome.h"
#include "intake/approve.h"
#include "tests/lib/liar.h"

/* Approved too early: refused, waited for, approved once. */
static void
a_file_being_read_is_waited_for(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, READING);
    shop_seed(&s, LIAR_ROWS);
    liar_work(&s, "reading", WORKER_IDLE);
    liar_count("reading", 1, 1, 0);
    assert_in_range(liar.refused, 1, 3);
    assert_int_equal(liar_paid(&s), LIAR_ROWS);
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);
    liar_close(&s);
}

static void
no_pause_between_tries(struct shop *s)
{
    if (s->turns % 8 == 0)
        shop_do(s, "UPDATE batch SET next_at = '-infinity' WHERE run_id = $R "
                "AND state = 'initiated'");
}

static void
an_approve_refused_for_ever_stops_the_run(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, NEVER_APPROVES);
    s.also = no_pause_between_tries;
    shop_seed(&s, LIAR_ROWS);
    liar_work(&s, "never approves", WORKER_PAUSED);
    if (strstr(s.order.why, "PREVIEW-AND-APPROVE") == NULL)
        fail_msg("%s", s.order.why);
    assert_int_equal(liar.refused, 3);
    assert_int_equal(shop_batches(&s, "initiated"), 1);
    assert_int_equal(liar_paid(&s), 0);
    /* once it takes approvals, a person resumes and all is paid once */
    liar.lie = HONEST;
    shop_resume(&s);
    liar_work(&s, "approves again", WORKER_IDLE);
    liar_count("approves again", 1, 1, 0);
    assert_int_equal(liar_paid(&s), LIAR_ROWS);
    liar_close(&s);
}

static int64_t
told(struct shop *s, const char *action)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM audit JOIN run ON "
             "ref = subject WHERE run_id = $R AND action = '%s'", action);
    return shop_n(s, sql);
}

/* What payrun send --wait would exit with. */
static int
exit_code(struct shop *s)
{
    struct run_progress now;
    struct run run;

    assert_int_equal(run_by_id(s->db, s->run.run_id, &run), DB_OK);
    assert_int_equal(run_progress(s->db, run.run_id, &now, &s->e), 0);
    return outcome_exit(&run, &now);
}

static void
a_contradiction_keeps_the_run_open(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, PAID_THEN_FAILED);
    shop_seed(&s, LIAR_ROWS);
    liar_work(&s, "contradiction", WORKER_IDLE);
    assert_int_equal(liar_paid(&s), LIAR_ROWS); /* nothing was changed */
    assert_int_equal(told(&s, "contradiction"), 1);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    assert_int_equal(exit_code(&s), EXIT_IN_DOUBT);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM run WHERE run_id = "
                            "$R AND state_why LIKE '%contradicted%'"), 1);
    liar_close(&s);
}

static void
cancel_once_initiated(struct shop *s)
{
    struct run_cancelled gone;

    if (shop_batches(s, "initiated") == 0
        || shop_run_state(s) == RUN_CANCELLED)
        return;
    assert_int_equal(run_by_id(s->db, s->run.run_id, &s->run), DB_OK);
    if (run_cancel(s->db, &s->run, s->run.made_by, "not now", false, &gone,
                   &s->e) < 0)
        fail_msg("%s", s->e.text);
}

/* Five times, later and later; then a person must; and if somebody releases it
 * there all the same, the run is not well. */
static void
a_refused_cancel_is_for_a_person(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, NEVER_CANCELS);
    s.also = cancel_once_initiated;
    shop_seed(&s, LIAR_ROWS);
    liar_work(&s, "never cancels", WORKER_IDLE);
    liar_count("never cancels", 1, 0, 5);
    assert_int_equal(told(&s, "cancel_by_hand"), 1);
    assert_int_equal(shop_run_state(&s), RUN_CANCELLED);
    assert_int_equal(exit_code(&s), EXIT_DONE);

    liar.released[0] = true;
    for (int i = 0; i < 2; i++) {
        shop_do(&s, "UPDATE batch SET poll_at = now() WHERE run_id = $R");
        liar_work(&s, "released by hand", WORKER_IDLE);
    }
    liar_count("released by hand", 1, 0, 5);
    assert_int_equal(told(&s, "contradiction"), 1);
    assert_int_equal(liar_paid(&s), 0);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    assert_int_equal(exit_code(&s), EXIT_IN_DOUBT);
    liar_close(&s);
}

static void
one_odd_answer_is_soon_forgotten(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, GARBLED_ONCE);
    s.account.give_up_ms = 5000;
    shop_seed(&s, LIAR_ROWS);
    liar_work(&s, "garbled once", WORKER_IDLE);
    assert_int_equal(liar_paid(&s), LIAR_ROWS);
    assert_int_equal(exit_code(&s), EXIT_DONE);
    liar_close(&s);
}

/* Once the file moves: the next question gets lost, and it moves for a day. */
static void
forget_and_age(struct shop *s)
{
    struct batch b;

    if (liar.statuses != 2 || shop_batches(s, "in_flight") == 0)
        return;
    assert_int_equal(batch_by_id(s->db, s->run.run_id * RUN_BATCHES_MAX + 1,
                                 &b), DB_OK);
    assert_int_equal(batch_poll_done(s->db, &b, NULL, -1, false), DB_OK);
    assert_int_equal(shop_n(s, "SELECT count(*) AS n FROM batch WHERE run_id "
                            "= $R AND poll_at IS NULL"), 0);
    shop_do(s, "UPDATE batch SET poll_at = NULL, state_at = now() - interval "
            "'25 h' WHERE run_id = $R");
    liar.statuses++;
}

static void
a_forgotten_file_is_found(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, MOVES_ON);
    s.also = forget_and_age;
    s.account.poll_first_ms = s.account.poll_cap_ms = 400;
    shop_seed(&s, LIAR_ROWS);
    liar_work(&s, "forgotten", WORKER_IDLE);
    assert_int_equal(liar_paid(&s), LIAR_ROWS);
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);
    assert_int_equal(told(&s, "no_end"), 1);
    liar_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_being_read_is_waited_for),
        cmocka_unit_test(an_approve_refused_for_ever_stops_the_run),
        cmocka_unit_test(a_contradiction_keeps_the_run_open),
        cmocka_unit_test(a_refused_cancel_is_for_a_person),
        cmocka_unit_test(one_odd_answer_is_soon_forgotten),
        cmocka_unit_test(a_forgotten_file_is_found),
    };

    /* A batch nobody asks about again would be waited for for ever. */
    alarm(400);
    return cmocka_run_group_tests(tests, liar_all_open, liar_all_close);
}
