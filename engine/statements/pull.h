#ifndef STATEMENTS_PULL_H
#define STATEMENTS_PULL_H

#include "dispatch/errand.h"

/*
 * A provider's own statement by API, page by page, each page committed before
 * the next is asked for.  One that was interrupted goes on where it stood.
 */
struct pull_order {
    struct errand *errand;      /* SERVICE_STATEMENT, its days in the ask     */
    const char    *person;
};

struct pull_result {
    int64_t statement_id;
    bool    resumed;            /* went on with one that was interrupted      */
    int64_t pages;              /* read now                                   */
    int64_t lines, fresh;
    int64_t open_rows;          /* not ended yet                              */
    int64_t unbooked;           /* nothing moved                              */
    int64_t unclear;            /* nobody can tell which way                  */
    int64_t in_minor, out_minor;
    bool    has_balances;
    int64_t opening_minor, closing_minor;
};

/**
 * pull_statement(order, result, e):
 * 0 when all that was asked for is stored.  -1: what errand_ask() says, or the
 * database; what was stored stays, and the same call goes on.
 */
int pull_statement(const struct pull_order *, struct pull_result *,
                   struct err *);

#endif
