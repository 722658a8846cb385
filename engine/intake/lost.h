#ifndef INTAKE_LOST_H
#define INTAKE_LOST_H

#include "db/db.h"
#include "intake/pass.h"

/**
 * lost_find(db, p, run_id):
 * Inside the upload's transaction, its rows loaded: PR-DUP-007, what was paid
 * in a time that the database has lost (book/lineage.h): by the providers'
 * lists, and by the hosts' journals of what left.  DB_OK, or what failed.
 */
enum db_status lost_find(struct db *, struct pass *, int64_t run_id);

#endif
