#ifndef SANDBOX_FATE_H
#define SANDBOX_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/payfile.h"

/* How the stand-in plays; POST /_rules changes it while it runs. */
struct play {
    uint32_t seed;
    int      fail_per_mille;
    int64_t  latency_ms;
    int      speed_percent;
    bool     long_way;              /* files walk BP106 and BP108 too      */
    struct tariff tariffs[FIGURE_RAILS];
};

/* play_us(p, ms): a delay of ${ms} in microseconds at this speed. */
int64_t play_us(const struct play *, int64_t ms);

/*
 * What becomes of an item once it is sent: one result, or two one after the
 * other.  Decided by its plot, else by seed, account and amount alone, so a
 * story told again ends the same way.
 */
struct step {
    enum item_code code;
    enum reason    reason;
    bool           moved;       /* money has left by then               */
    bool           shown;       /* callers are told a receipt           */
};

struct fate {
    bool        two;            /* first, then last; else only last     */
    bool        after;          /* the last only after the file's end   */
    bool        never;          /* no result                            */
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

/* fate_plot(play, rail, account, minor): by the limits of its rail, then by
 * the reserved payee numbers of README.md. */
enum plot fate_plot(const struct play *, const struct rail *, struct str,
                    int64_t minor);

/* fate_reserved(account, nn): the G of the reserved number 254700000GNN and
 * its NN, or -1. */
int fate_reserved(struct str, int *);

#endif
