/* Several funding accounts in one run: what an upload stores about them, what
 * is approved, and what is told of each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/run_account.h"
#include "db/txn.h"
#include "dispatch/content.h"
#include "intake/approve.h"
#include "report/model.h"
#include "tests/lib/trio.h"

/* --- what is stored ------------------------------------------------------ */

static int
list_row(void *owner, const struct run_account *a)
{
    char *to = owner;
    size_t n = strlen(to);

    snprintf(to + n, 512 - n, "%s%s %lld %lld %lld %s", n > 0 ? "; " : "",
             a->account, (long long)a->rows, (long long)a->minor,
             (long long)a->charge_estimate_minor, a->rails);
    return 0;
}

static void
test_stored(void **state)
{
    char got[512] = "";

    (void)state;
    trio_made(RUN_DRAFT);
    assert_int_equal(run_account_each(tray.db, trio.run.run_id, list_row, got),
                     DB_OK);
    assert_string_equal(got, "salaries 6 603300 6000 AIRTIME, MPESA-B2C; "
                        "till 3 302400 3000 SAPAMA-MPESA; "
                        "wages 3 302100 3000 MPESA-B2C");
    /* one open batch for each account and rail, of four rows at most */
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM batch"), 5);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM batch b"
        " JOIN instruction i USING (batch_id) JOIN funding_account a"
        " USING (account_id) WHERE (a.name = 'wages') <> (i.name IN"
        " ('D', 'F', 'K')) OR (a.name = 'till') <> (i.name IN ('E', 'G',"
        " 'L'))"), 0);
    /* who pays nothing is not in the book; Sapama is known for what it is */
    assert_int_equal(trio.a[SPARE].account_id, 0);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n"
                              " FROM funding_account"
                              " WHERE two_phase = (name <> 'till')"), 3);
}

/* What fails at its very end leaves no account behind, neither there nor in
 * memory, where its number would be that of another one later. */
static void
test_refused(void **state)
{
    (void)state;
    book_do(tray.db, "ALTER TABLE audit ADD CONSTRAINT no_uploads"
                  " CHECK (action <> 'upload') NOT VALID");
    assert_int_equal(trio_upload(trio_rows), -1);
    assert_true(trio.a[SALARIES].account_id > 0);   /* known before it began */
    assert_int_equal(trio.a[WAGES].account_id, 0);
    assert_int_equal(trio.a[TILL].account_id, 0);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n"
                              " FROM funding_account"), 1);
    book_do(tray.db, "ALTER TABLE audit DROP CONSTRAINT no_uploads");
    tray_good(trio_upload(trio_rows));
    assert_true(trio.a[WAGES].account_id > 0 && trio.a[TILL].account_id > 0);
}

/* --- what is approved ---------------------------------------------------- */

static bool
same(void)
{
    bool is = false;

    assert_int_equal(content_check(tray.db, trio.run.run_id, &is), DB_OK);
    return is;
}

static void
test_swaps_are_seen(void **state)
{
    static const struct row { const char *what, *sql; } rows[] = {
        { "a batch moved to another of the run's accounts",
          "UPDATE batch SET account_id = (SELECT account_id FROM"
          " funding_account WHERE name = 'wages') WHERE rail = 'AIRTIME'" },
        { "to the run's own",
          "UPDATE batch b SET account_id = r.account_id FROM run r"
          " WHERE b.rail = 'SAPAMA-MPESA'" },
        { "with the accounts' sums adjusted",
          "WITH m AS (UPDATE batch b SET account_id = r.account_id FROM run r"
          " WHERE b.rail = 'SAPAMA-MPESA' RETURNING b.rows, b.minor,"
          " b.account_id), d AS (DELETE FROM run_account WHERE rows = 3 AND"
          " minor = 302400) UPDATE run_account ra SET rows = ra.rows + m.rows,"
          " minor = ra.minor + m.minor FROM m"
          " WHERE ra.account_id = m.account_id" },
        { "two accounts exchanged",
          "UPDATE batch b SET account_id = (SELECT account_id FROM"
          " funding_account f WHERE f.name = CASE a.name WHEN 'wages' THEN"
          " 'till' ELSE 'wages' END) FROM funding_account a WHERE"
          " a.account_id = b.account_id AND a.name IN ('wages', 'till')" },
        { "an account renamed",
          "UPDATE funding_account SET name = 'tills' WHERE name = 'till'" },
        { "an account of another provider",
          "UPDATE funding_account SET provider = 'intasend'"
          " WHERE name = 'till'" },
        { "a rehearsal turned into real money",
          "UPDATE funding_account SET live = true WHERE name = 'wages'" },
        { "an account's part made smaller",
          "UPDATE run_account SET minor = minor - 1 WHERE minor = 302400" },
        { "an account that is forgotten",
          "DELETE FROM run_account WHERE minor = 302400" }
    };

    (void)state;
    trio_made(RUN_APPROVED);
    assert_true(same());
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_true(db_begin(tray.db) >= 0);
        book_do(tray.db, "%s", rows[i].sql);
        if (same())
            fail_msg("not seen: %s", rows[i].what);
        db_rollback(tray.db);
    }
    assert_true(same());
}

