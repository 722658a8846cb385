#ifndef REPORT_BACK_H
#define REPORT_BACK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "book/run.h"
#include "db/db.h"

/*
 * Rows of a run's own file, given back: the user's columns in the user's order
 * with what is wrong in front of them, as a file that can be corrected and
 * loaded again.  The cells come from the file as it was uploaded, so nothing of
 * them is lost.
 */
struct back_order {
    bool held;                  /* rows that were held back                   */
    bool failed;                /* rows of which nothing was paid             */
};

struct back_result {
    int64_t rows;               /* given back                                 */
    int64_t partly;             /* left out: a part of the row was paid       */
    int64_t unread;             /* left out: the line is no row of cells      */
};

/* back_write(db, run, order, out, result, e): inside a transaction.  Return 0,
 * or -1 (ERR_NOINPUT: the file was not kept). */
int back_write(struct db *, const struct run *, const struct back_order *,
               FILE *, struct back_result *, struct err *);

#endif
