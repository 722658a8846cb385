/* Runs, outcomes, people: what was approved, what became of it, who may. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/outcome.h"
#include "book/people.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"

struct world {
    const char *url;
    struct db *db;
    struct account a;
    struct run run;
};

static struct world w;

static int
world_open(void **state)
{
    (void)state;
    w = (struct world){ 0 };
    w.url = book_open(&w.db);
    book_people(w.db);
    book_account(w.db, &w.a, 10);
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(w.db);
    return 0;
}

static void
make_run(int64_t rows, enum run_state upto)
{
    book_run(w.db, &w.a, rows, 1, "2026-11", upto, &w.run);
}

static void
look(void)
{
    assert_int_equal(run_by_id(w.db, w.run.run_id, &w.run), DB_OK);
}

/* The next batch, released. */
static struct batch
in_flight(void)
{
    struct batch b;
    struct file_answer f = { .file_alias = "A" };
    struct attempt t;

    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    snprintf(f.tracking_id, sizeof(f.tracking_id), "T-%d", b.number);
    assert_int_equal(batch_keep_file(w.db, &b, &f), DB_OK);
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_INITIATED, "t", NULL), DB_OK);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b), DB_OK);
    assert_int_equal(book_attempt(w.db, &b, "approve", &t), DB_OK);
    assert_int_equal(attempt_leave(w.db, &t), DB_OK);
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_RELEASED, "t", NULL), DB_OK);
    return b;
}

/* --- outcomes ------------------------------------------------------------ */

static enum db_status
settle(const struct batch *b, const struct outcome *list, size_t n,
       struct settled *out)
{
    enum db_status st;

    assert_int_equal(db_begin(w.db), DB_OK);
    st = outcomes_settle(w.db, b, 0, list, n, out);
    assert_int_equal(db_commit(w.db), DB_OK);
    return st;
}

static void
assert_settled(const struct settled *s, int new_rows, int healed, int conflicts)
{
    if (s->new_rows != new_rows || s->healed_rows != healed
        || s->conflicts != conflicts)
        fail_msg("new %d, healed %d, conflicts %d; wanted %d, %d, %d",
                 s->new_rows, s->healed_rows, s->conflicts, new_rows, healed,
                 conflicts);
}

static void
assert_counters(void)
{
    struct run_sums s;
    struct err e = { 0 };

    if (run_sums(w.db, w.run.run_id, &s, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(s.counters_tie);
    assert_true(run_sums_tie(&s));
}

static void
test_settle(void **state)
{
    const struct outcome first[] = {
        { 1, OUTCOME_PAID, "TS100", "", "RCP1", 1500 },
        { 2, OUTCOME_FAILED, "TF106", "no such number", NULL, 0 },
        { 3, OUTCOME_IN_DOUBT, "PR-TRK-007", "cut off", NULL, 0 },
        { 4, OUTCOME_CANCELLED, "TC108", "cancelled", NULL, 0 },
        { 5, OUTCOME_PAID, "TS100", "", "RCP5", 1500 },
        { 5, OUTCOME_FAILED, "TF106", "said twice: the first counts", NULL, 0 },
    };
    const struct outcome later[] = {
        { 1, OUTCOME_FAILED, "TF106", "no", NULL, 0 },
        { 2, OUTCOME_PAID, "TS100", "", "RCP2", 0 },
        { 3, OUTCOME_PAID, "TS100", "", "RCP3", 1500 },
        { 4, OUTCOME_IN_DOUBT, "x", "says nothing", NULL, 0 },
        { 5, OUTCOME_PAID, "TS100", "", "another receipt", 0 },
        { 6, OUTCOME_FAILED, "TF106", "no", NULL, 0 },
    };
    struct settled s;
    struct batch b;
    int8_t known[11];

    (void)state;
    make_run(10, RUN_PAYING);
    b = in_flight();
    assert_int_equal(settle(&b, first, 6, &s), DB_OK);
    assert_settled(&s, 5, 0, 0);
    assert_counters();
    assert_int_equal(settle(&b, first, 6, &s), DB_OK);
    assert_settled(&s, 0, 0, 0);
    assert_counters();
    /* 1 and 2 contradict, 3 heals, 4 is ignored, 5 is known, 6 is new */
    assert_int_equal(settle(&b, later, 6, &s), DB_OK);
    assert_settled(&s, 1, 1, 2);
    assert_counters();
    assert_int_equal(settle(&b, later, 6, &s), DB_OK);
    assert_settled(&s, 0, 0, 2);
    assert_counters();
    /* the contradiction stands in the history, once */
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history"
        " WHERE on_event = 'contradiction' AND why LIKE '2 contr%%row 1 is"
        " paid, now it is said to be failed (TF106)%%'"), 1);
    assert_int_equal(outcomes_known(w.db, &b, known), DB_OK);
    assert_int_equal(known[1], OUTCOME_PAID);
    assert_int_equal(known[2], OUTCOME_FAILED);
    assert_int_equal(known[3], OUTCOME_PAID);
    assert_int_equal(known[4], OUTCOME_CANCELLED);
    assert_int_equal(known[5], OUTCOME_PAID);
    assert_int_equal(known[6], OUTCOME_FAILED);
    assert_int_equal(known[7], -1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM outcome o JOIN"
        " instruction i USING (batch_id, seq) WHERE o.minor = i.minor AND"
        " (receipt = 'RCP' || seq) IS NOT FALSE"), 6);
}

