#include "intake/approve.h"

#include <inttypes.h>

#include "book/batch.h"
#include "book/canary.h"
#include "book/ceiling.h"
#include "book/frozen.h"
#include "book/people.h"
#include "book/run_account.h"
#include "db/sql.h"
#include "db/txn.h"
#include "intake/retry.h"
#include "money/money.h"

/* --- who may what --------------------------------------------------------- */

static const struct {
    const char *verb, *past;        /* "approve", "approved" */
    bool maker, checker, admin;
} actions[] = {
    [ACTION_SUBMIT]  = { "submit",  "submitted", true,  false, false },
    [ACTION_APPROVE] = { "approve", "approved",  false, true,  false },
    [ACTION_REJECT]  = { "reject",  "rejected",  false, true,  false },
    [ACTION_SEND]    = { "send",    "sent",      true,  true,  true  },
    [ACTION_PAUSE]   = { "pause",   "paused",    true,  true,  true  },
    [ACTION_RESUME]  = { "resume",  "resumed",   true,  true,  true  },
    [ACTION_CANCEL]  = { "cancel",  "cancelled", true,  true,  true  },
};

bool
run_may(const char *role, enum run_action a)
{
    return (actions[a].maker && strcmp(role, "maker") == 0)
        || (actions[a].checker && strcmp(role, "checker") == 0)
        || (actions[a].admin && strcmp(role, "admin") == 0);
}

/* "a maker", "a maker, checker or admin" */
static const char *
who_may(enum run_action a)
{
    if (actions[a].maker && actions[a].checker)
        return "a maker, checker or admin";
    return actions[a].maker ? "a maker" : "a checker";
}

/* --- the frame of every action -------------------------------------------- */

struct act {
    const struct run *asked;
    struct run now;                 /* as read inside the transaction */
    enum run_action action;
    const char *who, *detail;
    int64_t typed_minor;
    bool rest;
    struct run_cancelled *cancelled;
    const struct run_with *with;    /* NULL: nothing */
    struct err why;                 /* what is not the database's fault */
    bool has_why;
};

static enum db_status
stop(struct act *a)
{
    a->has_why = true;
    return DB_HARD;
}

static enum run_event
edge_of(enum run_action a)
{
    switch (a) {
    case ACTION_SUBMIT:  return RUN_ON_SUBMIT;
    case ACTION_APPROVE: return RUN_ON_APPROVE;
    case ACTION_REJECT:  return RUN_ON_REJECT;
    case ACTION_SEND:    return RUN_ON_SEND;
    case ACTION_PAUSE:   return RUN_ON_PAUSE;
    case ACTION_RESUME:  return RUN_ON_RESUME;
    case ACTION_CANCEL:  return RUN_ON_CANCEL;
    }
    return RUN_ON_CANCEL;
}

static bool
allowed(const struct act *a)
{
    return state_edge_of(&machine_run, (int)a->now.state,
                         (int)edge_of(a->action)) != NULL;
}

/* Is the run where the action would bring it? */
static bool
there_already(const struct act *a)
{
    for (size_t i = 0; i < machine_run.nedges; i++)
        if (machine_run.edges[i].on == (int)edge_of(a->action)
            && machine_run.edges[i].to == (int)a->now.state)
            return true;
    return false;
}

/* What can be done with a run as it is. */
static int
fix_by_state(struct err *e, enum run_state state, const char *ref)
{
    switch (state) {
    case RUN_DRAFT:
        return err_fix(e, "payrun submit %s", ref);
    case RUN_SUBMITTED:
        return err_fix(e, "another person: payrun approve %s", ref);
    case RUN_APPROVED:
        return err_fix(e, "payrun send %s --wait", ref);
    case RUN_PAUSED:
        return err_fix(e, "payrun resume %s, then payrun send %s --wait", ref,
                       ref);
    case RUN_PAYING:
        return err_fix(e, "payrun status %s --watch", ref);
    case RUN_REJECTED: case RUN_CANCELLED: case RUN_EXPIRED:
        return err_fix(e, "correct the file and payrun upload it again");
    case RUN_SETTLED: case RUN_CLOSED:
        return err_fix(e, "payrun report %s", ref);
    }
    return -1;
}

