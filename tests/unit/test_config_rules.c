/* The rules as shipped, and mistakes in a copy of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "cli/config.h"
#include "loaders/bank.h"
#include "providers/provider.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static struct rules shipped;

static void
test_rails(void **state)
{
    static const struct row {
        const char *name;
        enum account_kind account;
        bool only_named;
        int decimals;
        int64_t min, max;
    } rows[] = {
        { "MPESA-B2C", ACCOUNT_PHONE, false, 0, 1000, 25000000 },
        { "MPESA-B2B", ACCOUNT_PAYBILL, false, 2, 1000, 25000000 },
        { "MPESA-B2B", ACCOUNT_TILL, false, 2, 1000, 25000000 },
        { "PESALINK", ACCOUNT_BANK, false, 2, 10000, 99999900 },
        { "INTASEND", ACCOUNT_PHONE, true, 2, 1000, 99999900 },
        { "AIRTIME", ACCOUNT_PHONE, true, 0, 1000, 1000000 },
        { "SAPAMA-MPESA", ACCOUNT_PHONE, false, 0, 1000, 25000000 },
        { "SAPAMA-EQUITEL", ACCOUNT_PHONE, true, 0, 10000, 10000000 }
    };

    (void)state;
    /* what a person can be paid on one day; a bank says nothing of it */
    assert_int_equal(rules_rail(&shipped, STR("MPESA-B2C"))
                         ->payee_day_max_minor, 50000000);
    assert_int_equal(rules_rail(&shipped, STR("PESALINK"))
                         ->payee_day_max_minor, 0);
    assert_int_equal(shipped.nrails, LEN(rows));
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct rail_rule *r = &shipped.rails[i];

        if (strcmp(r->name, rows[i].name) != 0 || strcmp(r->ccy, "KES") != 0
            || r->account != rows[i].account
            || r->only_named != rows[i].only_named
            || r->decimals != rows[i].decimals
            || r->min_minor != rows[i].min || r->max_minor != rows[i].max)
            fail_msg("rail %zu, %s", i, r->name);
        assert_int_equal(r->bands[r->nbands - 1].upto_minor, r->max_minor);
    }
}

static bool
offers(const struct provider *p, const char *rail)
{
    for (const char *const *r = p->rails; *r != NULL; r++)
        if (strcmp(*r, rail) == 0)
            return true;
    return false;
}

/* What the rules offer a provider must have, and the other way round. */
static void
test_provider_has_them(void **state)
{
    (void)state;
    for (int i = 0; i < shipped.nrails; i++) {
        int n = 0;

        for (int k = 0; providers[k] != NULL; k++)
            n += offers(providers[k], shipped.rails[i].name);
        if (n != 1)
            fail_msg("%d providers have %s", n, shipped.rails[i].name);
    }
    for (int k = 0; providers[k] != NULL; k++)
        for (const char *const *r = providers[k]->rails; *r != NULL; r++)
            if (rules_rail(&shipped, str_of(*r)) == NULL)
                fail_msg("the rules have no %s", *r);
}

static void
test_banks(void **state)
{
    static const struct row { const char *text, *code; } rows[] = {
        { "1", "1" }, { "01", "1" }, { "068", "68" }, { "KCB", "1" },
        { "kcb bank kenya limited", "1" }, { "Barclays Bank of Kenya", "3" },
        { "Standard Chartered Bank (K) Ltd", "2" }, { "CBA", "7" },
        { "Co-operative Bank of Kenya", "11" }, { "COOPERATIVE", "11" },
        { "Co-op Bank", "11" }, { "Ecobank", "43" }, { "I&M", "57" },
        { "I & M Bank Ltd", "57" }, { "Citi Bank", "16" }, { "HFCK", "61" },
        { "Mayfair Bank", "65" }, { "First Community Bank", "74" },
        { "Absa", "3" }, { "Equity Bank Kenya Ltd.", "68" },
        { "T-Kash", "97" }, { "Stima Sacco", "89" },
        { "", NULL }, { "0", NULL }, { "4", NULL }, { "68000", NULL },
        { "Bank", NULL }, { "Bank of Kenya", NULL }, { "Equ", NULL },
        { "KCB Equity", NULL }, { "M-Pesa", NULL }
    };
    struct bank_index ix;
    struct err e = { 0 };

    (void)state;
    if (bank_index_make(&ix, &shipped, &e) < 0)
        fail_msg("%s", e.text);
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct bank_name *b = bank_find(&ix, str_of(rows[i].text));
        const char *code = b != NULL ? b->code : "none";

        if (strcmp(code, rows[i].code != NULL ? rows[i].code : "none") != 0)
            fail_msg("\"%s\" is %s", rows[i].text, code);
    }
    /* every name leads to its own bank, and to the name that is shown */
    for (int i = 0; i < shipped.nbanks; i++) {
        const struct bank_name *b = bank_find(&ix,
                                              str_of(shipped.banks[i].name));

        if (b == NULL || strcmp(b->code, shipped.banks[i].code) != 0)
            fail_msg("%s", shipped.banks[i].name);
        assert_true(b == shipped.banks
                    || strcmp(b[-1].code, b->code) != 0);
    }
}

