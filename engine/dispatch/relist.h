#ifndef DISPATCH_RELIST_H
#define DISPATCH_RELIST_H

#include "book/lineage_lift.h"
#include "dispatch/errand.h"

/**
 * relist(n, hold, e):
 * Ask the provider of ${n}'s account for every payment out since the hold's
 * since, and write down what it lists, to its end; or why it could not be
 * listed.  Return 0 when it was listed; 1 when it could not be, which is
 * written down with ${e}; -1: the database.
 */
int relist(struct errand *, const struct lineage_hold *, struct err *);

#endif
