#ifndef SCHEDULE_DAYS_H
#define SCHEDULE_DAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/day.h"

/*
 * Weekends, public holidays and the hours at which rails close: data, filled
 * in by cli from engine/cli/calendar.yaml or a file of the same shape.
 */
#define DAYS_FIXED_MAX   32             /* holidays of the same date a year   */
#define DAYS_MOVING_MAX  256            /* ... listed by date: 20 years       */
#define DAYS_CUTOFFS_MAX 32             /* as many as there are rails         */
#define DAYS_SHIFT_MAX   14             /* no land rests longer               */

struct days {
    unsigned weekend;                   /* bit 0: Monday                      */
    bool sunday_moves;                  /* a fixed holiday on a Sunday is held
                                           on the next day that is none       */
    int  nfixed, nmoving, ncutoffs;
    struct { int month, day; char name[48]; } fixed[DAYS_FIXED_MAX];
    struct { int32_t day; char name[48]; } moving[DAYS_MOVING_MAX];
    int  known_from, known_until;       /* years whose moving ones are listed */
    struct {
        char rail[24];
        int  minute;                    /* after midnight                     */
        bool working;                   /* on working days only               */
    } cutoffs[DAYS_CUTOFFS_MAX];
};

/* days_holiday(d, day): its name, or NULL.  days_working(d, day): neither
 * weekend nor holiday. */
const char *days_holiday(const struct days *, int32_t);
bool days_working(const struct days *, int32_t);

/* days_shift(d, day, step): the nearest working day from ${day} on, backwards
 * (-1) or forwards (1); ${day} itself when none is within DAYS_SHIFT_MAX. */
int32_t days_shift(const struct days *, int32_t, int step);

/* days_cutoff(d, rail): minutes after midnight at which it closes; -1: never.
 * days_rests(d, rail): it works on working days only. */
int days_cutoff(const struct days *, const char *rail);
bool days_rests(const struct days *, const char *rail);

#endif
