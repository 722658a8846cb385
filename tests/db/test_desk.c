/* The in-doubt desk: what two people may end and what not, and what the
 * provider's later word does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/desk.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"

static struct err e;

/* --- what may be decided -------------------------------------------------- */

static void
test_what_may_be_decided(void **state)
{
    static const struct {
        const char *name, *batch, *outcome;
        bool one_phase;
        enum outcome_state says;
        bool may;
    } t[] = {
        { "in doubt, released", "in_flight", "in_doubt", false, OUTCOME_PAID,
          true },
        { "in doubt, batch ended", "done", "in_doubt", false, OUTCOME_FAILED,
          true },
        { "release not clear: it may be released again", "in_doubt",
          "in_doubt", false, OUTCOME_FAILED, false },
        { "one phase is never sent again", "in_doubt", "in_doubt", true,
          OUTCOME_FAILED, true },
        { "waits for release", "initiated", "in_doubt", false, OUTCOME_FAILED,
          false },
        { "about to be sent", "ready", "in_doubt", true, OUTCOME_FAILED,
          false },
        { "no answer yet", "in_flight", "", false, OUTCOME_FAILED, false },
        { "paid, not contradicted", "in_flight", "paid", false,
          OUTCOME_FAILED, false },
        { "failed, not contradicted", "in_flight", "failed", false,
          OUTCOME_PAID, false },
        { "never cancelled by evidence", "in_flight", "in_doubt", false,
          OUTCOME_CANCELLED, false },
    };
    struct batch b;
    int64_t id = 0;

    (void)state;
    book_run(w.db, &w.a, 10, 1, "2026-11", RUN_PAYING, &w.run);
    b = desk_in_flight(w.db, &w.a);
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        book_do(w.db, "DELETE FROM outcome");
        book_do(w.db, "DELETE FROM evidence");
        if (t[i].outcome[0] != '\0')
            book_do(w.db,
                    "INSERT INTO outcome (batch_id, seq, state, minor, ccy,"
                    " code, reason, at) SELECT batch_id, seq, '%s', minor, ccy,"
                    " 'x', '', now() FROM instruction WHERE seq = 1",
                    t[i].outcome);
        book_do(w.db, "UPDATE batch SET state = '%s'", t[i].batch);
        book_do(w.db, "UPDATE funding_account SET two_phase = %s",
                t[i].one_phase ? "false" : "true");
        if ((desk_propose(w.db, &b, 1, t[i].says, &id, &e) == 0) != t[i].may)
            fail_msg("%s: %s", t[i].name, t[i].may ? e.text : "it may");
        if (!t[i].may && e.kind != ERR_GUARD)
            fail_msg("%s: kind %d: %s", t[i].name, (int)e.kind, e.text);
    }
}

static void
test_database_refuses(void **state)
{
    struct batch b;
    int64_t id = 0;

    (void)state;
    book_run(w.db, &w.a, 10, 1, "2026-11", RUN_PAYING, &w.run);
    b = desk_in_flight(w.db, &w.a);
    desk_said(w.db, &b, 1, OUTCOME_IN_DOUBT);
    assert_int_equal(desk_propose(w.db, &b, 1, OUTCOME_PAID, &id, &e), 0);
    desk_refused(w.db, "who says it agrees", "proposer_does_not_agree",
            "INSERT INTO agreement SELECT evidence_id, proposed_by, batch_id,"
            " seq, says, receipt, proposed_by FROM evidence");
    desk_refused(w.db, "somebody else is said to have said it",
            "agreement_evidence_id_",
            "INSERT INTO agreement SELECT evidence_id, 'otieno', batch_id, seq,"
            " says, receipt, 'brian' FROM evidence");
    desk_refused(w.db, "another receipt", "agreement_evidence_id_",
            "INSERT INTO agreement SELECT evidence_id, proposed_by, batch_id,"
            " seq, says, 'other', 'brian' FROM evidence");
    desk_refused(w.db, "an admin agrees", "agreement_agreed_by_",
            "INSERT INTO agreement SELECT evidence_id, proposed_by, batch_id,"
            " seq, says, receipt, 'otieno' FROM evidence");
    desk_refused(w.db, "a second proposal", "evidence_open_idx",
            "INSERT INTO evidence (run_id, batch_id, seq, was, says, receipt,"
            " note, proposed_by, proposed_role) SELECT run_id, batch_id, seq,"
            " was, says, receipt, note, proposed_by, proposed_role"
            " FROM evidence");
    desk_refused(w.db, "a checker proposes", "proposed_role",
            "UPDATE evidence SET proposed_by = 'brian', proposed_role ="
            " 'checker'");
    desk_refused(w.db, "paid without a receipt", "paid_needs_receipt",
            "UPDATE evidence SET receipt = ''");
    desk_refused(w.db, "nothing shows it", "needs_evidence",
            "UPDATE evidence SET note = ''");
    desk_refused(w.db, "a file with another hash", "file_is_as_hashed",
            "UPDATE evidence SET file_name = 'x', file_body = 'x',"
            " file_sha256 = sha256('y')");
    desk_refused(w.db, "paused without a reason", "pause_has_reason",
            "UPDATE standstill SET paused = true");
    assert_int_equal(desk_agree(w.db, id, &e), 0);
    desk_refused(w.db, "what was agreed to changes", "agreement_evidence_id_",
            "UPDATE evidence SET receipt = 'other'");
    desk_refused(w.db, "it goes away", "agreement_evidence_id_",
            "DELETE FROM evidence");
}

