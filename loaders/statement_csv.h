#ifndef LOADERS_STATEMENT_CSV_H
#define LOADERS_STATEMENT_CSV_H

#include "base/arena.h"
#include "loaders/csv.h"
#include "loaders/statement_priv.h"

/*
 * The CSV reader's own: statement_csv.c brings records, statement_head.c finds
 * the header and what stands around the table, statement_row.c makes a line of
 * a record.
 */
struct statement_csv {
    struct statement           *s;
    struct csv                 *csv;
    const struct statement_map *map;
    bool        mpesa;
    int64_t     shift;          /* lines that were not given to ${csv}        */
    size_t      skip;           /* their bytes, still to come                 */
    char        ccy[4];
    unsigned char tail[2];      /* the last two bytes of the file             */
    bool        told_cp1252;

    /* the header */
    bool        have_header;
    int64_t     looked;         /* records before it                          */
    int         at[SF_COUNT];   /* index of the field, or -1                  */
    char        name[SF_COUNT][STATEMENT_NAME_BYTES];
    int         columns;

    /* what the file says of itself */
    bool        has_total_in, has_total_out, has_total_net;
    int64_t     total_in, total_out, total_net;

    /* the row at hand */
    const struct csv_record *rec;
    struct statement_line line;
    bool        bad;            /* a problem was noted: it is not delivered   */
    bool        unbooked;
    struct buf  raw;

    /* the row before, until it is known not to be the last one: a file that
     * was cut can have half an amount there */
    struct arena held_mem;
    struct statement_line held;
    bool        have_held, held_unbooked;
    bool        last_plain;     /* the last record was no line that counts    */
    int64_t     last_line;
};

/* statement_cell(c, i): trimmed cell ${i} of the record; empty beyond it.
 * statement_cell_of(c, f): that of a field. */
struct str statement_cell(const struct statement_csv *, int);
struct str statement_cell_of(const struct statement_csv *,
                             enum statement_field);
struct statement_where statement_cell_at(const struct statement_csv *,
                                         enum statement_field);

/* statement_head(c): is the record the header?  Else it may tell something. */
void statement_head(struct statement_csv *);

/* statement_head_missing(c): the file is over, and no header came. */
void statement_head_missing(struct statement_csv *);

/* statement_head_labels(c): take "Opening Balance, 1,000.00" and the like out
 * of the record.  How many there were. */
int statement_head_labels(struct statement_csv *);

/* statement_head_is_label(s, money): is a cell the name of such a thing?
 * ${money}: of a balance or total. */
bool statement_head_is_label(struct str, bool money);

enum statement_row_is { ROW_LINE, ROW_TOTAL, ROW_REMARK, ROW_BAD };

/* statement_row(c): the record as c->line, unbooked or bad, if it is one. */
enum statement_row_is statement_row(struct statement_csv *);

#endif
