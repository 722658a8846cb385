#include "tests/lib/payroll_rules.h"

#define RAIL_MPESA \
    { .name = "MPESA-B2C", .ccy = "KES", .account = ACCOUNT_PHONE, \
      .decimals = 0, .min_minor = 1000, .max_minor = 25000000, \
      .payee_day_max_minor = 50000000 }

#define PREFIXES \
    .nprefixes = 5, .prefixes = { \
        { "70", "Safaricom" }, { "71", "Safaricom" }, { "72", "Safaricom" }, \
        { "73", "Airtel" }, { "11", "Safaricom" } }

const struct rules test_rules_mpesa = {
    .nrails = 1,
    .rails = { RAIL_MPESA },
    PREFIXES
};

const struct rules test_rules_all = {
    .nrails = 5,
    .rails = {
        RAIL_MPESA,
        { .name = "PESALINK", .ccy = "KES", .account = ACCOUNT_BANK,
          .decimals = 2, .min_minor = 10000, .max_minor = 99999900 },
        { .name = "MPESA-PAYBILL", .ccy = "KES", .account = ACCOUNT_PAYBILL,
          .decimals = 1, .min_minor = 1000, .max_minor = 25000000 },
        { .name = "MPESA-TILL", .ccy = "KES", .account = ACCOUNT_TILL,
          .decimals = 0, .min_minor = 1000, .max_minor = 25000000 },
        { .name = "WALLET-USD", .ccy = "USD", .account = ACCOUNT_PHONE,
          .decimals = 2, .min_minor = 100, .max_minor = 100000 },
    },
    PREFIXES
};

const struct rules test_rules_rails = {
    .nrails = 6,
    .rails = {
        /* before the default one: it must not be chosen for a phone */
        { .name = "AIRTIME", .ccy = "KES", .account = ACCOUNT_PHONE,
          .only_named = true, .decimals = 0, .min_minor = 1000,
          .max_minor = 1000000 },
        RAIL_MPESA,
        { .name = "MPESA-B2B", .ccy = "KES", .account = ACCOUNT_PAYBILL,
          .decimals = 2, .min_minor = 1000, .max_minor = 25000000 },
        { .name = "MPESA-B2B", .ccy = "KES", .account = ACCOUNT_TILL,
          .decimals = 2, .min_minor = 1000, .max_minor = 25000000 },
        { .name = "PESALINK", .ccy = "KES", .account = ACCOUNT_BANK,
          .decimals = 2, .min_minor = 10000, .max_minor = 99999900 },
        { .name = "INTASEND", .ccy = "KES", .account = ACCOUNT_PHONE,
          .only_named = true, .decimals = 2, .min_minor = 1000,
          .max_minor = 99999900 },
    },
    PREFIXES,
    .nbanks = 8,
    .banks = {
        { "1", "KCB" }, { "1", "Kenya Commercial Bank" },
        { "3", "Absa Bank Kenya" }, { "3", "Barclays Bank" },
        { "11", "Cooperative Bank" }, { "43", "Eco Bank" },
        { "57", "I&M Bank" }, { "68", "Equity Bank" },
    }
};