static enum db_status
not_now(struct act *a)
{
    const char *ref = a->now.ref, *state = run_state_name(a->now.state);

    if (there_already(a))
        err_set(&a->why, ERR_GUARD, "%s is %s already.", ref, state);
    else
        err_set(&a->why, ERR_GUARD, "The run %s is %s; it cannot be %s.", ref,
                state, actions[a->action].past);
    (void)fix_by_state(&a->why, a->now.state, ref);
    return stop(a);
}

static int
check_person(struct db *db, const struct act *a, struct err *e)
{
    struct person p;

    if (person_find(db, a->who, &p, e) < 0)
        return -1;
    if (run_may(p.role, a->action))
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not %s a run.", p.name,
            p.role[0] == 'a' ? "an" : "a", p.role, actions[a->action].verb);
    return err_fix(e, "That is for %s.", who_may(a->action));
}

/* Hold the run's row and read it: from here on nobody else moves it. */
static enum db_status
hold(struct db *db, struct act *a)
{
    const struct db_arg args[] = { A_I64(a->asked->run_id) };
    enum db_status st = db_do(db, sql_run_lock, args, LEN(args));

    if (st == DB_NONE) {
        err_set(&a->why, ERR_USAGE, "There is no run %s any more.",
                a->asked->ref);
        return stop(a);
    }
    if (st < 0)
        return st;
    return run_by_id(db, a->asked->run_id, &a->now);
}

/* A retry of what is said to have been paid after all goes nowhere but back.
 * The claim and the door say so too; here a person hears why. */
static enum db_status
check_retry(struct db *db, struct act *a)
{
    bool stopped = false;
    enum db_status st = DB_OK;

    switch (a->action) {
    case ACTION_SUBMIT: case ACTION_APPROVE: case ACTION_SEND:
    case ACTION_RESUME:
        break;
    case ACTION_REJECT: case ACTION_PAUSE: case ACTION_CANCEL:
        return DB_OK;
    }
    if (a->now.parent[0] == '\0')
        return DB_OK;
    st = retry_stopped(db, a->now.run_id, &stopped);
    if (st != DB_OK || !stopped)
        return st;
    err_set(&a->why, ERR_GUARD, "%s pays again what may have been paid by now; "
            "it cannot be %s.", a->now.ref, actions[a->action].past);
    err_fix(&a->why, "Look at payrun resolve %s; then cancel %s (--rest) and "
            "retry what is still unpaid.", a->now.parent, a->now.ref);
    return stop(a);
}

/* The claim and the door would stop it; here a person hears by how much. */
static enum db_status
check_ceiling(struct db *db, struct act *a)
{
    struct ceiling_hit hit;
    enum db_status st = ceiling_of_run(db, a->now.run_id, &hit);

    if (st != DB_OK)
        return st < 0 ? st : DB_OK;
    (void)ceiling_words(&hit, &a->why);
    return stop(a);
}

/* Neither is anybody paid who fell in doubt elsewhere since the upload. */
static enum db_status
check_frozen(struct db *db, struct act *a)
{
    struct frozen f;
    enum db_status st = frozen_of_run(db, a->now.run_id, &f);

    if (st != DB_OK)
        return st < 0 ? st : DB_OK;
    (void)frozen_words(&f, &a->why);
    return stop(a);
}

static enum db_status
move(struct db *db, struct act *a, enum run_event on)
{
    enum db_status st = run_move(db, a->now.run_id, on, a->who, a->detail);

    return st == DB_NONE ? not_now(a) : st;
}

/* What the caller writes in the same transaction. */
static enum db_status
also(struct db *db, struct act *a)
{
    enum db_status st;

    if (a->with == NULL)
        return DB_OK;
    st = a->with->also(db, a->with->owner);
    if (st != DB_NONE)
        return st;
    err_set(&a->why, ERR_GUARD, "%s is not to be %s any more: %s", a->now.ref,
            actions[a->action].past, a->with->gone);
    return stop(a);
}

