#ifndef STATEMENTS_WAY_H
#define STATEMENTS_WAY_H

#include "base/err.h"
#include "providers/services.h"

/*
 * Which way the money went, for providers that do not always say: what became
 * of the balance tells, so one row waits for its neighbour.
 */
struct ways {
    bool ledger;                /* every row moved money, in order            */
    int (*row)(void *owner, const struct service_row *, struct err *);
    void *owner;
    struct service_row held;
    bool holds;
};

/* ways_add(owner, row, e): an errand_row; ${owner} is the struct ways.
 * ways_flush(w, e): there are no more.  What goes out is negative then.  0 or
 * -1. */
int ways_add(void *, const struct service_row *, struct err *);
int ways_flush(struct ways *, struct err *);

#endif
