/* The in-doubt desk: what two people may end and what not, what the provider's
 * later word does, who is retried, and what stands still. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/evidence.h"
#include "book/outcome.h"
#include "book/people.h"
#include "book/standstill.h"
#include "db/sql.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "intake/retry.h"
#include "intake/routing.h"
#include "tests/lib/book.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/pg.h"

static const char *url;
static struct db *db;
static struct account a;
static struct run run;
static struct err e;

static int
world_open(void **state)
{
    (void)state;
    url = book_open(&db);
    book_people(db);
    book_account(db, &a, 10);
    e = (struct err){ 0 };
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

/* Batch ${number} of the run, its file released. */
static struct batch
in_flight(void)
{
    struct batch b;
    struct file_answer f = { .file_alias = "A" };
    struct attempt t;

    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    snprintf(f.tracking_id, sizeof(f.tracking_id), "T-%lld",
             (long long)b.batch_id);
    assert_int_equal(batch_keep_file(db, &b, &f), DB_OK);
    assert_int_equal(batch_move(db, &b, BATCH_ON_INITIATED, "t", NULL), DB_OK);
    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_RELEASE, &b), DB_OK);
    assert_int_equal(book_attempt(db, &b, "approve", &t), DB_OK);
    assert_int_equal(book_leave(db, &t), DB_OK);
    assert_int_equal(batch_move(db, &b, BATCH_ON_RELEASED, "t", NULL), DB_OK);
    return b;
}

/* The provider says so. */
static struct settled
said(const struct batch *b, int seq, enum outcome_state state)
{
    struct outcome o = { .seq = seq, .state = state, .code = "X",
                         .reason = "r", .receipt = "R" };
    struct settled out;

    assert_int_equal(db_begin(db), DB_OK);
    assert_int_equal(outcomes_settle(db, b, 0, &o, 1, &out), DB_OK);
    assert_int_equal(db_commit(db), DB_OK);
    return out;
}

static int
propose(const struct batch *b, int seq, enum outcome_state says, int64_t *id)
{
    const struct evidence_say say = {
        .batch_id = b->batch_id, .seq = seq, .says = says, .note = "a letter",
        .receipt = says == OUTCOME_PAID ? "Q" : "",
        .reason = says == OUTCOME_PAID ? "" : "never credited"
    };

    e = (struct err){ 0 };
    return evidence_propose(db, &say, BOOK_MAKER, id, &e);
}

static int
agree(int64_t id)
{
    struct evidence_done done;

    e = (struct err){ 0 };
    return evidence_agree(db, id, BOOK_CHECKER, &done, &e);
}

static void
decide(const struct batch *b, int seq, enum outcome_state says)
{
    int64_t id = 0;

    if (propose(b, seq, says, &id) < 0 || agree(id) < 0)
        fail_msg("row %d: %s", seq, e.text);
}

static void
is_state(const char *what, const struct batch *b, int seq, const char *state)
{
    if (book_i64(db, "SELECT count(*) AS n FROM outcome WHERE batch_id = %lld"
                 " AND seq = %d AND state = '%s'", (long long)b->batch_id, seq,
                 state) != 1)
        fail_msg("%s: row %d is not %s", what, seq, state);
}

static void
sums_tie(const char *what)
{
    struct run_sums s;

    assert_int_equal(run_sums(db, run.run_id, &s, &e), 0);
    if (!s.counters_tie || !run_sums_tie(&s))
        fail_msg("%s: the sums do not tie", what);
}

static enum run_state
settle(void)
{
    for (int i = 0; i < 3; i++)
        assert_true(run_settle_due(db, "t") >= DB_NONE);
    assert_int_equal(run_by_id(db, run.run_id, &run), DB_OK);
    return run.state;
}

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
    book_run(db, &a, 10, 1, "2026-11", RUN_PAYING, &run);
    b = in_flight();
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        book_do(db, "DELETE FROM outcome");
        book_do(db, "DELETE FROM evidence");
        if (t[i].outcome[0] != '\0')
            book_do(db, "INSERT INTO outcome (batch_id, seq, state, minor, ccy,"
                    " code, reason, at) SELECT batch_id, seq, '%s', minor, ccy,"
                    " 'x', '', now() FROM instruction WHERE seq = 1",
                    t[i].outcome);
        book_do(db, "UPDATE batch SET state = '%s'", t[i].batch);
        book_do(db, "UPDATE funding_account SET two_phase = %s",
                t[i].one_phase ? "false" : "true");
        if ((propose(&b, 1, t[i].says, &id) == 0) != t[i].may)
            fail_msg("%s: %s", t[i].name, t[i].may ? e.text : "it may");
        if (!t[i].may && e.kind != ERR_GUARD)
            fail_msg("%s: kind %d: %s", t[i].name, (int)e.kind, e.text);
    }
}

