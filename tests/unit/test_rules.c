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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rails),
        cmocka_unit_test(charges),
        cmocka_unit_test(networks)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
