/* Calendar expressions against a table, and against systemd-analyze where it
 * is installed; holidays and working days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schedule/calendar.h"
#include "schedule/days.h"

static void
next_is(const char *text, const char *after, const char *want)
{
    struct calendar c;
    struct wall w, out;
    struct err e = { 0 };
    char got[CALENDAR_WALL_BYTES] = "never";

    if (calendar_read(&c, str_of(text), &e) < 0)
        fail_msg("%s: %s", text, e.text);
    assert_int_equal(wall_read(&w, str_of(after)), 0);
    if (calendar_next(&c, &w, &out))
        wall_text(&out, got);
    if (strcmp(got, want) != 0)
        fail_msg("%s after %s: %s, not %s", text, after, got, want);
}

static void
test_next(void **state)
{
    static const struct { const char *text, *after, *want; } t[] = {
        { "Mon..Fri *-*-* 20:00", "2026-11-27 19:59:59", "2026-11-27 20:00:00" },
        { "Mon..Fri *-*-* 20:00", "2026-11-27 20:00:00", "2026-11-30 20:00:00" },
        { "*-*-25..31", "2026-02-27", "2026-02-28 00:00:00" },
        { "*-*-25..31", "2026-02-28", "2026-03-25 00:00:00" },
        { "*-*~01 20:00", "2026-02-01", "2026-02-28 20:00:00" },
        { "*-*~01 20:00", "2028-02-01", "2028-02-29 20:00:00" },
        { "*-02-29", "2026-01-01", "2028-02-29 00:00:00" },
        { "Mon *-05~07/1", "2026-01-01", "2026-05-25 00:00:00" },
        { "daily", "2026-12-31 23:59:59", "2027-01-01 00:00:00" },
        { "weekly", "2026-11-22", "2026-11-23 00:00:00" },
        { "monthly", "2026-11-01 00:00:00", "2026-12-01 00:00:00" },
        { "quarterly", "2026-11-01", "2027-01-01 00:00:00" },
        { "*:0/15", "2026-11-22 10:46:00", "2026-11-22 11:00:00" },
        { "Sat,Sun 9..17/4:30", "2026-11-20", "2026-11-21 09:30:00" },
        { "Sat,Sun 9..17/4:30", "2026-11-21 14:00", "2026-11-21 17:30:00" },
        { "2026-11-27 20:00", "2026-11-22", "2026-11-27 20:00:00" },
        { "2026-11-27 20:00", "2026-11-27 20:00", "never" },
        { "11-27 08:00:30", "2026-11-27 08:00", "2026-11-27 08:00:30" },
        { "*-2/3-1", "2026-01-01", "2026-02-01 00:00:00" },
        { "Tuesday 06:00 Africa/Nairobi", "2026-11-22", "2026-11-24 06:00:00" },
        { "*-02-30", "2026-01-01", "never" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        next_is(t[i].text, t[i].after, t[i].want);
}

static void
test_wrong(void **state)
{
    static const char *const t[] = {
        "", "x", "Fri..Mon", "25:00", "*-13-01", "*-*-32", "*-*-0", "12",
        "*-*-* 20", "*-*-* 20:60", "20:00 20:00", "*-*-*/0", "*-*~", "*-*~*",
        "10:00:00.5", "*-*-1,", "1..", "Mon..", "5..3:00", "1960-01-01",
        "99999-01-01", "Mon,", "daily 20:00", "*-*-*-*", "*-*-1..2..3",
    };
    struct calendar c;
    struct err e = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        if (calendar_read(&c, str_of(t[i]), &e) == 0)
            fail_msg("\"%s\" was taken", t[i]);
    assert_int_equal(e.kind, ERR_USAGE);
}

static void
test_often(void **state)
{
    struct calendar c;
    struct wall w;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(wall_read(&w, STR("2026-11-22")), 0);
    assert_int_equal(calendar_read(&c, STR("hourly"), &e), 0);
    assert_false(calendar_often(&c, &w, 24));
    assert_int_equal(calendar_read(&c, STR("*:0/30"), &e), 0);
    assert_true(calendar_often(&c, &w, 24));
    assert_int_equal(calendar_read(&c, STR("monthly"), &e), 0);
    assert_false(calendar_often(&c, &w, 24));
}

