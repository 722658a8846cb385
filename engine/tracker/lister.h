#ifndef TRACKER_LISTER_H
#define TRACKER_LISTER_H

#include "dispatch/desk.h"

/**
 * lister_turn(desk):
 * For accounts of one-phase providers what poller_turn() is for the others:
 * look at the pages that came, then ask for what is due.
 */
void lister_turn(struct desk *);

#endif