static void
test_settle_rest(void **state)
{
    const struct outcome one[] = {
        { 4, OUTCOME_IN_DOUBT, "x", "x", NULL, 0 },
    };
    struct settled s;
    struct batch b;
    int n = 0;

    (void)state;
    make_run(10, RUN_PAYING);
    b = in_flight();
    assert_int_equal(settle(&b, one, 1, &s), DB_OK);
    assert_int_equal(db_begin(w.db), DB_OK);
    assert_int_equal(outcomes_settle_rest(w.db, &b, OUTCOME_FAILED, "BF104",
                                          "the file failed", 0, &n), DB_OK);
    assert_int_equal(n, 9);
    assert_int_equal(outcomes_settle_rest(w.db, &b, OUTCOME_PAID, "x", "x", 0,
                                          &n), DB_OK);
    assert_int_equal(n, 0);
    assert_int_equal(db_commit(w.db), DB_OK);
    assert_counters();
    assert_int_equal(book_i64(w.db, "SELECT failed_rows * 100 + doubt_rows AS n"
                              " FROM batch"), 901);
}

/* Two settle the same batch at once: each row counts once. */
static void
settle_some(void)
{
    struct outcome list[10];
    struct settled s;

    w.db = test_pg_open(w.url);
    for (int round = 0; round < 20; round++)
        for (int64_t id = 1; id <= 5; id++) {
            struct batch b;

            if (batch_by_id(w.db, w.run.run_id * 100000 + id, &b) != DB_OK)
                _exit(1);
            for (int i = 0; i < 10; i++)
                list[i] = (struct outcome){
                    i + 1, i % 3 == round % 3 ? OUTCOME_IN_DOUBT : OUTCOME_PAID,
                    "x", "", NULL, 0
                };
            if (settle(&b, list, 10, &s) != DB_OK)
                _exit(1);
        }
    _exit(0);
}

static void
test_settle_at_once(void **state)
{
    int status = 0;

    (void)state;
    make_run(50, RUN_PAYING);
    for (int i = 0; i < 5; i++)
        (void)in_flight();
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            settle_some();
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_counters();
    assert_int_equal(book_i64(w.db, "SELECT sum(paid_rows)::bigint AS n"
                              " FROM batch"), 50);
}

/* --- settling and closing a run ------------------------------------------ */

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

