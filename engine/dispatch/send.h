#ifndef DISPATCH_SEND_H
#define DISPATCH_SEND_H

#include <stdbool.h>

#include "dispatch/flight.h"

/*
 * The one request of a one-phase provider: it pays.  It is sent once; it may be
 * sent again only after the certainty that it did not leave, or a definite
 * refusal.  Everything else is in doubt, and no way leads from there to here.
 * Source: contract sapama.md 7.
 */

/**
 * send_claim(desk, lane):
 * Claim one batch, check its rows against what was approved, make a token for
 * each payment, commit the attempt, send.  DB_NONE: nothing is due.
 */
enum db_status send_claim(struct desk *, struct lane *);

/* send_land(f): its answer, or that there is none. */
enum flight_fate send_land(struct flight *);

/* send_same_payee(theirs, ours): the same phone in any of its spellings; what
 * is no phone must be the same text. */
bool send_same_payee(struct str, struct str);

#endif
