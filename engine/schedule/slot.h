#ifndef SCHEDULE_SLOT_H
#define SCHEDULE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/run.h"
#include "schedule/schedule.h"

/* A planned time whose time has come. */
struct slot {
    int64_t slot_id, schedule_id;
    char    name[64], zone[CALENDAR_ZONE_BYTES], made_by[USER_NAME_BYTES_MAX];
    bool    active, late, due;
    char    state[16], note[ERR_TEXT_BYTES];
    char    nominal[CALENDAR_WALL_BYTES], here_now[CALENDAR_WALL_BYTES];
};

#define SLOTS_MAX       4096    /* of one turn; the rest comes with the next */
#define SLOT_RUNS_MAX   100     /* as many as slot_runs gives                    */

/* A run a slot releases, or would. */
struct slot_run {
    int64_t run_id;
    char    ref[RUN_REF_BYTES], rails[256];
};

/* slots_due(db, live, now, ahead, list, n, e): at most SLOTS_MAX, oldest first;
 * ${ahead}: those of the next 24 hours, too. */
int slots_due(struct db *, bool live, const char *now, bool ahead,
              struct slot *, int *, struct err *);

/* slot_runs(db, slot, approved, list, n, e): runs of it whose day has come:
 * approved ones, or those that still wait for that.  SLOT_RUNS_MAX places. */
int slot_runs(struct db *, const struct slot *, bool approved,
              struct slot_run *, int *, struct err *);

/* slot_too_late(days, slot, run, out): a rail of it is closed by now: which,
 * since when. */
bool slot_too_late(const struct days *, const struct slot *,
                   const struct slot_run *, char out[ERR_TEXT_BYTES]);

/**
 * slot_release(db, slot, run, e):
 * Release one run, in the name of who made the schedule: slot and run in one
 * transaction, so once, whoever else is at it.  ERR_GUARD: not now (the text
 * says why).
 */
int slot_release(struct db *, const struct slot *, const struct slot_run *,
                 struct err *);

/* slot_take(db, slot, note, owner, e): done with.  1; 0: somebody else did. */
int slot_take(struct db *, const struct slot *, const char *note,
              const char *owner, struct err *);

/* slot_set(db, slot, state, note, owner, e): "held", "asks" or "skipped", with
 * the reason; told to the audit when that is news.  1: it was. */
int slot_set(struct db *, const struct slot *, const char *, const char *,
             const char *owner, struct err *);

/* slot_decide(db, slot_id, run, who, because, now, e): ERR_GUARD when it waits
 * for nobody. */
int slot_decide(struct db *, int64_t, bool run, const struct person *,
                const char *because, const char *now, struct err *);

/* One of the list people see. */
struct slot_line {
    int64_t slot_id;
    char    name[64], nominal[CALENDAR_WALL_BYTES], state[16];
    char    decided_by[USER_NAME_BYTES_MAX];
    struct str note, runs;
};

/* slot_each(db, schedule_id, most, row, owner, e): newest first; 0: all that
 * wait for a person. */
int slot_each(struct db *, int64_t, int64_t most,
              int (*row)(void *, const struct slot_line *), void *,
              struct err *);

#endif
