#include "schedule/schedule.h"

#include <inttypes.h>
#include <stdio.h>

#include "db/sql.h"
#include "db/txn.h"

/* --- adding --------------------------------------------------------------- */

struct adding {
    const struct schedule_ask *ask;
    const char *who, *zone;
    int64_t id;
};

static enum db_status
add_txn(struct db *db, void *owner)
{
    struct adding *a = owner;
    const struct schedule_ask *k = a->ask;
    char subject[96], detail[ERR_TEXT_BYTES];
    const struct db_arg args[] = {
        A_TEXT(k->name), A_I64(k->account_id), A_I64(k->run_id),
        A_TEXT(k->run_kind), A_TEXT(k->calendar), A_TEXT(a->zone),
        A_TEXT(k->working_day), A_I64(k->grace_minutes), A_TEXT(a->who),
        A_TEXT(k->now != NULL ? k->now : "")
    };
    const struct db_col cols[] = { C_I64("schedule_id", &a->id) };
    enum db_status st = db_one(db, sql_schedule_add, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    snprintf(subject, sizeof(subject), "schedule %s", k->name);
    snprintf(detail, sizeof(detail), "number %" PRId64 ": %s, %s, working day "
             "%s, grace %" PRId64 " minutes, run %" PRId64 ", account %" PRId64,
             a->id, k->calendar, a->zone, k->working_day, k->grace_minutes,
             k->run_id, k->account_id);
    return audit_add(db, a->who, "schedule", subject, detail);
}

static int
check_name(const char *name, struct err *e)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] <= ' ')
            n = 0;
    if (n >= 1 && n <= 63)
        return 0;
    err_set(e, ERR_USAGE, "\"%s\" is no name for a schedule", name);
    return err_fix(e, "1 to 63 characters without blanks, such as salaries");
}

static int
check_zone(struct db *db, const char *zone, char out[CALENDAR_ZONE_BYTES],
           struct err *e)
{
    const struct db_arg args[] = { A_TEXT(zone) };
    const struct db_col cols[] = {
        { DB_C_TEXT, "name", out, CALENDAR_ZONE_BYTES, false }
    };
    enum db_status st = db_one(db, sql_zone_known, args, LEN(args), cols,
                               LEN(cols));

    if (st < 0)
        return db_fail(db, e, "looking for the time zone");
    if (st == DB_OK)
        return 0;
    err_set(e, ERR_USAGE, "the database knows no time zone \"%s\"", zone);
    return err_fix(e, "a name of the tz database, such as Africa/Nairobi");
}

static int
check_calendar(const struct schedule_ask *k, struct calendar *c, struct err *e)
{
    struct wall w = { CALENDAR_YEAR_MIN, 1, 1, 0, 0, 0 }, first;

    if (strlen(k->calendar) >= SCHEDULE_TEXT_BYTES)
        return err_set(e, ERR_USAGE, "the calendar expression is too long");
    if (calendar_read(c, str_of(k->calendar), e) < 0)
        return -1;
    if (!calendar_next(c, &w, &first))
        return err_set(e, ERR_USAGE, "\"%s\" never comes", k->calendar);
    if (calendar_often(c, &w, SCHEDULE_TIMES_A_DAY)) {
        err_set(e, ERR_USAGE, "\"%s\" comes more than %d times a day",
                k->calendar, SCHEDULE_TIMES_A_DAY);
        return err_fix(e, "hourly is the most");
    }
    return 0;
}

int
schedule_add(struct db *db, const struct schedule_ask *ask,
             const struct person *who, int64_t *id, struct err *e)
{
    char zone[CALENDAR_ZONE_BYTES];
    struct adding a = { .ask = ask, .who = who->name, .zone = zone };
    struct calendar c;
    enum db_status st;

    if (strcmp(who->role, "maker") != 0) {
        err_set(e, ERR_NOPERM, "%s is %s %s and may not make a schedule.",
                who->name, who->role[0] == 'a' ? "an" : "a", who->role);
        return err_fix(e, "That is for a maker.");
    }
    if (check_name(ask->name, e) < 0 || check_calendar(ask, &c, e) < 0
        || check_zone(db, c.zone[0] != '\0' ? c.zone : ask->zone, zone, e) < 0)
        return -1;
    st = db_txn(db, add_txn, &a);
    *id = a.id;
    if (st == DB_NONE) {
        err_set(e, ERR_GUARD, "There is a schedule \"%s\" already, or the run "
                "has one.", ask->name);
        return err_fix(e, "payrun schedule list names them");
    }
    return st < 0 ? db_fail(db, e, "storing the schedule") : 0;
}

