/* What people do with a run: approve, pause, cancel; and what they cannot. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/outcome.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "tests/lib/desk.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"

static void
finish(struct batch *b, enum outcome_state state)
{
    int n = 0;

    assert_int_equal(db_begin(w.db), DB_OK);
    assert_int_equal(outcomes_settle_rest(w.db, b, state, "x", "", 0, &n),
                     DB_OK);
    assert_int_equal(batch_move(w.db, b, BATCH_ON_ALL_FINAL, "t", NULL), DB_OK);
    assert_int_equal(db_commit(w.db), DB_OK);
}

/* --- approval ------------------------------------------------------------ */

static void
refused(const char *what, const char *state, const char *rule, const char *sql)
{
    if (db_do(w.db, sql, NULL, 0) != DB_HARD
        || strcmp(db_state(w.db), state) != 0
        || strstr(db_why(w.db), rule) == NULL)
        fail_msg("%s: %s", what, db_why(w.db));
}

/* Not the program but the database says no. */
static void
test_database_refuses(void **state)
{
    (void)state;
    world_run(10, RUN_SUBMITTED);
    refused("the maker approves", "23514", "maker_is_not_checker",
            "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
            " SELECT run_id, made_by, digest, 'amina', minor FROM run");
    book_do(w.db, "INSERT INTO app_user (user_name, role) VALUES"
            " ('both', 'maker')");
    refused("a maker becomes a checker", "23503", "run_made_by_",
            "UPDATE app_user SET role = 'checker' WHERE user_name = 'amina'");
    refused("the maker says another made it", "23503", "approval_run_id_",
            "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
            " SELECT run_id, 'both', digest, 'brian', minor FROM run");
    refused("role said to be checker", "23503", "approval_approver_",
            "INSERT INTO approval (run_id, made_by, digest, approver,"
            " approver_role, minor) SELECT run_id, made_by, digest, 'both',"
            " 'checker', minor FROM run");
    refused("role maker", "23514", "approver_role",
            "INSERT INTO approval (run_id, made_by, digest, approver,"
            " approver_role, minor) SELECT run_id, made_by, digest, 'both',"
            " 'maker', minor FROM run");
    refused("checker is maker", "23514", "maker_is_not_checker",
            "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
            " SELECT run_id, 'brian', digest, 'brian', minor FROM run");
    refused("another digest", "23503", "approval_run_id_",
            "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
            " SELECT run_id, made_by, sha256('x'), 'brian', minor FROM run");
    book_do(w.db, "INSERT INTO approval (run_id, made_by, digest, approver,"
            " minor) SELECT run_id, made_by, digest, 'brian', minor FROM run");
    refused("content changed after approval", "23503", "approval_run_id_",
            "UPDATE run SET digest = sha256('x')");
    refused("maker changed after approval", "23503", "approval_run_id_",
            "UPDATE run SET made_by = 'both'");
}

