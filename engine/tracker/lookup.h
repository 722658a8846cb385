#ifndef TRACKER_LOOKUP_H
#define TRACKER_LOOKUP_H

#include "dispatch/flight.h"

/*
 * What scans leave open is asked for one payment at a time, in the contract's
 * order (sapama.md 9): by the provider's number when we know it; by phone, all
 * pages since it was sent; by our reference.  Finding nothing proves nothing.
 */

/* lookup_ask(desk, lane): ask for one.  DB_NONE: none is due. */
enum db_status lookup_ask(struct desk *, struct lane *);

/* lookup_land(f): an answer came, or none will. */
enum flight_fate lookup_land(struct flight *);

#endif
