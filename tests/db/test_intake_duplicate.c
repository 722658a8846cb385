/* From a file to a run: no payroll twice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "db/sql.h"
#include "intake/approve.h"
#include "intake/known.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"
#include "tests/lib/tray.h"

static void
reject_run(const char *ref)
{
    struct run run;

    tray_good(run_find(tray.db, ref, &run, &tray.e));
    tray_good(run_submit(tray.db, &run, BOOK_MAKER, &tray.e));
    tray_good(run_reject(tray.db, &run, BOOK_CHECKER, "again, please",
                         &tray.e));
}

static void
test_same_file(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    book_file(tray.path, 20, 1);
    tray_good(tray_upload(&o));
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-001");
    assert_non_null(strstr(tray.e.text, "R-2026-11-A"));
    tray_refused(-1, ERR_GUARD, "PR-DUP-003");
    tray_refused(-1, ERR_GUARD, "PR-DUP-004");
    /* whatever it is called: another period and kind */
    o.period = "2026-12";
    o.kind = "bonus";
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-001");
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM run"), 1);
    /* a rejected run does not count */
    reject_run("R-2026-11-A");
    o = tray_order();
    tray_good(tray_upload(&o));
    assert_string_equal(tray.r.ref, "R-2026-11-B");
    assert_int_equal(tray.ps.stops + tray.ps.warnings, 0);
}

static void
test_same_rows(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    tray_write(TRAY_HEAD "E1,A B,0712345678,1000\nE2,C D,0712345679,2000\n");
    tray_good(tray_upload(&o));
    tray_write("phone,amount,name\n0712 345 679,\"2,000.00\",C D\n"
               "+254712345678,1000,A B\n");
    o.period = "2026-12";
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-002");
    /* one shilling more is another payroll */
    tray_write(TRAY_HEAD "E1,A B,0712345678,1001\nE2,C D,0712345679,2000\n");
    tray_good(tray_upload(&o));
}

static void
test_same_period(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    book_file(tray.path, 20, 1);
    tray_good(tray_upload(&o));
    book_file(tray.path, 20, 100);
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-003");
    assert_int_equal(tray.ps.stops, 1);
    tray_says(tray.ps.list[0].fix.p, "payrun cancel R-2026-11-A");
    /* what was sent cannot be cancelled whole: nobody is told to */
    book_do(tray.db, "UPDATE run SET state = 'closed'");
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-003");
    assert_null(strstr(tray.ps.list[0].fix.p, "cancel"));
    tray_says(tray.ps.list[0].fix.p, "use another --kind");
    o.kind = "correction";
    tray_good(tray_upload(&o));
    assert_string_equal(tray.r.ref, "R-2026-11-B");
}

static void
test_same_payee(void **state)
{
    struct intake_order o = tray_order();
    const struct problem *p = NULL;

    (void)state;
    book_file(tray.path, 50, 1);
    tray_good(tray_upload(&o));
    book_file(tray.path, 50, 41);          /* 41 to 50 are in both */
    o.kind = "bonus";
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-004");
    assert_int_equal(tray.ps.stops, 11);   /* the sum of them, and each */
    assert_non_null(strstr(tray.ps.list[0].detail.p, "10 rows of this file"));
    p = &tray.ps.list[1];
    assert_int_equal(p->line, 2);
    assert_int_equal(p->other_line, 0);     /* 42 is a line of another file */
    tray_says(p->detail.p, "line 42 of its file");
    assert_non_null(strstr(p->detail.p, "R-2026-11-A"));
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM run"), 1);
    /* another month: that is what salaries are */
    o.period = "2026-12";
    o.kind = "main";
    tray_good(tray_upload(&o));
}

/* What certainly was not paid may be paid by another run. */
static void
test_failed_ones_do_not_count(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    book_file(tray.path, 10, 1);
    tray_good(tray_upload(&o));
    book_do(tray.db, "INSERT INTO outcome (batch_id, seq, state, minor, ccy,"
            " code, reason, at) SELECT batch_id, seq, CASE WHEN seq <= 8"
            " THEN 'failed' WHEN seq = 9 THEN 'paid' ELSE 'in_doubt'"
            " END::outcome_state, minor, ccy, 'x', 'x', now()"
            " FROM instruction");
    book_do(tray.db, "UPDATE batch SET failed_rows = 8, paid_rows = 1,"
            " doubt_rows = 1");
    book_file(tray.path, 8, 1);
    o.kind = "correction";
    tray_good(tray_upload(&o));
    o.kind = "bonus";
    book_file(tray.path, 2, 9);
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-DUP-004");
    assert_int_equal(tray.ps.stops, 4);    /* the one who is in doubt: 006 */
    assert_int_equal(tray.ps.by_kind[problem_kind("PR-DUP-006")
                                  - problem_kinds], 2);
}

static void
test_override(void **state)
{
    struct intake_order o = tray_order();
    struct run run;

    (void)state;
    book_file(tray.path, 20, 1);
    o.allow_duplicates = "13th salary";
    tray_good(tray_upload(&o));         /* there are none: no reason is kept */
    assert_false(tray.r.overridden);
    assert_int_equal(run_by_id(tray.db, tray.r.run_id, &run), DB_OK);
    assert_string_equal(run.override, "");
    tray_good(tray_upload(&o));
    assert_true(tray.r.overridden);
    assert_int_equal(run_by_id(tray.db, tray.r.run_id, &run), DB_OK);
    assert_string_equal(run.override, "13th salary");
    assert_int_equal(tray.ps.warnings, 23); /* file, period, sum, 20 payees */
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM problem WHERE"
        " code LIKE 'PR-DUP-%%' AND severity = 'warning'"), 23);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM audit WHERE"
        " detail LIKE '%%duplicates allowed: 13th salary'"), 1);
}

