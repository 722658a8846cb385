#ifndef TRACKER_PACE_H
#define TRACKER_PACE_H

#include <stdint.h>

/*
 * When to ask again.  A file of a few payments is over in seconds, one of 5000
 * takes up to 15 minutes, and what is in doubt after that may take days.
 */

/* pace_open_ms(polls, first_ms, cap_ms): the wait after enquiry ${polls} (from
 * 1) about a file that moves: doubles with every fourth, capped. */
int64_t pace_open_ms(int polls, int64_t first_ms, int64_t cap_ms);

/* pace_doubt_ms(polls, first_ms): the wait after the ${polls}th enquiry (from
 * 1) since nothing but doubt is left: doubles with every one, up to
 * POLL_DOUBT_CAP_MS. */
int64_t pace_doubt_ms(int polls, int64_t first_ms);

#endif
