#ifndef MONEY_RULES_H
#define MONEY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "money/money.h"

/*
 * What each rail takes and costs, and which numbers belong to whom: data, not
 * code.  The values come from engine/cli/rules.yaml (compiled in; a file of
 * the same shape may replace it), are filled in by cli, and are read-only from
 * then on.
 */
#define RULES_RAILS_MAX     16
#define RULES_CHARGES_MAX   16
#define RULES_PREFIXES_MAX  256
#define RULES_BANKS_MAX     256  /* names, of about 50 banks */

enum account_kind {
    ACCOUNT_PHONE,          /* 254 and nine digits            */
    ACCOUNT_BANK,           /* bank code and account number   */
    ACCOUNT_PAYBILL,        /* number and account reference   */
    ACCOUNT_TILL
};

struct charge_band {
    int64_t upto_minor;     /* amounts up to and with this ... */
    int64_t charge_minor;   /* ... are estimated to cost this  */
};

/* A rail that pays two kinds of account has a rule for each, of one name. */
struct rail_rule {
    char    name[24];       /* "MPESA-B2C": the provider's word          */
    char    ccy[4];
    enum account_kind account;
    bool    only_named;     /* never chosen by what a row has filled in  */
    int     decimals;       /* how many the rail takes: 0 for M-Pesa     */
    int64_t min_minor;      /* smallest and largest single payment       */
    int64_t max_minor;
    int     nbands;
    struct charge_band bands[RULES_CHARGES_MAX];    /* ascending */
};

struct phone_prefix {
    char prefix[8];         /* behind 254: "70", "763"; the longest wins */
    char network[24];       /* "Safaricom", "Airtel", "Equitel"          */
};

/* One name of a bank; a bank has a row for each of its names, the first of
 * which is the one to show. */
struct bank_name {
    char code[8];           /* "68"                                      */
    char name[48];          /* "Equity Bank"                             */
};

struct rules {
    int nrails;
    struct rail_rule rails[RULES_RAILS_MAX];
    int nprefixes;
    struct phone_prefix prefixes[RULES_PREFIXES_MAX];
    int nbanks;             /* 0: bank codes are taken as they come      */
    struct bank_name banks[RULES_BANKS_MAX];
};

/* rules_rail(rules, name): the first of that name, or NULL. */
const struct rail_rule *rules_rail(const struct rules *, struct str);

/* rules_charge(rail, minor): the estimated charge of one payment. */
int64_t rules_charge(const struct rail_rule *, int64_t minor);

/* rules_network(rules, digits): whose prefix "2547..." has, or NULL. */
const char *rules_network(const struct rules *, struct str);

#endif
