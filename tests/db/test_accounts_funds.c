/* Several funding accounts in one run: when each of them may let go. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/run_account.h"
#include "db/sql.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "tests/lib/trio.h"

struct due {
    bool asks, several;
};

/* Does a run wait for the look at that account's funds? */
static bool
due(int account_at, struct due *out)
{
    int64_t run_id = 0;
    char ref[32], ccy[4];
    struct due d;
    const struct db_arg args[] = { A_I64(trio.a[account_at].account_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &run_id), C_TEXT("ref", ref), C_TEXT("ccy", ccy),
        C_BOOL("asks", &d.asks), C_BOOL("several", &d.several)
    };
    enum db_status st = db_one(tray.db, sql_dispatch_funds_due, args, LEN(args),
                               cols, LEN(cols));

    assert_true(st >= DB_NONE);
    if (st == DB_OK && out != NULL)
        *out = d;
    return st == DB_OK;
}

static bool
seen(int account_at)
{
    bool all = false;

    assert_int_equal(run_account_seen(tray.db, trio.run.run_id,
                                      trio.a[account_at].account_id, "seen",
                                      &all), DB_OK);
    return all;
}

/* Moves every batch of an account as if its worker had. */
static void
batches(int account_at, const char *state)
{
    book_do(tray.db, "UPDATE batch SET state = '%s' WHERE account_id = %lld",
            state, (long long)trio.a[account_at].account_id);
}

static bool
claims(int account_at, enum batch_event on)
{
    struct batch b;
    enum db_status st = DB_NONE;

    assert_true(db_begin(tray.db) >= 0);
    st = batch_claim(tray.db, trio.a[account_at].account_id, on, NULL, "tester",
                     LEASE_MS, &b);
    assert_true(st >= DB_NONE);
    db_rollback(tray.db);
    return st == DB_OK;
}

/* Nothing leaves by anybody before all are covered. */
static void
test_gate(void **state)
{
    struct due d = { false, false };

    (void)state;
    trio_made(RUN_PAYING);
    /* Sapama cannot be asked, so nothing has to be prepared first */
    assert_true(due(TILL, &d));
    assert_true(d.asks && d.several);
    assert_false(due(SALARIES, NULL));
    assert_false(due(WAGES, NULL));
    assert_true(claims(SALARIES, BATCH_ON_CLAIM_INITIATE));
    assert_false(claims(TILL, BATCH_ON_CLAIM_SEND));
    assert_false(seen(TILL));
    assert_false(due(TILL, NULL));
    assert_false(claims(TILL, BATCH_ON_CLAIM_SEND));

    batches(SALARIES, "initiated");
    assert_true(due(SALARIES, &d));
    assert_true(d.asks);
    assert_false(due(WAGES, NULL));
    assert_false(seen(SALARIES));
    assert_false(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));

    batches(WAGES, "initiated");
    assert_true(due(WAGES, NULL));
    assert_true(seen(WAGES));
    tray_good(run_find(tray.db, tray.r.ref, &trio.run, &tray.e));
    assert_true(trio.run.funds_seen);
    assert_true(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));
    assert_true(claims(WAGES, BATCH_ON_CLAIM_RELEASE));
    assert_true(claims(TILL, BATCH_ON_CLAIM_SEND));
}

/* A run that cannot be paid whole does not begin: also when an account is
 * closed that was looked at before.  Resuming looks again. */
static void
test_gate_closed(void **state)
{
    (void)state;
    trio_made(RUN_PAYING);
    assert_false(seen(TILL));
    batches(SALARIES, "initiated");
    batches(WAGES, "initiated");
    assert_false(seen(SALARIES));
    trio_shut(TILL, "Invalid hash");
    assert_false(seen(WAGES));
    assert_false(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));
    tray_good(run_resume(tray.db, &trio.run, BOOK_MAKER, &tray.e));
    assert_false(seen(TILL));
    assert_false(seen(SALARIES));
    assert_true(seen(WAGES));
    assert_true(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));
}

/* The lane is opened for another run that uses it: this one, which nobody
 * resumes, must not stand for ever. */
static void
test_gate_opened_elsewhere(void **state)
{
    (void)state;
    trio_made(RUN_PAYING);
    assert_false(seen(TILL));
    batches(SALARIES, "initiated");
    batches(WAGES, "initiated");
    assert_false(seen(SALARIES));
    trio_shut(TILL, "Invalid hash");
    assert_false(seen(WAGES));
    assert_false(due(TILL, NULL));
    assert_int_equal(lane_open(tray.db, trio.a[TILL].account_id, "t"), DB_OK);
    assert_true(due(TILL, NULL));
    assert_false(due(WAGES, NULL));
    assert_true(seen(TILL));
    assert_true(claims(TILL, BATCH_ON_CLAIM_SEND));
    /* once it may go, closing and opening changes nothing of that */
    trio_shut(TILL, "401");
    assert_int_equal(lane_open(tray.db, trio.a[TILL].account_id, "t"), DB_OK);
    assert_false(due(TILL, NULL));
    assert_true(claims(TILL, BATCH_ON_CLAIM_SEND));
}

