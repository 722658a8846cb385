#ifndef SANDBOX_TIMELINE_H
#define SANDBOX_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "sandbox/fate.h"
#include "sandbox/ledger.h"
#include "sandbox/webhook.h"

/*
 * What happens by itself: a released file walks BP104, BP109, BP110, its items
 * get their results one by one, and it ends BC100; a collection is asked for
 * and paid or not; a refund is given.  Time is an argument; a heap holds what
 * is due when.
 */
#define DUE_FILE       (-1)         /* in place of an item's number */
#define DUE_INVOICE    (-2)
#define DUE_CHARGEBACK (-3)

struct due {
    int64_t  at_us;
    uint64_t turn;              /* equal times: first planned, first done */
    uint32_t file;              /* the invoice's, the chargeback's number */
    int32_t  item;              /* of the file; or one of the above       */
};

struct timeline {
    struct due     *heap;
    size_t          n, cap;
    uint64_t        turns;
    struct ledger  *ledger;
    struct webhooks *hooks;
    const struct play *play;
};

void timeline_release(struct timeline *);   /* also fine on a zeroed struct */

/* timeline_move(t, f, code, mark, now_us): move a file, tell the webhooks, and
 * plan what follows. */
void timeline_move(struct timeline *, struct payfile *, enum file_code,
                   bool mark, int64_t now_us);

/* timeline_begin(t, f): plan what follows for a file just made. */
void timeline_begin(struct timeline *, struct payfile *);

/* timeline_collect(t, v), timeline_refund(t, c): plan what becomes of it. */
void timeline_collect(struct timeline *, const struct invoice *);
void timeline_refund(struct timeline *, const struct chargeback *);

/* timeline_pay(t, v, now_us): somebody pays it now. */
void timeline_pay(struct timeline *, struct invoice *, int64_t now_us);

/* timeline_resume(t): after a replay: plan for every file under way. */
void timeline_resume(struct timeline *);

/* timeline_turn(t, now_us): do all that is due.  Not synced. */
void timeline_turn(struct timeline *, int64_t now_us);

/* timeline_next_us(t): when the next thing is due, INT64_MAX for never. */
int64_t timeline_next_us(const struct timeline *);

#endif
