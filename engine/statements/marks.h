#ifndef STATEMENTS_MARKS_H
#define STATEMENTS_MARKS_H

#include "dispatch/errand.h"

/*
 * Telling a provider what became of its transactions in our books (Sapama:
 * ipned, contract 11).  It moves no money and may be said twice, so it is no
 * errand: what is to be said is committed with the page it was seen on, and
 * said afterwards, as often as it takes.
 */

/* marks_note(db, account, statement_id, rows, n): inside a transaction: what
 * is to be said about the ended ones of ${rows}. */
enum db_status marks_note(struct db *, const struct account *, int64_t,
                          const struct service_row *, int n);

struct marks_told {
    int64_t success, unreconciled;      /* told and taken                     */
    int64_t refused;                    /* it said no                         */
    int64_t left;                       /* could not be told now              */
    char    words[ERR_TEXT_BYTES];      /* why not, the last time             */
};

/* marks_tell(n, told, e): tell what is noted for the account of ${n}; stops
 * where nobody answers.  0, or -1 (the database). */
int marks_tell(const struct errand *, struct marks_told *, struct err *);

#endif
