/* Who may pay a file, and what its rows may say about it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "intake/routing.h"
#include "tests/lib/loaded.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

#define RAIL(n, kind, named, most) \
    { .name = n, .ccy = "KES", .account = ACCOUNT_ ## kind, \
      .only_named = named, .min_minor = 100, .max_minor = most, .nbands = 1, \
      .bands = { { most, 1000 } } }

static const struct rules base = {
    .nrails = 6,
    .rails = {
        RAIL("MPESA-B2C", PHONE, false, 25000000),
        RAIL("MPESA-B2B", PAYBILL, false, 25000000),
        RAIL("PESALINK", BANK, false, 99999900),
        RAIL("INTASEND", PHONE, true, 99999900),
        RAIL("SAPAMA-MPESA", PHONE, false, 25000000),
        RAIL("SAPAMA-EQUITEL", PHONE, true, 10000000)
    },
    .nprefixes = 1, .prefixes = { { "7", "Safaricom" } }
};

static const struct provider two = {
    .name = "intasend", .two_phase = true,
    .rails = (const char *const[]){ "MPESA-B2C", "MPESA-B2B", "PESALINK",
                                    "INTASEND", NULL }
};
static const struct provider one = {
    .name = "sapama",
    .rails = (const char *const[]){ "SAPAMA-MPESA", "SAPAMA-EQUITEL", NULL }
};

enum { SALARIES, BONUS, TILL, TILL2, LIVE, DOLLARS, ACCOUNTS };

static struct account accounts[ACCOUNTS] = {
    [SALARIES] = { .name = "salaries", .provider = &two, .ccy = "KES" },
    [BONUS] = { .name = "bonus", .provider = &two, .ccy = "KES" },
    [TILL] = { .name = "till", .provider = &one, .ccy = "KES" },
    [TILL2] = { .name = "till 2", .provider = &one, .ccy = "KES" },
    [LIVE] = { .name = "real", .provider = &one, .ccy = "KES", .live = true },
    [DOLLARS] = { .name = "dollars", .provider = &two, .ccy = "USD" }
};

static struct routing routing;

static void
make(int own, const struct rules *rules, const struct route *routes,
     int nroutes)
{
    const struct routing_order o = {
        .own = &accounts[own], .all = accounts, .nall = ACCOUNTS,
        .routes = routes, .nroutes = nroutes, .rules = rules,
        .day = "2026-11-27"
    };
    struct err e = { 0 };

    if (routing_make(&routing, &o, &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
}

/* "MPESA-B2C=salaries ...": who pays what when a row names nobody. */
static void
list(char *out, size_t bytes)
{
    size_t n = 0;

    out[0] = '\0';
    for (int i = 0; i < routing.rules.nrails; i++)
        if (routing.payer_of[i] >= 0)
            n += (size_t)snprintf(out + n, bytes - n, "%s%s=%s",
                                  n > 0 ? " " : "",
                                  routing.rules.rails[i].name,
                                  routing.payer[routing.payer_of[i]].name);
}

