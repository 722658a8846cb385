/* Two people end what a one-phase provider left open, and the provider speaks
 * after all: with a real worker, against a till. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/evidence.h"
#include "book/explanation.h"
#include "tests/lib/book.h"
#include "tests/lib/till.h"

#define ROWS 4                  /* one batch */

static void
work(struct shop *s, const char *what)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != WORKER_IDLE)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

static void
decide(struct shop *s, int seq, enum outcome_state says)
{
    const struct evidence_say say = {
        .batch_id = shop_n(s, "SELECT batch_id AS n FROM batch WHERE run_id ="
                           " $R"),
        .seq = seq, .says = says, .note = "a letter of the provider",
        .receipt = says == OUTCOME_PAID ? "Q" : "",
        .reason = says == OUTCOME_PAID ? "" : "never received"
    };
    struct evidence_done done;
    struct err e = { 0 };
    int64_t id = 0;

    if (evidence_propose(s->db, &say, BOOK_MAKER, &id, &e) < 0
        || evidence_agree(s->db, id, BOOK_CHECKER, &done, &e) < 0)
        fail_msg("row %d: %s", seq, e.text);
    if (done.batch_ended != (seq == ROWS && says == OUTCOME_FAILED))
        fail_msg("row %d: the batch %s", seq, done.batch_ended ? "ended"
                 : "did not end");
}

static void
close_runs(struct shop *s)
{
    for (int i = 0; i < 2; i++)
        assert_true(run_settle_due(s->db, "t") >= DB_NONE);
}

static void
decided_then_contradicted(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_LOSE;
    till.times = 1;
    till.hide = true;
    till_seed(&s, ROWS);
    work(&s, "hidden");
    till_states(&s, "hidden", 0, 0, ROWS);
    assert_int_equal(shop_batches(&s, "in_doubt"), 1);
    for (int seq = 1; seq <= ROWS; seq++)
        decide(&s, seq, OUTCOME_FAILED);
    close_runs(&s);
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM sought"), 0);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM batch WHERE run_id"
                            " = $R AND poll_at IS NOT NULL"), 1);
    /* asked once more: still nothing, so nothing changes */
    work(&s, "asked once more");
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM batch WHERE run_id"
                            " = $R AND poll_at IS NOT NULL"), 0);
    for (int i = 0; i < till.n; i++)
        till.payments[i].hidden = false;
    shop_do(&s, "UPDATE batch SET poll_at = now() WHERE run_id = $R");
    work(&s, "shown after all");
    till_states(&s, "shown after all", 0, ROWS, 0);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM contradiction JOIN"
        " batch USING (batch_id) WHERE run_id = $R AND said = 'paid' AND"
        " evidence_id IS NULL"), ROWS);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    for (int seq = 1; seq <= ROWS; seq++)
        decide(&s, seq, OUTCOME_PAID);
    close_runs(&s);
    till_closed(&s, "decided again", ROWS);
    assert_int_equal(till.sends, 1);
    till_close(&s);
}

/* --- a double, which no answer ends --------------------------------------- */

static struct explanation
doubles_of(const struct shop *s)
{
    return (struct explanation){
        .run_id = s->run.run_id, .ref = s->run.ref, .note = "their letter",
        .reason = "the till paid twice by itself and will take it back"
    };
}

static void
a_double_is_explained(void **state)
{
    struct explained done;
    struct explanation x;
    struct shop s;
    struct err e = { 0 };
    int64_t id = 0, next = 0;

    (void)state;
    till_open(&s);
    till.twice = true;
    till_seed(&s, ROWS);
    work(&s, "twice");
    close_runs(&s);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    x = doubles_of(&s);

    /* one person, with evidence; another, a checker; and nobody else */
    x.note = "";
    assert_int_equal(explanation_propose(s.db, &x, BOOK_MAKER, &id, &e), -1);
    x.note = "their letter";
    assert_int_equal(explanation_propose(s.db, &x, BOOK_CHECKER, &id, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(explanation_propose(s.db, &x, BOOK_MAKER, &id, &e), 0);
    assert_int_equal(explanation_propose(s.db, &x, BOOK_ADMIN, &next, &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(explanation_end(s.db, id, true, NULL, BOOK_MAKER, &done,
                                     &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    close_runs(&s);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);

    /* what is told after it was written is not explained by it */
    shop_do(&s, "INSERT INTO history (run_id, batch_id, from_state, to_state, "
            "on_event, why, actor) SELECT run_id, batch_id, '', '', "
            "'sent_twice', 'later', 't' FROM batch WHERE run_id = $R");
    if (explanation_end(s.db, id, true, NULL, BOOK_CHECKER, &done, &e) < 0)
        fail_msg("%s", e.text);
    assert_false(done.freed);
    close_runs(&s);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    assert_int_equal(explanation_end(s.db, id, true, NULL, BOOK_CHECKER, &done,
                                     &e), -1);
    assert_int_equal(explanation_propose(s.db, &x, BOOK_MAKER, &id, &e), 0);
    assert_int_equal(explanation_end(s.db, id, true, NULL, BOOK_CHECKER, &done,
                                     &e), 0);
    assert_true(done.freed);
    close_runs(&s);
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);

    /* the double stands, and nothing was paid because of any of this */
    till_states(&s, "explained", ROWS, 0, 0);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM history WHERE run_id"
        " = $R AND on_event LIKE 'paid_again_%'"), ROWS);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM audit WHERE action ="
        " 'explained'"), 2);
    assert_int_equal(till.sends, 1);
    assert_int_equal(explanation_propose(s.db, &x, BOOK_MAKER, &id, &e), -1);
    till_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decided_then_contradicted),
        cmocka_unit_test(a_double_is_explained),
    };

    return cmocka_run_group_tests(tests, till_all_open, till_all_close);
}
