#ifndef DISPATCH_CANCEL_H
#define DISPATCH_CANCEL_H

#include "dispatch/flight.h"

/*
 * Files at the provider that must never be approved.  What keeps them from
 * being approved is that their tracking id is not stored with a batch that
 * could be released; cancelling them there only tidies up, so the batch moves
 * on whatever becomes of the cancel.
 */

/**
 * cancel_file(f, file, after):
 * A landed initiate, of no use for the reason in ${f}->flaw: store its answer
 * and cancel ${file}, unless it belongs to another batch.
 */
enum flight_fate cancel_file(struct flight *, const struct file_answer *,
                             enum flight_after);

/* cancel_waiting(desk, lane, b, file): the batch was cancelled here; its file
 * still waits there.  DB_OK: on its way. */
enum db_status cancel_waiting(struct desk *, struct lane *,
                              const struct batch *,
                              const struct file_answer *);

/* cancel_land(f): the answer to a cancel. */
enum flight_fate cancel_land(struct flight *);

#endif
