#ifndef INTAKE_CORRECT_H
#define INTAKE_CORRECT_H

#include "db/db.h"
#include "intake/pass.h"

/*
 * A file that payrun rejects gave back says of each row which row of which run
 * it was (COLUMNS_ROW).  Corrected and uploaded again, such a row stands for
 * the payment that failed, as in a retry: no second one does, and it stops when
 * that turns out to have been paid after all.
 */

/* correct_find(db, p, run_id): rows that say so and are not: PR-DUP-008.  Inside
 * the upload's transaction, its rows loaded.  DB_OK, or what failed. */
enum db_status correct_find(struct db *, struct pass *, int64_t run_id);

/* correct_tie(db, p, run_id): the others, the run and its rows stored. */
enum db_status correct_tie(struct db *, const struct pass *, int64_t run_id);

#endif
