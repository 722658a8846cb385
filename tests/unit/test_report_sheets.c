/* Amounts in a workbook: every one of up to 15 digits comes back from its
 * double when it is rounded to 15 digits, as spreadsheets do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "report/sheets_number.h"
#include "report/table.h"
#include "report/table_feed.h"

#define ROUNDS 200000

/* "123450000000000": the digits of ${minor}, filled up to 15. */
static void
digits_of(int64_t minor, char out[24])
{
    size_t n = (size_t)snprintf(out, 24, "%lld", (long long)minor);

    while (n < 15)
        out[n++] = '0';
    out[n] = '\0';
}

static void
comes_back(int64_t minor, int decimals)
{
    char want[24], text[40], got[24];
    size_t n = 0;

    digits_of(minor, want);
    snprintf(text, sizeof(text), "%.14e", sheets_number(minor, decimals));
    for (const char *p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            got[n++] = *p;
    got[n] = '\0';
    if (strcmp(got, want) != 0)
        fail_msg("%lld with %d decimals is written as %s",
                 (long long)minor, decimals, text);
}

static void
test_every_amount_comes_back(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (int64_t minor = 1; minor < 20000; minor++)
        for (int d = 0; d <= 3; d++)
            comes_back(minor, d);
    for (int i = 0; i < ROUNDS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        comes_back((int64_t)(x % UINT64_C(999999999999999)) + 1, i % 4);
    }
    comes_back(INT64_C(999999999999999), 2);
}

static void
test_what_does_not_fit_is_known(void **state)
{
    (void)state;
    assert_true(sheets_fits(INT64_C(999999999999999)));
    assert_true(sheets_fits(-INT64_C(999999999999999)));
    assert_false(sheets_fits(INT64_C(1000000000000000)));
    assert_false(sheets_fits(INT64_MIN));
    assert_false(sheets_fits(INT64_MAX));
}

/* --- cells ------------------------------------------------------------------ */

static void
shows(enum cell_kind kind, int64_t n, int decimals, const char *want)
{
    struct cell c = { .set = true, .n = n };
    struct buf b;

    buf_init(&b, 256);
    table_cell(&b, kind, &c, decimals);
    assert_string_equal(b.p, want);
    buf_release(&b);
}

static void
test_cells(void **state)
{
    (void)state;
    shows(CELL_MONEY, 123456750, 2, "1,234,567.50");
    shows(CELL_MONEY, -100, 2, "-1.00");
    shows(CELL_MONEY, 5000, 0, "5,000");
    shows(CELL_COUNT, 4812, 2, "4,812");
    shows(CELL_SHARE, 955, 2, "95.5 %");
}

static int64_t
share(int64_t part, int64_t whole)
{
    struct feed f = { .begun = false };

    feed_share(&f, 0, part, whole);
    return f.cells[0].set ? f.cells[0].n : -1;
}

static void
test_shares(void **state)
{
    (void)state;
    assert_int_equal(share(1, 2), 500);
    assert_int_equal(share(1, 1000000), 1);         /* not nothing */
    assert_int_equal(share(999999, 1000000), 999);  /* not all */
    assert_int_equal(share(7, 7), 1000);
    assert_int_equal(share(0, 7), 0);
    assert_int_equal(share(0, 0), -1);              /* no share of nothing */
    assert_int_equal(share(INT64_MAX / 2, INT64_MAX), 500);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_amount_comes_back),
        cmocka_unit_test(test_what_does_not_fit_is_known),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_shares)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
