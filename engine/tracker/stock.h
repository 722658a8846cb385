#ifndef TRACKER_STOCK_H
#define TRACKER_STOCK_H

#include <stdint.h>

#include "book/account.h"
#include "db/db.h"
#include "tracker/worker.h"

/* What is left to do, in batches. */
struct stock {
    int64_t open;               /* can go on now or soon                      */
    int64_t closed;             /* waits behind a closed lane                 */
    int64_t paused;             /* waits in a paused run                      */
    int64_t shorts;             /* waits for money, in a group                */
    char    why_short[ERR_TEXT_BYTES];
    char    why_closed[ERR_TEXT_BYTES], why_paused[ERR_TEXT_BYTES];
};

/**
 * stock_take(db, order, out):
 * For ${order}'s run or all runs of its accounts.  What is in doubt and asked
 * about only later than an account's give_up_ms does not count, nor does what
 * waits for its pay date.
 */
enum db_status stock_take(struct db *, const struct worker_order *,
                          struct stock *);

/* stock_give_up_ms(account): its own, or the default. */
int64_t stock_give_up_ms(const struct account *);

#endif
