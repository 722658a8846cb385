#ifndef TRACKER_COVERED_H
#define TRACKER_COVERED_H

#include "tracker/scan.h"

/* What a scan that was read to its end came down to. */
struct covered_sum {
    int64_t batches;                    /* that it was about                  */
    int64_t lost;                       /* payments that are in doubt by it   */
    int64_t soonest_ms;                 /* the next of them is due; -1: none  */
};

/**
 * covered_enter(f, scan, out):
 * The last page is read: when each batch is due again; what it left open and
 * did not show is asked for one by one; what was asked for often enough is in
 * doubt.  In one transaction, which also ends the scan.  false: the database,
 * and desk_db() took note.
 */
bool covered_enter(struct flight *, const struct scan *, struct covered_sum *);

#endif
