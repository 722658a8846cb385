/* Slots against a real database: hours that a zone leaves out or repeats, rules
 * of a zone that change, holidays that are announced late, who may do what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "book/people.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"
#include "schedule/drop.h"
#include "schedule/due.h"

static struct db *db;               /* the owner, who may mend by hand       */
static struct db *as;               /* run-due: in the role of a maker       */
static struct account a;
static struct days days;

static void
add(const char *name, const char *calendar, const char *zone, const char *now)
{
    struct person amina = { BOOK_MAKER, "maker", false };
    struct schedule_ask k = {
        .name = name, .calendar = calendar, .zone = zone, .run_kind = "",
        .working_day = "before", .account_id = a.account_id,
        .grace_minutes = 120, .now = now
    };
    struct err e = { 0 };
    int64_t id;

    if (schedule_add(as, &k, &amina, &id, &e) < 0)
        fail_msg("%s", e.text);
}

static void
plan(const char *now)
{
    struct err e = { 0 };

    if (schedule_plan(as, &days, false, now, &e) < 0)
        fail_msg("%s", e.text);
}

static int64_t
slots(const char *name, const char *where)
{
    return book_i64(db, "SELECT count(*) AS n FROM slot s JOIN schedule p USING"
                    " (schedule_id) WHERE p.name = '%s' AND %s", name, where);
}

/* Berlin leaves out 02:00 to 03:00 on 28 March 2027 and has it twice on 25
 * October 2026: such a time comes once, behind the hole, and the second time. */
static void
test_holes(void **state)
{
    (void)state;
    add("autumn", "*-*-* 02:30", "Europe/Berlin", "2026-10-24 00:00 UTC");
    add("spring", "*-*-* 02:30", "Europe/Berlin", "2027-03-27 00:00 UTC");
    days.weekend = 0;
    plan("2026-10-24 00:00 UTC");
    assert_int_equal(slots("autumn", "due_at = '2026-10-25 01:30 UTC'"), 1);
    assert_int_equal(slots("autumn", "wanted::date = '2026-10-25'"), 1);
    plan("2027-03-27 00:00 UTC");
    assert_int_equal(slots("spring", "due_at = '2027-03-28 01:30 UTC'"), 1);
    assert_int_equal(slots("spring", "wanted::date = '2027-03-28'"), 1);
    assert_int_equal(slots("spring", "due_at = '2027-03-29 00:30 UTC'"), 1);
}

/* However often it is planned, and however long nobody did. */
static void
test_plan_again(void **state)
{
    (void)state;
    days.weekend = 1u << 5 | 1u << 6;
    add("again", "Mon..Fri 20:00", "Africa/Nairobi", "2026-11-02 00:00 UTC");
    for (int i = 0; i < 3; i++)
        plan("2026-11-02 06:00 UTC");
    assert_int_equal(slots("again", "true"), 11);
    plan("2026-12-02 06:00 UTC");           /* a month later */
    assert_int_equal(slots("again", "due_at <= '2026-12-02 06:00 UTC'"), 22);
    /* another rule of the zone had been in force when it was planned */
    book_do(db, "UPDATE slot SET due_at = due_at - interval '1 hour'");
    plan("2026-12-02 06:00 UTC");
    assert_int_equal(slots("again", "due_at <> nominal AT TIME ZONE "
                           "'Africa/Nairobi'"), 0);
}

/* Announced on the Monday for the Thursday. */
static void
test_late_holiday(void **state)
{
    (void)state;
    days.weekend = 1u << 5 | 1u << 6;
    days.nmoving = 0;
    add("late", "*-*-15 20:00", "Africa/Nairobi", "2026-10-12 00:00 UTC");
    plan("2026-10-12 06:00 UTC");
    assert_int_equal(slots("late", "nominal = '2026-10-15 20:00'"), 1);
    days.nmoving = 1;
    days.moving[0].day = day_of(2026, 10, 15);
    plan("2026-10-12 07:00 UTC");
    assert_int_equal(slots("late", "nominal = '2026-10-14 20:00'"), 1);
    assert_int_equal(slots("late", "true"), 1);
    /* nightly: the day before has a night of its own */
    add("nightly", "Mon..Fri 20:00", "Africa/Nairobi", "2026-10-12 00:00 UTC");
    days.nmoving = 0;
    plan("2026-10-12 06:00 UTC");
    assert_int_equal(slots("nightly", "s.state = 'planned'"), 11);
    days.nmoving = 1;
    plan("2026-10-12 07:00 UTC");
    assert_int_equal(slots("nightly", "s.state = 'skipped' AND wanted::date = "
                           "'2026-10-15'"), 1);
    assert_int_equal(slots("nightly", "s.state = 'planned'"), 10);
    /* one that is over is not paid a second time for it */
    book_do(db, "UPDATE slot s SET state = 'nothing', taken_by = 'x', taken_at ="
            " now() FROM schedule p WHERE p.schedule_id = s.schedule_id AND "
            "p.name = 'late'");
    days.nmoving = 0;
    plan("2026-10-14 18:00 UTC");
    assert_int_equal(slots("late", "wanted = '2026-10-15 20:00'"), 1);
    assert_int_equal(slots("late", "s.state = 'planned'"), 0);
}

