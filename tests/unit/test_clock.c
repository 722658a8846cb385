/* Time as text, and the wait before another try. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "base/clock.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
iso(void **state)
{
    static const struct row {
        int64_t us;
        const char *out;
    } rows[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { 999, "1970-01-01T00:00:00.000Z" },
        { 1000, "1970-01-01T00:00:00.001Z" },
        { INT64_C(1795759200123456), "2026-11-27T06:00:00.123Z" },
        { INT64_C(1709164799999999), "2024-02-28T23:59:59.999Z" },
        { INT64_C(1709164800000000), "2024-02-29T00:00:00.000Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { -1000000, "1969-12-31T23:59:59.000Z" },
        { -1000001, "1969-12-31T23:59:58.999Z" },
        { INT64_C(253402300799999999), "9999-12-31T23:59:59.999Z" },
        { INT64_MAX, "294247-01-10T04:00:54.775Z" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char out[CLOCK_ISO_BYTES];

        clock_iso(rows[i].us, out);
        if (strcmp(out, rows[i].out) != 0)
            fail_msg("%lld: %s, expected %s", (long long)rows[i].us, out,
                     rows[i].out);
    }
}

static void
backoff(void **state)
{
    static const struct row {
        const char *name;
        unsigned n;
        int64_t base, cap;
        uint32_t dice;
        int64_t wait;
    } rows[] = {
        { "first", 1, 500, 60000, 0, 500 },
        { "second", 2, 500, 60000, 0, 1000 },
        { "third", 3, 500, 60000, 0, 2000 },
        { "seventh", 7, 500, 60000, 0, 32000 },
        { "capped", 8, 500, 60000, 0, 60000 },
        { "far beyond", 4000000000U, 500, 60000, 0, 60000 },
        { "base is the cap", 5, 700, 700, 0, 700 },
        { "dice takes one off", 1, 500, 60000, 1, 499 },
        { "dice takes half off", 1, 500, 60000, 250, 250 },
        { "dice wraps", 1, 500, 60000, 251, 500 },
        { "smallest", 1, 1, 1, 4294967295U, 1 },
        { "no overflow", 200, 1, INT64_MAX, 0, INT64_MAX }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        int64_t wait = clock_backoff_ms(rows[i].n, rows[i].base, rows[i].cap,
                                        rows[i].dice);

        if (wait != rows[i].wait)
            fail_msg("%s: %lld, expected %lld", rows[i].name, (long long)wait,
                     (long long)rows[i].wait);
    }
}

/* Whatever the dice say, the wait is between half and all. */
static void
backoff_range(void **state)
{
    uint32_t dice = 1;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        int64_t wait = clock_backoff_ms(4, 500, 60000, dice);

        assert_in_range(wait, 2000, 4000);
        dice = dice * 1664525U + 1013904223U;
    }
}

static void
clocks_run(void **state)
{
    int64_t mono = clock_mono_ms(), boot = clock_boot_ms();
    int64_t wall_s = clock_wall_us() / 1000000;

    (void)state;
    assert_true(llabs(wall_s - (long long)time(NULL)) <= 1);
    assert_true(boot >= mono - 1);      /* it also counts the suspends */
    assert_true(clock_mono_ms() >= mono);
    assert_true(clock_boot_ms() >= boot);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso),
        cmocka_unit_test(backoff),
        cmocka_unit_test(backoff_range),
        cmocka_unit_test(clocks_run)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