static void
test_run_closes_when_sums_tie(void **state)
{
    struct batch b;
    struct run_sums s;
    struct run_progress p;
    struct err e = { 0 };

    (void)state;
    make_run(20, RUN_PAYING);
    b = in_flight();
    finish(&b, OUTCOME_PAID);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    assert_int_equal(run_progress(w.db, w.run.run_id, &p, &e), 0);
    assert_int_equal(p.paid_rows, 10);
    assert_int_equal(p.waiting_rows, 10);
    assert_int_equal(p.batches_by_state[BATCH_DONE], 1);
    assert_int_equal(p.batches_by_state[BATCH_READY], 1);
    b = in_flight();
    assert_int_equal(run_progress(w.db, w.run.run_id, &p, &e), 0);
    assert_int_equal(p.flight_rows, 10);
    finish(&b, OUTCOME_FAILED);
    /* tampered with: settled, but it does not close */
    book_do(w.db, "UPDATE outcome SET minor = minor + 1 WHERE seq = 3"
            " AND state = 'paid'");
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    look();
    assert_int_equal(w.run.state, RUN_SETTLED);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history"
                              " WHERE on_event = 'sums_differ'"), 1);
    book_do(w.db, "UPDATE outcome SET minor = minor - 1 WHERE seq = 3"
            " AND state = 'paid'");
    book_do(w.db, "UPDATE run SET recount_at = now() - interval '1 h'");
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    look();
    assert_int_equal(w.run.state, RUN_CLOSED);
    assert_int_equal(run_sums(w.db, w.run.run_id, &s, &e), 0);
    assert_int_equal(s.paid_rows, 10);
    assert_int_equal(s.failed_rows, 10);
    assert_int_equal(s.sent_minor, w.run.minor);
    assert_int_equal(s.paid_minor + s.failed_minor, w.run.minor);
}

static void
test_doubt_keeps_a_run_open(void **state)
{
    struct batch b;
    struct outcome one = { 1, OUTCOME_IN_DOUBT, "x", "x", NULL, 0 };
    struct settled s;

    (void)state;
    make_run(10, RUN_PAYING);
    b = in_flight();
    assert_int_equal(settle(&b, &one, 1, &s), DB_OK);
    finish(&b, OUTCOME_PAID);
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    look();
    assert_int_equal(w.run.state, RUN_SETTLED);
    one.state = OUTCOME_PAID;
    assert_int_equal(settle(&b, &one, 1, &s), DB_OK);
    assert_settled(&s, 0, 1, 0);
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    look();
    assert_int_equal(w.run.state, RUN_CLOSED);
}

static void
test_sums_notice(void **state)
{
    static const char *const changes[] = {
        "UPDATE batch SET paid_rows = paid_rows + 1,"
        " failed_rows = failed_rows - 1",
        "UPDATE batch SET paid_minor = paid_minor + 1",
        "UPDATE batch SET minor = minor + 1",
        "UPDATE instruction SET minor = minor + 1 WHERE seq = 1",
        "DELETE FROM instruction WHERE seq = 1",
        "DELETE FROM outcome WHERE seq = 1",
        "INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason,"
        " at) SELECT batch_id, 11, state, minor, ccy, code, reason, at"
        " FROM outcome WHERE seq = 1",
        "UPDATE run SET rows = rows + 1",
        "UPDATE run SET held_rows = 1",
        "UPDATE source_file SET rows = rows + 1",
        "DELETE FROM batch",
    };
    struct batch b;
    struct outcome one = { 1, OUTCOME_FAILED, "x", "x", NULL, 0 };
    struct settled s;
    struct run_sums sums;
    struct err e = { 0 };

    (void)state;
    make_run(10, RUN_PAYING);
    b = in_flight();
    assert_int_equal(settle(&b, &one, 1, &s), DB_OK);
    finish(&b, OUTCOME_PAID);
    assert_counters();
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        assert_int_equal(db_begin(w.db), DB_OK);
        book_do(w.db, "%s", changes[i]);
        assert_int_equal(run_sums(w.db, w.run.run_id, &sums, &e), 0);
        if (run_sums_tie(&sums))
            fail_msg("not noticed: %s", changes[i]);
        db_rollback(w.db);
    }
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
    make_run(10, RUN_SUBMITTED);
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
    make_run(20, RUN_DRAFT);
    assert_int_equal(run_submit(w.db, &w.run, BOOK_CHECKER, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &e),
                     -1);
    assert_int_equal(e.kind, ERR_GUARD);    /* it is a draft */
    assert_int_equal(run_submit(w.db, &w.run, BOOK_MAKER, &e), 0);
    assert_int_equal(run_approve(w.db, &w.run, BOOK_MAKER, w.run.minor, &e), -1);
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
    look();
    assert_int_equal(w.run.state, RUN_APPROVED);
    assert_string_equal(w.run.approved_by, BOOK_CHECKER);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM approval"), 1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM audit WHERE"
                              " action = 'approve' AND actor = 'brian'"), 1);
}

