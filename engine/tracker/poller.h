#ifndef TRACKER_POLLER_H
#define TRACKER_POLLER_H

#include "dispatch/flight.h"

/**
 * poller_turn(desk):
 * Between two turns of the loop: look at the answers to status enquiries, then
 * ask about what is due.  The only place where a payment gets its end.
 */
void poller_turn(struct desk *);

#endif
