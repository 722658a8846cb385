#include "reconcile/breaks.h"

#include "db/sql.h"
#include "db/txn.h"

/* --- one of them ---------------------------------------------------------- */

static enum db_status
find(struct db *db, int64_t id, struct brk *b)
{
    const struct db_arg args[] = { A_I64(id) };
    const struct db_col cols[] = {
        C_TEXT("state", b->state), C_I64("minor", &b->minor),
        C_TEXT("ccy", b->ccy), C_STR("about", &b->about),
        C_STR("detail", &b->detail), C_I64("run_id", &b->run_id),
        C_BOOL("live", &b->live), C_TEXT("made_by", b->made_by),
        C_I64("proposal", &b->proposal),
        C_TEXT("proposed_by", b->proposed_by)
    };

    *b = (struct brk){ .id = id };
    return db_one(db, sql_break_find, args, LEN(args), cols, LEN(cols));
}

int
break_find(struct db *db, int64_t id, struct brk *b, struct err *e)
{
    enum db_status st = find(db, id, b);

    if (st < 0)
        return db_fail(db, e, "looking for the break");
    if (st == DB_OK)
        return 0;
    err_set(e, ERR_USAGE, "there is no break %lld", (long long)id);
    return err_fix(e, "payrun breaks shows their numbers");
}

/* --- what may be done ----------------------------------------------------- */

struct doing {
    int64_t         id;
    enum break_did  did;
    const char     *owner, *note;
    const struct person *me;
    struct brk      now;
    struct err     *e;
    bool            refused;
};

/* One row for each thing that can be done. */
static const struct deed {
    const char *did, *to;       /* as in break_history; NULL: it stays        */
    bool        needs_note, needs_other;
} deeds[] = {
    [BREAK_ASSIGN]    = { "assigned", "assigned", false, false },
    [BREAK_EXPLAIN]   = { "explained", "explained", true, true },
    [BREAK_CORRECT]   = { "corrected", "corrected", true, true },
    [BREAK_WRITE_OFF] = { "proposed", NULL, true, false },
    [BREAK_AGREE]     = { "agreed", "written_off", false, true },
    [BREAK_REFUSE]    = { "refused", NULL, false, false }
};

static enum db_status
refuse(struct doing *d, enum err_kind kind, const char *why, const char *fix)
{
    d->refused = true;
    err_set(d->e, kind, "break %lld: %s", (long long)d->id, why);
    err_fix(d->e, "%s", fix);
    return DB_HARD;
}

static enum db_status
check(struct doing *d)
{
    const struct deed *deed = &deeds[d->did];
    bool open = strcmp(d->now.state, "open") == 0
        || strcmp(d->now.state, "assigned") == 0;
    bool answers = d->did == BREAK_AGREE || d->did == BREAK_REFUSE;

    if (!open)
        return refuse(d, ERR_GUARD, "it has ended already",
                      "payrun breaks --all shows how");
    if (deed->needs_note && d->note[0] == '\0')
        return refuse(d, ERR_USAGE, "a reason is needed",
                      "--note \"what was found out, and what shows it\"");
    if (deed->needs_other && strcmp(d->me->name, d->now.made_by) == 0)
        return refuse(d, ERR_NOPERM, "you made this run, so somebody else "
                      "says what became of it",
                      "assign it to another person: payrun breaks assign");
    if (answers && d->now.proposal == 0)
        return refuse(d, ERR_GUARD, "nobody proposed to write it off",
                      "payrun breaks write-off BREAK --note WHY");
    if (d->did == BREAK_AGREE
        && (strcmp(d->me->role, "checker") != 0
            || strcmp(d->me->name, d->now.proposed_by) == 0))
        return refuse(d, ERR_NOPERM, "writing off takes two people, of whom "
                      "the second is a checker", "ask another person");
    return DB_OK;
}

static enum db_status
write_off(struct db *db, struct doing *d)
{
    int64_t id = 0;
    const struct db_arg args[] = {
        A_I64(d->id), A_I64(d->now.minor), A_TEXT(d->note),
        A_TEXT(d->me->name), A_TEXT(d->me->role)
    };
    const struct db_col cols[] = { C_I64("write_off_id", &id) };
    enum db_status st = db_one(db, sql_break_propose, args, LEN(args), cols,
                               1);

    return st != DB_NONE ? st
        : refuse(d, ERR_GUARD, "it is proposed already",
                 "a checker agrees: payrun breaks agree BREAK");
}

static enum db_status
answer(struct db *db, struct doing *d, char reason[ERR_TEXT_BYTES])
{
    struct str why = { NULL, 0 };
    const struct db_arg args[] = {
        A_I64(d->now.proposal),
        A_TEXT(d->did == BREAK_AGREE ? "agreed" : "refused"),
        A_TEXT(d->me->name), A_TEXT(d->me->role)
    };
    const struct db_col cols[] = { C_STR("reason", &why) };
    enum db_status st = db_one(db, sql_break_answer, args, LEN(args), cols,
                               1);

    if (st == DB_OK)
        str_copy(reason, ERR_TEXT_BYTES, why);
    return st;
}

