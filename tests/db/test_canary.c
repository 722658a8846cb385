/* The canary: which batch goes first, that nothing goes beside it, and what
 * ends that. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/canary.h"
#include "db/txn.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"
#include "tracker/stock.h"

static void
try_out(const char *proof, bool each_run)
{
    snprintf(w.a.canary.proof, sizeof(w.a.canary.proof), "%s", proof);
    w.a.canary.each_run = each_run;
}

/* A run whose batches are all prepared, to be released. */
static void
prepared(int64_t rows, int64_t first, const char *period)
{
    book_run(w.db, &w.a, rows, first, period, RUN_PAYING, &w.run);
    book_do(w.db, "UPDATE batch SET state = 'initiated', tracking_id = 'T-' || "
            "batch_id, file_alias = 'A-' || batch_id WHERE run_id = %lld",
            (long long)w.run.run_id);
}

/* The number of the batch that is released next; 0: none may be. */
static int
released(void)
{
    struct batch b;
    enum db_status st = book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b);

    assert_true(st >= DB_NONE);
    return st == DB_OK ? b.number : 0;
}

static void
ends(int number, int paid, int failed, int doubt)
{
    book_do(w.db, "UPDATE batch SET state = 'done', owner = NULL, lease_until ="
            " NULL, paid_rows = %d, failed_rows = %d, doubt_rows = %d"
            " WHERE run_id = %lld AND number = %d", paid, failed, doubt,
            (long long)w.run.run_id, number);
}

static int64_t
rows_of(int number)
{
    return book_i64(w.db, "SELECT rows AS n FROM batch WHERE run_id = %lld"
                    " AND number = %d", (long long)w.run.run_id, number);
}

static void
test_first_and_alone(void **state)
{
    (void)state;
    try_out("version 1", false);
    prepared(25, 1, "2026-01");
    assert_int_equal(rows_of(1), CANARY_ROWS);
    assert_int_equal(rows_of(2), 10);
    assert_int_equal(released(), 1);
    assert_int_equal(released(), 0);
    book_do(w.db, "UPDATE batch SET state = 'initiated', owner = NULL,"
            " lease_until = NULL WHERE number = 1");
    assert_int_equal(released(), 1);        /* it did not leave: it again */
    assert_int_equal(released(), 0);
    ends(1, 5, 0, 0);
    assert_int_equal(released(), 2);
    assert_int_equal(released(), 3);
    prepared(15, 101, "2026-02");           /* proven for the next run, too */
    assert_int_equal(released(), 1);
    assert_int_equal(released(), 2);
}

static void
test_two_at_once(void **state)
{
    struct err e = { 0 };
    struct batch b;
    struct db *other = db_open(w.url, &e);

    (void)state;
    assert_non_null(other);
    try_out("version 1", false);
    prepared(25, 1, "2026-01");
    assert_true(db_begin(other) >= 0);
    assert_int_equal(batch_claim(other, w.a.account_id, BATCH_ON_CLAIM_RELEASE,
                                 &w.a.canary, "other", LEASE_MS, &b), DB_OK);
    assert_int_equal(b.number, 1);
    assert_int_equal(released(), 0);        /* held, and the rest waits */
    db_rollback(other);
    assert_int_equal(released(), 1);
    assert_int_equal(released(), 0);
    db_close(other);
}

static void
test_upgrade_in_the_middle(void **state)
{
    (void)state;
    prepared(22, 1, "2026-01");             /* cut without one */
    assert_int_equal(rows_of(1), 10);
    try_out("version 1", false);
    assert_int_equal(released(), 3);        /* the smallest */
    try_out("version 2", false);
    assert_int_equal(released(), 0);        /* still out */
    ends(3, 2, 0, 0);
    assert_int_equal(released(), 1);        /* that was version 1's */
    assert_int_equal(released(), 0);
    ends(1, 10, 0, 0);
    assert_int_equal(released(), 2);
}

static void
test_every_run(void **state)
{
    (void)state;
    try_out("version 1", true);
    prepared(15, 1, "2026-01");
    assert_int_equal(released(), 1);
    ends(1, 5, 0, 0);
    assert_int_equal(released(), 2);
    ends(2, 10, 0, 0);
    prepared(15, 101, "2026-02");
    assert_int_equal(released(), 1);
    assert_int_equal(released(), 0);
}

/* Not all of it was paid: a person who was told, and nobody while one of its
 * payments is in doubt. */
static void
test_accepting(void **state)
{
    struct canary_lost lost;

    (void)state;
    try_out("version 1", false);
    prepared(15, 1, "2026-01");
    assert_int_equal(released(), 1);
    assert_int_equal(canary_of_due(w.db, w.a.account_id, &lost), DB_NONE);
    ends(1, 4, 0, 1);
    assert_int_equal(released(), 0);
    assert_int_equal(canary_accept(w.db, w.run.run_id, BOOK_CHECKER), DB_NONE);
    assert_int_equal(canary_of_due(w.db, w.a.account_id, &lost), DB_OK);
    assert_int_equal(lost.run_id, w.run.run_id);
    assert_int_equal(lost.paid, 4);
    assert_int_equal(lost.doubt, 1);
    assert_int_equal(canary_tell(w.db, lost.batch_id), DB_OK);
    assert_int_equal(canary_accept(w.db, w.run.run_id, BOOK_CHECKER), DB_NONE);
    assert_int_equal(released(), 0);
    ends(1, 4, 1, 0);
    assert_int_equal(released(), 0);
    assert_int_equal(canary_accept(w.db, w.run.run_id, BOOK_CHECKER), DB_OK);
    assert_int_equal(canary_of_due(w.db, w.a.account_id, &lost), DB_NONE);
    assert_int_equal(released(), 2);
}

static int64_t
left_open(void)
{
    struct worker_order o = { .accounts = &w.a, .naccounts = 1,
                              .until_idle = true, .until = WORKER_UNTIL_FINAL };
    struct stock s = { 0 };

    assert_int_equal(stock_take(w.db, &o, &s), DB_OK);
    return s.open;
}

/* A worker that runs until nothing is left to do does not wait beside a canary
 * that is asked about only an hour later. */
static void
test_what_is_left(void **state)
{
    (void)state;
    try_out("version 1", false);
    prepared(25, 1, "2026-01");
    assert_int_equal(left_open(), 3);
    assert_int_equal(released(), 1);
    book_do(w.db, "UPDATE batch SET state = 'in_flight', owner = NULL,"
            " lease_until = NULL, poll_at = now() WHERE number = 1");
    assert_int_equal(left_open(), 1);
    book_do(w.db, "UPDATE batch SET poll_at = now() + interval '1 hour'"
            " WHERE number = 1");
    assert_int_equal(left_open(), 0);
    book_do(w.db, "UPDATE batch SET poll_at = NULL WHERE number = 1");
    ends(1, 5, 0, 0);
    assert_int_equal(left_open(), 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_first_and_alone), T(test_two_at_once),
        T(test_upgrade_in_the_middle), T(test_every_run), T(test_accepting),
        T(test_what_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
