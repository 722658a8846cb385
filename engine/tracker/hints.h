#ifndef TRACKER_HINTS_H
#define TRACKER_HINTS_H

#include "dispatch/desk.h"

/**
 * hints_turn(desk):
 * Look at callbacks that came in.  One is a hint and nothing else: when it is
 * about a file of ours, that file is asked about at once.  A wrong challenge
 * has no effect; a missing one counts as a hint.  One about a file we do not
 * know is kept with that verdict and needs no second look: it came before the
 * answer to initiate was stored, and a file that gets stored and released is
 * asked about anyway.
 *
 * A one-phase provider's callback proves itself by the token in its path.  A
 * right one makes the next look due, also at a payment that is asked for by
 * itself, and its number of the payment is kept when we have none: a lost
 * answer is found again by it.  One about a batch that was held for not taken
 * stops the run, and the batch is in doubt: see after_all.h.  A wrong one has
 * no effect.
 */
void hints_turn(struct desk *);

#endif