static void
test_who_pays(void **state)
{
    static const struct row {
        const char *name;
        int own;
        struct route routes[3];
        int nroutes;
        const char *want;
    } rows[] = {
        { "IntaSend alone", SALARIES, { { "", "", false } }, 0,
          "MPESA-B2C=salaries MPESA-B2B=salaries PESALINK=salaries "
          "INTASEND=salaries" },
        { "Sapama alone: its rails stand first", TILL, { { "", "", false } },
          0, "SAPAMA-MPESA=till SAPAMA-EQUITEL=till" },
        { "a rail it has not", SALARIES,
          { { "SAPAMA-EQUITEL", "till 2", false } }, 1,
          "MPESA-B2C=salaries MPESA-B2B=salaries PESALINK=salaries "
          "INTASEND=salaries SAPAMA-EQUITEL=till 2" },
        { "a rail it has is not routed away", SALARIES,
          { { "PESALINK", "bonus", false } }, 1,
          "MPESA-B2C=salaries MPESA-B2B=salaries PESALINK=salaries "
          "INTASEND=salaries" },
        { "unless that is said", SALARIES, { { "PESALINK", "bonus", true } },
          1, "MPESA-B2C=salaries MPESA-B2B=salaries PESALINK=bonus "
          "INTASEND=salaries" },
        { "never to real money", SALARIES,
          { { "SAPAMA-MPESA", "real", true } }, 1,
          "MPESA-B2C=salaries MPESA-B2B=salaries PESALINK=salaries "
          "INTASEND=salaries" },
        { "the first that can", SALARIES,
          { { "SAPAMA-MPESA", "real", false }, { "SAPAMA-MPESA", "till",
              false }, { "SAPAMA-MPESA", "till 2", false } }, 3,
          "MPESA-B2C=salaries MPESA-B2B=salaries PESALINK=salaries "
          "INTASEND=salaries SAPAMA-MPESA=till" },
        { "from real money to real money", LIVE, { { "SAPAMA-EQUITEL", "till",
          true } }, 1, "SAPAMA-MPESA=real SAPAMA-EQUITEL=real" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char got[512];

        make(rows[i].own, &base, rows[i].routes, rows[i].nroutes);
        list(got, sizeof(got));
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s:\n got %s\nwant %s", rows[i].name, got, rows[i].want);
    }
}

static void
test_wrong_routes(void **state)
{
    static const struct row {
        const char *name;
        struct route route;
        const char *says;
    } rows[] = {
        { "no such rail", { "MPESA-B2D", "till", false },
          "the rules have no rail \"MPESA-B2D\"" },
        { "no such account", { "MPESA-B2C", "tills", false },
          "no funding account \"tills\"" },
        { "not its rail", { "MPESA-B2C", "till", false },
          "\"till\" (sapama) does not pay by MPESA-B2C" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct routing_order o = {
            .own = &accounts[SALARIES], .all = accounts, .nall = ACCOUNTS,
            .routes = &rows[i].route, .nroutes = 1, .rules = &base
        };
        struct err e = { 0 };

        if (routing_make(&routing, &o, &e) == 0 || e.kind != ERR_CONFIG
            || strstr(e.text, rows[i].says) == NULL)
            fail_msg("%s: %s", rows[i].name, e.text);
    }
}

/* --- what rows say -------------------------------------------------------- */

static int
on_row(void *owner, const struct payroll_row *r, struct err *e)
{
    struct buf *b = owner;

    (void)e;
    buf_printf(b, "%lld %s %s %lld|", (long long)r->line, r->rail->name,
               routing.payer[r->payer].name,
               (long long)r->rail->max_minor / 100);
    return 0;
}

/* Loads ${text} for ${own} with a route of Equitel to "till". */
static void
load(int own, const struct rules *rules, const char *text, char *got,
     size_t bytes)
{
    static const struct route routes[] = {
        { "SAPAMA-EQUITEL", "till", false }
    };
    struct payroll_options o = loaded_options(&routing.rules);
    struct payroll_sink sink = { .row = on_row };
    struct problems ps;
    struct payroll *p = NULL;
    struct buf b;
    struct err e = { 0 };
    size_t n = 0;

    make(own, rules, routes, 1);
    o.default_rail = accounts[own].provider->rails[0];
    o.payers = routing.payer;
    o.npayers = routing.naccounts;
    o.payer_of = routing.payer_of;
    buf_init(&b, LOADED_BYTES);
    problems_init(&ps);
    sink.owner = &b;
    p = payroll_new(&o, &sink, &ps, &e);
    assert_non_null(p);
    assert_int_equal(payroll_feed(p, text, strlen(text), &e), 0);
    assert_int_equal(payroll_end(p, &e), 0);
    n = (size_t)snprintf(got, bytes, "%s", b.p != NULL ? b.p : "");
    for (size_t i = 0; i < ps.n && n < bytes; i++)
        if (ps.list[i].severity != SEV_WARNING)
            n += (size_t)snprintf(got + n, bytes - n, "!%s@%lld:%d %.*s",
                                  ps.list[i].kind->code + 7,
                                  (long long)ps.list[i].line,
                                  ps.list[i].column,
                                  STR_ARG(ps.list[i].detail));
    payroll_free(p);
    problems_release(&ps);
    buf_release(&b);
}

#define HEAD "name,phone,amount,bank_code,account,rail,pay from\n"
#define PHONE "A,0712345678,100,,,"
#define BANK "A,,100,68,0123456789,"

static const struct said {
    const char *name;
    int own;
    const char *row, *want;
} said[] = {
    { "a phone, IntaSend", SALARIES, PHONE ",",
      "2 MPESA-B2C salaries 250000|" },
    { "a phone, Sapama", TILL, PHONE ",", "2 SAPAMA-MPESA till 250000|" },
    { "the word for a phone, Sapama", TILL, PHONE "mpesa,",
      "2 SAPAMA-MPESA till 250000|" },
    { "a bank, IntaSend", SALARIES, BANK ",", "2 PESALINK salaries 999999|" },
    { "a bank, Sapama", TILL, BANK ",",
      "!071@2:5 the row names a bank account; offered are SAPAMA-MPESA, "
      "SAPAMA-EQUITEL" },
    { "a rail that is routed", SALARIES, PHONE "SAPAMA-EQUITEL,",
      "2 SAPAMA-EQUITEL till 100000|" },
    { "a rail that nobody pays", SALARIES, PHONE "sapama-mpesa,",
      "!111@2:6 the run's account does not pay by SAPAMA-MPESA; offered are "
      "MPESA-B2C, MPESA-B2B, PESALINK, INTASEND, SAPAMA-EQUITEL" },
    { "a rail that is none", TILL, PHONE "cash,",
      "!070@2:6 offered are SAPAMA-MPESA, SAPAMA-EQUITEL" },
    { "the row names who pays", SALARIES, PHONE ",TILL 2",
      "2 SAPAMA-MPESA till 2 250000|" },
    { "... and by what", SALARIES, PHONE "SAPAMA-EQUITEL,till 2",
      "2 SAPAMA-EQUITEL till 2 100000|" },
    { "another account of the same provider", SALARIES, BANK ",bonus",
      "2 PESALINK bonus 999999|" },
    { "the run's own", SALARIES, PHONE ",salaries",
      "2 MPESA-B2C salaries 250000|" },
    { "a provider with one account", LIVE, PHONE ",sapama",
      "2 SAPAMA-MPESA real 250000|" },
    { "... in any case", LIVE, PHONE ",Sapama",
      "2 SAPAMA-MPESA real 250000|" },
    { "... in capitals", LIVE, PHONE ",SAPAMA",
      "2 SAPAMA-MPESA real 250000|" },
    { "a provider with several", SALARIES, PHONE ",IntaSend",
      "!110@2:7 there is no such account; there are salaries, bonus, till, "
      "till 2" },
    { "who cannot pay by that", SALARIES, PHONE "MPESA-B2C,till",
      "!111@2:6 till does not pay by MPESA-B2C; offered are SAPAMA-EQUITEL, "
      "SAPAMA-MPESA" },
    { "who cannot pay that", SALARIES, BANK ",till",
      "!071@2:5 the row names a bank account; the account \"till\" pays by "
      "SAPAMA-EQUITEL, "
      "SAPAMA-MPESA" },
    { "nobody of that name", SALARIES, PHONE ",tills",
      "!110@2:7 there is no such account; there are salaries, bonus, till, "
      "till 2" },
    { "real money in a rehearsal", SALARIES, PHONE ",real",
      "!110@2:7 it pays for real, and this run is a rehearsal; there are "
      "salaries, bonus, till, till 2" },
    { "a rehearsal in real money", LIVE, PHONE ",till",
      "!110@2:7 it is a sandbox account, and this run pays for real; there "
      "are real" },
    { "another currency", SALARIES, PHONE ",dollars",
      "!110@2:7 it is in another currency; there are salaries, bonus, till, "
      "till 2" }
};

static void
check_said(const struct rules *rules, const struct said *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[512], got[1024];

        snprintf(text, sizeof(text), HEAD "%s\n", rows[i].row);
        load(rows[i].own, rules, text, got, sizeof(got));
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s:\n got %s\nwant %s", rows[i].name, got, rows[i].want);
    }
}

static void
test_rows(void **state)
{
    (void)state;
    check_said(&base, said, LEN(said));
    assert_ptr_equal(provider_named("IntaSend"), provider_named("intasend"));
    assert_ptr_equal(provider_named("SAPAMA"), provider_named("sapama"));
    assert_non_null(provider_named("Sapama"));
    assert_null(provider_named("sapam"));
}

/* An account that is held closer than the others keeps its limits, whether it
 * pays by itself, by a route or because a row names it. */
static void
test_closer_limits(void **state)
{
    static const struct said rows[] = {
        { "not held", SALARIES, PHONE ",", "2 MPESA-B2C salaries 250000|" },
        { "named", SALARIES, PHONE ",bonus", "2 MPESA-B2C bonus 1000|" },
        { "its own", BONUS, PHONE ",", "2 MPESA-B2C bonus 1000|" },
        { "the other, named", BONUS, PHONE ",salaries",
          "2 MPESA-B2C salaries 250000|" },
        { "named with the rail", SALARIES, PHONE "MPESA-B2C,bonus",
          "2 MPESA-B2C bonus 1000|" },
        { "a rail it may not use", SALARIES, BANK ",bonus",
          "!071@2:5 the row names a bank account; the account \"bonus\" "
          "pays by MPESA-B2C" },
        { "a route to it", SALARIES, PHONE "SAPAMA-EQUITEL,",
          "2 SAPAMA-EQUITEL till 500|" }
    };
    static struct rules held;

    (void)state;
    held = base;
    held.naccounts = 1;
    held.accounts[0] = (struct account_rails){
        .account = "bonus", .nrails = 1, .rails = { "MPESA-B2C" }
    };
    held.nlimits = 3;
    held.limits[0] = (struct rail_limit){
        .account = "bonus", .rail = "MPESA-B2C", .min_minor = -1,
        .max_minor = 100000, .payee_day_max_minor = -1
    };
    held.limits[1] = (struct rail_limit){
        .account = "till", .rail = "SAPAMA-EQUITEL", .min_minor = -1,
        .max_minor = 50000, .payee_day_max_minor = -1
    };
    held.limits[2] = (struct rail_limit){       /* not in force on the day */
        .rail = "MPESA-B2C", .from = "2027-01-01", .min_minor = -1,
        .max_minor = 500, .payee_day_max_minor = -1
    };
    check_said(&held, rows, LEN(rows));
}

/* What people call the column. */
static void
test_headers(void **state)
{
    static const char *const names[] = {
        "pay from", "Pay_From", "Funding account", "Paying Account", "wallet",
        "Till to pay from", "Source Account"
    };

    (void)state;
    for (size_t i = 0; i < LEN(names); i++)
        if (payroll_field_of(str_of(names[i])) != PF_PAY_FROM)
            fail_msg("%s", names[i]);
    assert_string_equal(payroll_field_name(PF_PAY_FROM), "pay_from");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_pays),
        cmocka_unit_test(test_wrong_routes),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_closer_limits),
        cmocka_unit_test(test_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
