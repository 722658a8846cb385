/* The rail and prefix tables. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "money/rules.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct rules rules = {
    .nrails = 2,
    .rails = {
        { .name = "MPESA-B2C", .ccy = "KES", .account = ACCOUNT_PHONE,
          .nbands = 3,
          .bands = { { 10000, 0 }, { 100000, 1500 }, { 15000000, 3000 } } },
        { .name = "PESALINK", .ccy = "KES", .account = ACCOUNT_BANK }
    },
    .nprefixes = 4,
    .prefixes = { { "76", "Airtel" }, { "763", "Equitel" },
                  { "7", "Somebody" }, { "11", "Safaricom" } }
};

static void
rails(void **state)
{
    (void)state;
    assert_ptr_equal(rules_rail(&rules, STR("MPESA-B2C")), &rules.rails[0]);
    assert_ptr_equal(rules_rail(&rules, STR("PESALINK")), &rules.rails[1]);
    assert_null(rules_rail(&rules, STR("mpesa-b2c")));
    assert_null(rules_rail(&rules, STR("MPESA")));
    assert_null(rules_rail(&rules, STR("MPESA-B2CX")));
    assert_null(rules_rail(&rules, (struct str){ NULL, 0 }));
}

static void
charges(void **state)
{
    static const struct row {
        int64_t minor, charge;
    } rows[] = {
        { 1, 0 }, { 10000, 0 }, { 10001, 1500 }, { 100000, 1500 },
        { 100001, 3000 }, { 15000000, 3000 }, { 15000001, 3000 },
        { MONEY_MINOR_MAX, 3000 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (rules_charge(&rules.rails[0], rows[i].minor) != rows[i].charge)
            fail_msg("%lld", (long long)rows[i].minor);
    assert_int_equal(rules_charge(&rules.rails[1], 5000), 0);
}

static void
networks(void **state)
{
    static const struct row {
        const char *digits, *network;
    } rows[] = {
        { "254763123456", "Equitel" },      /* the longest wins */
        { "254762123456", "Airtel" },
        { "254712345678", "Somebody" },
        { "254112345678", "Safaricom" },
        { "254101234567", NULL },
        { "255763123456", NULL },
        { "0763123456", NULL },
        { "2547", "Somebody" },
        { "254", NULL },
        { "25", NULL },
        { "", NULL }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const char *got = rules_network(&rules, str_of(rows[i].digits));
        bool same = got == NULL || rows[i].network == NULL
                        ? got == rows[i].network
                        : strcmp(got, rows[i].network) == 0;

        if (!same)
            fail_msg("%s: %s", rows[i].digits, got != NULL ? got : "nobody");
    }
}

/* --- limits --------------------------------------------------------------- */

#define L(a, r, f, u, lo, hi, day) { a, r, f, u, lo, hi, day }
static const struct rules limited = {
    .nrails = 3,
    .rails = {
        { .name = "A", .ccy = "KES", .min_minor = 1000, .max_minor = 9000,
          .payee_day_max_minor = 18000 },
        { .name = "B", .ccy = "KES", .min_minor = 1000, .max_minor = 9000 },
        { .name = "A", .ccy = "KES", .account = ACCOUNT_TILL,
          .min_minor = 1000, .max_minor = 9000 }
    },
    .naccounts = 1,
    .accounts = { { "narrow", 1, { "A" } } },
    .nlimits = 6,
    .limits = {
        L("narrow", "A", "", "", 2000, 5000, 7000),
        L("", "A", "2026-12-01", "", -1, 20000, 40000),
        L("wide", "B", "", "", 0, 99999, 5000),
        L("wide", "A", "", "2026-11-30", -1, -1, 0),
        L("", "B", "2026-12-01", "2026-12-31", 1500, -1, -1),
        L("early", "A", "2026-11-30", "2026-11-30", -1, 8000, -1)
    }
};

