/*
 * A whole load: options, facts, duplicates, the digest, and files that are
 * large.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "tests/lib/loaded.h"
#include "tests/lib/payroll_rules.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define T(s)   (s), sizeof(s) - 1
#define H      "Name,Phone,Amount\n"
#define HE     "Emp No,Name,Phone,Amount\n"

/* --- options ------------------------------------------------------------ */

static void
test_map(void **state)
{
    const struct payroll_map phone[] = { { "mobile", PF_PHONE } };
    const struct payroll_map none[] = { { "Contact", PF_PHONE } };
    const struct payroll_map both[] = { { "x", PF_PHONE }, { "y", PF_NAME },
                                        { "Pay", PF_UNKNOWN },
                                        { "z", PF_AMOUNT } };
    struct payroll_options o = loaded_options(&test_rules_mpesa);

    (void)state;
    o.maps = phone;
    o.nmaps = LEN(phone);
    loaded_check("said which", &o,
                 T("Name,Phone,Mobile,Amount\nA,0712345678,0722345678,15\n"),
                 "", "2 MPESA-B2C 254722345678 1500 A "
                     "{\"Phone\":\"0712345678\"}|");
    o.maps = none;
    loaded_check("not there", &o, T("Name,Phone,Amount\nA,0712345678,15\n"),
                 "044@1:0", "");
    o.maps = both;
    o.nmaps = LEN(both);
    loaded_check("nothing known by itself", &o,
                 T("x,y,Pay,z\n0712345678,A,9,15\n"), "",
                 "2 MPESA-B2C 254712345678 1500 A {\"Pay\":\"9\"}|");
}

static void
test_declared(void **state)
{
    struct payroll_options o = loaded_options(&test_rules_mpesa);

    (void)state;
    o.expect_count = 2;
    o.expect_minor = 3500;
    loaded_check("both tie", &o, T(H "A,0712345678,15\nB,0712345679,20\n"),
                 "", NULL);
    loaded_check("bad rows are in the file too", &o,
                 T(H "A,07,15\nB,08,20\n"), "017@2:2 017@3:2", NULL);
    loaded_check("neither ties", &o, T(H "A,0712345678,15\n"),
                 "081@0:0 080@0:0", NULL);
    o.expect_minor = -1;
    loaded_check("count alone", &o,
                 T(H "A,0712345678,15\nB,0712345679,21\n"), "", NULL);
}

static void
test_allow_duplicates(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    static const char file[] = H "A,0712345678,15\nB,0712345678,15\n";
    struct loaded g = { .rc = 0 };
    struct problems ps;

    (void)state;
    problems_init(&ps);
    ps.allow_stops = true;
    loaded_load(&g, &o, file, sizeof(file) - 1, sizeof(file), &ps);
    assert_string_equal(g.problems.p, "030@3:2<2");
    assert_int_equal(g.facts.good_rows, 2);
    assert_int_equal(g.facts.good_minor, 3000);
    assert_int_equal(ps.warnings, 1);
    assert_int_equal(ps.stops, 0);
    assert_int_equal(ps.list[0].severity, SEV_WARNING);
    assert_false(problems_block(&ps));
    loaded_release(&g);
    problems_release(&ps);
}

static void
test_sink_stops(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    static const char file[] = H "A,0712345678,15\nB,0712345679,15\n"
                               "C,0712345670,15\n";
    struct loaded g = { .stop_after = 2 };
    struct problems ps;

    (void)state;
    problems_init(&ps);
    loaded_load(&g, &o, file, sizeof(file) - 1, sizeof(file), &ps);
    assert_int_equal(g.rc, -1);
    assert_string_equal(g.rows.p, "2 MPESA-B2C 254712345678 1500 A|"
                                  "3 MPESA-B2C 254712345679 1500 B|");
    loaded_release(&g);
    problems_release(&ps);
}

static void
test_facts(void **state)
{
    const struct payroll_sink sink = { .row = NULL };
    struct payroll_options o = loaded_options(&test_rules_mpesa);
    static const char file[] = "\xEF\xBB\xBFName;X;Phone;Amount\r\n"
        "A;;0712345678;1.500,00\r\nB;;07;20,00\r\nTotal;;;1.520,00\r\n";
    struct loaded g = { .rc = 0 };
    struct problems ps;

    (void)state;
    problems_init(&ps);
    loaded_load(&g, &o, file, sizeof(file) - 1, sizeof(file), &ps);
    assert_int_equal(g.facts.encoding, CSV_UTF8_BOM);
    assert_int_equal(g.facts.delimiter, ';');
    assert_true(g.facts.crlf);
    assert_int_equal(g.facts.columns, 4);
    assert_int_equal(g.facts.unknown_columns, 1);
    assert_int_equal(g.facts.format, AMOUNT_COMMA);
    assert_int_equal(g.facts.rows, 2);
    assert_int_equal(g.facts.good_rows, 1);
    assert_int_equal(g.facts.bad_rows, 1);
    assert_int_equal(g.facts.good_minor, 150000);
    assert_true(g.facts.has_trailer);
    loaded_release(&g);
    problems_release(&ps);
    o.default_rail = "NO-SUCH";
    assert_null(payroll_new(&o, &sink, &ps, NULL));
    o.default_rail = "MPESA-B2C";
    o.ccy = "UGX";
    assert_null(payroll_new(&o, &sink, &ps, NULL));
    o.ccy = "XXX";
    assert_null(payroll_new(&o, &sink, &ps, NULL));
}