static void
test_approve(void **state)
{
    static const char *const changes[] = {
        "UPDATE batch SET digest = sha256('x') WHERE number = 2",
        "UPDATE batch SET rail = 'AIRTIME' WHERE number = 2",
        "UPDATE batch SET minor = minor + 1 WHERE number = 1",
        "UPDATE run SET pay_date = '2026-11-27'",
        "UPDATE run SET narration = 'x'",
        "UPDATE run SET kind = 'bonus'",
        "UPDATE source_file SET sha256 = sha256('x')",
        "UPDATE funding_account SET live = true",
    };
    struct err e = { 0 };

    (void)state;
    world_run(20, RUN_DRAFT);
    assert_int_equal(run_submit(w.db, &w.run, BOOK_CHECKER, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &e),
                     -1);
    assert_int_equal(e.kind, ERR_GUARD);    /* it is a draft */
    assert_int_equal(run_submit(w.db, &w.run, BOOK_MAKER, &e), 0);
    assert_int_equal(run_approve(w.db, &w.run, BOOK_MAKER, w.run.minor, &e),
                     -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_approve(w.db, &w.run, "nobody", w.run.minor, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor - 1,
                                 &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        book_do(w.db, "CREATE TABLE keep_b AS SELECT * FROM batch");
        book_do(w.db, "CREATE TABLE keep_r AS SELECT * FROM run");
        book_do(w.db, "CREATE TABLE keep_f AS SELECT * FROM source_file");
        book_do(w.db, "%s", changes[i]);
        if (run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &e) == 0)
            fail_msg("approved after: %s", changes[i]);
        assert_int_equal(e.kind, ERR_GUARD);
        book_do(w.db, "UPDATE batch b SET digest = k.digest, rail = k.rail,"
                " minor = k.minor FROM keep_b k WHERE k.batch_id = b.batch_id");
        book_do(w.db, "UPDATE run r SET pay_date = k.pay_date, narration ="
                " k.narration, kind = k.kind FROM keep_r k");
        book_do(w.db, "UPDATE source_file f SET sha256 = k.sha256"
                " FROM keep_f k");
        book_do(w.db, "UPDATE funding_account SET live = false");
        book_do(w.db, "DROP TABLE keep_b, keep_r, keep_f");
    }
    assert_int_equal(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &e),
                     0);
    assert_int_equal(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &e),
                     -1);
    assert_int_equal(e.kind, ERR_GUARD);
    world_look();
    assert_int_equal(w.run.state, RUN_APPROVED);
    assert_string_equal(w.run.approved_by, BOOK_CHECKER);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM approval"), 1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM audit WHERE"
                              " action = 'approve' AND actor = 'brian'"), 1);
}

static int
act(enum run_action action, struct err *e)
{
    struct run_cancelled c;

    switch (action) {
    case ACTION_SUBMIT:  return run_submit(w.db, &w.run, BOOK_MAKER, e);
    case ACTION_APPROVE: return run_approve(w.db, &w.run, BOOK_CHECKER, 1, e);
    case ACTION_REJECT:  return run_reject(w.db, &w.run, BOOK_CHECKER, "x", e);
    case ACTION_SEND:    return run_send(w.db, &w.run, BOOK_MAKER, e);
    case ACTION_PAUSE:   return run_pause(w.db, &w.run, BOOK_MAKER, "", e);
    case ACTION_RESUME:  return run_resume(w.db, &w.run, BOOK_MAKER, e);
    case ACTION_CANCEL:
        return run_cancel(w.db, &w.run, BOOK_MAKER, "x", false, &c, e);
    }
    return 0;
}

/* ${words} with the run's name for each %R. */
static void
named(const char *words, char out[ERR_TEXT_BYTES])
{
    size_t n = 0;

    for (; *words != '\0'; words++)
        if (words[0] == '%' && words[1] == 'R')
            n += (size_t)snprintf(out + n, ERR_TEXT_BYTES - n, "%s",
                                  (words++, w.run.ref));
        else
            out[n++] = *words;
    out[n] = '\0';
}

