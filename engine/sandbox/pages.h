#ifndef SANDBOX_PAGES_H
#define SANDBOX_PAGES_H

#include "sandbox/inside.h"

/* Lists in pages: {"count", "next", "previous", "results": [ ... ]}. */
struct page {
    uint64_t number, rows;      /* from 1; of one page             */
    uint64_t count;             /* of the whole list               */
    uint64_t skip, take;        /* of the rows: those on this page */
};

/* pages_read(x, page, count): which page is asked for; 0, or -1: there is no
 * such page (404). */
int pages_read(struct exchange *, struct page *, uint64_t count);

/* pages_head(x, page): all but the rows.  pages_next(out, first): a comma but
 * for the first row.  pages_tail(out). */
void pages_head(struct exchange *, const struct page *);
void pages_next(struct buf *, bool *first);
void pages_tail(struct buf *);

/* pages_day(x, key, us): a date of the query in Nairobi, "2026-11-01" with an
 * optional time behind it; 0 when not given.  ${end} gives the end of that
 * day.  0 or -1. */
int pages_day(struct exchange *, const char *, bool end, int64_t *us);

#endif
