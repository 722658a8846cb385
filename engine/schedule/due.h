#ifndef SCHEDULE_DUE_H
#define SCHEDULE_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "schedule/slot.h"

#define DUE_RUNS_MAX 1000       /* of one turn; the rest comes with the next */

/* One turn over all that is due. */
struct due {
    struct db         *db;
    const struct days *days;
    bool               live;
    const char        *now;         /* "": the database's clock               */
    const char        *owner;       /* this process, for slots and audit      */
    /* May be NULL.  Asked before a run is released: 0: go on; 1: not now, and
     * why; -1: failed. */
    int (*ready)(void *owner, const struct slot *, const struct slot_run *,
                 char why[ERR_TEXT_BYTES], struct err *);
    void              *ready_owner;

    /* filled by due_turn() */
    int                taken, held, asks, nruns;
    int64_t            runs[DUE_RUNS_MAX];
};

/**
 * due_turn(d, e):
 * Look at every slot whose time has come: release its runs and take it, hold
 * it, or make it ask a person.  Safe at any number of times at once and after
 * being killed anywhere: what was released stays so, the rest comes again.
 */
int due_turn(struct due *, struct err *);

#endif
