#ifndef REPORT_TABLE_FEED_H
#define REPORT_TABLE_FEED_H

#include "report/table.h"

/* One table on its way to its sink: the cells of the row at hand. */
struct feed {
    struct model *m;
    const struct table *t;
    const struct table_sink *sink;
    int64_t rows_max;
    bool    begun;
    struct cell cells[TABLE_COLS_MAX];
};

void feed_text(struct feed *, int col, struct str);
void feed_words(struct feed *, int col, const char *);
void feed_n(struct feed *, int col, int64_t);

/* feed_share(f, col, part, whole): in thousandths; empty when there is no
 * whole; never 100 % while something is missing. */
void feed_share(struct feed *, int col, int64_t part, int64_t whole);

/* feed_row(f, kind): the row is complete.  Return 0 or -1. */
int feed_row(struct feed *, enum table_row);

/* feed_head(f, text): a row that is a heading inside the table. */
int feed_head(struct feed *, const char *);

/* The tables; each begins with what table_write() prepared.  tables.c has those
 * of the model's head, tables_lists.c the lists, tables_groups.c and
 * tables_beside.c what they read themselves. */
int tables_runs(struct feed *, struct err *);
int tables_states(struct feed *, struct err *);
int tables_proof(struct feed *, struct err *);
int tables_accounts(struct feed *, struct err *);
int tables_reasons(struct feed *, struct err *);
int tables_doubt(struct feed *, struct err *);
int tables_failed(struct feed *, struct err *);
int tables_tries(struct feed *, struct err *);
int tables_ageing(struct feed *, struct err *);
int tables_breaks(struct feed *, struct err *);
int tables_groups(struct feed *, struct err *);
int tables_compare(struct feed *, struct err *);
int tables_compare_parts(struct feed *, struct err *);
int tables_shared(struct feed *, struct err *);
int tables_batches(struct feed *, struct err *);
int tables_noticed(struct feed *, struct err *);
int tables_history(struct feed *, struct err *);
int tables_payments(struct feed *, struct err *);

extern const struct table tables_of_head[], tables_of_lists[],
    tables_of_groups[], tables_of_beside[], tables_of_breaks[];

#endif
