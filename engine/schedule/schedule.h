#ifndef SCHEDULE_SCHEDULE_H
#define SCHEDULE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/people.h"
#include "db/db.h"
#include "schedule/calendar.h"
#include "schedule/days.h"

/* A calendar that comes more often pays nobody better; a slot is a row. */
#define SCHEDULE_TIMES_A_DAY  24
#define SCHEDULE_TEXT_BYTES   200

/* A schedule as stored, and what comes next on its wall. */
struct schedule {
    int64_t schedule_id, account_id, grace_minutes, asks;
    char    name[64], account[USER_NAME_BYTES_MAX], run_ref[32];
    bool    live;
    char    run_kind[16], calendar[SCHEDULE_TEXT_BYTES];
    char    zone[CALENDAR_ZONE_BYTES], working_day[8];
    char    state[16], state_why[ERR_TEXT_BYTES], made_by[USER_NAME_BYTES_MAX];
    char    next_at[CALENDAR_WALL_BYTES], last_at[CALENDAR_WALL_BYTES];
    char    last_state[16];             /* of the slot at last_at             */
};

/* What a maker asks for. */
struct schedule_ask {
    const char *name, *calendar, *zone, *working_day, *run_kind;
    int64_t     account_id, run_id, grace_minutes;
    const char *now;                    /* sandbox: the time it is; NULL      */
};

/**
 * schedule_add(db, ask, who, id, e):
 * Check the calendar and the zone, store the schedule, tell the audit.  0, or
 * -1: ERR_USAGE (calendar, zone, name), ERR_GUARD (name or run has one),
 * ERR_NOPERM (not a maker), or a database error.
 */
int schedule_add(struct db *, const struct schedule_ask *,
                 const struct person *,
                 int64_t *, struct err *);

/* schedule_find(db, name, out, e): ERR_USAGE when there is none. */
int schedule_find(struct db *, const char *, struct schedule *, struct err *);
int schedule_each(struct db *, int (*row)(void *, const struct schedule *),
                  void *, struct err *);

/* schedule_set(db, s, state, who, why, e): "paused", "active" or "removed";
 * ERR_GUARD when it is so already. */
int schedule_set(struct db *, const struct schedule *, const char *,
                 const struct person *, const char *, struct err *);

/**
 * schedule_plan(db, days, live, now, e):
 * Make every slot of the coming two weeks, and those since the last time; what
 * is still to come follows the calendar, the holidays and the zone's rules of
 * today.  ${now} "": the database's clock.  0 or -1.
 *
 * The wall is reckoned with here; which moment that is, PostgreSQL says (AT
 * TIME ZONE): it needs no environment variable, which would be the whole
 * process's, and all hosts get one answer from one tz database.
 */
int schedule_plan(struct db *, const struct days *, bool live, const char *now,
                  struct err *);

#endif
