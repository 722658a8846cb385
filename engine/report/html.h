#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/render.h"
#include "report/table.h"

/* One page under way: html.c has its frame, html_lists.c its long tables,
 * html_parts.c what both are made of. */
struct page {
    struct model *m;
    struct out   *o;
    struct buf   *b;            /* &o->b */
    int64_t       rows;         /* of the list under way */
};

/* html_text(b, s): escaped, and in a bidi isolate of its own. */
void html_text(struct buf *, struct str);

/* html_chip(b, state): the state in a word and a sign. */
void html_chip(struct buf *, enum pay_state);

/* html_count(b, n) / html_money(page, minor): "4,812", "KES 1,234.00". */
void html_count(struct buf *, int64_t);
void html_money(struct page *, int64_t);

/* html_head_cells(b, "r:Amount", ..., NULL): the head of a table; "r:" for a
 * column of numbers. */
void html_head_cells(struct buf *, const char *const *names);

/* html_accounts.c: the sums of each account, when there are several. */
void html_accounts(struct page *);

/* html_tables.c: tables of report/table.h, one after the other. */
int html_tables(struct page *, const enum table_id *, size_t, struct err *);

/* Tables of html_lists.c, each a section or nothing.  Return 0 or -1. */
int html_failed(struct page *, struct err *);
int html_doubt(struct page *, struct err *);
int html_noticed(struct page *, struct err *);
int html_batches(struct page *, struct err *);
int html_history(struct page *, struct err *);
int html_payments(struct page *, struct err *);

#endif
