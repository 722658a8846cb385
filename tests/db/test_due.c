/* The database's clock was put back: what was written to be due, or was held,
 * while it was ahead lies further away than any wait of ours, and is due now. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/sql.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"
#include "tracker/stock.h"

#define AHEAD "now() + interval '36 hours'"

static struct db *db;
static struct account account;
static struct run run;

static int
open_all(void **state)
{
    (void)state;
    (void)book_open(&db);
    book_people(db);
    book_account(db, &account, 10);
    book_run(db, &account, 3, 1, "2026-11", RUN_PAYING, &run);
    book_do(db, "SET payrun.repair = 'a test'");
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

static bool
nobody_is_dead(const char *owner)
{
    (void)owner;
    return false;
}

static void
test_claim_and_lease(void **state)
{
    struct batch b;
    int64_t ms = -1;
    int n = 0;

    (void)state;
    book_do(db, "UPDATE batch SET next_at = " AHEAD);
    assert_int_equal(batch_next_due_ms(db, &ms), DB_OK);
    assert_int_equal(ms, 0);
    assert_int_equal(book_claim(db, &account, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(batch_reclaim(db, "tester", nobody_is_dead, &n), DB_NONE);
    assert_int_equal(n, 0);
    book_do(db, "UPDATE batch SET lease_until = " AHEAD);
    assert_int_equal(batch_reclaim(db, "tester", nobody_is_dead, &n), DB_OK);
    assert_int_equal(n, 1);
}

static void
test_enquiry(void **state)
{
    struct batch b;

    (void)state;
    book_do(db, "UPDATE batch SET state = 'in_flight', poll_at = now()"
            " + interval '30 minutes'");
    assert_int_equal(batch_poll_claim(db, account.account_id, 1000, &b),
                     DB_NONE);
    book_do(db, "UPDATE batch SET poll_at = " AHEAD);
    assert_int_equal(batch_poll_claim(db, account.account_id, 1000, &b),
                     DB_OK);
}

static int64_t
still_open(void)
{
    const struct worker_order o = {
        .accounts = &account, .naccounts = 1, .until = WORKER_UNTIL_FINAL
    };
    struct stock s = { 0 };

    assert_int_equal(stock_take(db, &o, &s), DB_OK);
    return s.open;
}

static enum db_status
scan(int64_t *oldest_s)
{
    int64_t began_us = 0;
    int misses = 0;
    const struct db_arg args[] = {
        A_I64(account.account_id), A_I64(1000), A_I64(SCAN_BACK_MS)
    };
    const struct db_col cols[] = {
        C_I64("began_us", &began_us), C_I64("oldest_s", oldest_s),
        C_INT("misses", &misses)
    };

    return db_one(db, sql_tracker_scan_claim, args, LEN(args), cols,
                  LEN(cols));
}

/* A worker that waits for a run must not take it for asked about later. */
static void
test_list(void **state)
{
    int64_t oldest_s = 0;

    (void)state;
    book_do(db, "UPDATE batch SET state = 'in_flight', poll_at = now()");
    book_do(db, "INSERT INTO scan (account_id, held_until, not_before)"
            " VALUES (%lld, now(), now() + interval '20 minutes')",
            (long long)account.account_id);
    assert_int_equal(still_open(), 0);
    assert_int_equal(scan(&oldest_s), DB_NONE);
    book_do(db, "UPDATE scan SET held_until = " AHEAD ", not_before = " AHEAD);
    book_do(db, "UPDATE batch SET poll_at = " AHEAD);
    assert_int_equal(still_open(), 1);
    assert_int_equal(scan(&oldest_s), DB_OK);
}

/* A request that was refused while the clock was ahead: nobody knows how far
 * back its look has to go, so it goes as far back as any. */
static void
test_refused_ahead(void **state)
{
    struct batch b;
    struct attempt t;
    int64_t oldest_s = 0;

    (void)state;
    assert_int_equal(book_claim(db, &account, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(book_attempt(db, &b, "initiate", &t), DB_OK);
    assert_int_equal(book_leave(db, &t), DB_OK);
    book_do(db, "UPDATE attempt SET left_at = " AHEAD);
    book_do(db, "UPDATE batch SET state = 'ready', poll_at = now()");
    assert_int_equal(scan(&oldest_s), DB_OK);
    assert_true(oldest_s < book_i64(db, "SELECT floor(extract(epoch FROM"
                                    " now()))::bigint AS n") - 86400);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_claim_and_lease), TEST(test_enquiry), TEST(test_list),
        TEST(test_refused_ahead)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
