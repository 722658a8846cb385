#ifndef REPORT_PROOF_H
#define REPORT_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "book/run.h"

/*
 * The sums at every hop of a run's way, as a whole and the parts it must be
 * made of.  All renderings print these rows, so they cannot differ.
 */
#define PROOF_HOPS  4
#define PROOF_PARTS 5

struct proof_part {
    const char *name;
    int64_t     rows, minor;
};

struct proof_hop {
    const char *title;          /* "What was approved is what is stored"      */
    const char *key;            /* for JSON                                   */
    bool        by_amount;      /* false: only counts are known               */
    struct proof_part whole;
    int         nparts;
    struct proof_part part[PROOF_PARTS];
    int64_t     off_rows, off_minor;    /* whole minus parts                  */
};

struct proof {
    struct proof_hop hop[PROOF_HOPS];
    bool counters_tie;          /* the batches' counters agree with the rows  */
    bool ties;                  /* everything does                            */
};

void proof_make(struct proof *, const struct run_sums *);

/* proof_never(p): the run has ended unsent; its payments wait for nothing. */
void proof_never(struct proof *);

bool proof_hop_ties(const struct proof_hop *);

#endif
