#ifndef TORTURE_PAYEES_H
#define TORTURE_PAYEES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/db.h"
#include "tests/torture/clerk.h"

/* One payment of the round, from three sides. */
struct payee {
    char    account[24];
    int     run, row;
    int64_t minor;                  /* asked for                              */
    bool    two_phase;

    int     moved, elsewhere;       /* there: how often, by the other one     */
    int64_t moved_minor;
    char    receipt_there[32];

    int     here;                   /* in our book: how often                 */
    int64_t here_minor;
    char    state[16], batch_state[16], run_state[16];  /* "" no outcome      */
    char    receipt[32];
    bool    left, followed;         /* a request left; somebody asks again    */
};

struct payees {
    struct payee *list;             /* by account                             */
    int           n;
    int           strangers;        /* paid there, asked for by nobody        */
    char          stranger[64];
};

/* payees_asked(p, clerk): everybody in the files of the round. */
int payees_asked(struct payees *, const struct clerk *, struct err *);
void payees_release(struct payees *);

/* payees_there(p, csv, stand): the books of stand-in 0 or 1, as CSV. */
int payees_there(struct payees *, const struct buf *csv, int stand,
                 struct err *);

/* payees_here(p, db): payrun's book. */
int payees_here(struct payees *, struct db *, struct err *);

#endif
