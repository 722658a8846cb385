/* Statements as stored: roles, gaps, identities, and speed at a size. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "book/account.h"
#include "book/people.h"
#include "db/txn.h"
#include "statements/import.h"
#include "tests/lib/pg.h"

static struct db *db;
static struct account account = {
    .name = "wages", .ccy = "KES", .provider = &provider_intasend,
    .base_url = "http://127.0.0.1:9/api/v1/"
};
static char dir[64];

static int
setup(void **state)
{
    (void)state;
    assert_int_equal(0, crypto_setup());
    db = test_pg_migrated(NULL);
    test_dir(dir);
    assert_int_equal(0, person_add(db, "amina", "maker", "", NULL));
    assert_int_equal(0, account_sync(db, &account, NULL));
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    db_close(db);
    test_dir_remove(dir);
    return 0;
}

/* --- files ---------------------------------------------------------------- */

/* One day of a bank: ${n} lines of KES 1.00 out, all alike, from ${opening}. */
static void
write_day(const char *path, int day, int n, int opening, bool ids)
{
    struct buf b;

    buf_init(&b, (size_t)1 << 30);
    buf_printf(&b, ":20:S%d\r\n:25:0110\r\n:28C:%d/1\r\n:60F:C2611%02dKES%d,00"
               "\r\n", day, day, day, opening);
    for (int i = 0; i < n; i++) {
        buf_printf(&b, ":61:2611%02d11%02dD1,00NTRF", day, day);
        if (ids)
            buf_printf(&b, "NONREF//FT%d-%d", day, i);
        else
            buf_text(&b, "NONREF");
        buf_text(&b, "\r\n:86:SALARY\r\n");
    }
    buf_printf(&b, ":62F:C2611%02dKES%d,00\r\n-}\r\n", day, opening - n);
    assert_int_equal(0, buf_write_file(&b, path, 0600, NULL));
    buf_release(&b);
}

static void
import(const char *name, int day, int n, int opening, bool ids,
       struct import_result *r)
{
    char path[128];
    struct problems ps;
    struct err e = { 0 };
    const struct import_order o = {
        .path = path, .account = &account, .person = "amina", .map_name = ""
    };

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    write_day(path, day, n, opening, ids);
    problems_init(&ps);
    if (import_file(db, &o, &ps, r, &e) < 0)
        fail_msg("%s: %s", name, e.text);
    problems_release(&ps);
}

/* Statements are known by their address, so each is a text of its own. */
#define count(of) \
    test_pg_i64(db, "-- count: rows\nSELECT count(*) AS n FROM payrun." of)

/* --- tests ---------------------------------------------------------------- */

/* Lines that nothing tells apart are as many as the file has, and the next
 * file of that day with one more brings that one. */
static void
test_alike(void **state)
{
    struct import_result r;

    (void)state;
    import("a.sta", 1, 3, 100, false, &r);
    assert_int_equal(3, r.fresh);
    import("b.sta", 1, 4, 100, false, &r);
    assert_int_equal(1, r.fresh);
    assert_int_equal(4, count("statement_line"));
    assert_int_equal(7, count("statement_contains"));
}

static void
test_gaps(void **state)
{
    struct import_result r;

    (void)state;
    assert_int_equal(0, count("statement_gap"));
    import("c.sta", 2, 2, 96, true, &r);        /* follows on */
    assert_int_equal(0, count("statement_gap"));
    import("d.sta", 3, 2, 90, true, &r);        /* 4.00 less than it should */
    assert_int_equal(1, count("statement_gap WHERE minor = -400 "
                              "AND days_missing = 0"));
    import("e.sta", 6, 2, 88, true, &r);        /* two days nobody told of */
    assert_int_equal(1, count("statement_gap WHERE minor = 0 "
                              "AND days_missing = 2"));
    import("f.sta", 4, 1, 88, true, &r);
    import("g.sta", 5, 0, 87, true, &r);
    assert_int_equal(1, count("statement_gap WHERE minor = 100"));
    assert_int_equal(2, count("statement_gap"));
}

/* What no role may do, whatever the program does. */
static void
test_roles(void **state)
{
    static const char *const roles[] = { DB_AS_MAKER, DB_AS_CHECKER,
                                         DB_AS_ADMIN, DB_AS_AUDITOR,
                                         DB_AS_WORKER };
    static const char *const tries[] = {
        "-- line: change\nUPDATE statement_line SET minor = minor + 1",
        "-- line: remove\nDELETE FROM statement_line",
        "-- again: remove\nDELETE FROM statement_again",
        "-- statement: remove\nDELETE FROM statement",
        "-- statement: of another account\nUPDATE statement SET account_id = 1",
        "-- file: another\nUPDATE statement SET file_sha256 = NULL"
    };
    int64_t before = count("statement_line WHERE minor = -100");

    (void)state;
    for (size_t i = 0; i < LEN(roles); i++) {
        assert_int_equal(0, db_become(db, roles[i], NULL));
        for (size_t k = 0; k < LEN(tries); k++) {
            assert_int_equal(DB_HARD, db_do(db, tries[k], NULL, 0));
            assert_string_equal("42501", db_state(db));
        }
    }
    assert_int_equal(0, db_become(db, DB_AS_AUDITOR, NULL));
    assert_int_equal(DB_HARD, db_do(db, "-- auditor: takes one in\nINSERT INTO "
        "statement_line SELECT * FROM statement_line", NULL, 0));
    assert_int_equal(0, db_become(db, NULL, NULL));
    assert_int_equal(before, count("statement_line WHERE minor = -100"));
}

/* PAYRUN_STATEMENT_LINES=1000000 measures; few by default. */
static void
test_size(void **state)
{
    const char *want = getenv("PAYRUN_STATEMENT_LINES");
    int n = want != NULL ? (int)strtol(want, NULL, 10) : 20000;
    struct import_result r;
    int64_t began = 0;

    (void)state;
    import("h.sta", 10, 1, 2000000, true, &r);
    began = clock_mono_ms();
    import("i.sta", 11, n, 2000000, true, &r);
    print_message("# %d lines in %lld ms, file writing included\n", n,
                  (long long)(clock_mono_ms() - began));
    assert_int_equal(n, r.fresh);
    began = clock_mono_ms();
    import("j.sta", 11, n, 2000001, true, &r);
    print_message("# the same again in %lld ms\n",
                  (long long)(clock_mono_ms() - began));
    assert_int_equal(0, r.fresh);
    if (want == NULL)
        return;
    began = clock_mono_ms();
    test_pg_do(db, "-- copy: as fast as it can be\nCREATE TABLE plain AS "
               "SELECT * FROM payrun.statement_line");
    test_pg_do(db, "-- copy: its keys\nALTER TABLE plain ADD PRIMARY KEY "
               "(line_id), ADD UNIQUE (account_id, book, identity)");
    print_message("# CREATE TABLE AS and its two keys: %lld ms\n",
                  (long long)(clock_mono_ms() - began));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alike),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_size),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
