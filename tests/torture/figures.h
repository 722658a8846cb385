#ifndef TORTURE_FIGURES_H
#define TORTURE_FIGURES_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/* What is counted, over all rounds; kept in STATE/progress. */
struct figures {
    uint64_t seed;
    int64_t  round;                 /* the next one                           */
    int64_t  wanted;                /* kills                                  */
    int64_t  kills, workers, listeners, commands, at_points, caught;
    int64_t  rounds, stops, terms, crashes;
    int64_t  runs, payments, paid, failed, cancelled, in_doubt;
    int64_t  twice, lost, wrong;
    int64_t  ms;
};

/* figures_add(f, more): all that is a count. */
void figures_add(struct figures *, const struct figures *);

/* figures_load(f, dir, e): 1, or 0 when there is none, or -1.
 * figures_save(f, dir, e): 0 or -1. */
int figures_load(struct figures *, const char *dir, struct err *);
int figures_save(const struct figures *, const char *dir, struct err *);

/* figures_print(f, out): how, then the line of figures. */
void figures_print(const struct figures *, FILE *);

#endif