/* --- looking -------------------------------------------------------------- */

struct each {
    struct schedule s;
    int (*row)(void *, const struct schedule *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *x = owner;

    return x->row(x->owner, &x->s);
}

static int
read_all(struct db *db, const char *name, struct each *x, struct err *e)
{
    struct schedule *s = &x->s;
    const struct db_arg args[] = { A_TEXT(name) };
    const struct db_col cols[] = {
        C_I64("schedule_id", &s->schedule_id), C_TEXT("name", s->name),
        C_TEXT("account", s->account), C_I64("account_id", &s->account_id),
        C_BOOL("live", &s->live), C_TEXT("run_ref", s->run_ref),
        C_TEXT("run_kind", s->run_kind), C_TEXT("calendar", s->calendar),
        C_TEXT("zone", s->zone), C_TEXT("working_day", s->working_day),
        C_I64("grace_minutes", &s->grace_minutes), C_TEXT("state", s->state),
        C_TEXT("state_why", s->state_why), C_TEXT("made_by", s->made_by),
        C_TEXT("next_at", s->next_at), C_TEXT("last_at", s->last_at),
        C_TEXT("last_state", s->last_state), C_I64("asks", &s->asks)
    };

    if (db_each(db, sql_schedule_list, args, LEN(args), cols, LEN(cols),
                each_row, x) < 0)
        return db_fail(db, e, "reading the schedules");
    return 0;
}

int
schedule_each(struct db *db, int (*row)(void *, const struct schedule *),
              void *owner, struct err *e)
{
    struct each x = { .row = row, .owner = owner };

    return read_all(db, "", &x, e);
}

static int
keep(void *owner, const struct schedule *s)
{
    *(struct schedule *)owner = *s;
    return 0;
}

int
schedule_find(struct db *db, const char *name, struct schedule *out,
              struct err *e)
{
    struct each x = { .row = keep, .owner = out };

    *out = (struct schedule){ 0 };
    if (name[0] != '\0' && read_all(db, name, &x, e) < 0)
        return -1;
    if (out->schedule_id != 0)
        return 0;
    err_set(e, ERR_USAGE, "There is no schedule \"%s\".", name);
    return err_fix(e, "payrun schedule list names them");
}

/* --- changing ------------------------------------------------------------- */

struct setting {
    const struct schedule *s;
    const char *state, *who, *why;
};

static enum db_status
set_txn(struct db *db, void *owner)
{
    const struct setting *t = owner;
    char subject[96], detail[ERR_TEXT_BYTES + 16];
    const struct db_arg args[] = {
        A_I64(t->s->schedule_id), A_TEXT(t->state), A_TEXT(t->who),
        A_TEXT(t->why)
    };
    enum db_status st = db_do(db, sql_schedule_state, args, LEN(args));

    if (st != DB_OK)
        return st;
    snprintf(subject, sizeof(subject), "schedule %s", t->s->name);
    snprintf(detail, sizeof(detail), "%s: %s", t->state, t->why);
    return audit_add(db, t->who, "schedule", subject, detail);
}

int
schedule_set(struct db *db, const struct schedule *s, const char *state,
             const struct person *who, const char *why, struct err *e)
{
    struct setting t = { s, state, who->name, why };
    enum db_status st;

    if (strlen(why) >= ERR_TEXT_BYTES)
        return err_set(e, ERR_USAGE, "The reason has more than %d bytes.",
                       ERR_TEXT_BYTES - 1);
    if (strcmp(who->role, "auditor") == 0)
        return err_set(e, ERR_NOPERM, "%s is an auditor and may not change a "
                       "schedule.", who->name);
    st = db_txn(db, set_txn, &t);
    if (st == DB_NONE)
        return err_set(e, ERR_GUARD, "The schedule %s is %s already.", s->name,
                       state);
    return st < 0 ? db_fail(db, e, "changing the schedule") : 0;
}
