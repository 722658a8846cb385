/*
 * Rows that are too large for one payment, or for one payee and day: refused
 * with what can be done, or paid in linked parts.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/loaded.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define H "Name,Phone,Amount\n"
#define HB "Name,Phone,Account,Bank Code,Amount\n"

static const struct rules rules = {
    .nrails = 3,
    .rails = {
        { .name = "MPESA-B2C", .ccy = "KES", .account = ACCOUNT_PHONE,
          .decimals = 0, .min_minor = 1000, .max_minor = 25000000,
          .payee_day_max_minor = 50000000 },
        { .name = "PESALINK", .ccy = "KES", .account = ACCOUNT_BANK,
          .decimals = 2, .min_minor = 10000, .max_minor = 99999900 },
        { .name = "WALLET", .ccy = "KES", .account = ACCOUNT_PHONE,
          .only_named = true, .decimals = 2, .min_minor = 1,
          .max_minor = INT64_C(100000000000) },
    },
    .nprefixes = 2, .prefixes = { { "70", "Safaricom" },
                                  { "71", "Safaricom" } }
};

static const struct file {
    const char *name;
    bool        split, allow;
    const char *bytes, *problems, *rows;
    int64_t     payments, split_rows;
} files[] = {
    { "too much at once", false, false, H "A,0712345678,300000\n", "074@2:3",
      "", 0, 0 },
    { "in two parts", true, false, H "A,0712345678,300000\n", "077@2:3",
      "2 MPESA-B2C 254712345678 15000000 A|"
      "2 MPESA-B2C 254712345678 15000000 A|", 2, 1 },
    { "in two unequal parts", true, false, H "A,0712345678,250001\n"
      "B,0712345679,10\n", "077@2:3",
      "2 MPESA-B2C 254712345678 12500100 A|"
      "2 MPESA-B2C 254712345678 12500000 A|"
      "3 MPESA-B2C 254712345679 1000 B|", 3, 1 },
    { "all of a day", true, false, H "A,0712345678,500000\n", "077@2:3",
      "2 MPESA-B2C 254712345678 25000000 A|"
      "2 MPESA-B2C 254712345678 25000000 A|", 2, 1 },
    { "more than a day", true, false, H "A,0712345678,500001\n", "078@2:3",
      "", 0, 0 },
    { "more than a day, said once", false, false, H
      "A,0712345678,500001\n", "078@2:3", "", 0, 0 },
    { "cents cannot be split", true, false, H "A,0712345678,300000.50\n",
      "025@2:3 074@2:3", "", 0, 0 },
    { "a bank takes it", true, false, HB "A,,0123456789,68,300000\n", "",
      "2 PESALINK 0123456789/68/ 30000000 A|", 1, 0 },
    { "no limit of a day at a bank", true, false, HB
      "A,,0123456789,68,1999998\nB,,0123456788,68,1000000.01\n",
      "077@2:5 077@3:5",
      "2 PESALINK 0123456789/68/ 99999900 A|"
      "2 PESALINK 0123456789/68/ 99999900 A|"
      "3 PESALINK 0123456788/68/ 50000001 B|"
      "3 PESALINK 0123456788/68/ 50000000 B|", 4, 2 },

    /* rows of one payee count together */
    { "two rows within a day", false, true, H "A,0712345678,250000\n"
      "A,0712345678,250000\n", "030@3:2<2",
      "2 MPESA-B2C 254712345678 25000000 A|"
      "3 MPESA-B2C 254712345678 25000000 A|", 2, 0 },
    { "two rows, a shilling too much", true, true, H "A,0712345678,300000\n"
      "A,0712345678,200001\n", "077@2:3 031@3:2<2 078@3:3<2",
      "2 MPESA-B2C 254712345678 15000000 A|"
      "2 MPESA-B2C 254712345678 15000000 A|", 2, 1 },
    { "the third is too much, the fourth fits", false, true, H
      "A,0712345678,200000\nA,0712345678,200000\nA,0712345678,100001\n"
      "A,0712345678,100000\nB,0712345679,250000\n",
      "030@3:2<2 031@4:2<2 078@4:3<2 031@5:2<2",
      "2 MPESA-B2C 254712345678 20000000 A|"
      "3 MPESA-B2C 254712345678 20000000 A|"
      "5 MPESA-B2C 254712345678 10000000 A|"
      "6 MPESA-B2C 254712345679 25000000 B|", 4, 0 },
    { "two rows that may not be two say nothing more", false, false, H
      "A,0712345678,250000\nA,0712345678,250001\n",
      "074@3:3 031@3:2<2", "2 MPESA-B2C 254712345678 25000000 A|", 1, 0 },
};