/* --- deciding ------------------------------------------------------------- */

static void
test_last_doubt_ends_the_run(void **state)
{
    static const struct { const char *name; bool one_phase; } t[] = {
        { "two phases", false }, { "one phase, batch in doubt", true },
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct batch b;

        book_run(w.db, &w.a, 2, 1 + (int64_t)i * 100, i == 0 ? "2026-10"
                 : "2026-11", RUN_PAYING, &w.run);
        b = desk_in_flight(w.db, &w.a);
        desk_said(w.db, &b, 1, OUTCOME_IN_DOUBT);
        desk_said(w.db, &b, 2, OUTCOME_IN_DOUBT);
        if (t[i].one_phase) {
            book_do(w.db, "UPDATE funding_account SET two_phase = false");
            book_do(w.db, "UPDATE batch SET state = 'in_doubt' WHERE batch_id ="
                    " %lld", (long long)b.batch_id);
        }
        desk_decide(w.db, &b, 1, OUTCOME_PAID);
        assert_int_equal(desk_settle(w.db, &w.run), RUN_PAYING);
        desk_decide(w.db, &b, 2, OUTCOME_FAILED);
        desk_is_state(w.db, t[i].name, &b, 1, "paid");
        desk_is_state(w.db, t[i].name, &b, 2, "failed");
        desk_sums_tie(w.db, &w.run, t[i].name);
        if (desk_settle(w.db, &w.run) != RUN_CLOSED)
            fail_msg("%s: the run is %s", t[i].name,
                     run_state_name(w.run.state));
        assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch WHERE"
            " run_id = %lld AND state = 'done' AND poll_at <= now()",
            (long long)w.run.run_id), 1);
    }
}

/* What was proposed of one state is void when there is another. */
static void
test_provider_is_faster(void **state)
{
    struct batch b;
    int64_t id = 0;

    (void)state;
    book_run(w.db, &w.a, 2, 1, "2026-11", RUN_PAYING, &w.run);
    b = desk_in_flight(w.db, &w.a);
    desk_said(w.db, &b, 1, OUTCOME_IN_DOUBT);
    assert_int_equal(desk_propose(w.db, &b, 1, OUTCOME_FAILED, &id, &e), 0);
    desk_said(w.db, &b, 1, OUTCOME_PAID);
    assert_int_equal(desk_agree(w.db, id, &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_non_null(strstr(e.text, "answered meanwhile"));
    desk_is_state(w.db, "overtaken", &b, 1, "paid");
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM evidence WHERE"
                              " ended_how = 'overtaken'"), 1);
    assert_int_equal(desk_agree(w.db, id, &e), -1);
    assert_non_null(strstr(e.text, "overtaken already"));
}

static void
test_one_of_many_agrees(void **state)
{
    struct batch b;
    int64_t id = 0;
    int won = 0, status = 0;

    (void)state;
    book_run(w.db, &w.a, 2, 1, "2026-11", RUN_PAYING, &w.run);
    b = desk_in_flight(w.db, &w.a);
    desk_said(w.db, &b, 1, OUTCOME_IN_DOUBT);
    assert_int_equal(desk_propose(w.db, &b, 1, OUTCOME_PAID, &id, &e), 0);
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            w.db = test_pg_open(w.url);
            _exit(desk_agree(w.db, id, &e) == 0 ? 0
                  : e.kind == ERR_GUARD ? 4 : 9);
        }
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        assert_int_not_equal(WEXITSTATUS(status), 9);
        won += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(won, 1);
    desk_sums_tie(w.db, &w.run, "four checkers");
}

/* --- contradictions ------------------------------------------------------- */

