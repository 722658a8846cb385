#include "schedule/slot.h"

#include <inttypes.h>
#include <stdio.h>

#include "db/sql.h"
#include "db/txn.h"
#include "intake/approve.h"

/* --- reading -------------------------------------------------------------- */

struct slots {
    struct slot one, *list;
    int n;
};

static int
note_slot(void *owner)
{
    struct slots *s = owner;

    if (s->n < SLOTS_MAX)
        s->list[s->n++] = s->one;
    return 0;
}

int
slots_due(struct db *db, bool live, const char *now, bool ahead,
          struct slot *list, int *n, struct err *e)
{
    struct slots s = { .list = list };
    const struct db_arg args[] = { A_TEXT(now), A_BOOL(live), A_BOOL(ahead) };
    const struct db_col cols[] = {
        C_I64("slot_id", &s.one.slot_id),
        C_I64("schedule_id", &s.one.schedule_id), C_TEXT("name", s.one.name),
        C_TEXT("zone", s.one.zone), C_TEXT("made_by", s.one.made_by),
        C_BOOL("active", &s.one.active), C_BOOL("late", &s.one.late),
        C_BOOL("due", &s.one.due), C_TEXT("state", s.one.state),
        C_TEXT("note", s.one.note), C_TEXT("nominal", s.one.nominal),
        C_TEXT("here_now", s.one.here_now)
    };

    if (db_each(db, sql_slot_due, args, LEN(args), cols, LEN(cols), note_slot,
                &s) < 0)
        return db_fail(db, e, "reading what is due");
    *n = s.n;
    return 0;
}

struct runs {
    struct slot_run one, *list;
    int n;
};

static int
note_run(void *owner)
{
    struct runs *r = owner;

    if (r->n < SLOT_RUNS_MAX)
        r->list[r->n++] = r->one;
    return 0;
}

int
slot_runs(struct db *db, const struct slot *s, bool approved,
          struct slot_run *list, int *n, struct err *e)
{
    struct runs r = { .list = list };
    const struct db_arg args[] = {
        A_I64(s->slot_id), A_TEXT(s->here_now), A_BOOL(approved)
    };
    const struct db_col cols[] = {
        C_I64("run_id", &r.one.run_id), C_TEXT("ref", r.one.ref),
        C_TEXT("rails", r.one.rails)
    };

    if (db_each(db, sql_slot_runs, args, LEN(args), cols, LEN(cols), note_run,
                &r) < 0)
        return db_fail(db, e, "reading what is due");
    *n = r.n;
    return 0;
}

bool
slot_too_late(const struct days *days, const struct slot *s,
              const struct slot_run *r, char out[ERR_TEXT_BYTES])
{
    struct wall w;
    const char *p = r->rails;
    char rail[24];

    if (wall_read(&w, str_of(s->here_now)) < 0)
        return false;
    while (*p != '\0') {
        size_t n = strcspn(p, " ");
        int cut;

        if (str_copy(rail, sizeof(rail), (struct str){ p, n }) == 0) {
            cut = days_cutoff(days, rail);
            if (cut >= 0 && w.hour * 60 + w.minute >= cut) {
                snprintf(out, ERR_TEXT_BYTES, "%s: %s closes at %02d:%02d and "
                         "it is %.5s", r->ref, rail, cut / 60, cut % 60,
                         s->here_now + 11);
                return true;
            }
            if (days_rests(days, rail)
                && !days_working(days, day_of(w.year, w.month, w.day))) {
                snprintf(out, ERR_TEXT_BYTES, "%s: %s works on working days "
                         "only, and %.10s is none", r->ref, rail, s->here_now);
                return true;
            }
        }
        p += n + strspn(p + n, " ");
    }
    return false;
}

/* --- releasing ------------------------------------------------------------ */

struct releasing {
    int64_t slot_id, run_id;
};

static enum db_status
also_slot(struct db *db, void *owner)
{
    const struct releasing *r = owner;
    const struct db_arg args[] = { A_I64(r->slot_id), A_I64(r->run_id) };

    return db_do(db, sql_slot_run_add, args, LEN(args));
}

int
slot_release(struct db *db, const struct slot *s, const struct slot_run *run,
             struct err *e)
{
    struct releasing r = { s->slot_id, run->run_id };
    char detail[ERR_TEXT_BYTES];
    struct run now;
    const struct run_with with = {
        .also = also_slot, .owner = &r, .detail = detail,
        .gone = "its slot was taken meanwhile"
    };
    enum db_status st = run_by_id(db, run->run_id, &now);

    if (st != DB_OK)
        return st < 0 ? db_fail(db, e, "reading the run")
             : err_set(e, ERR_GUARD, "The run %s is gone.", run->ref);
    snprintf(detail, sizeof(detail), "by schedule %s, slot %" PRId64
             " of %s %s",
             s->name, s->slot_id, s->nominal, s->zone);
    return run_send_with(db, &now, s->made_by, &with, e);
}

struct moving {
    const struct slot *s;
    const char *state, *note, *owner;
    char became[16];
};