/* Not the program but the database says no. */
static void
refused(const char *what, const char *rule, const char *sql)
{
    if (db_do(db, sql, NULL, 0) != DB_HARD || strstr(db_why(db), rule) == NULL)
        fail_msg("%s: %s", what, db_why(db));
}

static void
test_database_refuses(void **state)
{
    struct batch b;
    int64_t id = 0;

    (void)state;
    book_run(db, &a, 10, 1, "2026-11", RUN_PAYING, &run);
    b = in_flight();
    said(&b, 1, OUTCOME_IN_DOUBT);
    assert_int_equal(propose(&b, 1, OUTCOME_PAID, &id), 0);
    refused("who says it agrees", "proposer_does_not_agree",
            "INSERT INTO agreement SELECT evidence_id, proposed_by, batch_id,"
            " seq, says, receipt, proposed_by FROM evidence");
    refused("somebody else is said to have said it", "agreement_evidence_id_",
            "INSERT INTO agreement SELECT evidence_id, 'otieno', batch_id, seq,"
            " says, receipt, 'brian' FROM evidence");
    refused("another receipt", "agreement_evidence_id_",
            "INSERT INTO agreement SELECT evidence_id, proposed_by, batch_id,"
            " seq, says, 'other', 'brian' FROM evidence");
    refused("an admin agrees", "agreement_agreed_by_",
            "INSERT INTO agreement SELECT evidence_id, proposed_by, batch_id,"
            " seq, says, receipt, 'otieno' FROM evidence");
    refused("a second proposal", "evidence_open_idx",
            "INSERT INTO evidence (run_id, batch_id, seq, was, says, receipt,"
            " note, proposed_by, proposed_role) SELECT run_id, batch_id, seq,"
            " was, says, receipt, note, proposed_by, proposed_role"
            " FROM evidence");
    refused("a checker proposes", "proposed_role",
            "UPDATE evidence SET proposed_by = 'brian', proposed_role ="
            " 'checker'");
    refused("paid without a receipt", "paid_needs_receipt",
            "UPDATE evidence SET receipt = ''");
    refused("nothing shows it", "needs_evidence",
            "UPDATE evidence SET note = ''");
    refused("a file with another hash", "file_is_as_hashed",
            "UPDATE evidence SET file_name = 'x', file_body = 'x',"
            " file_sha256 = sha256('y')");
    refused("paused without a reason", "pause_has_reason",
            "UPDATE standstill SET paused = true");
    assert_int_equal(agree(id), 0);
    refused("what was agreed to changes", "agreement_evidence_id_",
            "UPDATE evidence SET receipt = 'other'");
    refused("it goes away", "agreement_evidence_id_", "DELETE FROM evidence");
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

        book_run(db, &a, 2, 1 + (int64_t)i * 100, i == 0 ? "2026-10"
                 : "2026-11", RUN_PAYING, &run);
        b = in_flight();
        said(&b, 1, OUTCOME_IN_DOUBT);
        said(&b, 2, OUTCOME_IN_DOUBT);
        if (t[i].one_phase) {
            book_do(db, "UPDATE funding_account SET two_phase = false");
            book_do(db, "UPDATE batch SET state = 'in_doubt' WHERE batch_id ="
                    " %lld", (long long)b.batch_id);
        }
        decide(&b, 1, OUTCOME_PAID);
        assert_int_equal(settle(), RUN_PAYING);
        decide(&b, 2, OUTCOME_FAILED);
        is_state(t[i].name, &b, 1, "paid");
        is_state(t[i].name, &b, 2, "failed");
        sums_tie(t[i].name);
        if (settle() != RUN_CLOSED)
            fail_msg("%s: the run is %s", t[i].name,
                     run_state_name(run.state));
        assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM batch WHERE"
            " run_id = %lld AND state = 'done' AND poll_at <= now()",
            (long long)run.run_id), 1);
    }
}

