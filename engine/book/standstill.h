#ifndef BOOK_STANDSTILL_H
#define BOOK_STANDSTILL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "db/db.h"

/*
 * `pause --all`: one row that every claim and every door reads.  While it says
 * so nothing leaves that can move money or ask for it; enquiries, and cancels
 * of what was not released, go on.
 */
struct standstill {
    bool    paused;
    bool    held;               /* by a hold: see book/lineage.h              */
    char    why[ERR_TEXT_BYTES], by[USER_NAME_BYTES_MAX];
    int64_t at_us;              /* of the last change                         */
};

/* standstill_read(db, out, e): 0 or -1. */
int standstill_read(struct db *, struct standstill *, struct err *);

/**
 * standstill_set(db, paused, why, who, e):
 * By a maker, checker or admin; ${why} is needed for both.  When it returns, no
 * request is between its door's look and its leaving.  Return 0; or -1:
 * ERR_NOPERM, ERR_USAGE (no reason), ERR_GUARD (it is so already).
 */
int standstill_set(struct db *, bool, const char *why, const char *who,
                   struct err *);

#endif
