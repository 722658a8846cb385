#include "book/explanation.h"

#include <inttypes.h>

#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

struct work {
    const struct explanation *say;      /* proposing                          */
    bool        agrees;                 /* ending                             */
    const char *reason, *who;
    int64_t     id;
    struct explained *out;

    struct err  why;
    bool        has_why;
};

static enum db_status
stop(struct work *w)
{
    w->has_why = true;
    return DB_HARD;
}

static void
begin(struct work *w)
{
    w->has_why = false;
    w->why = (struct err){ 0 };
}

static int
perform(struct db *db, struct work *w,
        enum db_status (*fn)(struct db *, void *), struct err *e)
{
    enum db_status st = db_txn(db, fn, w);

    if (st == DB_OK)
        return 0;
    if (!w->has_why)
        return db_fail(db, e, "writing down what was found out");
    *e = w->why;
    return -1;
}

/* --- proposing ------------------------------------------------------------ */

static enum db_status
run_stand(struct db *db, struct work *w, int64_t *upto)
{
    int64_t doubles = 0;
    const struct db_arg args[] = { A_I64(w->say->run_id) };
    const struct db_col cols[] = {
        C_I64("doubles", &doubles), C_I64("upto", upto)
    };
    enum db_status st = db_do(db, sql_run_lock, args, LEN(args));

    if (st == DB_OK)
        st = db_one(db, sql_explain_run, args, LEN(args), cols, LEN(cols));
    if (st != DB_OK || doubles > 0)
        return st;
    err_set(&w->why, ERR_GUARD, "Nothing of %s was paid twice, as far as is "
            "known and not explained.", w->say->ref);
    err_fix(&w->why, "payrun explain lists what is to be explained");
    return stop(w);
}

static enum db_status
errand_stand(struct db *db, struct work *w, int64_t errand_id)
{
    char account[USER_NAME_BYTES_MAX], service[32];
    bool live = false, doubt = false;
    const struct db_arg args[] = { A_I64(errand_id), A_I64(ERRAND_DOOR_MS) };
    const struct db_col cols[] = {
        C_TEXT("account", account), C_BOOL("live", &live),
        C_TEXT("service", service), C_BOOL("doubt", &doubt)
    };
    enum db_status st = db_one(db, sql_explain_errand, args, LEN(args), cols,
                               LEN(cols));

    if (st < DB_NONE || (st == DB_OK && doubt))
        return st;
    if (st == DB_NONE)
        err_set(&w->why, ERR_USAGE, "There is no errand %" PRId64 ".",
                errand_id);
    else
        err_set(&w->why, ERR_GUARD, "Errand %" PRId64 " (%s of %s) is not in "
                "doubt.", errand_id, service, account);
    err_fix(&w->why, "payrun errands lists them");
    return stop(w);
}

static const char *
says(const struct explanation *x)
{
    return x->run_id != 0 ? "explained" : x->done ? "done" : "not_done";
}

static enum db_status
propose_txn(struct db *db, void *owner)
{
    struct work *w = owner;
    const struct explanation *x = w->say;
    char subject[40], why[ERR_TEXT_BYTES];
    int64_t upto = 0;
    enum db_status st;

    begin(w);
    st = x->run_id != 0 ? run_stand(db, w, &upto)
                        : errand_stand(db, w, x->errand_id);
    if (st != DB_OK)
        return st;
    const struct db_arg args[] = {
        A_I64(x->run_id), A_I64(x->errand_id), A_TEXT(says(x)), A_I64(upto),
        A_TEXT(x->reason), A_TEXT(x->note), A_TEXT(x->file_name),
        A_BYTES(x->file_name != NULL ? x->file : STR("")), A_TEXT(w->who)
    };
    const struct db_col cols[] = { C_I64("explanation_id", &w->id) };

    snprintf(subject, sizeof(subject), "errand %" PRId64, x->errand_id);
    st = db_one(db, sql_explain_add, args, LEN(args), cols, LEN(cols));
    if (st == DB_NONE) {
        err_set(&w->why, ERR_GUARD, "Somebody has explained %s already; nobody "
                "has agreed yet.", x->run_id != 0 ? x->ref : subject);
        err_fix(&w->why, "payrun explain lists it; --agree ID or --refuse ID "
                "ends it");
        return stop(w);
    }
    snprintf(why, sizeof(why), "explanation %" PRId64 ": %s; %.150s; %.200s",
             w->id, says(x), x->reason,
             x->file_name != NULL ? x->file_name : x->note);
    return st != DB_OK ? st : audit_add(db, w->who, "explain",
                                        x->run_id != 0 ? x->ref : subject, why);
}

