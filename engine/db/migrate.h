#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>

#include "db/db.h"

/* schema/NNNN_name.sql, compiled in, in order; ends with number 0. */
struct schema_step {
    int         number;
    const char *name;
    const char *text;
};

extern const struct schema_step schema_steps[];

enum step_fate { STEP_APPLIED, STEP_PENDING, STEP_EDITED, STEP_UNKNOWN };

/**
 * migrate_look(db, each, owner, e):
 * Tell the fate of every step: compiled in and applied with the same SHA-256,
 * pending, edited (refused), or applied but unknown to this program (a newer
 * payrun was here).  Changes nothing.  Return 0 or -1.
 */
int migrate_look(struct db *, void (*each)(void *, const struct schema_step *,
                 enum step_fate), void *owner, struct err *);

/**
 * migrate_run(db, applied, e):
 * Apply what is pending, one transaction a step, under an advisory lock, and
 * register each with its SHA-256.  Refuses edited or unknown steps, changing
 * nothing.  ${applied} gets the number of steps applied.  Return 0 or -1.
 */
int migrate_run(struct db *, int *applied, struct err *);

/* migrate_check(db, e): 0 when the schema is exactly this program's. */
int migrate_check(struct db *, struct err *);

#endif
