#ifndef LOADERS_REJECTS_H
#define LOADERS_REJECTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "loaders/csv.h"
#include "loaders/problem.h"

/*
 * The rows that cannot be paid, as a file that can be corrected and loaded
 * again: the original columns as they were, and in front of them what is wrong
 * and how to mend it.  In front, because a row with too many fields would
 * otherwise run into them.  UTF-8 with BOM, for Excel; lines end with CR LF.
 */
struct rejects {
    struct buf *out;            /* borrowed; may be emptied between rows     */
    char        delim;
    bool        ours[CSV_FIELDS_MAX];   /* columns of an earlier rejects file */
    bool        rows_named;     /* COLUMNS_ROW is one of ours                */
    int64_t     rows;
};

/* rejects_begin(r, out, delim, rows_named, header): write the header line. */
void rejects_begin(struct rejects *, struct buf *, char, bool rows_named,
                   const struct csv_record *);

/**
 * rejects_row(r, record, first, problems):
 * Write one row, as payroll_sink.reject gets it.  All blocking problems of the
 * row that ${problems} still has go into its cells, else ${first} alone.
 */
void rejects_row(struct rejects *, const struct csv_record *,
                 const struct problem *, const struct problems *);

/* rejects_said(r, record, problem, fix, row): write one row with these words;
 * ${row} goes under COLUMNS_ROW. */
void rejects_said(struct rejects *, const struct csv_record *,
                  struct str problem, struct str fix, struct str row);

#endif
