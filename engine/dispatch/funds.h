#ifndef DISPATCH_FUNDS_H
#define DISPATCH_FUNDS_H

#include "dispatch/flight.h"

/*
 * The gate between the two phases: before the first file of a run is released,
 * the content of the run is compared with what was approved, and the wallet
 * must cover all of it: amounts, charges as the provider estimates them, what
 * is in flight, and what other runs were promised.  Too little pauses the run.
 */

/* funds_turn(desk): look at wallets that answered; ask for those that must be
 * asked. */
void funds_turn(struct desk *);

#endif
