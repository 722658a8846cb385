#ifndef BOOK_OUTCOME_H
#define BOOK_OUTCOME_H

#include <stdint.h>

#include "book/batch.h"
#include "book/states.h"
#include "db/db.h"

/* One answer for one instruction. */
struct outcome {
    int         seq;
    enum outcome_state state;
    const char *code;           /* "TS100"; ours are "PR-..."        */
    const char *reason;         /* "" when paid                      */
    const char *receipt;        /* NULL: none                        */
    int64_t     charge_minor;
};

/* What settling changed. */
struct settled {
    int new_rows;               /* inserted                           */
    int healed_rows;            /* in doubt before, certain now       */
    int conflicts;              /* contradicts a final one: unchanged */
    int news;                   /* 1: such ones as nobody was told of */
};

/**
 * outcomes_settle(db, b, event_no, list, n, out):
 * Inside a transaction: insert answers for instructions that have none, move
 * those in doubt along their edge, leave final ones alone (a contradiction is
 * counted and noted in the history), and move the batch's counters by what
 * really changed.  Amounts come from the instructions.  Set-based: at
 * most five statements whatever ${n}.
 */
enum db_status outcomes_settle(struct db *, const struct batch *, int event_no,
                               const struct outcome *, size_t,
                               struct settled *);

/**
 * outcomes_settle_rest(db, b, state, code, reason, event_no, n):
 * The same answer for every instruction of the batch that has none.
 */
enum db_status outcomes_settle_rest(struct db *, const struct batch *,
                                    enum outcome_state, const char *code,
                                    const char *reason, int event_no, int *n);

/* outcomes_known(db, b, states): states[seq] = enum outcome_state, or -1 when
 * there is none yet; ${states} has b->rows + 1 places. */
enum db_status outcomes_known(struct db *, const struct batch *, int8_t *);

#endif