static void
limits(void **state)
{
    static const struct row {
        const char *account, *rail, *day;
        bool may;
        int64_t min, max, day_max;
    } rows[] = {
        { "other", "A", "2026-11-30", true, 1000, 9000, 18000 },
        { "other", "A", "2026-12-01", true, 1000, 20000, 40000 },
        { "other", "A", "", true, 1000, 9000, 18000 },
        { "other", "B", "2026-11-30", true, 1000, 9000, 0 },
        { "other", "B", "2026-12-31", true, 1500, 9000, 0 },
        { "other", "B", "2027-01-01", true, 1000, 9000, 0 },
        { "narrow", "A", "2026-11-30", true, 2000, 5000, 7000 },
        /* everybody's rises; its own stays */
        { "narrow", "A", "2026-12-01", true, 2000, 5000, 7000 },
        { "narrow", "B", "2026-11-30", false, 1000, 9000, 0 },
        /* an account cannot be allowed more than everybody */
        { "wide", "B", "2026-11-30", true, 1000, 9000, 5000 },
        { "wide", "A", "2026-11-30", true, 1000, 9000, 18000 },
        { "early", "A", "2026-11-29", true, 1000, 9000, 18000 },
        { "early", "A", "2026-11-30", true, 1000, 8000, 18000 },
        { "early", "A", "2026-12-01", true, 1000, 20000, 40000 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct row *w = &rows[i];
        struct rail_rule r = *rules_rail(&limited, str_of(w->rail));
        bool may = rules_limit(&r, &limited, w->account, w->day);

        if (may != w->may || r.min_minor != w->min || r.max_minor != w->max
            || r.payee_day_max_minor != w->day_max)
            fail_msg("%s by %s on \"%s\": %d %lld %lld %lld", w->account,
                     w->rail, w->day, may, (long long)r.min_minor,
                     (long long)r.max_minor,
                     (long long)r.payee_day_max_minor);
    }
}

/* --- parts ---------------------------------------------------------------- */

static void
splits(void **state)
{
    static const struct row {
        const char *name;
        int decimals;
        int64_t min, max, minor;
        int parts;              /* 0: it cannot be */
        int64_t first, last;
    } rows[] = {
        { "fits", 0, 1000, 25000000, 25000000, 1, 25000000, 25000000 },
        { "two equal", 0, 1000, 25000000, 30000000, 2, 15000000, 15000000 },
        { "a shilling over", 0, 1000, 25000000, 25000100, 2, 12500100,
          12500000 },
        { "three", 0, 1000, 25000000, 50000100, 3, 16666700, 16666700 },
        { "three, one less", 0, 1000, 25000000, 50000300, 3, 16666800,
          16666700 },
        { "cents", 2, 1000, 25000000, 50000001, 3, 16666667, 16666667 },
        { "one decimal", 1, 1000, 25000000, 25000010, 2, 12500010, 12500000 },
        { "cents where none are", 0, 1000, 25000000, 30000050, 0, 0, 0 },
        { "max between steps", 0, 1000, 25000050, 50000100, 3, 16666700,
          16666700 },
        { "parts below the least", 0, 20000000, 25000000, 30000000, 0, 0, 0 },
        { "a hundred parts", 0, 100, 1000, 100000, 100, 1000, 1000 },
        { "one more", 0, 100, 1000, 100100, 0, 0, 0 },
        { "nothing", 0, 0, 1000, 0, 0, 0, 0 },
        { "no max", 0, 0, 0, 1000, 0, 0, 0 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct row *w = &rows[i];
        const struct rail_rule rail = {
            .ccy = "KES", .decimals = w->decimals, .min_minor = w->min,
            .max_minor = w->max
        };
        struct rail_split s;
        int64_t sum = 0;
        int rc = rules_split(&rail, w->minor, &s);

        if ((rc == 0) != (w->parts > 0) || s.parts != w->parts)
            fail_msg("%s: %d, %d parts", w->name, rc, s.parts);
        if (w->parts == 0)
            continue;
        if (rules_part(&s, 1) != w->first
            || rules_part(&s, s.parts) != w->last)
            fail_msg("%s: %lld to %lld", w->name, (long long)rules_part(&s, 1),
                     (long long)rules_part(&s, s.parts));
        for (int n = 1; n <= s.parts; n++) {
            int64_t part = rules_part(&s, n);

            if (part < w->min || part > w->max
                || part % rules_step(&rail) != 0)
                fail_msg("%s: part %d is %lld", w->name, n, (long long)part);
            sum += part;
        }
        if (sum != w->minor)
            fail_msg("%s: adds up to %lld", w->name, (long long)sum);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rails),
        cmocka_unit_test(charges),
        cmocka_unit_test(networks),
        cmocka_unit_test(limits),
        cmocka_unit_test(splits)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
