#ifndef CLI_PREFLIGHT_H
#define CLI_PREFLIGHT_H

#include "book/run_account.h"
#include "cli/app.h"
#include "cli/doctor.h"

/*
 * What a release needs, looked at in time to mend it.  The gate before the
 * first payment (dispatch/funds.h) still looks for itself: this is to say
 * beforehand what is short, and by how much.
 */
struct preflight {
    struct app *app;
    struct account *accounts;           /* with their secrets                 */
    int         naccounts;
    int         nwallets;               /* each account is asked once         */
    struct {
        int64_t account_id, free_minor;
        bool    asked, known;           /* known: its provider can be asked   */
        char    why[ERR_TEXT_BYTES];    /* it did not answer; ""              */
    } wallets[CONFIG_ACCOUNTS_MAX];
    int64_t     short_minor;            /* of the last run that was short     */
    char        groups[ERR_TEXT_BYTES]; /* ... of which some groups would go:
                                           which, and which not; else ""      */
    char        short_ccy[4];
};

/**
 * preflight_run(p, run_id, why, e):
 * Does every account that pays the run hold its part with charges, beside what
 * is in flight and what the runs asked about before this one need?  0: yes, and
 * it is set aside; 1: not now, ${why} says which account, how much is there and
 * how much is missing; -1: the database.
 */
int preflight_run(struct preflight *, int64_t, char why[ERR_TEXT_BYTES],
                  struct err *);

/* preflight_keep(p, by, ref, why, e): store that  stopped the run. */
int preflight_keep(struct preflight *, const char *by, const char *ref,
                   const char *why, struct err *);

#endif
