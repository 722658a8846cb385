#ifndef BOOK_RUN_H
#define BOOK_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "book/states.h"
#include "db/db.h"

#define RUN_REF_BYTES 32        /* "R-2026-11-A" */

struct run {
    int64_t run_id, account_id, file_id;
    char    ref[RUN_REF_BYTES];
    char    account[USER_NAME_BYTES_MAX];
    bool    live;
    char    period[8], kind[16], pay_date[16], ccy[4];  /* pay_date may be "" */
    char    made_by[USER_NAME_BYTES_MAX], approved_by[USER_NAME_BYTES_MAX];
    char    narration[256], override[512], state_why[512];
    char    file_name[256];
    unsigned char digest[SHA256_BYTES];
    int64_t rows, minor, held_rows, batches;
    enum run_state state;
    bool    funds_seen;                     /* run.funds_at is set            */
    char    created_at[40], state_at[40];   /* ISO 8601                       */
    char    parent[RUN_REF_BYTES];          /* whose failures it pays again   */
};

/**
 * run_find(db, name, out, e):
 * By ref ("R-2026-11-A", any case) or by number.  Return 0, or -1 with
 * ERR_USAGE naming the runs there are, or a database error.
 */
int run_find(struct db *, const char *, struct run *, struct err *);

/* run_by_id(db, run_id, out): DB_NONE: there is none. */
enum db_status run_by_id(struct db *, int64_t, struct run *);

/* run_each(db, row, owner, e): all runs, newest first. */
int run_each(struct db *, int (*row)(void *, const struct run *), void *,
             struct err *);

/**
 * run_move(db, run_id, on, actor, detail):
 * The only writer of run.state: one row along one edge, with its history, in
 * one statement.  ${detail} may be "".  DB_NONE: there is no such edge from
 * the state it is in now (someone else moved it).
 */
enum db_status run_move(struct db *, int64_t, enum run_event,
                        const char *actor, const char *detail);

/* run_funds_seen(db, run_id): every account covers its part; lets releases go
 * (see run_account.h for one account).  run_funds_forget(db, run_id): look at
 * all of them again before the next release. */
enum db_status run_funds_seen(struct db *, int64_t);
enum db_status run_funds_forget(struct db *, int64_t);

/**
 * run_settle_due(db, actor):
 * Move every paying run whose batches are all final to settled, and every
 * settled one with nothing in doubt whose sums tie to closed.  DB_OK when
 * something moved.
 */
enum db_status run_settle_due(struct db *, const char *actor);

/* Sums at every hop, from the rows themselves, not from counters. */
struct run_sums {
    int64_t parsed_rows, parsed_minor;      /* of the file, held ones too     */
    int64_t approved_rows, approved_minor;  /* by run.rows, run.minor         */
    int64_t book_rows, book_minor;          /* by the instructions            */
    int64_t sent_rows, sent_minor;          /* in batches that were released  */
    int64_t waiting_rows, waiting_minor;    /* in batches that wait for it    */
    int64_t withdrawn_rows, withdrawn_minor; /* in batches cancelled before   */
    int64_t flight_rows, flight_minor;      /* sent, no outcome yet           */
    int64_t paid_rows, paid_minor;
    int64_t failed_rows, failed_minor;
    int64_t doubt_rows, doubt_minor;
    int64_t cancelled_rows, cancelled_minor;
    int64_t held_rows;
    int64_t more_rows;                      /* payments beyond one a row: the
                                               second and further linked parts
                                               of rows that were split        */
    int64_t charge_minor, charge_estimate_minor;
    bool    counters_tie;                   /* batch counters agree           */
};

/* run_sums(db, run_id, out, e): 0 or -1. */
int run_sums(struct db *, int64_t, struct run_sums *, struct err *);

/* run_sums_tie(s): every hop of promise 6 holds. */
bool run_sums_tie(const struct run_sums *);

/* Where it stands, from the batch counters: cheap, whatever the size. */
struct run_progress {
    int64_t rows, minor, batches;
    int64_t batches_by_state[16];           /* by enum batch_state            */
    int64_t paid_rows, paid_minor, failed_rows, failed_minor;
    int64_t doubt_rows, doubt_minor, cancelled_rows, cancelled_minor;
    int64_t flight_rows, waiting_rows;
    char    accounts[256];                  /* who pays: "salaries, till 2"   */
    bool    lane_closed;                    /* of one of them                 */
    char    lane_why[512];
    char    halted[512];                    /* pause --all: who, and why; ""  */
    char    canary[160];                    /* the rest waits for this batch  */
};

int run_progress(struct db *, int64_t, struct run_progress *, struct err *);

/**
 * run_digest_again(db, run_id, out):
 * The digest of what would be approved, computed from the run and its batches
 * as they are stored now.  All zero when the batches do not add up to it.
 */
enum db_status run_digest_again(struct db *, int64_t,
                                unsigned char out[SHA256_BYTES]);

#endif
