#ifndef DISPATCH_CONTENT_H
#define DISPATCH_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"

/**
 * content_check(db, run_id, same):
 * Compute the run's digest again from the run, its file and its batches as
 * they are stored now, and compare it with the one that was approved.  Each
 * batch's own digest is compared with its rows before the batch is sent.
 */
enum db_status content_check(struct db *, int64_t, bool *same);

#endif
