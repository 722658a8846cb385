#ifndef RECONCILE_RECONCILE_H
#define RECONCILE_RECONCILE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

/*
 * The file, the engine, and provider and bank held against each other.  What
 * the states say is never read to find out what they should be.
 */
struct reconcile_order {
    int64_t     run_id;         /* 0: an account's days                       */
    int64_t     account_id;     /* 0: a run                                   */
    char        from[16], until[16];    /* of an account: YYYY-MM-DD         */
    int64_t     tolerance_minor;/* of charges                                 */
    int         late_days, watch_days;
    const char *person;
    bool        keep;           /* note it, and its breaks                    */
};

/* A finding; borrowed from the arena.  Texts are "" where there is none. */
struct found {
    int         nr;
    const char *kind, *account, *book, *run_ref, *ccy, *heals_until;
    const char *about, *detail;
    int64_t     batch_id, seq, line_id;
    int64_t     ours_minor, theirs_minor, minor, moved_minor;
    unsigned char key[16];
};

struct proof {
    const char *account, *book, *ccy, *from, *until;
    bool        has_balances;
    int64_t     opening, in, paid, charges, returned, closing, difference;
    int64_t     ours, off, explained;
    int64_t     tolerated, tolerated_charges;   /* by --tolerance: how much,
                                   and how many                               */
};

struct hop {
    const char *run_ref, *ccy, *hop;
    int64_t     run_id, rows, minor;
};

#define RECONCILE_ACCOUNTS_MAX 256      /* of one run: more than anybody has  */

struct reconcile_result {
    struct arena  arena;        /* reconcile_release() frees it               */
    int64_t       id;           /* 0: not kept                                */
    char          from[16], until[16];
    int64_t       accounts[RECONCILE_ACCOUNTS_MAX];
    int           naccounts;
    int64_t       payments, payments_minor, lines, lines_minor;
    int64_t       matched, matched_minor, findings, findings_minor;
    int64_t       new_breaks, healed_breaks, open_breaks;
    struct found *found;
    struct proof *proofs;
    struct hop   *hops;
    int           nfound, nproofs, nhops;
};

/**
 * reconcile(db, order, out, e):
 * In one transaction that sees one moment.  Run again without a change it finds
 * the same, and makes no new break.  Return 0 or -1; ${out} is released by the
 * caller either way.
 */
int reconcile(struct db *, const struct reconcile_order *,
              struct reconcile_result *, struct err *);
/* reconcile_days(db, from, until, o, e): an account's days into ${o}, by the
 * database's calendar; NULL: the last 30.  Their texts live as long as ${o}. */
int reconcile_days(struct db *, const char *from, const char *until,
                   struct reconcile_order *, struct err *);

void reconcile_release(struct reconcile_result *);

#endif
