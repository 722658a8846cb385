#ifndef TORTURE_CLERK_H
#define TORTURE_CLERK_H

#include "tests/torture/crew.h"
#include "tests/torture/plan.h"
#include "tests/torture/stand.h"

/*
 * The people of a round, who bring runs to payment with the commands people
 * use: upload, submit, approve, send, resume, cancel.  A command that was
 * killed is said again, once, whatever became of it; then they look how the
 * run stands and go on from there.
 */
enum step {
    STEP_UPLOAD, STEP_SUBMIT, STEP_APPROVE, STEP_SEND, STEP_PAUSE, STEP_RESUME,
    STEP_CANCEL, STEP_ASK, STEP_NONE
};

struct job {
    int       nr;
    struct run_plan plan;
    int64_t   minor;                /* its total                              */
    char      ref[32], state[16];   /* as the book has it; "" not there       */
    bool      accepted;             /* upload said yes, or the book has it    */
    bool      in_doubt;             /* some of it                             */
    bool      known;                /* no payment is without an outcome       */
    enum step said;                 /* the command under way, or the last     */
    bool      busy, killed, again;
    bool      paused, cancelled;    /* the plan's, done                       */
    int       commands, asked;
    int64_t   paying_ms;            /* since when                             */
    int64_t   next_ms;              /* not before                             */
};

struct clerk {
    const struct plan_key *key;
    struct crew  *crew;
    struct stand *stand;
    struct db    *db;
    struct job    jobs[PLAN_RUNS_MAX];
    int           njobs;
    int           spawned;
    bool          fresh;            /* the book was read since then           */
    int64_t       look_ms;
    char          lie[256];         /* a command said done and it is not      */
};

/* clerk_turn(c, now_ms, open, healing): look at the book and say what is due;
 * keep ${open} runs on their way.  Return when to come again. */
int64_t clerk_turn(struct clerk *, int64_t now_ms, int open, bool healing);

/* clerk_ended(c, hand, status): a command of theirs has. */
void clerk_ended(struct clerk *, const struct hand *, int status);

/* clerk_done(c): every run has its end, as the book says.  clerk_open(c, out):
 * one that has not, in words. */
bool clerk_done(const struct clerk *);
void clerk_open(const struct clerk *, char out[160]);

#endif
