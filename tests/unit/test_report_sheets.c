/* Amounts in a workbook: each stands in the sheet's XML digit by digit. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "report/sheets_number.h"
#include "report/table.h"
#include "report/table_feed.h"

#define OPENS "<c r=\"B2\" s=\"8\" t=\"inlineStr\"><is><t>"
#define ENDS  "</t></is></c>"

static void
cell(struct buf *b, int64_t minor, int decimals)
{
    buf_text(b, OPENS);
    sheets_mark(b, minor, decimals);
    buf_text(b, ENDS);
}

/* ${xml} handed over in pieces of ${size}; the result is in ${to}. */
static int
in_pieces(const struct buf *xml, size_t size, struct buf *to)
{
    struct buf in, out;
    size_t n;
    int rc = 0;

    buf_init(&in, 1 << 20);
    buf_init(&out, 1 << 20);
    for (size_t at = 0; rc == 0 && at <= xml->len; at += n > 0 ? n : 1) {
        n = xml->len - at < size ? xml->len - at : size;
        buf_add(&in, xml->p + at, n);
        rc = sheets_unmark_xml(&in, &out, n == 0);
        buf_str(to, buf_view(&out));
        buf_clear(&out);
    }
    buf_release(&in);
    buf_release(&out);
    return rc;
}

static void
test_every_amount_is_its_own_text(void **state)
{
    static const struct {
        int64_t minor;
        int decimals;
        const char *text;
    } some[] = {
        { 0, 2, "0.00" }, { 5, 2, "0.05" }, { -5, 2, "-0.05" },
        { 123456750, 2, "1234567.50" }, { 4812, 0, "4812" },
        { 955, 3, "0.955" }, { INT64_C(999999999999999), 2, "9999999999999.99" },
        { INT64_C(-900719925474099), 1, "-90071992547409.9" }
    };
    const size_t n = sizeof(some) / sizeof(some[0]);
    struct buf xml, want, got;

    (void)state;
    buf_init(&xml, 1 << 16);
    buf_init(&want, 1 << 16);
    buf_init(&got, 1 << 16);
    buf_text(&xml, "<sheetData><row r=\"2\">");
    buf_text(&want, "<sheetData><row r=\"2\">");
    for (size_t i = 0; i < n; i++) {
        cell(&xml, some[i].minor, some[i].decimals);
        buf_printf(&want, "<c r=\"B2\" s=\"8\"><v>%s</v></c>", some[i].text);
        buf_text(&xml, OPENS "1234.50, a text" ENDS);   /* stays one */
        buf_text(&want, OPENS "1234.50, a text" ENDS);
    }
    buf_text(&xml, "</row></sheetData>");
    buf_text(&want, "</row></sheetData>");
    for (size_t size = 1; size < 3 * xml.len; size = size * 3 / 2 + 1) {
        buf_clear(&got);
        assert_int_equal(in_pieces(&xml, size, &got), 0);
        assert_string_equal(got.p, want.p);
    }
    buf_release(&xml);
    buf_release(&want);
    buf_release(&got);
}

/* Another version of the library may write its cells differently: then there
 * is no workbook rather than one with marks in it. */
static void
test_what_looks_different_is_refused(void **state)
{
    static const char *const bad[] = {
        OPENS "\x7F", OPENS "\x7F" "1.50</t>", OPENS "\x7F" ENDS,
        OPENS "\x7F" "1,50" ENDS, OPENS " \x7F" "1.50" ENDS,
        "<c r=\"A1\" t=\"str\"><v>\x7F" "1.50</v></c>",
        "\x7F" OPENS "\x7F" "1.50" ENDS
    };
    struct buf xml, got;

    (void)state;
    buf_init(&xml, 1 << 16);
    buf_init(&got, 1 << 16);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        buf_clear(&xml);
        buf_clear(&got);
        buf_text(&xml, bad[i]);
        assert_int_equal(in_pieces(&xml, 7, &got), -1);
    }
    buf_release(&xml);
    buf_release(&got);
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
        cmocka_unit_test(test_every_amount_is_its_own_text),
        cmocka_unit_test(test_what_looks_different_is_refused),
        cmocka_unit_test(test_what_does_not_fit_is_known),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_shares)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
