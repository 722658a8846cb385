#ifndef SANDBOX_CASH_ODD_H
#define SANDBOX_CASH_ODD_H

#include "sandbox/cash_rows.h"

/*
 * What the list shows for a row: itself, and by the switches "line_..." lines
 * beside it (charges, reversals), and what a reconciliation has to find:
 * nothing, another amount or payee, the same twice, one that nobody sent.  The
 * books know nothing of it.
 */

/* cash_odd_count(look, row): how many rows are shown for it. */
int cash_odd_count(const struct cash_look *, const struct cash_row *);

/* cash_odd_write(out, look, row, which): the row ${which} of them, from 0. */
void cash_odd_write(struct buf *, const struct cash_look *,
                    const struct cash_row *, int which);

/* cash_odd_beside(books, id):  is of a row shown beside one of the books. */
bool cash_odd_beside(const struct cash_books *, int64_t id);

#endif
