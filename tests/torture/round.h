#ifndef TORTURE_ROUND_H
#define TORTURE_ROUND_H

#include "tests/torture/clerk.h"
#include "tests/torture/crew.h"
#include "tests/torture/judge.h"
#include "tests/torture/place.h"
#include "tests/torture/stand.h"

/*
 * One round: a fresh database and fresh books; runs are brought and paid while
 * everybody is killed; then nobody is disturbed until every run has ended; then
 * it is judged.
 */
enum phase { ROUND_CHAOS, ROUND_HEALING, ROUND_HEALED };

struct round {
    struct plan_key   key;
    struct round_plan plan;
    struct place     *place;
    struct crew       crew;
    struct stand      stand;
    struct clerk      clerk;
    struct judge      judge;
    struct db        *db;
    char              name[32];     /* of its database                        */
    enum phase        phase;
    int               spawned;      /* workers and listeners                  */
    int               deeds;
    int               kills[ROLES]; /* until it was calm                      */
    int               slow;         /* of 1000: see round_open()              */
    int64_t           deed_ms, look_ms;
    int64_t           heal_ms;      /* since when; healed: how long           */
};

/* round_open(r, place, key, payrun, check, e): 0, or -1.  Measures how long a
 * command takes on this machine now: on a slow one the gaps of the plan are
 * stretched, so that a worker gets as far before it is hit. */
int round_open(struct round *, struct place *, const struct plan_key *,
               const char *payrun, const char *check, struct err *);

/**
 * round_turn(r, now_ms, most, e):
 * Go on; with ${most} kills done the chaos ends.  Return when to come again,
 * or -1 when it cannot go on, or did not heal.
 */
int64_t round_turn(struct round *, int64_t now_ms, int64_t most, struct err *);

/* round_judge(r, e): healed; 0 with r->judge.figures, or -1. */
int round_judge(struct round *, struct err *);

/* round_close(r, keep): kill what lives; database and folder go unless
 * ${keep}. */
void round_close(struct round *, bool keep);

#endif
