#ifndef DISPATCH_INITIATE_H
#define DISPATCH_INITIATE_H

#include "dispatch/flight.h"
#include "dispatch/landing.h"

/*
 * The first of two phases: hand the file over with "approval needed", which
 * moves no money.  So when its answer is lost, a new initiate is safe: the
 * file that may lie there is never approved, because only a stored tracking id
 * ever is.
 */

/**
 * initiate_claim(desk, lane):
 * Claim one batch, check its rows against what was approved, commit the
 * attempt, send.  DB_NONE: nothing is due.
 */
enum db_status initiate_claim(struct desk *, struct lane *);

/* initiate_yes(f, yes): is its answer a plain yes, about the file that was sent?
 * Then what that does to the book. */
bool initiate_yes(struct flight *, struct landing_yes *);

/* initiate_end(yes, st): how storing it ended. */
enum flight_fate initiate_end(struct landing_yes *, enum db_status);

/* initiate_land(f): its answer came, or certainly none will. */
enum flight_fate initiate_land(struct flight *);

#endif