/* --- against systemd's own reader -------------------------------------------- */

static unsigned dice = 20261122;

static int
roll(int n)
{
    dice = dice * 1103515245u + 12345u;
    return (int)(dice >> 16 & 0x7fff) % n;
}

static int
between(int lo, int hi)
{
    return lo + roll(hi - lo + 1);
}

/* One list of an expression, at random.  Days have no open steps: systemd 252
 * runs over the end of the month with them and misses the first days of the
 * next ("6/8" behind 31 December leads to 14 January). */
static void
some(char *out, size_t bytes, int lo, int hi, bool open)
{
    int a = between(lo, hi), b = between(a, hi);

    switch (roll(open ? 6 : 5)) {
    case 0: snprintf(out, bytes, "%d", a); break;
    case 1: snprintf(out, bytes, "%d..%d", a, b); break;
    case 2: snprintf(out, bytes, "%d,%d", b, a); break;
    case 3: snprintf(out, bytes, "%d..%d/%d", a, b, between(1, 5)); break;
    case 4: snprintf(out, bytes, "*"); break;
    default: snprintf(out, bytes, "%d/%d", a, between(1, 9)); break;
    }
}

static void
random_text(char *out, size_t bytes)
{
    static const char *const names[] = { "", "Mon..Fri ", "Sat,Sun ", "Wed " };
    char month[32], day[32], hour[32], minute[32];

    some(month, sizeof(month), 1, 12, true);
    some(day, sizeof(day), 1, 28, false);
    some(hour, sizeof(hour), 0, 23, true);
    some(minute, sizeof(minute), 0, 59, true);
    if (roll(4) == 0)
        snprintf(out, bytes, "%s*-%s~%d %s:%s UTC", names[roll(4)], month,
                 between(1, 28), hour, minute);
    else
        snprintf(out, bytes, "%s*-%s-%s %s:%s UTC", names[roll(4)], month, day,
                 hour, minute);
}

/* What systemd says comes next, up to ${max}; -1: it is not there. */
static int
ask_systemd(const char *text, const char *from, char got[][CALENDAR_WALL_BYTES],
            int max)
{
    char command[512], line[256];
    int n = 0;
    FILE *p;

    snprintf(command, sizeof(command), "TZ=UTC systemd-analyze calendar "
             "--iterations=%d --base-time='%s UTC' '%s' 2>/dev/null", max, from,
             text);
    p = popen(command, "r");
    assert_non_null(p);
    while (fgets(line, sizeof(line), p) != NULL) {
        const char *at = strstr(line, ": ");

        /* "Next elapse: Fri 2026-11-27 20:00:00 UTC", "Iteration #2: Mon ..." */
        if (at == NULL || (strstr(line, "Next elapse") == NULL
                           && strstr(line, "Iter") == NULL)
            || strlen(at) < 26 || n == max)
            continue;
        snprintf(got[n++], CALENDAR_WALL_BYTES, "%.19s", at + 6);
    }
    return pclose(p) == 0 ? n : -1;
}

#define COMPARE_TEXTS 60
#define COMPARE_TIMES 6