/* Last of all: audit_head is held until the end, and others wait for it. */
static enum db_status
tell(struct db *db, const struct act *a, const char *detail)
{
    return audit_add(db, a->who, actions[a->action].verb, a->now.ref, detail);
}

static int
perform(struct db *db, struct act *a,
        enum db_status (*fn)(struct db *, void *), struct err *e)
{
    enum db_status st;

    if (a->detail == NULL)
        a->detail = "";
    if (strlen(a->detail) >= ERR_TEXT_BYTES)
        return err_set(e, ERR_USAGE, "The reason has more than %d bytes.",
                       ERR_TEXT_BYTES - 1);
    if (check_person(db, a, e) < 0)
        return -1;
    FP_TXN(actions[a->action].verb);
    st = db_txn(db, fn, a);
    if (st == DB_OK)
        return 0;
    if (a->has_why) {
        *e = a->why;
        return -1;
    }
    return db_fail(db, e, "changing the run");
}

static void
begin(struct act *a)
{
    a->has_why = false;
    a->why = (struct err){ 0 };
}

/* --- submit, reject, send, pause: one edge each --------------------------- */

static enum db_status
plain_txn(struct db *db, void *owner)
{
    struct act *a = owner;
    enum db_status st;

    begin(a);
    if ((st = hold(db, a)) < 0 || (st = check_retry(db, a)) < 0)
        return st;
    if (a->action == ACTION_SEND && allowed(a)
        && ((st = check_ceiling(db, a)) < 0
            || (st = check_frozen(db, a)) < 0))
        return st;
    if ((st = also(db, a)) < 0 || (st = move(db, a, edge_of(a->action))) < 0)
        return st;
    return tell(db, a, a->detail);
}

static int
plain(struct db *db, const struct run *run, enum run_action action,
      const char *who, const char *detail, struct err *e)
{
    struct act a = { .asked = run, .action = action, .who = who,
                     .detail = detail };

    return perform(db, &a, plain_txn, e);
}

int
run_submit(struct db *db, const struct run *run, const char *who,
           struct err *e)
{
    return plain(db, run, ACTION_SUBMIT, who, "", e);
}

int
run_send_with(struct db *db, const struct run *run, const char *who,
              const struct run_with *with, struct err *e)
{
    struct act a = { .asked = run, .action = ACTION_SEND, .who = who,
                     .detail = with->detail, .with = with };

    return perform(db, &a, plain_txn, e);
}

int
run_reject(struct db *db, const struct run *run, const char *who,
           const char *reason, struct err *e)
{
    if (reason == NULL || reason[0] == '\0') {
        err_set(e, ERR_USAGE, "Say why %s is sent back.", run->ref);
        return err_fix(e, "payrun reject %s --reason \"...\"", run->ref);
    }
    return plain(db, run, ACTION_REJECT, who, reason, e);
}

int
run_send(struct db *db, const struct run *run, const char *who, struct err *e)
{
    return plain(db, run, ACTION_SEND, who, "", e);
}

int
run_pause(struct db *db, const struct run *run, const char *who,
          const char *reason, struct err *e)
{
    return plain(db, run, ACTION_PAUSE, who, reason, e);
}

/* --- approve -------------------------------------------------------------- */

static enum db_status
check_total(struct act *a)
{
    struct money typed = { .minor = a->typed_minor };
    struct money total = { .minor = a->now.minor };
    char typed_text[MONEY_TEXT_BYTES], total_text[MONEY_TEXT_BYTES];

    if (a->typed_minor == a->now.minor)
        return DB_OK;
    memcpy(typed.ccy, a->now.ccy, sizeof(typed.ccy));
    memcpy(total.ccy, a->now.ccy, sizeof(total.ccy));
    money_text(typed, typed_text);
    money_text(total, total_text);
    err_set(&a->why, ERR_GUARD, "The total of %s is %s; %s was typed.",
            a->now.ref, total_text, typed_text);
    err_fix(&a->why, "Look again at what you are approving: payrun show %s",
            a->now.ref);
    return stop(a);
}

