#ifndef INTAKE_DUPLICATE_H
#define INTAKE_DUPLICATE_H

#include "db/db.h"
#include "intake/pass.h"

/**
 * duplicate_find(db, p, run_id):
 * Inside the upload's transaction, its rows loaded, queries/intake_lock.sql
 * taken: everything in the book that looks like this file, as problems
 * PR-DUP-001 to 004, 006: a payee who is in doubt, and 007: paid in a time that
 * the database has lost.  DB_OK, or what failed.
 */
enum db_status duplicate_find(struct db *, struct pass *, int64_t run_id);

/* duplicate_judge(p, e): 0; or -1 with ERR_GUARD when there are some and no
 * reason was given. */
int duplicate_judge(const struct pass *, struct err *);

/* duplicate_overridden(p): there are some, and a reason was given. */
bool duplicate_overridden(const struct pass *);

#endif
