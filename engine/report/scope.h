#ifndef REPORT_SCOPE_H
#define REPORT_SCOPE_H

#include "report/model.h"

/* Which runs a report of several is about; "" and NULL: all. */
struct scope {
    const char *period;         /* "2026-11", or NULL                         */
    const char *account;        /* which pays, or pays a part; or NULL        */
    bool        live;
};

/*
 * scope_read(m, db, scope, e): a model of several runs, inside a transaction:
 * ${m}->runs is set, ${m}->run only names it.  Sums come from the counters of
 * the batches: no payment is read.  Return 0 or -1 (ERR_USAGE: there are none,
 * or they are in several currencies).
 */
int scope_read(struct model *, struct db *, const struct scope *,
               struct err *);

#endif