static enum db_status
tell(struct db *db, const struct moving *m, const char *state)
{
    char subject[96], detail[2 * ERR_TEXT_BYTES];

    snprintf(subject, sizeof(subject), "slot %" PRId64, m->s->slot_id);
    snprintf(detail, sizeof(detail), "%s: schedule %s, %s %s%s%s", state,
             m->s->name, m->s->nominal, m->s->zone,
             m->note[0] != '\0' ? ": " : "", m->note);
    return audit_add(db, m->owner, "slot", subject, detail);
}

static enum db_status
take_txn(struct db *db, void *owner)
{
    struct moving *m = owner;
    const struct db_arg args[] = {
        A_I64(m->s->slot_id), A_TEXT(m->note), A_TEXT(m->owner)
    };
    const struct db_col cols[] = { C_TEXT("state", m->became) };
    enum db_status st = db_one(db, sql_slot_take, args, LEN(args), cols,
                               LEN(cols));

    return st == DB_OK ? tell(db, m, m->became) : st;
}

int
slot_take(struct db *db, const struct slot *s, const char *note,
          const char *owner, struct err *e)
{
    struct moving m = { .s = s, .note = note, .owner = owner };
    enum db_status st = db_txn(db, take_txn, &m);

    return st < 0 ? db_fail(db, e, "taking a slot") : st == DB_OK;
}

static enum db_status
set_txn(struct db *db, void *owner)
{
    struct moving *m = owner;
    const struct db_arg args[] = {
        A_I64(m->s->slot_id), A_TEXT(m->state), A_TEXT(m->note)
    };
    enum db_status st = db_do(db, sql_slot_move, args, LEN(args));

    return st == DB_OK ? tell(db, m, m->state) : st;
}

int
slot_set(struct db *db, const struct slot *s, const char *state,
         const char *note, const char *owner, struct err *e)
{
    struct moving m = { .s = s, .state = state, .note = note, .owner = owner };
    enum db_status st = db_txn(db, set_txn, &m);

    return st < 0 ? db_fail(db, e, "changing a slot") : st == DB_OK;
}

/* --- people --------------------------------------------------------------- */

struct deciding {
    int64_t slot_id;
    bool run;
    const char *who, *because, *now;
};

static enum db_status
decide_txn(struct db *db, void *owner)
{
    const struct deciding *d = owner;
    char subject[64], detail[2 * ERR_TEXT_BYTES], name[64];
    char nominal[CALENDAR_WALL_BYTES];
    const struct db_arg args[] = {
        A_I64(d->slot_id), A_BOOL(d->run), A_TEXT(d->who), A_TEXT(d->because),
        A_TEXT(d->now)
    };
    const struct db_col cols[] = {
        C_TEXT("name", name), C_TEXT("nominal", nominal)
    };
    enum db_status st = db_one(db, sql_slot_decide, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    snprintf(subject, sizeof(subject), "slot %" PRId64, d->slot_id);
    snprintf(detail, sizeof(detail), "%s: schedule %s, %s: %s",
             d->run ? "run" : "skip", name, nominal, d->because);
    return audit_add(db, d->who, "slot decide", subject, detail);
}

int
slot_decide(struct db *db, int64_t slot_id, bool run,
            const struct person *who, const char *because, const char *now,
            struct err *e)
{
    struct deciding d = { slot_id, run, who->name, because, now };
    enum db_status st;

    if (because[0] == '\0' || strlen(because) >= ERR_TEXT_BYTES)
        return err_set(e, ERR_USAGE, "Say why, in 1 to %d bytes: --because "
                       "\"...\"", ERR_TEXT_BYTES - 1);
    if (strcmp(who->role, "auditor") == 0)
        return err_set(e, ERR_NOPERM, "%s is an auditor and decides nothing.",
                       who->name);
    st = db_txn(db, decide_txn, &d);
    if (st == DB_NONE) {
        err_set(e, ERR_GUARD, "Slot %" PRId64 " does not wait for anybody.",
                slot_id);
        return err_fix(e, "payrun schedule list shows those that do");
    }
    return st < 0 ? db_fail(db, e, "deciding about a slot") : 0;
}

struct each {
    struct slot_line line;
    int (*row)(void *, const struct slot_line *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *x = owner;

    return x->row(x->owner, &x->line);
}

int
slot_each(struct db *db, int64_t schedule_id, int64_t most,
          int (*row)(void *, const struct slot_line *), void *owner,
          struct err *e)
{
    struct each x = { .row = row, .owner = owner };
    const struct db_arg args[] = { A_I64(schedule_id), A_I64(most) };
    const struct db_col cols[] = {
        C_I64("slot_id", &x.line.slot_id), C_TEXT("name", x.line.name),
        C_TEXT("nominal", x.line.nominal), C_TEXT("state", x.line.state),
        C_TEXT("decided_by", x.line.decided_by), C_STR("note", &x.line.note),
        C_STR("runs", &x.line.runs)
    };

    if (db_each(db, sql_slot_list, args, LEN(args), cols, LEN(cols), each_row,
                &x) < 0)
        return db_fail(db, e, "reading the slots");
    return 0;
}
