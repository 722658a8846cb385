/* A large file, in flat memory; and two runs beside each other. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "intake/compare.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"

#define ROWS        200000
#define HWM_KB_MAX  (64 * 1024)

static struct db *db;
static struct account a;
static char dir[64], path[96];

static int
world_open(void **state)
{
    (void)state;
    (void)book_open(&db);
    book_people(db);
    book_account(db, &a, BATCH_ROWS_MAX);
    test_dir(dir);
    snprintf(path, sizeof(path), "%s/nov.csv", dir);
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(db);
    test_dir_remove(dir);
    return 0;
}

/* The most memory this process ever had, in KB; 0 when nobody can tell. */
static int64_t
high_water_kb(void)
{
    int64_t kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];

    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtoll(line + 6, NULL, 10);
    if (f != NULL)
        fclose(f);
    return kb;
}

static void
load(const char *period, const char *reason, struct run *out)
{
    struct intake_order o = book_order(path, &a, period);
    struct problems ps;
    struct intake_result r;
    struct err e = { 0 };

    problems_init(&ps);
    o.allow_duplicates = reason;
    if (intake_upload(db, &o, &ps, &r, &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
    problems_release(&ps);
    assert_int_equal(run_by_id(db, r.run_id, out), DB_OK);
}

static void
test_large_file(void **state)
{
    struct run run;
    struct run_sums s;
    struct err e = { 0 };
    int64_t kb = 0;

    (void)state;
    book_file(path, ROWS, 1);
    load("2026-11", NULL, &run);
    kb = high_water_kb();
    print_message("# %d rows: %lld KB at most\n", ROWS, (long long)kb);
#ifndef __SANITIZE_ADDRESS__
    assert_in_range(kb, 1, HWM_KB_MAX);
#endif
    assert_int_equal(run.rows, ROWS);
    assert_int_equal(run.batches, ROWS / BATCH_ROWS_MAX);
    assert_int_equal(run_sums(db, run.run_id, &s, &e), 0);
    assert_true(run_sums_tie(&s));
    /* the same again: every row is a duplicate, and that takes no hours */
    load("2026-11", "a test", &run);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM problem WHERE"
        " detail LIKE '200,000 rows of this file%%'"), 1);
#ifndef __SANITIZE_ADDRESS__
    assert_in_range(high_water_kb(), 1, HWM_KB_MAX);
#endif
}

/* A file with so many mistakes that nothing more is kept in detail: what is
 * found in the book stops it all the same. */
static void
test_duplicates_behind_many_mistakes(void **state)
{
    struct run run;
    struct intake_order o = book_order(path, &a, "2026-11");
    struct problems ps;
    struct intake_result r;
    struct err e = { 0 };
    FILE *f = NULL;

    (void)state;
    book_file(path, 10, 1);
    load("2026-11", NULL, &run);
    f = fopen(path, "wb");
    assert_non_null(f);
    fputs("employee_no,name,phone,amount\nE1,A B,0712345678,1000\n", f);
    for (int i = 0; i < 10000; i++)
        fprintf(f, "E%d,,07,abc\nE%d,,,\n", i, i);
    assert_int_equal(fclose(f), 0);
    problems_init(&ps);
    o.accept_good_rows = true;
    assert_int_equal(intake_upload(db, &o, &ps, &r, &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_true(ps.errors > PROBLEMS_MAX);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM run"), 1);
    problems_release(&ps);
}

/* --- beside each other ---------------------------------------------------- */

static void
write_file(const char *rows)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fprintf(f, "employee_no,name,phone,amount\n%s", rows);
    assert_int_equal(fclose(f), 0);
}

static void
test_compare(void **state)
{
    struct run before, now;
    struct compare *c = calloc(1, sizeof(*c));
    const struct compare_person *p = NULL;
    struct err e = { 0 };

    (void)state;
    assert_non_null(c);
    write_file("E1,Wanjiku,0712000001,1000\nE2,Otieno,0712000002,2000\n"
               "E3,Achieng,0712000003,3000\nE4,Mwangi,0712000004,4000\n"
               ",Fatuma,0712000005,5000\n");
    load("2026-10", NULL, &before);
    assert_int_equal(compare_runs(db, &before, c, &e), 0);
    assert_false(c->found);
    /* E1 as before, E2 more, E3 another number, E4 gone, E6 new, Fatuma less,
     * and E2 in two rows */
    write_file("E1,Wanjiku W,0712000001,1000\nE2,Otieno,0712000002,2000\n"
               "E2,Otieno,0712000012,6200\nE3,Achieng,0712000099,3000\n"
               "E6,Juma,0712000006,6000\n,fatuma,0712000005,4000\n");
    load("2026-11", NULL, &now);
    if (compare_runs(db, &now, c, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(c->found);
    assert_string_equal(c->before.ref, before.ref);
    assert_int_equal(c->people, 5);
    assert_int_equal(c->people_before, 5);
    assert_int_equal(c->minor_before, 1500000);
    assert_int_equal(c->minor, 2220000);
    assert_int_equal(c->count[COMPARE_NEW], 1);
    assert_int_equal(c->count[COMPARE_LEFT], 1);
    assert_int_equal(c->count[COMPARE_MOVED], 2);
    assert_int_equal(c->count[COMPARE_RISEN], 1);
    assert_int_equal(c->count[COMPARE_FALLEN], 1);
    p = &c->list[COMPARE_NEW][0];
    assert_string_equal(p->who, "E6");
    assert_int_equal(p->line, 6);
    p = &c->list[COMPARE_LEFT][0];
    assert_string_equal(p->who, "E4");
    assert_int_equal(p->minor, 0);
    assert_int_equal(p->minor_before, 400000);
    p = &c->list[COMPARE_RISEN][0];
    assert_string_equal(p->who, "E2");
    assert_int_equal(p->minor, 820000);
    assert_int_equal(p->minor_before, 200000);
    p = &c->list[COMPARE_MOVED][0];     /* the largest first */
    assert_string_equal(p->who, "E2");
    assert_string_equal(p->account, "254712000002, 254712000012");
    assert_string_equal(p->account_before, "254712000002");
    p = &c->list[COMPARE_FALLEN][0];
    assert_string_equal(p->name, "fatuma");
    assert_int_equal(c->named[COMPARE_FALLEN], 1);
    free(c);
}

static void
test_compare_names_ten(void **state)
{
    struct run run;
    struct compare *c = calloc(1, sizeof(*c));
    struct err e = { 0 };

    (void)state;
    assert_non_null(c);
    book_file(path, 100, 1);
    load("2026-10", NULL, &run);
    book_file(path, 100, 51);
    load("2026-11", NULL, &run);
    assert_int_equal(compare_runs(db, &run, c, &e), 0);
    assert_int_equal(c->count[COMPARE_NEW], 50);
    assert_int_equal(c->count[COMPARE_LEFT], 50);
    assert_int_equal(c->named[COMPARE_NEW], COMPARE_NAMED_MAX);
    assert_int_equal(c->count[COMPARE_MOVED], 0);
    assert_int_equal(c->named[COMPARE_RISEN], 0);
    free(c);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_large_file), T(test_duplicates_behind_many_mistakes),
        T(test_compare), T(test_compare_names_ten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