/* --- the digest --------------------------------------------------------- */

static void
digest(const char *file, unsigned char out[16])
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    struct loaded g = { .rc = 0 };
    struct problems ps;

    problems_init(&ps);
    ps.allow_stops = true;
    loaded_load(&g, &o, file, strlen(file), 1000, &ps);
    assert_int_equal(g.facts.bad_rows, 0);
    memcpy(out, g.facts.rows_digest, 16);
    loaded_release(&g);
    problems_release(&ps);
}

static void
test_digest(void **state)
{
    static const char *const same[] = {
        H "A,0712345678,15\nB,0712345679,20\n",
        H "B,712345679,20.00\nA,+254712345678,15.00\n",
        "Amount;Phone;Name\n20,00;0712345679;Z\n15;0712345678;A\n",
    };
    static const char *const other[] = {
        H "A,0712345678,15\n",
        H "A,0712345678,15\nB,0712345679,21\n",
        H "A,0712345678,20\nB,0712345679,15\n",
        H "A,0712345678,15\nB,0712345670,20\n",
        H "A,0712345678,15\nB,0712345679,20\nB,0712345679,20\n",
        "Name,Phone,Amount,Ref\nA,0712345678,15,x\nB,0712345679,20,\n",
    };
    unsigned char first[16], d[16];

    (void)state;
    digest(same[0], first);
    for (size_t i = 1; i < LEN(same); i++) {
        digest(same[i], d);
        assert_memory_equal(d, first, 16);
    }
    for (size_t i = 0; i < LEN(other); i++) {
        digest(other[i], d);
        if (memcmp(d, first, 16) == 0)
            fail_msg("other[%zu] has the same digest", i);
    }
}

/* --- large files -------------------------------------------------------- */

/* The format is settled by the first rows, and where those tell nothing, by
 * the first that does; what could be read in two ways before it is an error. */
static void
test_late_format(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    struct loaded g = { .rc = 0, .bare = true };
    struct problems ps;
    struct buf b;

    (void)state;
    buf_init(&b, LOADED_BYTES);
    buf_text(&b, H);
    for (int i = 0; i < 1500; i++)
        buf_printf(&b, "A,07120%05d,\"%s\"\n", i,
                   i == 1200 ? "1,500.00" : i % 500 == 0 ? "1,500" : "20");
    problems_init(&ps);
    loaded_load(&g, &o, b.p, b.len, 1000, &ps);
    assert_string_equal(g.problems.p, "026@2:3 026@502:3 026@1002:3");
    assert_int_equal(g.facts.good_rows, 1497);
    assert_int_equal(g.facts.format, AMOUNT_DOT);
    loaded_release(&g);
    problems_release(&ps);
    buf_release(&b);
}

/* Every duplicate in many rows is found, and nothing else is one. */
static void
test_many_rows(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    struct loaded g = { .rc = 0, .bare = true };
    struct problems ps;
    struct buf b;
    int64_t dups = 0;

    (void)state;
    buf_init(&b, LOADED_BYTES);
    buf_text(&b, HE);
    for (int i = 0; i < 60000; i++) {
        bool dup = i % 1000 == 999;

        dups += dup;
        buf_printf(&b, "E%d,A,0712%06d,20\n", i, dup ? i - 500 : i);
    }
    problems_init(&ps);
    loaded_load(&g, &o, b.p, b.len, 5000, &ps);
    assert_int_equal(ps.stops, dups);
    assert_int_equal(ps.errors + ps.warnings, 0);
    for (size_t i = 0; i < ps.n; i++)
        assert_int_equal(ps.list[i].line - ps.list[i].other_line, 500);
    assert_int_equal(g.facts.good_rows, 60000 - dups);
    loaded_release(&g);
    problems_release(&ps);
    buf_release(&b);
}

/* A flood of warnings leaves room for the errors below it. */
static void
test_flood(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    struct loaded g = { .rc = 0, .bare = true };
    struct problems ps;
    struct buf b;

    (void)state;
    buf_init(&b, LOADED_BYTES);
    buf_text(&b, H);
    for (int i = 0; i < 30000; i++)
        buf_printf(&b, "A,0733%06d,20\n", i);
    buf_text(&b, "B,07,20\n");
    problems_init(&ps);
    loaded_load(&g, &o, b.p, b.len, 5000, &ps);
    assert_int_equal(ps.warnings, 30000);
    assert_int_equal(ps.errors, 1);
    assert_int_equal(ps.n, PROBLEMS_MAX / 4 + 1);
    assert_string_equal(ps.list[ps.n - 1].kind->code, "PR-CSV-017");
    assert_int_equal(ps.by_kind[problem_kind("PR-CSV-018") - problem_kinds],
                     30000);
    loaded_release(&g);
    problems_release(&ps);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_allow_duplicates),
        cmocka_unit_test(test_sink_stops),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_late_format),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_flood),
    };

    if (crypto_setup() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