/* A statement lasts as long as the connection: they are known by address. */
static bool
refused(char keep[256], const char *slot_state, int64_t run_id)
{
    snprintf(keep, 256, "INSERT INTO slot_run (run_id, slot_id) SELECT %lld, "
             "slot_id FROM slot WHERE state = '%s' LIMIT 1",
             (long long)run_id, slot_state);
    return db_do(as, keep, NULL, 0) == DB_HARD
        && strcmp(db_state(as), "PR002") == 0;
}

static void
take_due(const char *now, struct due *d)
{
    struct err e = { 0 };

    *d = (struct due){ .db = as, .days = &days, .now = now,
                       .owner = "tester" };
    plan(now);
    if (due_turn(d, &e) < 0)
        fail_msg("%s", e.text);
}

/* Only approved runs, of its account and kind, once; a closed rail asks later. */
static void
test_release(void **state)
{
    static char one[256], two[256];
    struct run draft, approved;
    struct due d;

    (void)state;
    days = (struct days){ 0 };
    book_do(db, "UPDATE schedule SET state = 'removed'");
    book_run(db, &a, 3, 1, "2026-01", RUN_DRAFT, &draft);
    book_run(db, &a, 3, 11, "2026-02", RUN_APPROVED, &approved);
    add("pay", "*-*-* 20:00", "Africa/Nairobi", "2026-10-12 00:00 UTC");
    days.ncutoffs = 1;
    memcpy(days.cutoffs[0].rail, "MPESA-B2C", sizeof("MPESA-B2C"));
    days.cutoffs[0].minute = 16 * 60;
    take_due("2026-10-12 17:00 UTC", &d);
    assert_int_equal(d.held, 1);            /* behind the rail's cut-off */
    assert_int_equal(d.nruns, 0);
    take_due("2026-10-12 19:30 UTC", &d);   /* and the grace is over */
    assert_int_equal(d.asks, 1);
    days.ncutoffs = 0;
    take_due("2026-10-13 17:00 UTC", &d);
    assert_int_equal(d.nruns, 1);
    assert_int_equal(d.runs[0], approved.run_id);
    take_due("2026-10-13 17:00 UTC", &d);
    assert_int_equal(d.nruns + d.taken, 0);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM slot_run"), 1);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM run WHERE state ="
                              " 'paying'"), 1);
    /* the database by itself: not what nobody approved, not by a taken slot */
    assert_true(refused(one, "planned", draft.run_id));
    assert_true(refused(two, "released", draft.run_id));
}

static void
test_names(void **state)
{
    static const struct { const char *name, *period; } t[] = {
        { "payroll-2026-11.csv", "2026-11" }, { "2027-01-31.csv", "2027-01" },
        { "a2026-13.csv", NULL }, { "2026-1.csv", NULL }, { "x.csv", NULL },
        { "112026-11.csv", NULL }, { "v2-2025-12 final.csv", "2025-12" },
        { "2026-00-2026-05", "2026-05" }, { "", NULL }, { "2026", NULL },
    };
    char period[8];

    (void)state;
    for (size_t i = 0; i < LEN(t); i++) {
        int rc = drop_period(t[i].name, period);

        if (rc != (t[i].period != NULL ? 0 : -1)
            || (rc == 0 && strcmp(period, t[i].period) != 0))
            fail_msg("%s: %d %s", t[i].name, rc, rc == 0 ? period : "");
    }
    assert_true(drop_complete("a.csv"));
    assert_true(drop_complete("part"));
    assert_false(drop_complete("a.csv.part"));
    assert_false(drop_complete(".a.csv"));
    assert_false(drop_complete("a.csv.done"));
    assert_false(drop_complete("a.csv~"));
}

static int
setup(void **state)
{
    struct err e = { 0 };

    (void)state;
    assert_int_equal(crypto_setup(), 0);
    as = test_pg_open(book_open(&db));
    assert_int_equal(db_become(as, DB_AS_MAKER, &e), 0);
    book_people(db);
    book_account(db, &a, 10);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    db_close(as);
    db_close(db);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holes), cmocka_unit_test(test_plan_again),
        cmocka_unit_test(test_late_holiday), cmocka_unit_test(test_release),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
