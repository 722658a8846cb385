#ifndef TORTURE_ORDER_H
#define TORTURE_ORDER_H

#include "base/err.h"
#include "tests/torture/figures.h"
#include "tests/torture/judge.h"
#include "tests/torture/plan.h"

/* What somebody asked for. */
struct order {
    int64_t     kills;
    bool        seeded;             /* a seed was named                       */
    struct plan_key key;            /* seed, and the round to repeat          */
    bool        one_round;
    char        workers[32];
    const char *state;              /* where progress is kept                 */
    const char *payrun, *check;
    enum plant  plant;
};

/* order_read(o, argc, argv, e): 0 or -1. */
int order_read(struct order *, int argc, char **argv, struct err *);

/* order_begin(o, f, e): go on where STATE stopped, or begin: fills the seed. */
int order_begin(struct order *, struct figures *, struct err *);

#endif
