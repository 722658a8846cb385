#ifndef SANDBOX_FATE_H
#define SANDBOX_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/payfile.h"

/* How the stand-in plays; fixed for the life of a process. */
struct play {
    uint32_t seed;
    int      fail_per_mille;
    int64_t  latency_ms;
    int64_t  charge_minor;
    int      speed_percent;
};

/* play_us(p, ms): a delay of ${ms} in microseconds at this speed. */
int64_t play_us(const struct play *, int64_t ms);

/*
 * What becomes of an item once it is sent: one result, or two one after the
 * other.  Decided by seed, account and amount alone (and the reserved payee
 * numbers of README.md), so a story told again ends the same way.
 */
struct step {
    enum item_code code;
    enum reason    reason;
    bool           moved;       /* money has left by then               */
    bool           shown;       /* callers are told a receipt           */
};

struct fate {
    bool        two;            /* first, then last; else only last     */
    struct step first, last;
    int         times;          /* latencies it takes: 1, or many       */
    uint64_t    dice;
};

void fate_of(struct fate *, const struct play *, const struct payfile *,
             const struct item *);

/* fate_done(fate, item): it has its last result. */
bool fate_done(const struct fate *, const struct item *);

/* fate_wait_us(fate, play, item): from sending, or from its first result, to
 * its next result. */
int64_t fate_wait_us(const struct fate *, const struct play *,
                     const struct item *);

/* fate_step(fate, item): what comes next for an item that is not done. */
const struct step *fate_step(const struct fate *, const struct item *);

/* fate_at_once(account): a reserved number that is TF103 from the start. */
bool fate_at_once(struct str account);

#endif
