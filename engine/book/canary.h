#ifndef BOOK_CANARY_H
#define BOOK_CANARY_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"

/*
 * The canary: the first run of an account, and of each version of payrun and
 * of the provider's contract, pays CANARY_ROWS people and waits for their final
 * answers before anything else of it leaves.  What is held is decided by
 * canary_holds() in the database, from what became of the batch.
 */
struct canary_rule {
    char proof[64];             /* what is tried; "": nothing                 */
    bool each_run;              /* in every run, whatever was proven          */
};

/* canary_note(db, rule, account_id, batch_id): inside the claim of a batch: it
 * is the canary of its run, if the run is held for one and has none yet. */
enum db_status canary_note(struct db *, const struct canary_rule *, int64_t,
                           int64_t batch_id);

/* canary_first(db, account, rule, run_id, first): would the run begin with one?
 * ${account} is its name. */
enum db_status canary_first(struct db *, const char *,
                            const struct canary_rule *, int64_t, bool *first);

/* A run whose canary has its answers, and not all of it was paid. */
struct canary_lost {
    int64_t run_id, batch_id;
    char    run_ref[32];
    int     number;             /* of the batch                               */
    int64_t rows, paid, doubt;
    char    said[512];          /* of the first that was not paid; may be ""  */
};

/* canary_of_due(db, account_id, out): the first of an account's paying runs of
 * which that is true; DB_NONE: there is none. */
enum db_status canary_of_due(struct db *, int64_t, struct canary_lost *);

/* canary_tell(db, batch_id): people are told of it; with the pause of the run.
 * canary_accept(db, run_id, who): the person who resumes the run after that
 * lets the rest of it go; DB_NONE: there is nothing to accept, or a payment of
 * it is still in doubt. */
enum db_status canary_tell(struct db *, int64_t);
enum db_status canary_accept(struct db *, int64_t, const char *who);

#endif
