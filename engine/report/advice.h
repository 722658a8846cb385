#ifndef REPORT_ADVICE_H
#define REPORT_ADVICE_H

#include <stdio.h>

#include "base/err.h"
#include "book/run.h"
#include "db/db.h"

/* What a payee is told of a payment: how much, for what, when, by which
 * receipt. */
enum advice_format { ADVICE_TEXT, ADVICE_PDF };

/**
 * advice_write(db, run, line, format, out, e):
 * Inside a transaction.  ${line}: of the file, whatever became of it; 0: all
 * that were paid.  PDF: three to a page, to be cut.  Return how many, or -1
 * (ERR_USAGE: there is no such line, or nobody was paid).
 */
int64_t advice_write(struct db *, const struct run *, int64_t line,
                     enum advice_format, FILE *, struct err *);

#endif