static void
test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(files); i++) {
        const struct file *f = &files[i];
        struct payroll_options o = loaded_options(&rules);
        struct loaded g = { .rc = 0 };
        struct problems ps;

        o.split = f->split;
        problems_init(&ps);
        ps.allow_stops = f->allow;
        loaded_load(&g, &o, f->bytes, strlen(f->bytes), 1 << 20, &ps);
        if (strcmp(g.problems.p != NULL ? g.problems.p : "", f->problems) != 0)
            fail_msg("%s: problems\n got %s\nwant %s", f->name,
                     g.problems.p, f->problems);
        if (strcmp(g.rows.p != NULL ? g.rows.p : "", f->rows) != 0)
            fail_msg("%s: rows\n got %s\nwant %s", f->name, g.rows.p, f->rows);
        if (g.facts.payments != f->payments
            || g.facts.split_rows != f->split_rows)
            fail_msg("%s: %lld payments, %lld rows split", f->name,
                     (long long)g.facts.payments,
                     (long long)g.facts.split_rows);
        loaded_release(&g);
        problems_release(&ps);
    }
}

static void
test_words(void **state)
{
    static const struct row {
        const char *name, *bytes, *detail, *fix;
        bool split;
    } rows[] = {
        { "can be split", H "A,0712345678,300000\n",
          "MPESA-B2C pays KES 250,000.00 at most in one payment",
          "load it with --split, which pays it in 2 linked parts of KES "
          "150,000.00, or pay it to a bank account (PESALINK takes up to KES "
          "999,999.00)", false },
        { "was split", H "A,0712345678,400001\n",
          "2 linked parts of KES 200,001.00 at most, as MPESA-B2C pays KES "
          "250,000.00 at most in one payment", "", true },
        { "more than a day", H "A,0712345678,600000\n",
          "MPESA-B2C pays one payee KES 500,000.00 at most on one day",
          "pay KES 500,000.00 of it and the rest on another day, or pay it to "
          "a bank account (PESALINK takes up to KES 999,999.00)", true },
        { "more than anybody pays", H "A,0712345678,6000000\n",
          "MPESA-B2C pays one payee KES 500,000.00 at most on one day",
          "pay KES 500,000.00 of it and the rest on another day", true },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct payroll_options o = loaded_options(&rules);
        struct loaded g = { .rc = 0 };
        struct problems ps;

        o.split = rows[i].split;
        problems_init(&ps);
        loaded_load(&g, &o, rows[i].bytes, strlen(rows[i].bytes), 1 << 20,
                    &ps);
        if (ps.n != 1 || !str_eq(ps.list[0].detail, str_of(rows[i].detail)))
            fail_msg("%s: %.*s", rows[i].name, STR_ARG(ps.list[0].detail));
        if (!str_eq(ps.list[0].fix, str_of(rows[i].fix)))
            fail_msg("%s: fix: %.*s", rows[i].name, STR_ARG(ps.list[0].fix));
        loaded_release(&g);
        problems_release(&ps);
    }
}

/* However a row is paid, the file is the same one. */
static void
test_digest(void **state)
{
    static const char text[] = H "A,0712345678,240000\n";
    struct rules small = rules;
    struct payroll_options o = loaded_options(&rules);
    struct loaded one = { .rc = 0 }, two = { .rc = 0 };
    struct problems ps;

    (void)state;
    problems_init(&ps);
    loaded_load(&one, &o, text, sizeof(text) - 1, 64, &ps);
    small.rails[0].max_minor = 10000000;
    o.rules = &small;
    o.split = true;
    loaded_load(&two, &o, text, sizeof(text) - 1, 64, &ps);
    assert_int_equal(one.facts.payments, 1);
    assert_int_equal(two.facts.payments, 3);
    assert_int_equal(two.facts.good_rows, 1);
    assert_int_equal(two.facts.good_minor, one.facts.good_minor);
    assert_memory_equal(one.facts.rows_digest, two.facts.rows_digest,
                        sizeof(one.facts.rows_digest));
    loaded_release(&one);
    loaded_release(&two);
    problems_release(&ps);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