static void
test_reject_pause_resume(void **state)
{
    struct err e = { 0 };

    (void)state;
    world_run(10, RUN_SUBMITTED);
    assert_int_equal(run_reject(w.db, &w.run, BOOK_CHECKER, "", &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_int_equal(run_reject(w.db, &w.run, BOOK_CHECKER, "wrong month", &e),
                     0);
    world_look();
    assert_int_equal(w.run.state, RUN_REJECTED);
    assert_string_equal(w.run.state_why, "wrong month");
    world_run(10, RUN_APPROVED);
    assert_int_equal(run_pause(w.db, &w.run, BOOK_MAKER, "", &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(run_send(w.db, &w.run, BOOK_AUDITOR, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_send(w.db, &w.run, BOOK_ADMIN, &e), 0);
    assert_int_equal(run_pause(w.db, &w.run, BOOK_MAKER, "lunch", &e), 0);
    assert_int_equal(run_funds_seen(w.db, w.run.run_id), DB_OK);
    assert_int_equal(lane_close(w.db, w.a.account_id, "401", "worker"), DB_OK);
    assert_int_equal(lane_close(w.db, w.a.account_id, "401", "worker"),
                     DB_NONE);
    assert_int_equal(run_resume(w.db, &w.run, BOOK_ADMIN, &e), 0);
    world_look();
    assert_int_equal(w.run.state, RUN_PAYING);
    assert_false(w.run.funds_seen);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM funding_account"
                              " WHERE lane_closed"), 0);
    /* paying, but standing: resumed without an edge */
    assert_int_equal(lane_close(w.db, w.a.account_id, "401", "worker"), DB_OK);
    assert_int_equal(run_resume(w.db, &w.run, BOOK_ADMIN, &e), 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM funding_account"
                              " WHERE lane_closed"), 0);
}

/* Who asks for what cannot be is told what can be done instead. */
static void
test_not_now(void **state)
{
    static const struct {
        enum run_state state;
        enum run_action action;
        const char *text, *fix;     /* around the run's name, which is %R */
    } rows[] = {
        { RUN_DRAFT, ACTION_APPROVE, "The run %R is draft; it cannot be "
          "approved.", "payrun submit %R" },
        { RUN_SUBMITTED, ACTION_SUBMIT, "%R is submitted already.",
          "another person: payrun approve %R" },
        { RUN_SUBMITTED, ACTION_SEND, "The run %R is submitted; it cannot be "
          "sent.", "another person: payrun approve %R" },
        { RUN_APPROVED, ACTION_APPROVE, "%R is approved already.",
          "payrun send %R --wait" },
        { RUN_PAUSED, ACTION_SEND, "The run %R is paused; it cannot be sent.",
          "payrun resume %R, then payrun send %R --wait" },
        { RUN_PAUSED, ACTION_PAUSE, "%R is paused already.",
          "payrun resume %R, then payrun send %R --wait" },
        { RUN_PAYING, ACTION_SEND, "%R is paying already.",
          "payrun status %R --watch" },
        { RUN_REJECTED, ACTION_SUBMIT, "The run %R is rejected; it cannot be "
          "submitted.", "correct the file and payrun upload it again" },
        { RUN_CANCELLED, ACTION_CANCEL, "%R is cancelled already.",
          "correct the file and payrun upload it again" },
        { RUN_EXPIRED, ACTION_APPROVE, "The run %R is expired; it cannot be "
          "approved.", "correct the file and payrun upload it again" },
        { RUN_SETTLED, ACTION_PAUSE, "The run %R is settled; it cannot be "
          "paused.", "payrun report %R" },
        { RUN_CLOSED, ACTION_CANCEL, "The run %R is closed; it cannot be "
          "cancelled.", "payrun report %R" },
    };

    (void)state;
    world_run(10, RUN_DRAFT);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e = { 0 };
        char text[ERR_TEXT_BYTES], fix[ERR_TEXT_BYTES];

        book_do(w.db, "UPDATE run SET state = '%s'",
                run_state_name(rows[i].state));
        assert_int_equal(act(rows[i].action, &e), -1);
        assert_int_equal(e.kind, ERR_GUARD);
        named(rows[i].text, text);
        named(rows[i].fix, fix);
        if (strcmp(e.text, text) != 0 || strcmp(e.fix, fix) != 0)
            fail_msg("row %zu: %s / %s", i, e.text, e.fix);
    }
}

/* --- cancel -------------------------------------------------------------- */

static void
test_cancel_whole(void **state)
{
    struct run_cancelled c;
    struct batch b;
    struct err e = { 0 };

    (void)state;
    world_run(30, RUN_PAYING);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(run_cancel(w.db, &w.run, BOOK_AUDITOR, "x", false, &c, &e),
                     -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_cancel(w.db, &w.run, BOOK_MAKER, "wrong", false, &c,
                                &e), 0);
    assert_true(c.whole);
    assert_int_equal(c.batches, 3);
    assert_int_equal(c.rows, 30);
    world_look();
    assert_int_equal(w.run.state, RUN_CANCELLED);
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_INITIATED, "t", NULL),
                     DB_NONE);
    world_counters_tie();
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM outcome WHERE"
                              " state = 'cancelled' AND reason = 'wrong'"), 30);
}