/* What was proposed of one state is void when there is another. */
static void
test_provider_is_faster(void **state)
{
    struct batch b;
    int64_t id = 0;

    (void)state;
    book_run(db, &a, 2, 1, "2026-11", RUN_PAYING, &run);
    b = in_flight();
    said(&b, 1, OUTCOME_IN_DOUBT);
    assert_int_equal(propose(&b, 1, OUTCOME_FAILED, &id), 0);
    said(&b, 1, OUTCOME_PAID);
    assert_int_equal(agree(id), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_non_null(strstr(e.text, "answered meanwhile"));
    is_state("overtaken", &b, 1, "paid");
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM evidence WHERE"
                              " ended_how = 'overtaken'"), 1);
    assert_int_equal(agree(id), -1);
    assert_non_null(strstr(e.text, "overtaken already"));
}

static void
test_one_of_many_agrees(void **state)
{
    struct batch b;
    int64_t id = 0;
    int won = 0, status = 0;

    (void)state;
    book_run(db, &a, 2, 1, "2026-11", RUN_PAYING, &run);
    b = in_flight();
    said(&b, 1, OUTCOME_IN_DOUBT);
    assert_int_equal(propose(&b, 1, OUTCOME_PAID, &id), 0);
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            db = test_pg_open(url);
            _exit(agree(id) == 0 ? 0 : e.kind == ERR_GUARD ? 4 : 9);
        }
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        assert_int_not_equal(WEXITSTATUS(status), 9);
        won += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(won, 1);
    sums_tie("four checkers");
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
        book_run(db, &a, 2, 1 + (int64_t)i * 10, period, RUN_PAYING, &run);
        b = in_flight();
        said(&b, 2, OUTCOME_PAID);
        said(&b, 1, t[i].first);
        assert_int_equal(said(&b, 1, t[i].then).conflicts, 1);
        book_do(db, "UPDATE run SET recount_at = 'infinity' WHERE run_id ="
                " %lld", (long long)run.run_id);
        assert_int_equal(batch_move(db, &b, BATCH_ON_ALL_FINAL, "t", NULL),
                         DB_OK);
        if (settle() != RUN_SETTLED)
            fail_msg("%s: %s", t[i].name, run_state_name(run.state));
        decide(&b, 1, t[i].says);
        is_state(t[i].name, &b, 1, t[i].is);
        sums_tie(t[i].name);
        if (settle() != RUN_CLOSED)
            fail_msg("%s: %s", t[i].name, run_state_name(run.state));
        /* said once more, it is no news; said the other way round, it is */
        (void)said(&b, 1, t[i].then);
        assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM contradiction"
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
    book_run(db, &a, 2, 1, "2026-11", RUN_PAYING, &run);
    b = in_flight();
    said(&b, 2, OUTCOME_PAID);
    said(&b, 1, OUTCOME_IN_DOUBT);
    decide(&b, 1, OUTCOME_FAILED);
    assert_int_equal(settle(), RUN_CLOSED);
    assert_int_equal(batch_poll_now(db, b.batch_id), DB_OK);
    out = said(&b, 1, OUTCOME_PAID);
    assert_int_equal(out.conflicts, 1);
    assert_int_equal(out.news, 1);
    is_state("a later word", &b, 1, "failed");
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM contradiction"
                              " WHERE was = 'failed' AND said = 'paid'"
                              " AND evidence_id IS NULL"), 1);
    decide(&b, 1, OUTCOME_PAID);
    is_state("decided again", &b, 1, "paid");
}

