#ifndef DISPATCH_SENDER_H
#define DISPATCH_SENDER_H

#include "dispatch/flight.h"

/**
 * sender_turn(desk):
 * Between two turns of the loop: store the answers to initiate, approve, cancel
 * and send that came in, then start at most one more request on each account
 * that has room.  A stopping desk starts nothing.
 */
void sender_turn(struct desk *);

#endif
