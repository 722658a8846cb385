#ifndef TORTURE_DICE_H
#define TORTURE_DICE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Chance that can be had again.  A die belongs to a place of the schedule
 * (seed, round, what for, which one), so that nothing drawn in one place moves
 * what is drawn in another, however the clock goes.
 */
enum dice_for {
    DICE_ROUND = 1, DICE_FAULT, DICE_RUN, DICE_ROW, DICE_DEED, DICE_SPAWN,
    DICE_COMMAND
};

struct dice {
    uint64_t state;
};

struct dice dice_at(uint64_t seed, int64_t round, enum dice_for, int64_t a,
                    int64_t b);

/* dice_range(d, lo, hi): both included.  dice_chance: so many of 1000.
 * dice_log(d, lo, hi): as often under the geometric middle as over it. */
int64_t dice_range(struct dice *, int64_t lo, int64_t hi);
bool dice_chance(struct dice *, int per_mille);
int64_t dice_log(struct dice *, int64_t lo, int64_t hi);

#endif
