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
#define RULES_RAILS_MAX     32   /* a bit each in payroll_payer.rails */
#define RULES_CHARGES_MAX   16
#define RULES_PREFIXES_MAX  256
#define RULES_BANKS_MAX     256  /* names, of about 50 banks */
#define RULES_ACCOUNTS_MAX  32   /* as many as can be configured */
#define RULES_LIMITS_MAX    64
#define RULES_PARTS_MAX     100  /* of one row: more is a slip of the keys */
#define RULES_DAY_BYTES     11   /* "2026-12-01" */

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
    int64_t payee_day_max_minor;    /* to one payee on one day; 0: none  */
    int     nbands;
    struct charge_band bands[RULES_CHARGES_MAX];    /* ascending */
};

/* Other limits for a rail: of one account, or from a day on. */
struct rail_limit {
    char    account[64];    /* of the configuration; "": of all          */
    char    rail[24];
    char    from[RULES_DAY_BYTES], until[RULES_DAY_BYTES];  /* both in; "" */
    int64_t min_minor, max_minor, payee_day_max_minor;  /* -1: as it was */
};

/* An account that may not pay by every rail of its provider. */
struct account_rails {
    char    account[64];
    int     nrails;
    char    rails[RULES_RAILS_MAX][24];     /* those it may use, by name */
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
    int naccounts;
    struct account_rails accounts[RULES_ACCOUNTS_MAX];
    int nlimits;            /* in order: a later one counts more         */
    struct rail_limit limits[RULES_LIMITS_MAX];
};

/* rules_rail(rules, name): the first of that name, or NULL. */
const struct rail_rule *rules_rail(const struct rules *, struct str);

/**
 * rules_limit(rail, rules, account, day):
 * What ${rail}, a copy of one in ${rules}, takes when ${account} pays by it on
 * ${day} ("2026-12-01"; "": no day is known, so only limits without days
 * count).  An account may only be held closer than everybody, never wider.
 * false: the account may not use it.
 */
bool rules_limit(struct rail_rule *, const struct rules *,
                 const char *account, const char *day);

/* A payment too large for its rail, as linked parts: as few as can be, and as
 * equal as the rail's decimals allow.  The first ${larger} have a step more. */
struct rail_split {
    int     parts;          /* 1: it need not be split                   */
    int64_t low_minor, step_minor;
    int     larger;
};

/* rules_split(rail, minor, out): 0; or -1 when no parts add up to it of which
 * each can be paid.  rules_part(split, n): of part ${n}, from 1. */
int rules_split(const struct rail_rule *, int64_t, struct rail_split *);
int64_t rules_part(const struct rail_split *, int);

/* rules_step(rail): the smallest step between two amounts it can pay. */
int64_t rules_step(const struct rail_rule *);

/* rules_charge(rail, minor): the estimated charge of one payment. */
int64_t rules_charge(const struct rail_rule *, int64_t minor);

/* rules_network(rules, digits): whose prefix "2547..." has, or NULL. */
const char *rules_network(const struct rules *, struct str);

#endif