static enum db_status
check_digest(struct db *db, struct act *a, unsigned char digest[SHA256_BYTES])
{
    enum db_status st = run_digest_again(db, a->now.run_id, digest);

    if (st != DB_OK)
        return st < 0 ? st : DB_HARD;
    if (memcmp(digest, a->now.digest, SHA256_BYTES) == 0)
        return DB_OK;
    err_set(&a->why, ERR_GUARD, "The content of %s is not what was uploaded: "
            "somebody changed it in the database.", a->now.ref);
    err_fix(&a->why, "Reject it, find out who changed it, and upload the file "
            "again.");
    return stop(a);
}

/* What the table refused, in words. */
static enum db_status
refused(struct db *db, struct act *a)
{
    if (strstr(db_why(db), "maker_is_not_checker") != NULL) {
        err_set(&a->why, ERR_NOPERM, "%s made the run %s and so cannot approve "
                "it.", a->who, a->now.ref);
        err_fix(&a->why, "Another person, a checker, approves it.");
    } else if (strcmp(db_state(db), "23505") == 0) {
        err_set(&a->why, ERR_GUARD, "The run %s is approved already.",
                a->now.ref);
    } else {
        return DB_HARD;
    }
    return stop(a);
}

/*
 * The approval stores the digest that was computed just now; its foreign key
 * holds it to the run's.
 */
static enum db_status
approve_txn(struct db *db, void *owner)
{
    struct act *a = owner;
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX], detail[SHA256_HEX + ERR_TEXT_BYTES];
    enum db_status st;

    begin(a);
    if ((st = hold(db, a)) < 0)
        return st;
    if (!allowed(a))
        return not_now(a);      /* before a total is said to be wrong */
    if ((st = check_retry(db, a)) < 0 || (st = check_total(a)) < 0
        || (st = check_digest(db, a, digest)) < 0
        || (st = check_ceiling(db, a)) < 0
        || (st = check_frozen(db, a)) < 0)
        return st;
    const struct db_arg args[] = {
        A_I64(a->now.run_id),
        A_BYTES(((struct str){ (const char *)digest, SHA256_BYTES })),
        A_TEXT(a->who), A_I64(a->typed_minor)
    };

    /* before the move: no run is approved without it */
    if ((st = db_do(db, sql_approval_add, args, LEN(args))) != DB_OK)
        return st == DB_HARD ? refused(db, a) : st;
    if ((st = also(db, a)) < 0
        || (st = move(db, a, RUN_ON_APPROVE)) < 0)
        return st;
    hex_of(digest, SHA256_BYTES, hex);
    snprintf(detail, sizeof(detail), "%" PRId64 " minor units of %s, digest "
             "%s%s%s", a->typed_minor, a->now.ccy, hex,
             a->detail[0] != '\0' ? "; " : "", a->detail);
    return tell(db, a, detail);
}

int
run_approve(struct db *db, const struct run *run, const char *who,
            int64_t typed_minor, struct err *e)
{
    struct act a = { .asked = run, .action = ACTION_APPROVE, .who = who,
                     .typed_minor = typed_minor };

    return perform(db, &a, approve_txn, e);
}

int
run_approve_with(struct db *db, const struct run *run, const char *who,
                 const struct run_with *with, struct err *e)
{
    struct act a = { .asked = run, .action = ACTION_APPROVE, .who = who,
                     .typed_minor = run->minor, .detail = with->detail,
                     .with = with };

    return perform(db, &a, approve_txn, e);
}

/* --- resume --------------------------------------------------------------- */

/*
 * A run may be paying and still stand, because the provider refused our key
 * or the wallet was short; that is resumed without an edge.
 */
static enum db_status
resume_txn(struct db *db, void *owner)
{
    struct act *a = owner;
    enum db_status st;

    begin(a);
    if ((st = hold(db, a)) < 0 || (st = check_retry(db, a)) < 0)
        return st;
    if (allowed(a) && ((st = check_ceiling(db, a)) < 0
                       || (st = check_frozen(db, a)) < 0))
        return st;
    if (a->now.state != RUN_PAYING
        && (st = move(db, a, RUN_ON_RESUME)) < 0)
        return st;
    if ((st = run_account_lanes_open(db, a->now.run_id, a->who)) < 0
        || (st = run_funds_forget(db, a->now.run_id)) < 0
        || (st = canary_accept(db, a->now.run_id, a->who)) < 0)
        return st;
    return tell(db, a, st == DB_OK ? "not all of the canary was paid" : "");
}

