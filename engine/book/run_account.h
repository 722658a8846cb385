#ifndef BOOK_RUN_ACCOUNT_H
#define BOOK_RUN_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "db/db.h"

/* A funding account that pays a run, or a part of it. */
struct run_account {
    int64_t account_id;
    char    account[USER_NAME_BYTES_MAX], provider[24], wallet[64];
    bool    own;                    /* the run's own                          */
    bool    two_phase;
    int64_t rows, minor, charge_estimate_minor, batches;
    char    rails[256];             /* "MPESA-B2C, PESALINK"                  */
    bool    funds_seen;             /* it covers its part, or cannot be asked */
    char    funds_note[512];        /* what was seen                          */
    bool    lane_closed;
    char    lane_why[512];
    /* by the counters of its batches */
    int64_t paid_rows, paid_minor, failed_rows, failed_minor;
    int64_t doubt_rows, doubt_minor, cancelled_rows, cancelled_minor;
    int64_t charge_minor;
};

/* run_account_add(db, run_id, account): inside the transaction that stores the
 * run; ${account}: account_id, rows, minor, charge_estimate_minor. */
enum db_status run_account_add(struct db *, int64_t,
                               const struct run_account *);

/* run_account_each(db, run_id, row, owner): the run's own first, then by name;
 * the callback returns 0, or -1 to stop, and must not use the database. */
enum db_status run_account_each(struct db *, int64_t,
                                int (*row)(void *, const struct run_account *),
                                void *);

/**
 * run_account_seen(db, run_id, account_id, note, all):
 * Inside a transaction that holds the run's row: the account covers its part,
 * or cannot be asked.  When it was the last one, and no lane is closed, the
 * whole run may go, and ${all} is true.
 */
enum db_status run_account_seen(struct db *, int64_t run_id,
                                int64_t account_id, const char *note,
                                bool *all);

/* run_account_lanes_open(db, run_id, actor): the lanes of all its accounts, by
 * resume, inside its transaction. */
enum db_status run_account_lanes_open(struct db *, int64_t,
                                      const char *actor);

#endif