/* Something graver was told of the run: only a contradiction is not enough. */
static void
test_grave_stays(void **state)
{
    struct batch b;

    (void)state;
    book_run(db, &a, 2, 1, "2026-11", RUN_PAYING, &run);
    b = in_flight();
    said(&b, 1, OUTCOME_PAID);
    said(&b, 2, OUTCOME_PAID);
    said(&b, 1, OUTCOME_FAILED);
    book_do(db, "UPDATE run SET recount_at = 'infinity'");
    book_do(db, "INSERT INTO history (run_id, from_state, to_state, on_event,"
            " why, actor) SELECT run_id, 'paying', 'paying', 'paid_again_2',"
            " 'x', 't' FROM run");
    assert_int_equal(batch_move(db, &b, BATCH_ON_ALL_FINAL, "t", NULL), DB_OK);
    decide(&b, 1, OUTCOME_PAID);
    assert_int_equal(settle(), RUN_SETTLED);
}

/* --- everything stands still ---------------------------------------------- */

static void
test_standstill(void **state)
{
    struct batch b, other;
    struct attempt t, cancel;
    int64_t errand = 0;

    (void)state;
    book_run(db, &a, 20, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    assert_int_equal(book_attempt(db, &b, "initiate", &t), DB_OK);
    assert_int_equal(book_attempt(db, &b, "cancel", &cancel), DB_OK);
    errand = book_i64(db, "INSERT INTO errand (account_id, service, asked_by,"
        " ask, same, ccy) SELECT account_id, 'sms', 'amina', '{}',"
        " sha256('x'), 'KES' FROM funding_account LIMIT 1"
        " RETURNING errand_id AS n");
    assert_int_equal(standstill_set(db, true, "", BOOK_MAKER, &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_int_equal(standstill_set(db, true, "x", BOOK_AUDITOR, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(standstill_set(db, true, "fraud", BOOK_MAKER, &e), 0);
    assert_int_equal(standstill_set(db, true, "x", BOOK_ADMIN, &e), -1);
    assert_non_null(strstr(e.text, "amina: fraud"));
    assert_int_equal(book_leave(db, &t), DB_NONE);
    assert_int_equal(book_errand_leave(db, errand), DB_NONE);
    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &other),
                     DB_NONE);
    assert_int_equal(book_leave(db, &cancel), DB_OK);
    assert_int_equal(standstill_set(db, false, "fine", BOOK_CHECKER, &e), 0);
    assert_int_equal(book_errand_leave(db, errand), DB_OK);
    assert_int_equal(book_leave(db, &t), DB_OK);
    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &other),
                     DB_OK);
}

/* Whoever passed the door before has passed; whoever comes after waits. */
static void
test_standstill_waits_for_the_door(void **state)
{
    struct db *door = test_pg_open(url);
    struct batch b;
    struct attempt t;
    int status = 0;

    (void)state;
    book_run(db, &a, 20, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    assert_int_equal(book_attempt(db, &b, "initiate", &t), DB_OK);
    assert_int_equal(db_begin(door), DB_OK);
    assert_int_equal(book_leave(door, &t), DB_OK);
    fflush(NULL);
    if (fork() == 0) {
        db = test_pg_open(url);
        _exit(standstill_set(db, true, "now", BOOK_MAKER, &e) == 0 ? 0 : 1);
    }
    while (book_i64(db, "SELECT count(*) AS n FROM pg_locks WHERE NOT granted")
           == 0)
        assert_int_equal(waitpid(-1, &status, WNOHANG), 0);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM standstill WHERE"
                              " paused"), 0);
    assert_int_equal(db_commit(door), DB_OK);
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM standstill WHERE"
                              " paused"), 1);
    db_close(door);
}

/* --- retry ---------------------------------------------------------------- */

static int
retry(const struct run *of, struct run *out)
{
    static struct routing routing;          /* large */
    const struct routing_order alone = { .own = &a,
                                         .rules = &test_rules_mpesa };
    struct retry r;
    struct intake_order o = book_order("", &a, "2026-11");
    struct problems ps;
    struct intake_result result;
    int rc;

    e = (struct err){ 0 };
    assert_int_equal(routing_make(&routing, &alone, &e), 0);
    o.routing = &routing;
    o.rules = &routing.rules;
    problems_init(&ps);
    rc = retry_read(db, of, &test_rules_mpesa, false, &r, &e);
    if (rc == 0)
        rc = retry_upload(db, &r, &o, &ps, &result, &e);
    if (rc == 0)
        assert_int_equal(run_by_id(db, result.run_id, out), DB_OK);
    problems_release(&ps);
    retry_release(&r);
    return rc;
}