static void
test_systemd(void **state)
{
    char got[COMPARE_TIMES][CALENDAR_WALL_BYTES];
    const char *from = "2026-11-22 13:14:15";
    int compared = 0;

    (void)state;
    if (ask_systemd("daily", from, got, 1) < 0) {
        print_message("systemd-analyze is not here: the table alone\n");
        return;
    }
    for (int i = 0; i < COMPARE_TEXTS; i++) {
        char text[160], ours[CALENDAR_WALL_BYTES];
        struct calendar c;
        struct wall w;
        struct err e = { 0 };
        int n;

        random_text(text, sizeof(text));
        n = ask_systemd(text, from, got, COMPARE_TIMES);
        if (calendar_read(&c, str_of(text), &e) < 0) {
            if (n >= 0)
                fail_msg("%s", e.text);
            continue;               /* systemd refuses it too */
        }
        if (n < 0)
            fail_msg("systemd does not take \"%s\"", text);
        assert_string_equal(c.zone, "UTC");
        assert_int_equal(wall_read(&w, str_of(from)), 0);
        for (int k = 0; k < n; k++, compared++) {
            if (!calendar_next(&c, &w, &w))
                fail_msg("%s: no time %d, systemd says %s", text, k + 1, got[k]);
            wall_text(&w, ours);
            if (strcmp(ours, got[k]) != 0)
                fail_msg("%s: time %d is %s, systemd says %s", text, k + 1, ours,
                         got[k]);
        }
        if (n < COMPARE_TIMES)
            assert_false(calendar_next(&c, &w, &w));
    }
    assert_true(compared > COMPARE_TEXTS);
}

/* --- days ------------------------------------------------------------------ */

static void
test_days(void **state)
{
    int y, m, d;

    (void)state;
    assert_int_equal(day_of(1970, 1, 1), 0);
    assert_int_equal(day_of(2026, 11, 22), 20779);
    assert_int_equal(day_weekday(day_of(2026, 11, 22)), 6);
    for (int32_t n = day_of(1969, 12, 30); n < day_of(2200, 1, 2); n += 1) {
        day_date(n, &y, &m, &d);
        assert_int_equal(day_of(y, m, d), n);
        assert_true(m >= 1 && m <= 12 && d >= 1 && d <= day_in_month(y, m));
    }
    assert_int_equal(day_in_month(2028, 2), 29);
    assert_int_equal(day_in_month(2100, 2), 28);
}

static void
test_holidays(void **state)
{
    static struct days d;           /* 25 and 26 December, and one that moves */
    const int sunday = day_of(2022, 12, 25);

    (void)state;
    d.weekend = 1u << 5 | 1u << 6;
    d.sunday_moves = true;
    d.nfixed = 2;
    d.fixed[0].month = d.fixed[1].month = 12;
    d.fixed[0].day = 25;
    d.fixed[1].day = 26;
    (void)str_copy(d.fixed[0].name, sizeof(d.fixed[0].name), str_of("Christmas"));
    (void)str_copy(d.fixed[1].name, sizeof(d.fixed[1].name), str_of("Boxing Day"));
    d.nmoving = 1;
    d.moving[0].day = day_of(2026, 4, 3);
    (void)str_copy(d.moving[0].name, sizeof(d.moving[0].name), str_of("Good Friday"));
    assert_string_equal(days_holiday(&d, day_of(2026, 4, 3)), "Good Friday");
    assert_null(days_holiday(&d, day_of(2025, 4, 3)));
    /* Christmas on a Sunday: Monday is Boxing Day already, so Tuesday it is. */
    assert_int_equal(day_weekday(sunday), 6);
    assert_string_equal(days_holiday(&d, sunday + 1), "Boxing Day");
    assert_string_equal(days_holiday(&d, sunday + 2), "Christmas");
    assert_null(days_holiday(&d, sunday + 3));
    /* Boxing Day on a Sunday moves to Monday. */
    assert_string_equal(days_holiday(&d, day_of(2021, 12, 27)), "Boxing Day");
    assert_int_equal(days_shift(&d, sunday, -1), day_of(2022, 12, 23));
    assert_int_equal(days_shift(&d, sunday, 1), day_of(2022, 12, 28));
    assert_int_equal(days_shift(&d, day_of(2026, 4, 3), -1),
                     day_of(2026, 4, 2));
    assert_true(days_working(&d, day_of(2026, 11, 23)));
    d.weekend = 127;                /* a file that is all weekend */
    assert_int_equal(days_shift(&d, sunday, -1), sunday);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next), cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_often), cmocka_unit_test(test_systemd),
        cmocka_unit_test(test_days), cmocka_unit_test(test_holidays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