static void
test_near(void **state)
{
    static const struct row { const char *text, *near; } rows[] = {
        { "Equitty", "Equity Bank (68)" }, { "Famly Bank", "Family Bank (70)" },
        { "Standard", "Standard Chartered Bank (2)" },
        { "Afric", "NCBA Bank Kenya (7), Bank of Africa (19), ABC Bank (35)" },
        { "Safaricom", "" }, { "", "" }, { "xx", "" }
    };
    struct bank_index ix;
    char near[BANK_NEAR_BYTES];

    (void)state;
    assert_int_equal(bank_index_make(&ix, &shipped, NULL), 0);
    for (size_t i = 0; i < LEN(rows); i++) {
        bank_near(&ix, str_of(rows[i].text), near);
        if (strstr(near, rows[i].near) != near
            || (rows[i].near[0] == '\0' && near[0] != '\0'))
            fail_msg("\"%s\": %s", rows[i].text, near);
    }
}

/* --- mistakes ----------------------------------------------------------- */

#define RAIL(name, account, ccy) \
    "  - { name: " name ", currency: " ccy ", account: " account ", " \
    "decimals: 0, min: \"1\", max: \"9\", " \
    "charges: [{ upto: \"9\", charge: \"1\" }] }\n"
#define RAILS "rails:\n"
#define NO_PREFIXES "prefixes: []\n"

static void
test_mistakes(void **state)
{
    static const struct row { const char *name, *yaml, *says; } rows[] = {
        { "no banks", RAILS RAIL("A", "phone", "KES") NO_PREFIXES, NULL },
        { "one name, two accounts", RAILS RAIL("A", "till", "KES")
          RAIL("A", "paybill", "KES") NO_PREFIXES, NULL },
        { "one name, one account", RAILS RAIL("A", "till", "KES")
          RAIL("B", "till", "KES") RAIL("A", "till", "KES") NO_PREFIXES,
          "rail A is there twice" },
        { "one name, two currencies", RAILS RAIL("A", "till", "KES")
          RAIL("A", "paybill", "USD") NO_PREFIXES, "rail A is there twice" },
        { "a code in letters", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "banks:\n  - { code: \"KE\", names: [\"X\"] }\n",
          "bank code \"KE\" is not a number" },
        { "a bank without names", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "banks:\n  - { code: \"1\", names: [] }\n",
          "Insufficient entries" },
        { "a key with a slip", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "banks:\n  - { code: \"1\", name: [\"X\"] }\n", "name" },
        { "two banks of one name", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "banks:\n  - { code: \"1\", names: [\"I&M Bank\"] }\n"
          "  - { code: \"2\", names: [\"X\", \"I and M\"] }\n",
          "nobody can tell" },
        { "limits and accounts", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "limits:\n  - { rail: A, from: \"2026-12-01\", max: \"99\" }\n"
          "accounts:\n  - name: x\n    rails: [A]\n    limits:\n"
          "      - { rail: A, payee_day_max: \"5\" }\n", NULL },
        { "a limit of no rail", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "limits:\n  - { rail: B, max: \"99\" }\n", "the rail \"B\"" },
        { "an account's rail is none", RAILS RAIL("A", "bank", "KES")
          NO_PREFIXES "accounts:\n  - { name: x, rails: [C] }\n",
          "the rail \"C\"" },
        { "a day that is none", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "limits:\n  - { rail: A, from: \"1.12.2026\" }\n",
          "\"1.12.2026\" is not a day" },
        { "ends before it begins", RAILS RAIL("A", "bank", "KES") NO_PREFIXES
          "limits:\n  - { rail: A, from: \"2026-12-02\", until: "
          "\"2026-12-01\" }\n", "before it begins" },
        { "a limit that is no amount", RAILS RAIL("A", "bank", "KES")
          NO_PREFIXES "limits:\n  - { rail: A, max: lots }\n",
          "max \"lots\" is not an amount" },
        { "a day's limit below a payment's", RAILS
          "  - { name: A, currency: KES, account: bank, decimals: 0, min: "
          "\"1\", max: \"9\", payee_day_max: \"8\", charges: "
          "[{ upto: \"9\", charge: \"1\" }] }\n" NO_PREFIXES,
          "payee_day_max is below" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char path[] = "/tmp/payrun-rules-XXXXXX";
        struct rules r;
        struct bank_index ix;
        struct err e = { 0 };
        int fd = mkstemp(path), rc;
        size_t n = strlen(rows[i].yaml);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, rows[i].yaml, n), n);
        close(fd);
        rc = config_rules(&r, path, &e);
        if (rc == 0)
            rc = bank_index_make(&ix, &r, &e);
        unlink(path);
        if (rows[i].says == NULL ? rc != 0
                                 : rc == 0 || e.kind != ERR_CONFIG
                                   || strstr(e.text, rows[i].says) == NULL)
            fail_msg("%s: %d %s", rows[i].name, rc, e.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rails),
        cmocka_unit_test(test_provider_has_them),
        cmocka_unit_test(test_banks),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_mistakes),
    };

    if (config_rules(&shipped, NULL, NULL) < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
