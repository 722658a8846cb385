#ifndef DISPATCH_FUNDS_H
#define DISPATCH_FUNDS_H

#include "dispatch/flight.h"

/*
 * The gate: before the first file of a run is released, or the first request
 * of a one-phase provider is sent, the content of the run is compared with what
 * was approved, and each account that pays it must cover its whole part:
 * amounts, charges as the provider estimates them, what is in flight, and what
 * other runs were promised.  Too little in one of them pauses the run.  A
 * provider that cannot be asked what it holds stops nobody.
 */

/* funds_turn(desk): look at wallets that answered; ask for those that must be
 * asked. */
void funds_turn(struct desk *);

#endif