static void
test_who_is_retried(void **state)
{
    struct batch b;
    struct run again;

    (void)state;
    book_run(db, &a, 10, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(retry(&run, &again), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    b = in_flight();
    book_do(db, "UPDATE instruction SET account = (SELECT account FROM"
            " instruction WHERE seq = 6) WHERE seq = 7");
    book_do(db, "UPDATE instruction SET extra = '{\"Team\":\"A \\\"1\\\"\","
            "\"Bank\":\"KCB\",\"Note\":\"=one\\nline\"}' WHERE seq <= 2");
    for (int seq = 1; seq <= 2; seq++)
        said(&b, seq, OUTCOME_FAILED);
    said(&b, 3, OUTCOME_CANCELLED);
    said(&b, 4, OUTCOME_PAID);
    said(&b, 4, OUTCOME_RETURNED);
    said(&b, 5, OUTCOME_PAID);
    said(&b, 6, OUTCOME_IN_DOUBT);
    said(&b, 7, OUTCOME_FAILED);            /* its payee is in doubt */
    said(&b, 8, OUTCOME_FAILED);
    said(&b, 8, OUTCOME_PAID);              /* contradicted */
    said(&b, 9, OUTCOME_PAID);
    said(&b, 9, OUTCOME_REVERSED);          /* somebody took it back */
    if (retry(&run, &again) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(again.rows, 4);
    assert_string_equal(again.parent, run.ref);
    assert_string_equal(again.kind, "correction");
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM retried t"
        " JOIN instruction o ON (o.batch_id, o.seq) = (t.batch_id, t.seq)"
        " JOIN instruction n ON (n.batch_id, n.seq) = (t.new_batch_id,"
        " t.new_seq) WHERE o.account = n.account AND o.minor = n.minor"
        " AND o.name = n.name AND o.employee_no = n.employee_no"
        " AND o.seq BETWEEN 1 AND 4"), 4);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM retried t"
        " JOIN instruction n ON (n.batch_id, n.seq) = (t.new_batch_id,"
        " t.new_seq) WHERE n.extra::jsonb = '{\"Team\":\"A \\\"1\\\"\","
        "\"Original Bank\":\"KCB\",\"Note\":\"=one line\"}'"), 2);
    assert_int_equal(retry(&run, &again), -1);
    assert_non_null(strstr(e.text, "already"));
    decide(&b, 6, OUTCOME_FAILED);          /* both of that payee may now */
    if (retry(&run, &again) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(again.rows, 2);
}

/* It turns out that it was paid after all: nothing of the retry leaves, however
 * far it came, and however many retries lie between. */
