/* Beside the in-doubt desk: what stands still, who is retried, and an audit
 * that somebody changed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/people.h"
#include "book/standstill.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "intake/retry.h"
#include "intake/routing.h"
#include "tests/lib/desk.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"

static struct err e;

/* --- everything stands still ---------------------------------------------- */

static void
test_standstill(void **state)
{
    struct batch b, other;
    struct attempt t, cancel;
    int64_t errand = 0;

    (void)state;
    book_run(w.db, &w.a, 20, 1, "2026-11", RUN_PAYING, &w.run);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(book_attempt(w.db, &b, "initiate", &t), DB_OK);
    assert_int_equal(book_attempt(w.db, &b, "cancel", &cancel), DB_OK);
    errand = book_i64(w.db, "INSERT INTO errand (account_id, service, asked_by,"
        " ask, same, ccy) SELECT account_id, 'sms', 'amina', '{}',"
        " sha256('x'), 'KES' FROM funding_account LIMIT 1"
        " RETURNING errand_id AS n");
    assert_int_equal(standstill_set(w.db, true, "", BOOK_MAKER, &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_int_equal(standstill_set(w.db, true, "x", BOOK_AUDITOR, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(standstill_set(w.db, true, "fraud", BOOK_MAKER, &e), 0);
    assert_int_equal(standstill_set(w.db, true, "x", BOOK_ADMIN, &e), -1);
    assert_non_null(strstr(e.text, "amina: fraud"));
    assert_int_equal(book_leave(w.db, &t), DB_NONE);
    assert_int_equal(book_errand_leave(w.db, errand), DB_NONE);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &other),
                     DB_NONE);
    assert_int_equal(book_leave(w.db, &cancel), DB_OK);
    assert_int_equal(standstill_set(w.db, false, "fine", BOOK_CHECKER, &e), 0);
    assert_int_equal(book_errand_leave(w.db, errand), DB_OK);
    assert_int_equal(book_leave(w.db, &t), DB_OK);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &other),
                     DB_OK);
}

/* Whoever passed the door before has passed; whoever comes after waits. */
static void
test_standstill_waits_for_the_door(void **state)
{
    struct db *door = test_pg_open(w.url);
    struct batch b;
    struct attempt t;
    int status = 0;

    (void)state;
    book_run(w.db, &w.a, 20, 1, "2026-11", RUN_PAYING, &w.run);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(book_attempt(w.db, &b, "initiate", &t), DB_OK);
    assert_int_equal(db_begin(door), DB_OK);
    assert_int_equal(book_leave(door, &t), DB_OK);
    fflush(NULL);
    if (fork() == 0) {
        w.db = test_pg_open(w.url);
        _exit(standstill_set(w.db, true, "now", BOOK_MAKER, &e) == 0 ? 0 : 1);
    }
    while (book_i64(w.db,
                    "SELECT count(*) AS n FROM pg_locks WHERE NOT granted")
           == 0)
        assert_int_equal(waitpid(-1, &status, WNOHANG), 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM standstill WHERE"
                              " paused"), 0);
    assert_int_equal(db_commit(door), DB_OK);
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM standstill WHERE"
                              " paused"), 1);
    db_close(door);
}

/* --- retry ---------------------------------------------------------------- */