static int
check_say(const struct explanation *x, struct err *e)
{
    if (x->reason[0] == '\0') {
        err_set(e, ERR_USAGE, "What was found out?");
        return err_fix(e, "--reason \"how it came about, what was done\"");
    }
    if (x->note[0] == '\0' && x->file_name == NULL) {
        err_set(e, ERR_USAGE, "Nobody can agree to what has no evidence.");
        return err_fix(e, "--evidence FILE, or --evidence \"who said so, when, "
                       "their reference\"");
    }
    if (strlen(x->reason) >= ERR_TEXT_BYTES
        || strlen(x->note) >= ERR_TEXT_BYTES)
        return err_set(e, ERR_USAGE, "A reason, and evidence in words, have at "
                       "most %d bytes.", ERR_TEXT_BYTES - 1);
    return 0;
}

/* Who may say it, agree to it, refuse it. */
static int
check_person(struct db *db, const char *who, bool maker, bool checker,
             const char *verb, struct err *e)
{
    struct person p;

    if (person_find(db, who, &p, e) < 0)
        return -1;
    if ((maker && (strcmp(p.role, "maker") == 0
                   || strcmp(p.role, "admin") == 0))
        || (checker && strcmp(p.role, "checker") == 0))
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not %s.", p.name,
            p.role[0] == 'a' ? "an" : "a", p.role, verb);
    return err_fix(e, "That is for %s.", !maker ? "a checker who did not say "
                   "it" : checker ? "a maker, checker or admin"
                                  : "a maker or an admin");
}

int
explanation_propose(struct db *db, const struct explanation *x,
                    const char *who, int64_t *id, struct err *e)
{
    struct work w = { .say = x, .who = who };

    if (check_say(x, e) < 0
        || check_person(db, who, true, false, "explain this", e) < 0
        || perform(db, &w, propose_txn, e) < 0)
        return -1;
    *id = w.id;
    return 0;
}

/* --- ending --------------------------------------------------------------- */

static enum db_status
find(struct db *db, int64_t id, struct explained *x)
{
    const struct db_arg args[] = { A_I64(id) };
    const struct db_col cols[] = {
        C_I64("run_id", &x->run_id), C_I64("errand_id", &x->errand_id),
        C_TEXT("says", x->says), C_TEXT("reason", x->reason),
        C_TEXT("proposed_by", x->proposed_by), C_TEXT("ended", x->ended),
        C_TEXT("ref", x->ref), C_BOOL("live", &x->live)
    };

    *x = (struct explained){ 0 };
    return db_one(db, sql_explain_find, args, LEN(args), cols, LEN(cols));
}

int
explanation_find(struct db *db, int64_t id, struct explained *out,
                 struct err *e)
{
    enum db_status st = find(db, id, out);

    if (st == DB_OK)
        return 0;
    if (st < DB_NONE)
        return db_fail(db, e, "reading an explanation");
    err_set(e, ERR_USAGE, "There is no explanation %" PRId64 ".", id);
    return err_fix(e, "payrun explain lists them");
}

/* What was agreed to takes effect: on the errand, or what keeps a run open. */
static enum db_status
take_effect(struct db *db, struct work *w)
{
    struct explained *x = w->out;
    const struct db_arg run[] = { A_I64(x->run_id) };
    char detail[ERR_TEXT_BYTES];
    enum db_status st;

    if (x->run_id != 0) {
        st = db_do(db, sql_explain_settle, run, LEN(run));
        x->freed = st == DB_OK;
        return st < DB_NONE ? st : DB_OK;
    }
    snprintf(detail, sizeof(detail), "%.200s; as found by %s and %s, "
             "explanation %" PRId64, x->reason, x->proposed_by, w->who,
             w->id);
    const struct db_arg args[] = {
        A_I64(x->errand_id),
        A_TEXT(strcmp(x->says, "done") == 0 ? "taken" : "refused"),
        A_TEXT(detail)
    };
    return db_do(db, sql_explain_errand_end, args, LEN(args));
}