static void
test_paid_after_all(void **state)
{
    static const struct { const char *name; int generations; } t[] = {
        { "a retry", 1 }, { "a retry of a retry", 2 },
    };
    char period[8];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct run last;
        struct batch first, b;
        struct attempt leaving;

        snprintf(period, sizeof(period), "2026-%02zu", i + 1);
        book_run(db, &a, 1, 1 + (int64_t)i * 10, period, RUN_PAYING, &run);
        last = run;
        b = first = in_flight();
        for (int k = 0; k < t[i].generations; k++) {
            struct run next;

            said(&b, 1, OUTCOME_FAILED);
            assert_int_equal(batch_move(db, &b, BATCH_ON_ALL_FINAL, "t", NULL),
                             DB_OK);
            if (retry(&last, &next) < 0)
                fail_msg("%s: %s %s", t[i].name, e.text, e.fix);
            last = next;
            assert_int_equal(run_submit(db, &last, BOOK_MAKER, &e), 0);
            assert_int_equal(run_approve(db, &last, BOOK_CHECKER, last.minor,
                                         &e), 0);
            assert_int_equal(run_send(db, &last, BOOK_MAKER, &e), 0);
            assert_int_equal(run_funds_seen(db, last.run_id), DB_OK);
            if (k + 1 < t[i].generations)
                b = in_flight();
        }
        assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b),
                         DB_OK);
        assert_int_equal(book_attempt(db, &b, "initiate", &leaving), DB_OK);
        /* a payment of it that is tied to nothing: it pays too much */
        book_do(db, "UPDATE retried SET minor = minor - 1 WHERE run_id = %lld",
                (long long)last.run_id);
        if (book_leave(db, &leaving) != DB_NONE)
            fail_msg("%s: more left than failed", t[i].name);
        book_do(db, "UPDATE retried SET minor = minor + 1 WHERE run_id = %lld",
                (long long)last.run_id);
        assert_int_equal(said(&first, 1, OUTCOME_PAID).conflicts, 1);
        if (book_leave(db, &leaving) != DB_NONE)
            fail_msg("%s: it left", t[i].name);
        assert_int_equal(batch_move(db, &b, BATCH_ON_INITIATE_LOST, "t", NULL),
                         DB_OK);
        if (book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b) != DB_NONE)
            fail_msg("%s: it was claimed", t[i].name);
        assert_int_equal(run_pause(db, &last, BOOK_MAKER, "", &e), 0);
        assert_int_equal(run_resume(db, &last, BOOK_MAKER, &e), -1);
        assert_int_equal(e.kind, ERR_GUARD);
        /* two people find that it was not paid: it goes on */
        if (i == 0) {
            decide(&first, 1, OUTCOME_FAILED);
            assert_int_equal(run_resume(db, &last, BOOK_MAKER, &e), 0);
            assert_int_equal(run_funds_seen(db, last.run_id), DB_OK);
            assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b),
                             DB_OK);
        }
    }
}

/* --- the audit ------------------------------------------------------------ */

static void
test_audit_tampering(void **state)
{
    static const struct { const char *what, *sql; int64_t at; } t[] = {
        { "two swapped", "UPDATE audit SET audit_id = CASE audit_id WHEN 2"
          " THEN 1003 ELSE 1002 END WHERE audit_id IN (2, 3)", 2 },
        { "one put before the first", "INSERT INTO audit SELECT 0, at, 'x',"
          " 'y', 'z', '', prev_hash, hash FROM audit WHERE audit_id = 1", 0 },
        { "one put between, by a number below", "INSERT INTO audit SELECT -1,"
          " at, 'x', 'y', 'z', '', prev_hash, hash FROM audit"
          " WHERE audit_id = 1", -1 },
        { "all removed", "TRUNCATE audit", 1 },
        { "contents swapped", "UPDATE audit a SET actor = b.actor, action ="
          " b.action, subject = b.subject, detail = b.detail, at = b.at,"
          " hash = b.hash, prev_hash = b.prev_hash FROM audit b WHERE"
          " (a.audit_id, b.audit_id) IN ((2, 3), (3, 2))", 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct audit_fault f;

        assert_int_equal(db_begin(db), DB_OK);
        /* the table's own check stops a number below one: without it too */
        book_do(db, "ALTER TABLE audit DROP CONSTRAINT audit_counts_from_one");
        book_do(db, "%s", t[i].sql);
        book_do(db, "UPDATE audit SET audit_id = audit_id - 1000 WHERE"
                " audit_id > 1000");        /* ... the rest of a swap */
        assert_int_equal(audit_verify(db, &f, &e), 0);
        if (f.why[0] == '\0')
            fail_msg("%s: not found", t[i].what);
        if (f.audit_id != t[i].at)
            fail_msg("%s: found at %lld: %s", t[i].what,
                     (long long)f.audit_id, f.why);
        db_rollback(db);
    }
    refused("a number below one", "audit_counts_from_one",
            "INSERT INTO audit SELECT 0, at, 'x', 'y', 'z', '', prev_hash,"
            " hash FROM audit WHERE audit_id = 1");
}

#define DESK(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(test_what_may_be_decided), DESK(test_database_refuses),
        DESK(test_last_doubt_ends_the_run), DESK(test_provider_is_faster),
        DESK(test_one_of_many_agrees), DESK(test_contradictions),
        DESK(test_later_word), DESK(test_grave_stays), DESK(test_standstill),
        DESK(test_standstill_waits_for_the_door), DESK(test_who_is_retried),
        DESK(test_paid_after_all), DESK(test_audit_tampering),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
