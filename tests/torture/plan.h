#ifndef TORTURE_PLAN_H
#define TORTURE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a seed fixes: sizes, faults, who is hit and when.  Pure: the same seed,
 * round and number give the same plan.
 */
struct plan_key {
    uint64_t seed;
    int64_t  round;
    int      workers[8];            /* one of these race in a round           */
    int      nworkers;
    bool     failpoints;            /* payrun-check is there                  */
};

struct round_plan {
    int  workers;
    int  kills;                     /* then nothing is disturbed any more     */
    int  open_runs;                 /* so many are on their way at a time     */
    int  batch_rows[2];             /* two-phase, one-phase                   */
    int  in_flight[2];
    int  answer_ms, lease_ms;
    int  latency_ms;                /* of the stand-ins                       */
    int  gap_ms;                    /* between two deeds, on average          */
};

struct run_plan {
    int  rows;
    int  cancel_ms;                 /* after it is being paid; 0: never       */
    int  pause_ms;
};

struct row_plan {
    char account[24];               /* as the stand-in's books write it       */
    int64_t minor;
    bool two_phase, bank;
};

enum deed_kind {
    DEED_KILL, DEED_KILL_LISTENER, DEED_KILL_ALL, DEED_STOP, DEED_TERM,
    DEED_STOP_STAND, DEED_BACKEND, DEED_CRASH, DEED_IMMEDIATE
};

struct deed_plan {
    enum deed_kind kind;
    int gap_ms;                     /* after the one before                   */
    int which;                      /* of 1000: which of those that live      */
    int hold_ms;                    /* stopped so long                        */
};

/* What a process does to itself: PAYRUN_FAILPOINTS, "" nothing; else killed
 * from outside after ${kill_ms}, 0: not. */
struct spawn_plan {
    char failpoints[48];
    int  kill_ms;
    int  hold_ms;                   /* when it stops itself                   */
};

#define PLAN_FAULTS_MAX 64
#define PLAN_RUNS_MAX   400         /* of a round: phones and periods last    */

struct round_plan plan_round(const struct plan_key *);
struct run_plan plan_run(const struct plan_key *, int run);
struct row_plan plan_row(const struct plan_key *, int run, int row);
struct deed_plan plan_deed(const struct plan_key *, int nr);
struct spawn_plan plan_spawn(const struct plan_key *, int nr, bool listener);
struct spawn_plan plan_command(const struct plan_key *, int run, int nr,
                               bool send);

/* plan_fault(k, nr, stand, out): fault ${nr} of stand-in 0 or 1 as JSON; false
 * when it is not in this round; ${out} "" behind the last. */
bool plan_fault(const struct plan_key *, int nr, int stand, char out[256]);

#endif