int
run_resume(struct db *db, const struct run *run, const char *who,
           struct err *e)
{
    struct act a = { .asked = run, .action = ACTION_RESUME, .who = who };

    return perform(db, &a, resume_txn, e);
}

/* --- cancel --------------------------------------------------------------- */

static enum db_status
under_way(struct db *db, struct act *a, int64_t *final_batches)
{
    struct run_cancelled *c = a->cancelled;
    const struct db_arg args[] = { A_I64(a->now.run_id) };
    const struct db_col cols[] = {
        C_I64("open_batches", &c->on_batches), C_I64("open_rows", &c->on_rows),
        C_I64("open_minor", &c->on_minor),
        C_I64("final_batches", final_batches)
    };

    return db_one(db, sql_batch_under_way, args, LEN(args), cols, LEN(cols));
}

static enum db_status
refuse_cancel(struct act *a, int64_t final_batches)
{
    const struct run_cancelled *c = a->cancelled;

    err_set(&a->why, ERR_GUARD, "%" PRId64 " batch%s of %s %s under way and %"
            PRId64 " %s finished; what was released cannot be called back.",
            c->on_batches, c->on_batches == 1 ? "" : "es", a->now.ref,
            c->on_batches == 1 ? "is" : "are", final_batches,
            final_batches == 1 ? "is" : "are");
    err_fix(&a->why, "Cancel what was not released (%" PRId64 " payments): "
            "payrun cancel %s --rest", c->rows, a->now.ref);
    return stop(a);
}

/*
 * First every batch is held, in a statement of its own: one that a worker is
 * just moving is waited for, and then seen where it went.  Without that it
 * could be neither cancelled nor counted as under way.
 */
static enum db_status
cancel_txn(struct db *db, void *owner)
{
    struct act *a = owner;
    struct run_cancelled *c = a->cancelled;
    int64_t final_batches = 0;
    const char *reason = a->detail[0] != '\0' ? a->detail : "cancelled";
    char detail[ERR_TEXT_BYTES * 2];
    enum db_status st;

    begin(a);
    *c = (struct run_cancelled){ 0 };
    if ((st = hold(db, a)) < 0)
        return st;
    if (!allowed(a))
        return not_now(a);
    const struct db_arg held[] = { A_I64(a->now.run_id) };

    if ((st = db_do(db, sql_batch_lock_run, held, LEN(held))) < 0
        || (st = batch_cancel_rest(db, a->now.run_id, a->who, reason,
                                   &c->batches, &c->rows)) < 0
        || (st = under_way(db, a, &final_batches)) < 0)
        return st;
    c->whole = c->on_batches + final_batches == 0;
    if (!c->whole && !a->rest)
        return refuse_cancel(a, final_batches);
    if (c->whole) {
        st = move(db, a, RUN_ON_CANCEL);
    } else {
        const struct db_arg args[] = {
            A_I64(a->now.run_id), A_TEXT(a->who), A_TEXT(reason)
        };

        st = db_do(db, sql_run_cancel_mark, args, LEN(args));
    }
    if (st < 0)
        return st;
    snprintf(detail, sizeof(detail), "%s; %" PRId64 " payments cancelled, %"
             PRId64 " go on", reason, c->rows, c->on_rows);
    return tell(db, a, detail);
}

int
run_cancel(struct db *db, const struct run *run, const char *who,
           const char *reason, bool rest, struct run_cancelled *out,
           struct err *e)
{
    struct act a = { .asked = run, .action = ACTION_CANCEL, .who = who,
                     .detail = reason, .rest = rest, .cancelled = out };

    *out = (struct run_cancelled){ 0 };
    return perform(db, &a, cancel_txn, e);
}
