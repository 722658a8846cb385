#ifndef DISPATCH_SHORT_H
#define DISPATCH_SHORT_H

#include "base/err.h"
#include "db/db.h"

/*
 * The gate of a run whose groups may go alone: which of them an account covers
 * whole, amounts and charges.  What is covered is promised and stays reserved
 * until it has left; what is not waits with its reason and is looked at again.
 * An account that cannot be asked pays one group after the other, so that what
 * is left unpaid when its money ends are whole groups, but for the last.
 */
struct short_look {
    int64_t run_id, account_id;
    const char *policy, *ccy;
    bool    asked;              /* ${free_minor} is known                     */
    int64_t free_minor;         /* beside all that is promised                */

    /* filled */
    int     covered, waits;     /* groups of this account                     */
    bool    news;               /* something goes, or waits, that did not     */
    char    why[ERR_TEXT_BYTES];        /* which, for people                  */
};

/* short_decide(db, look): in a transaction that holds run and account. */
enum db_status short_decide(struct db *, struct short_look *);

#endif
