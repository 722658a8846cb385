#include "reconcile/watch.h"

#include "base/arena.h"
#include "base/log.h"
#include "book/attempt.h"
#include "book/outcome.h"
#include "book/people.h"
#include "book/run.h"
#include "db/sql.h"
#include "db/txn.h"

#define WATCH_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct proven {
    int64_t     batch_id, run_id, charge_minor;
    int         seq;
    const char *run_ref, *run_state, *says, *code, *reason, *receipt, *body;
    struct proven *next;
};

struct watch {
    struct db   *db;
    const char  *actor;
    struct arena arena;
    struct proven *first, **last;
    struct proven *at;          /* the one under way                          */
    struct watched *out;
    bool         reopens;

    struct proven row;          /* columns are read into these                */
    struct str run_ref, run_state, says, code, reason, receipt, body;
};

static int
proven_row(void *owner)
{
    struct watch *w = owner;
    struct proven *p = arena_alloc(&w->arena, sizeof(*p));

    if (p == NULL)
        return -1;
    *p = w->row;
    p->run_ref = arena_str(&w->arena, w->run_ref).p;
    p->run_state = arena_str(&w->arena, w->run_state).p;
    p->says = arena_str(&w->arena, w->says).p;
    p->code = arena_str(&w->arena, w->code).p;
    p->reason = arena_str(&w->arena, w->reason).p;
    p->receipt = arena_str(&w->arena, w->receipt).p;
    p->body = arena_str(&w->arena, w->body).p;
    p->next = NULL;
    *w->last = p;
    w->last = &p->next;
    return p->run_ref == NULL || p->run_state == NULL || p->says == NULL
        || p->code == NULL || p->reason == NULL || p->receipt == NULL
        || p->body == NULL ? -1 : 0;
}

static enum db_status
read_proven(struct watch *w, int64_t reconciliation_id)
{
    struct proven *p = &w->row;
    const struct db_arg args[] = { A_I64(reconciliation_id) };
    const struct db_col cols[] = {
        C_I64("batch_id", &p->batch_id), C_I64("run_id", &p->run_id),
        C_STR("run_ref", &w->run_ref), C_STR("run_state", &w->run_state),
        C_INT("seq", &p->seq), C_STR("says", &w->says),
        C_STR("code", &w->code), C_STR("reason", &w->reason),
        C_STR("receipt", &w->receipt),
        C_I64("charge_minor", &p->charge_minor), C_STR("body", &w->body)
    };

    return db_each(w->db, sql_reconcile_moves, args, LEN(args), cols,
                   LEN(cols), proven_row, w);
}

/* The doubt it ended may have been the last of a batch that is in flight. */
static enum db_status
end_batch(struct db *db, const struct watch *w, int64_t batch_id)
{
    const struct batch_note note = {
        .detail = "the statement ended the last doubt", .stop_polling = true,
        .charge_estimate_minor = -1
    };
    const struct db_arg args[] = { A_I64(batch_id) };
    struct batch b;
    enum db_status st = db_do(db, sql_tracker_sought_drop, args, LEN(args));

    if (st < 0 || (st = batch_by_id(db, batch_id, &b)) != DB_OK)
        return st;
    if (b.state != BATCH_IN_FLIGHT
        || b.paid_rows + b.failed_rows + b.cancelled_rows != b.rows)
        return DB_OK;
    return batch_move(db, &b, BATCH_ON_ALL_FINAL, w->actor, &note);
}

static enum db_status
tell(struct db *db, struct watch *w)
{
    const struct proven *p = w->at;
    char why[ERR_TEXT_BYTES];
    enum db_status st = DB_OK;

    snprintf(why, sizeof(why), "batch %lld row %d is %s: a line of a "
             "statement proves it", (long long)(p->batch_id % 100000), p->seq,
             p->says);
    st = audit_add(db, w->actor, p->says, p->run_ref, why);
    w->reopens = strcmp(p->run_state, "closed") == 0;
    if (st != DB_OK || !w->reopens)
        return st;
    /* the second payment of a run finds it open already */
    st = run_move(db, p->run_id, RUN_ON_REOPEN, w->actor, why);
    w->reopens = st == DB_OK;
    return st == DB_OK ? audit_add(db, w->actor, "reopen", p->run_ref, why)
        : st < 0 ? st : DB_OK;
}

static enum db_status
one_txn(struct db *db, void *cls)
{
    struct watch *w = cls;
    const struct proven *p = w->at;
    const struct outcome o = {
        .seq = p->seq, .state = (enum outcome_state)outcome_state_of(p->says),
        .code = p->code, .reason = p->reason, .receipt = p->receipt,
        .charge_minor = p->charge_minor
    };
    const struct db_arg args[] = { A_I64(p->batch_id) };
    struct settled done = { 0 };
    struct batch b;
    int event_no = 0;
    enum db_status st = db_do(db, sql_batch_lock, args, LEN(args));

    if (st != DB_OK || (st = batch_by_id(db, p->batch_id, &b)) != DB_OK
        || (st = event_add(db, p->batch_id, "statement", 200,
                           str_of(p->body), &event_no)) != DB_OK
        || (st = outcomes_settle(db, &b, event_no, &o, 1, &done)) < 0)
        return st;
    if (done.healed_rows != 1)
        return DB_NONE;         /* it moved meanwhile: nothing is stored */
    st = end_batch(db, w, p->batch_id);
    return st < 0 ? st : tell(db, w);
}

static int
take_one(struct watch *w, struct err *e)
{
    const struct proven *p = w->at;
    bool paid = strcmp(p->says, "paid") == 0;
    enum db_status st = db_txn(w->db, one_txn, w);

    if (st < 0)
        return db_fail(w->db, e, "noting what a statement proves");
    if (st == DB_NONE)
        return 0;
    w->out->ended += paid;
    w->out->back += !paid;
    w->out->reopened += w->reopens;
    log_event(LOG_WARN, paid ? "statement_proves" : "taken_back",
              L_STR("run", p->run_ref), L_I64("batch", p->batch_id),
              L_I64("row", p->seq), L_STR("is", p->says));
    return 0;
}

int
watch_take(struct db *db, int64_t reconciliation_id, const char *actor,
           struct watched *out, struct err *e)
{
    struct watch w = { .db = db, .actor = actor, .out = out };
    int rc = -1;

    *out = (struct watched){ 0 };
    w.last = &w.first;
    arena_init(&w.arena, WATCH_BYTES_MAX);
    if (read_proven(&w, reconciliation_id) < 0) {
        db_fail(db, e, "reading what a statement proves");
        goto out;
    }
    for (w.at = w.first; w.at != NULL; w.at = w.at->next)
        if (take_one(&w, e) < 0)
            goto out;
    rc = 0;
out:
    arena_release(&w.arena);
    return rc;
}
