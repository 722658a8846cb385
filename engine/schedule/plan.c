#include "schedule/schedule.h"

#include <stdlib.h>

#include "db/sql.h"
#include "db/txn.h"

#define PLAN_SCHEDULES_MAX  256     /* a company has a dozen                  */
#define PLAN_SLOTS_MAX      1024    /* 30 days hourly, and room               */

/* One schedule to plan, and the times its calendar says. */
struct todo {
    int64_t schedule_id;
    char name[64], calendar[SCHEDULE_TEXT_BYTES], zone[CALENDAR_ZONE_BYTES];
    char working_day[8];
    char from[CALENDAR_WALL_BYTES], to[CALENDAR_WALL_BYTES];
};

struct planning {
    const char *now;
    struct todo one;                /* what a row is read into                */
    struct todo *list;
    int n;
    /* of the schedule in hand */
    const struct todo *at;
    int nslots;
    char wanted[PLAN_SLOTS_MAX][CALENDAR_WALL_BYTES];
    char nominal[PLAN_SLOTS_MAX][CALENDAR_WALL_BYTES];
    struct str wanted_list[PLAN_SLOTS_MAX], nominal_list[PLAN_SLOTS_MAX];
};

static int
note_todo(void *owner)
{
    struct planning *p = owner;

    if (p->n == PLAN_SCHEDULES_MAX)
        return -1;
    p->list[p->n++] = p->one;
    return 0;
}

static int
read_todo(struct db *db, struct planning *p, bool live, struct err *e)
{
    const struct db_arg args[] = { A_TEXT(p->now), A_BOOL(live) };
    struct todo *t = &p->one;
    const struct db_col cols[] = {
        C_I64("schedule_id", &t->schedule_id), C_TEXT("name", t->name),
        C_TEXT("calendar", t->calendar), C_TEXT("zone", t->zone),
        C_TEXT("working_day", t->working_day), C_TEXT("from_wall", t->from),
        C_TEXT("to_wall", t->to)
    };

    if (db_each(db, sql_schedule_to_plan, args, LEN(args), cols, LEN(cols),
                note_todo, p) < 0)
        return db_fail(db, e, "reading the schedules");
    return 0;
}

/* The same time of day on the working day it is moved to. */
static void
shift(const struct days *days, const char *how, struct wall *w)
{
    int32_t day = day_of(w->year, w->month, w->day);

    if (strcmp(how, "before") == 0)
        day = days_shift(days, day, -1);
    else if (strcmp(how, "after") == 0)
        day = days_shift(days, day, 1);
    day_date(day, &w->year, &w->month, &w->day);
}

/* What the calendar says between from and to. */
static int
reckon(struct planning *p, const struct days *days, struct err *e)
{
    struct calendar c;
    struct wall w, moved;

    p->nslots = 0;
    if (calendar_read(&c, str_of(p->at->calendar), e) < 0
        || wall_read(&w, str_of(p->at->from)) < 0)
        return -1;
    while (p->nslots < PLAN_SLOTS_MAX && calendar_next(&c, &w, &w)) {
        int i = p->nslots;

        wall_text(&w, p->wanted[i]);
        if (strcmp(p->wanted[i], p->at->to) > 0)
            break;
        moved = w;
        shift(days, p->at->working_day, &moved);
        wall_text(&moved, p->nominal[i]);
        /* moved to before it was made: that day is over, and others' */
        if (strcmp(p->nominal[i], p->at->from) <= 0)
            continue;
        p->wanted_list[i] = str_of(p->wanted[i]);
        p->nominal_list[i] = str_of(p->nominal[i]);
        p->nslots++;
    }
    return 0;
}

/* The calendar of a schedule never changes; holidays and zones do. */
static enum db_status
plan_txn(struct db *db, void *owner)
{
    struct planning *p = owner;
    size_t n = (size_t)p->nslots;
    const struct db_arg id[] = { A_I64(p->at->schedule_id) };
    const struct db_arg rest[] = {
        A_I64(p->at->schedule_id), A_TEXTS(p->wanted_list, n),
        A_TEXTS(p->nominal_list, n), A_TEXT(p->now)
    };
    enum db_status st = db_do(db, sql_slot_plan_lock, id, LEN(id));

    if (st != DB_OK)
        return st;
    if ((st = db_do(db, sql_slot_plan_move, rest, LEN(rest))) < 0
        || (st = db_do(db, sql_slot_plan_skip, rest, LEN(rest))) < 0
        || (st = db_do(db, sql_slot_plan_add, rest, LEN(rest))) < 0)
        return st;
    return DB_OK;
}

int
schedule_plan(struct db *db, const struct days *days, bool live,
              const char *now, struct err *e)
{
    struct planning *p = calloc(1, sizeof(*p));
    int rc = -1;

    if (p == NULL)
        return err_oom(e);
    p->now = now;
    p->list = calloc(PLAN_SCHEDULES_MAX, sizeof(*p->list));
    if (p->list == NULL) {
        err_oom(e);
        goto out;
    }
    if (read_todo(db, p, live, e) < 0)
        goto out;
    for (int i = 0; i < p->n; i++) {
        p->at = &p->list[i];
        if (reckon(p, days, e) < 0)
            goto out;
        if (db_txn(db, plan_txn, p) < 0) {
            db_fail(db, e, "planning a schedule");
            goto out;
        }
    }
    rc = 0;
out:
    free(p->list);
    free(p);
    return rc;
}
