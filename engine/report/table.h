#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/model.h"

/*
 * What a report says, as tables of typed cells: written once, rendered by the
 * workbook, the PDF, and wherever a section is new.  Rows are streamed.
 */
enum cell_kind {
    CELL_TEXT,                  /* prose, may be wrapped                      */
    CELL_CODE,                  /* account, phone, reference: text, whole     */
    CELL_COUNT,
    CELL_MONEY,                 /* minor units of the report's currency       */
    CELL_SHARE,                 /* thousandths                                */
    CELL_TIME                   /* microseconds since 1970 UTC                */
};

struct table_col {
    const char    *key, *title; /* key: for JSON and CSV                      */
    enum cell_kind kind;
    int            width;       /* characters in a workbook; 0: not there     */
    int            paper;       /* share of a printed line; 0: not there      */
};

struct table {
    const char *key, *title;
    const char *note;           /* below the title; NULL: none                */
    const struct table_col *cols;
    int         ncols;
    bool        list;           /* long: filters, and only so many on paper   */
    int         chart;          /* column of CELL_SHARE that is drawn; 0: none*/
};

struct cell {
    bool       set;             /* false: empty                               */
    struct str text;            /* TEXT, CODE; lives during the call          */
    int64_t    n;
};

enum table_row { ROW_PLAIN, ROW_HEAD, ROW_SUM };    /* HEAD: its first cell   */

#define TABLE_COLS_MAX 32

/* Who gets the rows.  A table without rows is never begun.  Each returns 0, or
 * -1 to stop, and must not use the database. */
struct table_sink {
    void *owner;
    int (*begin)(void *, const struct table *);
    int (*row)(void *, const struct table *, enum table_row,
               const struct cell *);
    int (*end)(void *, const struct table *);
};

enum table_id {
    TABLE_RUNS, TABLE_STATES, TABLE_PROOF, TABLE_ACCOUNTS, TABLE_REASONS,
    TABLE_DOUBT, TABLE_FAILED, TABLE_TRIES, TABLE_AGEING, TABLE_BREAKS,
    TABLE_RAILS, TABLE_PROVIDERS, TABLE_HOURS, TABLE_DEPARTMENTS,
    TABLE_BRANCHES, TABLE_COMPARE, TABLE_COMPARE_PARTS, TABLE_SHARED,
    TABLE_BATCHES, TABLE_NOTICED, TABLE_HISTORY, TABLE_PAYMENTS,
    TABLE_COUNT
};

/* table_write(m, id, rows_max, sink, e): all rows of one table to ${sink}; of a
 * list at most ${rows_max}.  Return 0 or -1. */
int table_write(struct model *, enum table_id, int64_t rows_max,
                const struct table_sink *, struct err *);

/* table_share(part, whole): in thousandths, to the nearest, the same number in
 * every rendering; at least 1 of what is there, 1000 only of all. */
int64_t table_share(int64_t part, int64_t whole);

/* table_cell(b, kind, cell, decimals): as people read it; amounts without the
 * currency, which stands in the head of the column. */
void table_cell(struct buf *, enum cell_kind, const struct cell *,
                int decimals);

/* table_number(kind): it stands on the right. */
bool table_number(enum cell_kind);

#endif
