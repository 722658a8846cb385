#ifndef TRACKER_LISTED_H
#define TRACKER_LISTED_H

#include "base/arena.h"
#include "book/states.h"
#include "providers/provider.h"

/*
 * Rows of a one-phase provider's list that are payments of one batch, and what
 * of them counts.  Pure.  A payment has one row; when it has two, the one whose
 * number we know is the payment, and another that was paid too is never passed
 * over in silence.
 */

/* One row whose owner was proven: see page.c. */
struct listed {
    struct row_answer row;
    int64_t batch_id;
    int     seq;
    int     attempt_no;         /* whose token it has; 0: known by its number */
    bool    ours;
    bool    is_last;            /* ... of the request that left last          */
};

/* What the book knows of a payment. */
struct known_line {
    int        seq;
    int        state;           /* enum outcome_state or -1                   */
    int64_t    minor;
    struct str account;
    char       receipt[64], id[PAYMENT_ID_BYTES];   /* "": none               */
};

struct choice {
    struct item_answer *items;  /* for settle_file(); a payment that stands
                                   there twice is in doubt                    */
    int         nitems;
    int32_t    *seqs;           /* numbers that are new to us                 */
    struct str *ids;
    size_t      nplaced;
    int32_t    *again;          /* paid once more, with another receipt       */
    int         nagain;
    int         agree;          /* payments that are there as they were sent  */
};

/**
 * listed_choose(rows, nrows, lines, nlines, arena, out):
 * ${rows}: of one batch, in the order of listed_order(), none of an older
 * request.  Return 0, or -1 when out of memory.
 */
int listed_choose(const struct listed *, int, const struct known_line *, int,
                  struct arena *, struct choice *);

/* listed_order(a, b): for qsort: ours first, by batch, seq and number. */
int listed_order(const void *, const void *);

#endif
