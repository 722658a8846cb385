#ifndef SANDBOX_TIMELINE_H
#define SANDBOX_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "sandbox/fate.h"
#include "sandbox/ledger.h"
#include "sandbox/webhook.h"

/*
 * What happens by itself: a released file walks BP104, BP109, BP110, its items
 * get their results one by one, and it ends BC100.  Time is an argument; a
 * heap holds what is due when.
 */
struct due {
    int64_t  at_us;
    uint64_t turn;              /* equal times: first planned, first done */
    uint32_t file;
    int32_t  item;              /* -1: the file itself moves on           */
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

/* timeline_resume(t): after a replay: plan for every file under way. */
void timeline_resume(struct timeline *);

/* timeline_turn(t, now_us): do all that is due.  Not synced. */
void timeline_turn(struct timeline *, int64_t now_us);

/* timeline_next_us(t): when the next thing is due, INT64_MAX for never. */
int64_t timeline_next_us(const struct timeline *);

#endif