static int64_t
people_of(int64_t run_id)
{
    int64_t people = -1;
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = { C_I64("people", &people) };

    assert_int_equal(db_one(tray.db, sql_run_people, args, LEN(args), cols,
                            LEN(cols)), DB_OK);
    return people;
}

/* The checker is told how many are paid; where nobody can stand twice they are
 * not counted one by one, and that must make no difference. */
static void
test_people(void **state)
{
    static const struct {
        const char *text;
        int64_t     people;
    } files[] = {
        { TRAY_HEAD "E1,A B,0712345678,1000\nE2,C D,0712345679,2000\n", 2 },
        /* one of them paid to two phones */
        { TRAY_HEAD "E1,A B,0712345678,1000\nE1,A B,0712345679,2000\n"
          "E2,C D,0712345677,1000\n", 2 },
        /* the same phone twice, which somebody allows */
        { TRAY_HEAD "E1,A B,0712345678,1000\nE1,A B,0712345678,2000\n", 1 },
        /* without numbers name and account tell them apart */
        { TRAY_HEAD ",A B,0712345678,1000\nE2,A B,0712345679,2000\n", 2 },
        { "name,phone,amount\nA B,0712345678,1000\na b,0712345678,2000\n"
          "A B,0712345677,3000\n", 2 },
    };
    struct intake_order o = tray_order();

    (void)state;
    o.allow_duplicates = "a test";
    for (size_t i = 0; i < LEN(files); i++) {
        char period[8];

        snprintf(period, sizeof(period), "2027-%02zu", i + 1);
        o.period = period;
        tray_write(files[i].text);
        tray_good(tray_upload(&o));
        if (people_of(tray.r.run_id) != files[i].people)
            fail_msg("file %zu: %lld people", i,
                     (long long)people_of(tray.r.run_id));
    }
}

struct stored {
    struct known *k;
    struct str    account;
    int64_t       minor, run_id;
};

/* Each row by itself: the table must have it, and not one shilling more. */
static int
stored_row(void *owner)
{
    struct stored *s = owner;

    s->k->hit = false;
    known_look(s->k, s->account, s->minor + 100);
    assert_true(known_clears(s->k, s->run_id));
    known_look(s->k, s->account, s->minor);
    assert_false(known_clears(s->k, s->run_id));
    return 0;
}

/* What is read before the file must have every payment of the other runs, and
 * says nothing about runs that came after it, or when the file is small. */
static void
test_known(void **state)
{
    struct intake_order o = tray_order();
    struct known k = { .nruns = 0 };
    struct stored s = { .k = &k };
    const struct db_col cols[] = {
        C_STR("account", &s.account), C_I64("minor", &s.minor)
    };

    (void)state;
    book_file(tray.path, 300, 1);
    tray_good(tray_upload(&o));
    s.run_id = tray.r.run_id;
    assert_int_equal(known_read(&k, tray.db, &o, s.run_id + 9), DB_OK);
    assert_int_equal(db_each(tray.db, "-- rows:\nSELECT account, minor FROM"
                             " instruction", NULL, 0, cols, LEN(cols),
                             stored_row, &s), DB_OK);
    /* another account, another run, longer than any account */
    k.hit = false;
    known_look(&k, STR("254700000000"), 1);
    assert_true(known_clears(&k, s.run_id));
    assert_false(known_clears(&k, s.run_id + 1));
    known_look(&k, (struct str){ tray.dir, sizeof(tray.dir) }, 1);
    assert_false(known_clears(&k, s.run_id));
    /* another period; a file that is small beside the run */
    o.period = "2026-12";
    assert_int_equal(known_read(&k, tray.db, &o, s.run_id + 9), DB_OK);
    assert_int_equal(k.nruns, 0);
    o.period = "2026-11";
    book_file(tray.path, 2, 1000);
    assert_int_equal(known_read(&k, tray.db, &o, s.run_id + 9), DB_OK);
    assert_false(known_clears(&k, s.run_id));
    known_forget(&k);
}

static void
upload_once(const char *period)
{
    struct intake_order o = tray_order();

    tray.db = test_pg_open(tray.url);
    o.period = period;
    if (tray_upload(&o) == 0)
        _exit(0);
    if (tray.e.kind != ERR_GUARD)
        fprintf(stderr, "# %s\n", tray.e.text);
    _exit(tray.e.kind == ERR_GUARD ? 4 : 9);
}

static void
test_two_at_once(void **state)
{
    static const char *const periods[][4] = {
        { "2026-11", "2026-11", "2026-11", "2026-11" },
        { "2027-01", "2027-02", "2027-03", "2027-04" },
    };

    (void)state;
    for (size_t round = 0; round < 2; round++) {
        int won = 0, lost = 0, status = 0;

        book_file(tray.path, 2000, 1 + (int64_t)round * 10000);
        fflush(NULL);
        for (int i = 0; i < 4; i++)
            if (fork() == 0)
                upload_once(periods[round][i]);
        for (int i = 0; i < 4; i++) {
            assert_true(wait(&status) > 0);
            won += WIFEXITED(status) && WEXITSTATUS(status) == 0;
            lost += WIFEXITED(status) && WEXITSTATUS(status) == 4;
        }
        if (won != 1 || lost != 3)
            fail_msg("round %zu: %d won, %d were refused", round, won, lost);
    }
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM instruction"),
                     4000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tray_open, tray_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_same_file), T(test_same_rows), T(test_same_period),
        T(test_same_payee), T(test_failed_ones_do_not_count), T(test_override),
        T(test_people), T(test_known), T(test_two_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