/* The run's row, or the errand's, is held first: what is read then stays. */
static enum db_status
hold(struct db *db, struct work *w)
{
    const struct explained *x = w->out;
    const struct db_arg args[] = { A_I64(x->run_id) };

    if (x->run_id != 0)
        return db_do(db, sql_run_lock, args, LEN(args));
    return w->agrees ? errand_stand(db, w, x->errand_id) : DB_OK;
}

static enum db_status
end_txn(struct db *db, void *owner)
{
    struct work *w = owner;
    struct explained *x = w->out;
    const struct db_arg args[] = {
        A_I64(w->id), A_TEXT(w->agrees ? "agreed" : "refused"), A_TEXT(w->who)
    };
    char why[ERR_TEXT_BYTES];
    enum db_status st;

    begin(w);
    if ((st = find(db, w->id, x)) != DB_OK)
        return st;
    if (x->ended[0] != '\0') {
        err_set(&w->why, ERR_GUARD, "Explanation %" PRId64 " was %s already.",
                w->id, x->ended);
        return stop(w);
    }
    if (w->agrees && strcmp(x->proposed_by, w->who) == 0) {
        err_set(&w->why, ERR_NOPERM, "%s said it and so cannot agree to it.",
                w->who);
        return stop(w);
    }
    if ((st = hold(db, w)) != DB_OK)
        return st;
    if ((st = db_do(db, sql_explain_end, args, LEN(args))) != DB_OK)
        return st == DB_NONE ? DB_SOFT : st;    /* somebody else just did */
    if (w->agrees && (st = take_effect(db, w)) != DB_OK)
        return st;
    snprintf(why, sizeof(why), "explanation %" PRId64 " of %s: %.300s", w->id,
             x->proposed_by, w->agrees ? x->reason : w->reason);
    return audit_add(db, w->who, w->agrees ? "explained" : "not_explained",
                     x->ref, why);
}

int
explanation_end(struct db *db, int64_t id, bool agrees, const char *reason,
                const char *who, struct explained *out, struct err *e)
{
    struct work w = { .agrees = agrees, .reason = reason, .who = who,
                      .id = id, .out = out };

    if (!agrees && (reason == NULL || reason[0] == '\0')) {
        err_set(e, ERR_USAGE, "Say why the explanation is refused.");
        return err_fix(e, "--reason \"...\"");
    }
    if (explanation_find(db, id, out, e) < 0
        || check_person(db, who, !agrees, true, agrees ? "agree to an "
                        "explanation" : "refuse an explanation", e) < 0)
        return -1;
    return perform(db, &w, end_txn, e);
}

/* --- the list ------------------------------------------------------------- */

struct each {
    struct explanation_line l;
    int (*row)(void *, const struct explanation_line *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *x = owner;

    return x->row(x->owner, &x->l);
}

int
explanation_each(struct db *db, int64_t run_id,
                 int (*row)(void *, const struct explanation_line *),
                 void *owner, struct err *e)
{
    struct each x = { .row = row, .owner = owner };
    const struct db_arg args[] = {
        A_I64(run_id), A_I64(ERRAND_DOOR_MS), A_I64(EVIDENCE_LIST_MAX)
    };
    const struct db_col cols[] = {
        C_I64("explanation_id", &x.l.id), C_STR("ref", &x.l.ref),
        C_STR("what", &x.l.what), C_STR("says", &x.l.says),
        C_STR("reason", &x.l.reason), C_STR("note", &x.l.note),
        C_STR("proposed_by", &x.l.proposed_by), C_STR("ended", &x.l.ended),
        C_STR("ended_by", &x.l.ended_by)
    };

    if (db_each(db, sql_explain_list, args, LEN(args), cols, LEN(cols),
                each_row, &x) < 0)
        return db_fail(db, e, "reading what is to be explained");
    return 0;
}