/* Approval itself computes it again. */
static void
test_swap_before_approval(void **state)
{
    (void)state;
    trio_made(RUN_SUBMITTED);
    book_do(tray.db, "UPDATE batch SET account_id = (SELECT account_id FROM"
                  " funding_account WHERE name = 'wages')"
                  " WHERE rail = 'AIRTIME'");
    assert_int_equal(run_approve(tray.db, &trio.run, BOOK_CHECKER,
                                 trio.run.minor, &tray.e), -1);
    assert_int_equal(tray.e.kind, ERR_GUARD);
    assert_non_null(strstr(tray.e.text, "not what was uploaded"));
}

/* Linked parts are stored, approved, and read back as what they are. */
static void
test_parts(void **state)
{
    struct intake_order o = book_order(tray.path, &trio.a[SALARIES], "2026-11");

    (void)state;
    tray_write("name,phone,amount\nA,0712000001,1001\nB,0712000002,400000\n");
    o.rules = &trio_rules;
    o.split = true;
    tray_good(tray_upload(&o));
    tray_good(run_find(tray.db, tray.r.ref, &trio.run, &tray.e));
    assert_int_equal(trio.run.rows, 3);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM instruction"
                              " WHERE part IS NULL AND parts IS NULL"), 1);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM instruction"
                              " WHERE parts = 2 AND part IN (1, 2)"
                              " AND minor = 20000000"), 2);
    tray_good(run_submit(tray.db, &trio.run, BOOK_MAKER, &tray.e));
    tray_good(run_approve(tray.db, &trio.run, BOOK_CHECKER,
                          trio.run.minor, &tray.e));
    assert_true(same());
}

/* --- what is told -------------------------------------------------------- */

static void
test_lanes(void **state)
{
    struct run_progress now;

    (void)state;
    trio_made(RUN_PAYING);
    tray_good(run_progress(tray.db, trio.run.run_id, &now, &tray.e));
    assert_false(now.lane_closed);
    assert_string_equal(now.accounts, "salaries, till, wages");
    trio_shut(TILL, "Invalid hash");
    trio_shut(WAGES, "401");
    tray_good(run_progress(tray.db, trio.run.run_id, &now, &tray.e));
    assert_true(now.lane_closed);
    assert_string_equal(now.lane_why, "till: Invalid hash");
    tray_good(run_resume(tray.db, &trio.run, BOOK_MAKER, &tray.e));
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n"
                              " FROM funding_account WHERE lane_closed"), 0);
}

static void
model(struct model *m)
{
    assert_true(db_begin(tray.db) >= 0);
    tray_good(model_read(m, tray.db, &trio.run, &tray.e));
}

static void
done(struct model *m)
{
    model_release(m);
    db_rollback(tray.db);
}

/* The sums tie for every account, or for none. */
static void
test_report(void **state)
{
    static const struct row { const char *what, *sql; } rows[] = {
        { "an account's part is another one",
          "UPDATE run_account SET minor = minor + 1 WHERE minor = 302400" },
        { "an account is missing",
          "DELETE FROM run_account WHERE minor = 302400" },
        { "a batch belongs to another account",
          "UPDATE batch b SET account_id = r.account_id FROM run r"
          " WHERE b.rail = 'SAPAMA-MPESA'" },
        { "a batch's counter is off",
          "UPDATE batch SET paid_rows = 1, paid_minor = 1"
          " WHERE rail = 'AIRTIME'" }
    };
    static struct model m;

    (void)state;
    trio_made(RUN_PAYING);
    book_do(tray.db, "UPDATE batch SET state = 'in_flight' WHERE rail ="
                  " 'SAPAMA-MPESA'");
    model(&m);
    assert_true(model_several(&m));
    assert_int_equal(m.naccounts, 3);
    assert_true(m.accounts_tie && m.proof.ties);
    assert_string_equal(m.accounts[1].payer.account, "till");
    assert_int_equal(m.accounts[1].sums.flight_rows, 3);
    assert_int_equal(m.accounts[1].sums.flight_minor, 302400);
    assert_int_equal(m.accounts[0].sums.waiting_rows, 6);
    done(&m);
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_true(db_begin(tray.db) >= 0);
        book_do(tray.db, "%s", rows[i].sql);
        tray_good(model_read(&m, tray.db, &trio.run, &tray.e));
        if (m.proof.ties)
            fail_msg("still ties: %s", rows[i].what);
        done(&m);
    }
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, trio_open, tray_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stored), TEST(test_refused), TEST(test_swaps_are_seen),
        TEST(test_swap_before_approval), TEST(test_lanes), TEST(test_report),
        TEST(test_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