static enum db_status
move(struct db *db, const struct doing *d, const char *note)
{
    const struct deed *deed = &deeds[d->did];
    int64_t id = 0;
    const struct db_arg args[] = {
        A_I64(d->id), A_TEXT(deed->to != NULL ? deed->to : d->now.state),
        A_TEXT(d->did == BREAK_ASSIGN ? d->owner : ""), A_TEXT(note),
        A_TEXT(d->me->name), A_TEXT(deed->did)
    };
    const struct db_col cols[] = { C_I64("break_id", &id) };

    return db_one(db, sql_break_move, args, LEN(args), cols, 1);
}

static enum db_status
do_txn(struct db *db, void *cls)
{
    struct doing *d = cls;
    char reason[ERR_TEXT_BYTES] = "", subject[32];
    enum db_status st = find(db, d->id, &d->now);

    d->refused = false;
    if (st != DB_OK || (st = check(d)) != DB_OK)
        return st;
    str_copy(reason, sizeof(reason), str_of(d->note));
    if (d->did == BREAK_WRITE_OFF)
        st = write_off(db, d);
    else if (d->did == BREAK_AGREE || d->did == BREAK_REFUSE)
        st = answer(db, d, reason);
    if (st != DB_OK || (st = move(db, d, reason)) != DB_OK)
        return st;
    snprintf(subject, sizeof(subject), "break %lld", (long long)d->id);
    return audit_add(db, d->me->name, deeds[d->did].did, subject, reason);
}

int
break_do(struct db *db, int64_t id, enum break_did did, const char *owner,
         const char *note, const struct person *me, struct err *e)
{
    struct doing d = {
        .id = id, .did = did, .owner = owner != NULL ? owner : "",
        .note = note != NULL ? note : "", .me = me, .e = e
    };
    enum db_status st = db_txn(db, do_txn, &d);

    if (st == DB_OK)
        return 0;
    if (d.refused)
        return -1;
    if (st == DB_NONE)
        return break_find(db, id, &d.now, e) < 0 ? -1
            : err_set(e, ERR_GUARD, "break %lld changed meanwhile: look "
                      "again", (long long)id);
    return db_fail(db, e, "noting it");
}

/* --- lists ---------------------------------------------------------------- */

struct listing {
    struct break_line line;
    struct break_event event;
    int (*line_row)(void *, const struct break_line *);
    int (*event_row)(void *, const struct break_event *);
    void *owner;
};

static int
on_line(void *cls)
{
    struct listing *l = cls;

    return l->line_row(l->owner, &l->line);
}

static int
on_event(void *cls)
{
    struct listing *l = cls;

    return l->event_row(l->owner, &l->event);
}

int
breaks_each(struct db *db, int64_t run_id, const char *account, bool all,
            int (*row)(void *, const struct break_line *), void *owner,
            struct err *e)
{
    struct listing l = { .line_row = row, .owner = owner };
    struct break_line *b = &l.line;
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXT(account), A_BOOL(!all)
    };
    const struct db_col cols[] = {
        C_I64("break_id", &b->id), C_STR("kind", &b->kind),
        C_STR("state", &b->state), C_STR("owner", &b->owner),
        C_STR("note", &b->note), C_STR("about", &b->about),
        C_STR("detail", &b->detail), C_STR("run_ref", &b->run_ref),
        C_STR("account", &b->account), C_STR("book", &b->book),
        C_I64("minor", &b->minor), C_I64("ours_minor", &b->ours_minor),
        C_I64("theirs_minor", &b->theirs_minor), C_STR("ccy", &b->ccy),
        C_I64("age_days", &b->age_days), C_STR("age", &b->age),
        C_STR("heals_until", &b->heals_until), C_BOOL("is_open", &b->is_open)
    };

    return db_each(db, sql_break_list, args, LEN(args), cols, LEN(cols),
                   on_line, &l) >= 0 ? 0
        : db_fail(db, e, "reading the breaks");
}

int
break_history_each(struct db *db, int64_t id,
                   int (*row)(void *, const struct break_event *), void *owner,
                   struct err *e)
{
    struct listing l = { .event_row = row, .owner = owner };
    struct break_event *v = &l.event;
    const struct db_arg args[] = { A_I64(id) };
    const struct db_col cols[] = {
        C_STR("at", &v->at), C_STR("actor", &v->actor), C_STR("did", &v->did),
        C_STR("from_state", &v->from), C_STR("to_state", &v->to),
        C_I64("minor", &v->minor), C_STR("note", &v->note)
    };

    return db_each(db, sql_break_history, args, LEN(args), cols, LEN(cols),
                   on_event, &l) >= 0 ? 0
        : db_fail(db, e, "reading the break's history");
}
