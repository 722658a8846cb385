#ifndef RECONCILE_WATCH_H
#define RECONCILE_WATCH_H

#include <stdint.h>

#include "base/err.h"
#include "db/db.h"

/* What the statements proved of payments whose end was another or none. */
struct watched {
    int back;                   /* paid before, returned or reversed now      */
    int ended;                  /* in doubt before, paid now                  */
    int reopened;               /* runs that had been closed                  */
};

/**
 * watch_take(db, reconciliation_id, actor, out, e):
 * As DB_AS_WORKER: move what a kept reconciliation proves, along the edges
 * there are, with the statement's line stored as the evidence; a closed run
 * that this changes is settled again.  Never by amount and payee alone.
 */
int watch_take(struct db *, int64_t reconciliation_id, const char *actor,
               struct watched *, struct err *);

#endif
