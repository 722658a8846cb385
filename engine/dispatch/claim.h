#ifndef DISPATCH_CLAIM_H
#define DISPATCH_CLAIM_H

#include "dispatch/desk.h"
#include "dispatch/flight.h"

/* Write what is sent for f->batch into f->request.  DB_OK; DB_NONE with
 * f->flaw: nothing of it may leave; or what the database said.  Can run more
 * than once. */
typedef enum db_status (*claim_write)(struct db *, struct flight *);

/**
 * claim_lines(db, f):
 * For a claim_write: the rows of the batch into f->lines, if they are exactly
 * what was approved; else DB_NONE with f->flaw.
 */
enum db_status claim_lines(struct db *, struct flight *);

struct claim_order {
    enum flight_step step;
    enum batch_event on;        /* the claim's edge                         */
    claim_write      write;
    const char      *doing;     /* "claiming a batch": for the log          */
    bool             ahead;     /* also while the lane is full               */
};

/**
 * claim_batches(desk, lane, order):
 * One transaction: due batches under a lease, as many as there is room for, see
 * batch_claim_some(); their requests written, their attempts made; then they
 * fly, or wait, when the order is also ahead and there is no room.  With a flaw in
 * one everything is rolled back and its run is paused with it.  DB_NONE:
 * nothing is due, or it may not leave.
 */
enum db_status claim_batches(struct desk *, struct lane *,
                             const struct claim_order *);

#endif