static void
test_cancel_rest(void **state)
{
    struct run_cancelled c;
    struct batch flying, releasing, waiting;
    struct run_sums s;
    struct err e = { 0 };
    int n = 0;

    (void)state;
    world_run(50, RUN_PAYING);
    flying = desk_in_flight(w.db, &w.a);
    releasing = desk_in_flight(w.db, &w.a);
    book_do(w.db, "UPDATE batch SET state = 'releasing', left_no = NULL,"
            " owner = 'x', lease_until = now() WHERE batch_id = %lld",
            (long long)releasing.batch_id);
    waiting = desk_in_flight(w.db, &w.a);
    book_do(w.db, "UPDATE batch SET state = 'initiated' WHERE batch_id = %lld",
            (long long)waiting.batch_id);
    assert_int_equal(run_cancel(w.db, &w.run, BOOK_MAKER, "stop", false, &c,
                                &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM outcome"), 0);
    assert_int_equal(run_cancel(w.db, &w.run, BOOK_MAKER, "stop", true, &c, &e),
                     0);
    assert_false(c.whole);
    assert_int_equal(c.rows, 30);
    assert_int_equal(c.on_batches, 2);
    assert_int_equal(c.on_rows, 20);
    /* the file that waits at the provider is to be cancelled there too */
    assert_int_equal(book_i64(w.db, "SELECT number AS n FROM batch WHERE"
                              " state = 'cancelled' AND poll_at <= now()"),
                     waiting.number);
    /* the one that was being released turns out not to be: it stays here */
    assert_int_equal(batch_reclaim(w.db, "t", NULL, &n), DB_OK);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &waiting),
                     DB_NONE);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    assert_int_equal(batch_by_id(w.db, releasing.batch_id, &releasing), DB_OK);
    assert_int_equal(releasing.state, BATCH_CANCELLED);
    finish(&flying, OUTCOME_PAID);
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    world_look();
    assert_int_equal(w.run.state, RUN_CLOSED);
    assert_int_equal(run_sums(w.db, w.run.run_id, &s, &e), 0);
    assert_true(run_sums_tie(&s));
    assert_int_equal(s.paid_rows, 10);
    assert_int_equal(s.withdrawn_rows, 40);
    assert_int_equal(s.cancelled_rows, 40);
    assert_int_equal(s.waiting_rows, 0);
}

/* A worker moves a batch in the very moment of the cancel: it is waited for,
 * and then cancelled where it went. */
static void
test_cancel_waits_for_a_move(void **state)
{
    struct run_cancelled c;
    struct batch b;
    struct db *mine = NULL;
    struct err e = { 0 };
    int status = 0;

    (void)state;
    world_run(20, RUN_PAYING);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(db_begin(w.db), DB_OK);
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_INITIATED, "t", NULL),
                     DB_OK);
    fflush(NULL);
    if (fork() == 0) {
        mine = test_pg_open(w.url);
        _exit(run_cancel(mine, &w.run, BOOK_MAKER, "x", false, &c, &e) < 0
              || !c.whole || c.batches != 2);
    }
    while (test_pg_i64(w.db, "SELECT count(*) AS n FROM pg_locks"
                       " WHERE NOT granted") == 0)
        assert_int_equal(waitpid(-1, &status, WNOHANG), 0);
    assert_int_equal(db_commit(w.db), DB_OK);
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
    world_look();
    assert_int_equal(w.run.state, RUN_CANCELLED);
    world_counters_tie();
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_database_refuses), T(test_approve), T(test_reject_pause_resume),
        T(test_not_now), T(test_cancel_whole), T(test_cancel_rest),
        T(test_cancel_waits_for_a_move),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