static void
test_reject_pause_resume(void **state)
{
    struct err e = { 0 };

    (void)state;
    make_run(10, RUN_SUBMITTED);
    assert_int_equal(run_reject(w.db, &w.run, BOOK_CHECKER, "", &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_int_equal(run_reject(w.db, &w.run, BOOK_CHECKER, "wrong month", &e),
                     0);
    look();
    assert_int_equal(w.run.state, RUN_REJECTED);
    assert_string_equal(w.run.state_why, "wrong month");
    make_run(10, RUN_APPROVED);
    assert_int_equal(run_pause(w.db, &w.run, BOOK_MAKER, "", &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(run_send(w.db, &w.run, BOOK_AUDITOR, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_send(w.db, &w.run, BOOK_ADMIN, &e), 0);
    assert_int_equal(run_pause(w.db, &w.run, BOOK_MAKER, "lunch", &e), 0);
    assert_int_equal(run_funds_seen(w.db, w.run.run_id), DB_OK);
    assert_int_equal(lane_close(w.db, w.a.account_id, "401", "worker"), DB_OK);
    assert_int_equal(lane_close(w.db, w.a.account_id, "401", "worker"), DB_NONE);
    assert_int_equal(run_resume(w.db, &w.run, BOOK_ADMIN, &e), 0);
    look();
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

/* --- cancel -------------------------------------------------------------- */

static void
test_cancel_whole(void **state)
{
    struct run_cancelled c;
    struct batch b;
    struct err e = { 0 };

    (void)state;
    make_run(30, RUN_PAYING);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    assert_int_equal(run_cancel(w.db, &w.run, BOOK_AUDITOR, "x", false, &c, &e),
                     -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(run_cancel(w.db, &w.run, BOOK_MAKER, "wrong", false, &c,
                                &e), 0);
    assert_true(c.whole);
    assert_int_equal(c.batches, 3);
    assert_int_equal(c.rows, 30);
    look();
    assert_int_equal(w.run.state, RUN_CANCELLED);
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_INITIATED, "t", NULL),
                     DB_NONE);
    assert_counters();
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
    make_run(50, RUN_PAYING);
    flying = in_flight();
    releasing = in_flight();
    book_do(w.db, "UPDATE batch SET state = 'releasing', left_no = NULL, owner ="
            " 'x', lease_until = now() WHERE batch_id = %lld",
            (long long)releasing.batch_id);
    waiting = in_flight();
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
    assert_int_equal(book_i64(w.db, "SELECT number AS n FROM batch WHERE state ="
                              " 'cancelled' AND poll_at <= now()"),
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
    look();
    assert_int_equal(w.run.state, RUN_CLOSED);
    assert_int_equal(run_sums(w.db, w.run.run_id, &s, &e), 0);
    assert_true(run_sums_tie(&s));
    assert_int_equal(s.paid_rows, 10);
    assert_int_equal(s.withdrawn_rows, 40);
    assert_int_equal(s.cancelled_rows, 40);
    assert_int_equal(s.waiting_rows, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_settle), T(test_settle_rest), T(test_settle_at_once),
        T(test_run_closes_when_sums_tie), T(test_doubt_keeps_a_run_open),
        T(test_sums_notice), T(test_database_refuses), T(test_approve),
        T(test_reject_pause_resume), T(test_cancel_whole), T(test_cancel_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