static void
test_contradictions(void **state)
{
    static const struct {
        const char *name;
        enum outcome_state first, then, says;
        const char *is;
    } t[] = {
        { "failed, then paid: it was paid", OUTCOME_FAILED, OUTCOME_PAID,
          OUTCOME_PAID, "paid" },
        { "failed, then paid: it was not", OUTCOME_FAILED, OUTCOME_PAID,
          OUTCOME_FAILED, "failed" },
        { "paid, then failed: it was not", OUTCOME_PAID, OUTCOME_FAILED,
          OUTCOME_FAILED, "failed" },
        { "paid, then failed: it was", OUTCOME_PAID, OUTCOME_FAILED,
          OUTCOME_PAID, "paid" },
        { "cancelled, then paid: it was", OUTCOME_CANCELLED, OUTCOME_PAID,
          OUTCOME_PAID, "paid" },
        { "cancelled, then paid: it was not", OUTCOME_CANCELLED, OUTCOME_PAID,
          OUTCOME_CANCELLED, "cancelled" },
    };
    char period[8];

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct batch b;

        snprintf(period, sizeof(period), "2026-%02zu", i + 1);
        book_run(w.db, &w.a, 2, 1 + (int64_t)i * 10, period, RUN_PAYING,
                 &w.run);
        b = desk_in_flight(w.db, &w.a);
        desk_said(w.db, &b, 2, OUTCOME_PAID);
        desk_said(w.db, &b, 1, t[i].first);
        assert_int_equal(desk_said(w.db, &b, 1, t[i].then).conflicts, 1);
        book_do(w.db, "UPDATE run SET recount_at = 'infinity' WHERE run_id ="
                " %lld", (long long)w.run.run_id);
        assert_int_equal(batch_move(w.db, &b, BATCH_ON_ALL_FINAL, "t", NULL),
                         DB_OK);
        if (desk_settle(w.db, &w.run) != RUN_SETTLED)
            fail_msg("%s: %s", t[i].name, run_state_name(w.run.state));
        desk_decide(w.db, &b, 1, t[i].says);
        desk_is_state(w.db, t[i].name, &b, 1, t[i].is);
        desk_sums_tie(w.db, &w.run, t[i].name);
        if (desk_settle(w.db, &w.run) != RUN_CLOSED)
            fail_msg("%s: %s", t[i].name, run_state_name(w.run.state));
        /* said once more, it is no news; said the other way round, it is */
        (void)desk_said(w.db, &b, 1, t[i].then);
        assert_int_equal(book_i64(w.db,
                                  "SELECT count(*) AS n FROM contradiction"
            " WHERE batch_id = %lld AND evidence_id IS NULL",
            (long long)b.batch_id), 0);
    }
}

/* What two people ended is not proof against the provider's word. */
static void
test_later_word(void **state)
{
    struct batch b;
    struct settled out;

    (void)state;
    book_run(w.db, &w.a, 2, 1, "2026-11", RUN_PAYING, &w.run);
    b = desk_in_flight(w.db, &w.a);
    desk_said(w.db, &b, 2, OUTCOME_PAID);
    desk_said(w.db, &b, 1, OUTCOME_IN_DOUBT);
    desk_decide(w.db, &b, 1, OUTCOME_FAILED);
    assert_int_equal(desk_settle(w.db, &w.run), RUN_CLOSED);
    assert_int_equal(batch_poll_now(w.db, b.batch_id), DB_OK);
    out = desk_said(w.db, &b, 1, OUTCOME_PAID);
    assert_int_equal(out.conflicts, 1);
    assert_int_equal(out.news, 1);
    desk_is_state(w.db, "a later word", &b, 1, "failed");
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM contradiction"
                              " WHERE was = 'failed' AND said = 'paid'"
                              " AND evidence_id IS NULL"), 1);
    desk_decide(w.db, &b, 1, OUTCOME_PAID);
    desk_is_state(w.db, "decided again", &b, 1, "paid");
}

/* Something graver was told of the run: only a contradiction is not enough. */
static void
test_grave_stays(void **state)
{
    struct batch b;

    (void)state;
    book_run(w.db, &w.a, 2, 1, "2026-11", RUN_PAYING, &w.run);
    b = desk_in_flight(w.db, &w.a);
    desk_said(w.db, &b, 1, OUTCOME_PAID);
    desk_said(w.db, &b, 2, OUTCOME_PAID);
    desk_said(w.db, &b, 1, OUTCOME_FAILED);
    book_do(w.db, "UPDATE run SET recount_at = 'infinity'");
    book_do(w.db, "INSERT INTO history (run_id, from_state, to_state, on_event,"
            " why, actor) SELECT run_id, 'paying', 'paying', 'paid_again_2',"
            " 'x', 't' FROM run");
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_ALL_FINAL, "t", NULL),
                     DB_OK);
    desk_decide(w.db, &b, 1, OUTCOME_PAID);
    assert_int_equal(desk_settle(w.db, &w.run), RUN_SETTLED);
}

#define DESK(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(test_what_may_be_decided), DESK(test_database_refuses),
        DESK(test_last_doubt_ends_the_run), DESK(test_provider_is_faster),
        DESK(test_one_of_many_agrees), DESK(test_contradictions),
        DESK(test_later_word), DESK(test_grave_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
