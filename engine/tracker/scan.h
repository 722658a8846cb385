#ifndef TRACKER_SCAN_H
#define TRACKER_SCAN_H

#include "dispatch/flight.h"

/*
 * A one-phase provider has no status of a batch.  Its list is read page by
 * page, newest first, back to the oldest request that is due: one reading for
 * all batches of an account, by one worker at a time.
 */

/* How far a scan is; in the flight's arena, with what it keeps. */
struct scan {
    int64_t began_us, oldest_s;         /* since 1970, the database's clock  */
    int     page, misses;
    int64_t *batches, *seqs;            /* seen, and open                     */
    size_t  nseen, room;
    bool    cut;                        /* longer than what is read of it     */
};

/* scan_ask(desk, lane): begin one.  DB_NONE: none is due, or one is read. */
enum db_status scan_ask(struct desk *, struct lane *);

/* scan_land(f): a page came, or none will. */
enum flight_fate scan_land(struct flight *);

/* scan_hold(db, f, hold_ms, gap_ms, missed): go on for ${hold_ms}; 0: it has
 * ended, and the next begins no earlier than in ${gap_ms}. */
enum db_status scan_hold(struct db *, const struct flight *, int64_t, int64_t,
                         bool);

/* scan_grown(a, old, n, room, bytes): an array of ${n} with room for one more;
 * the old one stays in the arena.  The caller grows its ${room} as
 * room * 2 + 64.  NULL when out of memory. */
void *scan_grown(struct arena *, void *, size_t n, size_t *room, size_t bytes);

#endif
