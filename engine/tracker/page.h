#ifndef TRACKER_PAGE_H
#define TRACKER_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "dispatch/flight.h"

/*
 * One page of a one-phase provider's list, into the book.  Whose a row is, is
 * proven by the token that only we and the provider know, or by the provider's
 * own number, stored with the payment; never by name, phone or amount alone.
 */
struct page {
    struct flight *f;               /* it landed, and judge() said TAKEN      */
    int64_t     since_s;            /* what is older is of no interest        */
    int64_t     want_batch;         /* whether this one is here; 0: all       */
    int         want_seq;

    struct page_answer head;        /* filled                                 */
    int         nrows;
    bool        passed;             /* newest first, and down to ${since_s}   */
    bool        found;
    struct { int64_t batch_id, seq; } seen[LIST_ROWS_MAX];  /* ours, and open
                                       before                                 */
    int         nseen;
    char        why[ERR_TEXT_BYTES];    /* PAGE_UNREADABLE                    */
};

enum page_end {
    PAGE_TAKEN,
    PAGE_UNREADABLE,
    PAGE_NOT_STORED                 /* the database; desk_db() took note      */
};

/**
 * page_take(p):
 * Read it, and for each batch with news store the raw rows and what they mean
 * in one transaction.  Silence about a payment means nothing.
 */
enum page_end page_take(struct page *);

/* page_is_last(p, asked): nothing comes behind it.  A page beyond the end
 * repeats the last one (contract sapama.md 4). */
bool page_is_last(const struct page *, int asked);

#endif
