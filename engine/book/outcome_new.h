#ifndef BOOK_OUTCOME_NEW_H
#define BOOK_OUTCOME_NEW_H

#include "book/outcome.h"

/* A list of answers by instruction: the first one for each counts. */
struct said {
    int n;                      /* instructions that have one                 */
    int least, most;            /* of their seq                               */
    const struct outcome *by_seq[BATCH_ROWS_MAX + 1];   /* NULL: none         */
};

/**
 * outcome_new_store(db, batch_id, event_no, said, out, done):
 * Inside a transaction that holds the batch's row: when no instruction that is
 * spoken of has an outcome yet, and a first answer may be what is said of each,
 * store all of them by COPY and move the batch's counters.  ${done} says
 * whether it was so; if not, nothing was written and outcomes_settle.sql must
 * judge them one by one.  What no instruction has is left out.
 */
enum db_status outcome_new_store(struct db *, int64_t batch_id, int event_no,
                                 const struct said *, struct settled *,
                                 bool *done);

#endif