/* What a worker with those accounts could still do: "open closed why". */
static void
stock(int accounts, char *out, size_t bytes)
{
    int64_t ids[ACCOUNTS], open = 0, closed = 0, paused = 0;
    struct str why = { NULL, 0 }, why_paused = { NULL, 0 };
    const struct db_col cols[] = {
        C_I64("open", &open), C_I64("closed", &closed),
        C_I64("paused", &paused), C_STR("why_closed", &why),
        C_STR("why_paused", &why_paused)
    };

    for (int i = 0; i < accounts; i++)
        ids[i] = trio.a[i].account_id;
    const struct db_arg args[] = {
        A_I64(trio.run.run_id), A_I64S(ids, (size_t)accounts), A_BOOL(true),
        A_I64(0), A_I64(60000)
    };

    assert_int_equal(db_one(tray.db, sql_tracker_open, args, LEN(args), cols,
                            LEN(cols)), DB_OK);
    snprintf(out, bytes, "%lld %lld %.*s", (long long)open, (long long)closed,
             STR_ARG(why));
}

/* What is prepared and waits for others is not work for ever: it is told that
 * one of them is closed, or not served here. */
static void
test_waiting_for_others(void **state)
{
    char got[600];

    (void)state;
    trio_made(RUN_PAYING);
    batches(SALARIES, "initiated");
    stock(3, got, sizeof(got));
    assert_string_equal(got, "5 0 ");
    trio_shut(WAGES, "401");
    stock(3, got, sizeof(got));
    assert_string_equal(got, "0 5 wages: 401");
    assert_int_equal(lane_open(tray.db, trio.a[WAGES].account_id, "t"), DB_OK);
    /* a worker that serves only the first: nothing it could do */
    stock(1, got, sizeof(got));
    assert_string_equal(got, "0 0 ");
    batches(SALARIES, "ready");             /* ... but prepare */
    stock(1, got, sizeof(got));
    assert_string_equal(got, "3 0 ");
}

static void
test_gate_waits(void **state)
{
    static const struct row { const char *what, *set, *back; } rows[] = {
        { "a pay date to come", "UPDATE run SET pay_date = '2099-01-01'",
          "UPDATE run SET pay_date = NULL" },
        { "a paused run", "UPDATE run SET state = 'paused'",
          "UPDATE run SET state = 'paying'" },
        { "a cancelled rest", "UPDATE run SET cancelled_at = now()",
          "UPDATE run SET cancelled_at = NULL" },
        { "a closed lane", "UPDATE funding_account SET lane_closed = true",
          "UPDATE funding_account SET lane_closed = false" }
    };

    (void)state;
    trio_made(RUN_PAYING);
    for (size_t i = 0; i < LEN(rows); i++) {
        book_do(tray.db, "%s", rows[i].set);
        if (due(TILL, NULL))
            fail_msg("looked at although: %s", rows[i].what);
        book_do(tray.db, "%s", rows[i].back);
        if (!due(TILL, NULL))
            fail_msg("not looked at after: %s", rows[i].what);
    }
}

/* After a resume an account that has nothing left to release holds up nobody;
 * one whose release may still come back does. */
static void
test_nothing_left(void **state)
{
    struct due d = { true, true };

    (void)state;
    trio_made(RUN_PAYING);
    assert_int_equal(run_funds_seen(tray.db, trio.run.run_id), DB_OK);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM run_account"
                              " WHERE funds_at IS NULL"), 0);
    assert_int_equal(run_funds_forget(tray.db, trio.run.run_id), DB_OK);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM run_account"
                              " WHERE funds_at IS NULL"), 3);
    batches(SALARIES, "in_flight");
    assert_true(due(SALARIES, &d));
    assert_false(d.asks);
    book_do(tray.db, "UPDATE batch SET state = 'in_doubt'"
                     " WHERE rail = 'AIRTIME'");
    assert_false(due(SALARIES, NULL));
    book_do(tray.db, "UPDATE batch SET state = 'initiated'"
                  " WHERE rail = 'AIRTIME'");
    assert_true(due(SALARIES, &d));
    assert_true(d.asks);
}

/* What an account promised to one run it cannot promise to another, also while
 * that one waits for its other accounts. */
static void
test_promised(void **state)
{
    int64_t minor = 0, charges = 0, promised = 0;
    struct run first;
    const struct db_arg args[] = { A_I64(0), A_I64(0) };
    struct db_arg filled[2];
    const struct db_col cols[] = {
        C_I64("minor", &minor), C_I64("charges", &charges),
        C_I64("promised", &promised)
    };

    (void)state;
    trio_made(RUN_PAYING);
    first = trio.run;
    batches(WAGES, "initiated");
    assert_false(seen(WAGES));
    book_run(tray.db, &trio.a[WAGES], 5, 700, "2026-12", RUN_APPROVED,
             &trio.run);
    tray_good(run_send(tray.db, &trio.run, BOOK_CHECKER, &tray.e));
    memcpy(filled, args, sizeof(filled));
    filled[0] = (struct db_arg)A_I64(trio.a[WAGES].account_id);
    filled[1] = (struct db_arg)A_I64(trio.run.run_id);
    assert_int_equal(db_one(tray.db, sql_dispatch_need, filled, 2, cols,
                            LEN(cols)), DB_OK);
    assert_int_equal(minor, trio.run.minor);
    assert_int_equal(promised, 302100 + 3000);
    /* the first run's own need does not count what others have of it */
    filled[1] = (struct db_arg)A_I64(first.run_id);
    assert_int_equal(db_one(tray.db, sql_dispatch_need, filled, 2, cols,
                            LEN(cols)), DB_OK);
    assert_int_equal(minor, 302100);
    assert_int_equal(promised, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, trio_open, tray_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_gate), TEST(test_gate_closed),
        TEST(test_gate_opened_elsewhere), TEST(test_waiting_for_others),
        TEST(test_gate_waits), TEST(test_nothing_left), TEST(test_promised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