static int
retry(const struct run *of, struct run *out)
{
    static struct routing routing;          /* large */
    const struct routing_order alone = { .own = &w.a,
                                         .rules = &test_rules_mpesa };
    struct retry r;
    struct intake_order o = book_order("", &w.a, "2026-11");
    struct problems ps;
    struct intake_result result;
    int rc;

    e = (struct err){ 0 };
    assert_int_equal(routing_make(&routing, &alone, &e), 0);
    o.routing = &routing;
    o.rules = &routing.rules;
    problems_init(&ps);
    rc = retry_read(w.db, of, &test_rules_mpesa, false, &r, &e);
    if (rc == 0)
        rc = retry_upload(w.db, &r, &o, &ps, &result, &e);
    if (rc == 0)
        assert_int_equal(run_by_id(w.db, result.run_id, out), DB_OK);
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
    book_run(w.db, &w.a, 10, 1, "2026-11", RUN_PAYING, &w.run);
    assert_int_equal(retry(&w.run, &again), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    b = desk_in_flight(w.db, &w.a);
    book_do(w.db, "UPDATE instruction SET account = (SELECT account FROM"
            " instruction WHERE seq = 6) WHERE seq = 7");
    book_do(w.db, "UPDATE instruction SET extra = '{\"Team\":\"A \\\"1\\\"\","
            "\"Bank\":\"KCB\",\"Note\":\"=one\\nline\"}' WHERE seq <= 2");
    for (int seq = 1; seq <= 2; seq++)
        desk_said(w.db, &b, seq, OUTCOME_FAILED);
    desk_said(w.db, &b, 3, OUTCOME_CANCELLED);
    desk_said(w.db, &b, 4, OUTCOME_PAID);
    desk_said(w.db, &b, 4, OUTCOME_RETURNED);
    desk_said(w.db, &b, 5, OUTCOME_PAID);
    desk_said(w.db, &b, 6, OUTCOME_IN_DOUBT);
    /* its payee is in doubt */
    desk_said(w.db, &b, 7, OUTCOME_FAILED);
    desk_said(w.db, &b, 8, OUTCOME_FAILED);
    desk_said(w.db, &b, 8, OUTCOME_PAID);              /* contradicted */
    desk_said(w.db, &b, 9, OUTCOME_PAID);
    /* somebody took it back */
    desk_said(w.db, &b, 9, OUTCOME_REVERSED);
    if (retry(&w.run, &again) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(again.rows, 4);
    assert_string_equal(again.parent, w.run.ref);
    assert_string_equal(again.kind, "correction");
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM retried t"
        " JOIN instruction o ON (o.batch_id, o.seq) = (t.batch_id, t.seq)"
        " JOIN instruction n ON (n.batch_id, n.seq) = (t.new_batch_id,"
        " t.new_seq) WHERE o.account = n.account AND o.minor = n.minor"
        " AND o.name = n.name AND o.employee_no = n.employee_no"
        " AND o.seq BETWEEN 1 AND 4"), 4);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM retried t"
        " JOIN instruction n ON (n.batch_id, n.seq) = (t.new_batch_id,"
        " t.new_seq) WHERE n.extra::jsonb = '{\"Team\":\"A \\\"1\\\"\","
        "\"Original Bank\":\"KCB\",\"Note\":\"=one line\"}'"), 2);
    assert_int_equal(retry(&w.run, &again), -1);
    assert_non_null(strstr(e.text, "already"));
    desk_decide(w.db, &b, 6, OUTCOME_FAILED); /* now both of that payee may */
    if (retry(&w.run, &again) < 0)
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
        book_run(w.db, &w.a, 1, 1 + (int64_t)i * 10, period, RUN_PAYING,
                 &w.run);
        last = w.run;
        b = first = desk_in_flight(w.db, &w.a);
        for (int k = 0; k < t[i].generations; k++) {
            struct run next;

            desk_said(w.db, &b, 1, OUTCOME_FAILED);
            assert_int_equal(batch_move(w.db, &b, BATCH_ON_ALL_FINAL, "t",
                                        NULL),
                             DB_OK);
            if (retry(&last, &next) < 0)
                fail_msg("%s: %s %s", t[i].name, e.text, e.fix);
            last = next;
            assert_int_equal(run_submit(w.db, &last, BOOK_MAKER, &e), 0);
            assert_int_equal(run_approve(w.db, &last, BOOK_CHECKER, last.minor,
                                         &e), 0);
            assert_int_equal(run_send(w.db, &last, BOOK_MAKER, &e), 0);
            assert_int_equal(run_funds_seen(w.db, last.run_id), DB_OK);
            if (k + 1 < t[i].generations)
                b = desk_in_flight(w.db, &w.a);
        }
        assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                         DB_OK);
        assert_int_equal(book_attempt(w.db, &b, "initiate", &leaving), DB_OK);
        /* a payment of it that is tied to nothing: it pays too much */
        book_do(w.db,
                "UPDATE retried SET minor = minor - 1 WHERE run_id = %lld",
                (long long)last.run_id);
        if (book_leave(w.db, &leaving) != DB_NONE)
            fail_msg("%s: more left than failed", t[i].name);
        book_do(w.db,
                "UPDATE retried SET minor = minor + 1 WHERE run_id = %lld",
                (long long)last.run_id);
        assert_int_equal(desk_said(w.db, &first, 1, OUTCOME_PAID).conflicts, 1);
        if (book_leave(w.db, &leaving) != DB_NONE)
            fail_msg("%s: it left", t[i].name);
        assert_int_equal(batch_move(w.db, &b, BATCH_ON_INITIATE_LOST, "t",
                                    NULL),
                         DB_OK);
        if (book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b) != DB_NONE)
            fail_msg("%s: it was claimed", t[i].name);
        assert_int_equal(run_pause(w.db, &last, BOOK_MAKER, "", &e), 0);
        assert_int_equal(run_resume(w.db, &last, BOOK_MAKER, &e), -1);
        assert_int_equal(e.kind, ERR_GUARD);
        /* two people find that it was not paid: it goes on */
        if (i == 0) {
            desk_decide(w.db, &first, 1, OUTCOME_FAILED);
            assert_int_equal(run_resume(w.db, &last, BOOK_MAKER, &e), 0);
            assert_int_equal(run_funds_seen(w.db, last.run_id), DB_OK);
            assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE,
                                        &b),
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

        assert_int_equal(db_begin(w.db), DB_OK);
        /* the table's own check stops a number below one: without it too */
        book_do(w.db,
                "ALTER TABLE audit DROP CONSTRAINT audit_counts_from_one");
        book_do(w.db, "%s", t[i].sql);
        book_do(w.db, "UPDATE audit SET audit_id = audit_id - 1000 WHERE"
                " audit_id > 1000");        /* ... the rest of a swap */
        assert_int_equal(audit_verify(w.db, &f, &e), 0);
        if (f.why[0] == '\0')
            fail_msg("%s: not found", t[i].what);
        if (f.audit_id != t[i].at)
            fail_msg("%s: found at %lld: %s", t[i].what,
                     (long long)f.audit_id, f.why);
        db_rollback(w.db);
    }
    desk_refused(w.db, "a number below one", "audit_counts_from_one",
            "INSERT INTO audit SELECT 0, at, 'x', 'y', 'z', '', prev_hash,"
            " hash FROM audit WHERE audit_id = 1");
}

#define DESK(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(test_standstill), DESK(test_standstill_waits_for_the_door),
        DESK(test_who_is_retried), DESK(test_paid_after_all),
        DESK(test_audit_tampering),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
