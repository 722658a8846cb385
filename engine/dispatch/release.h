#ifndef DISPATCH_RELEASE_H
#define DISPATCH_RELEASE_H

#include "dispatch/flight.h"
#include "dispatch/landing.h"

/*
 * The second phase, the one that moves money: approve the file whose answer is
 * stored, by sending those bytes back.  Once the request left, "no" does not
 * mean "not paid": every answer but a plain yes is cleared up by asking for
 * the file's status.  One approve is in flight per file.
 */

/**
 * release_claim(desk, lane):
 * Claim one initiated batch of a run whose funds were seen, compare the stored
 * answer with its rows once more, commit the attempt, send.  DB_NONE: nothing
 * is due.
 */
enum db_status release_claim(struct desk *, struct lane *);

/* release_yes(f, yes): is its answer a plain yes: about our file, which no
 * longer waits?  Then what that does to the book. */
bool release_yes(struct flight *, struct landing_yes *);

/* release_land(f): the answer to approve, or that there is none. */
enum flight_fate release_land(struct flight *);

#endif
