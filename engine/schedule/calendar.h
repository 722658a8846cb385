#ifndef SCHEDULE_CALENDAR_H
#define SCHEDULE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/*
 * Calendar expressions as systemd.time(7) writes them, for example
 * "Mon..Fri *-*-* 20:00", "*-*-25..31", "*-*~01 09:30".  Pure: what is reckoned
 * with is the clock on the wall of some zone, and which moment that is, the
 * database says (schedule/plan.h).
 */
#define CALENDAR_ITEMS_MAX  32          /* of one list: a month has 31 days  */
#define CALENDAR_ZONE_BYTES 64
#define CALENDAR_WALL_BYTES 32          /* "2026-11-27 20:00:00"             */
#define CALENDAR_YEAR_MIN   1970
#define CALENDAR_YEAR_MAX   2199        /* as far as systemd looks           */

/* One of a list: from, to (-1: this one alone or, with a step, to the end). */
struct calendar_item { int from, to, step; };

struct calendar_list {
    int n;                              /* 0: any                            */
    struct calendar_item items[CALENDAR_ITEMS_MAX];
};

struct calendar {
    unsigned weekdays;                  /* bit 0: Monday; 127: any           */
    bool     from_end;                  /* days count from the month's end   */
    struct calendar_list year, month, day, hour, minute, second;
    char     zone[CALENDAR_ZONE_BYTES]; /* named at the end; "": none was    */
};

/* What a clock on the wall shows. */
struct wall { int year, month, day, hour, minute, second; };

/**
 * calendar_read(c, text, e):
 * Return 0, or -1 with ERR_USAGE and what is wrong.  Whole seconds only.
 */
int calendar_read(struct calendar *, struct str, struct err *);

/**
 * calendar_next(c, after, out):
 * The first time that fits behind ${after}.  false: there is none up to
 * CALENDAR_YEAR_MAX.
 */
bool calendar_next(const struct calendar *, const struct wall *after,
                   struct wall *out);

/* calendar_often(c, from): does it come more than ${n} times in a day? */
bool calendar_often(const struct calendar *, const struct wall *from, int n);

/* wall_text(w, out): "2026-11-27 20:00:00".  wall_read(w, text): the same
 * back, with or without seconds; a day alone is its midnight.  0 or -1. */
void wall_text(const struct wall *, char out[CALENDAR_WALL_BYTES]);
int wall_read(struct wall *, struct str);

#endif
