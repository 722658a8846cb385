#ifndef INTAKE_DAY_H
#define INTAKE_DAY_H

#include "db/db.h"
#include "intake/pass.h"

/**
 * day_find(db, p, run_id):
 * Beside duplicate_find(), under the same lock: payees who would get more on
 * one day than their rail pays one payee, with what other runs of the day pay
 * them, as problems PR-DUP-005.  DB_OK, or what failed.
 */
enum db_status day_find(struct db *, struct pass *, int64_t run_id);

#endif
