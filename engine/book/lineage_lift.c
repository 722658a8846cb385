#include "book/lineage_lift.h"

#include "base/log.h"
#include "book/batch.h"
#include "book/outcome.h"
#include "book/people.h"
#include "book/placed.h"
#include "book/run.h"
#include "db/sql.h"
#include "db/txn.h"

#define CODE_LISTED   "PR-LIN-001"
#define CODE_UNLISTED "PR-LIN-002"

/* One batch that must not be sent by itself any more. */
struct held_batch {
    int64_t batch_id;
    bool    two_phase;
    bool    follows;            /* its file is the one listed: ask its status */
};

struct lifting {
    const char *actor;
    int64_t hold_id;

    struct held_batch now, *list;
    size_t  n, room;

    /* the payments of one batch, as listed */
    struct outcome *said;
    int32_t *seqs;
    struct str *ids;
    size_t  nsaid, nids;
    struct arena arena;
    int     seq;
    char    state[16];
    struct str code, words, receipt, id;
    int64_t charge_minor;
    int64_t batches;            /* filled */
};

/* --- what each batch had --------------------------------------------------- */

static int
held_row(void *owner)
{
    struct lifting *x = owner;
    struct held_batch *grown = x->list;

    if (x->n == x->room) {
        grown = realloc(x->list, (x->room * 2 + 64) * sizeof(*grown));
        if (grown == NULL)
            return -1;
        x->list = grown;
        x->room = x->room * 2 + 64;
    }
    x->list[x->n++] = x->now;
    return 0;
}

static enum db_status
held_load(struct db *db, struct lifting *x)
{
    const struct db_arg args[] = { A_I64(x->hold_id) };
    const struct db_col cols[] = {
        C_I64("batch_id", &x->now.batch_id),
        C_BOOL("two_phase", &x->now.two_phase),
        C_BOOL("follows", &x->now.follows)
    };

    x->n = 0;
    return db_each(db, sql_lineage_attach, args, LEN(args), cols, LEN(cols),
                   held_row, x);
}

static const char *
kept(struct lifting *x, struct str s)
{
    char *p = arena_alloc(&x->arena, s.len + 1);

    if (p != NULL)
        (void)str_copy(p, s.len + 1, s);
    return p;
}

static int
said_row(void *owner)
{
    struct lifting *x = owner;
    struct outcome *o = &x->said[x->nsaid];

    *o = (struct outcome){
        .seq = x->seq, .state = (enum outcome_state)outcome_state_of(x->state),
        .code = kept(x, x->code), .reason = kept(x, x->words),
        .receipt = x->receipt.len > 0 ? kept(x, x->receipt) : NULL,
        .charge_minor = x->charge_minor
    };
    if (o->code == NULL || o->reason == NULL || x->nsaid == BATCH_ROWS_MAX)
        return -1;
    x->nsaid++;
    if (x->id.len > 0) {
        x->seqs[x->nids] = x->seq;
        x->ids[x->nids++] = str_of(kept(x, x->id));
    }
    return 0;
}

static enum db_status
said_load(struct db *db, struct lifting *x, int64_t batch_id)
{
    const struct db_arg args[] = { A_I64(x->hold_id), A_I64(batch_id) };
    const struct db_col cols[] = {
        C_INT("seq", &x->seq), C_TEXT("state", x->state),
        C_STR("code", &x->code), C_STR("words", &x->words),
        C_STR("receipt", &x->receipt), C_STR("provider_id", &x->id),
        C_I64("charge_minor", &x->charge_minor)
    };

    arena_reset(&x->arena);
    x->nsaid = x->nids = 0;
    return db_each(db, sql_lineage_said, args, LEN(args), cols, LEN(cols),
                   said_row, x);
}

/* --- taking it out of sending ---------------------------------------------- */

static enum db_status
stop_run(struct db *db, const struct lifting *x, const struct batch *b)
{
    char why[ERR_TEXT_BYTES];
    enum db_status st;

    snprintf(why, sizeof(why), "history went back, and batch %d may have been "
             "paid meanwhile: it is not sent again. Look at payrun resolve %s, "
             "then payrun resume %s", b->number, b->run_ref, b->run_ref);
    st = run_move(db, b->run_id, RUN_ON_PAUSE, x->actor, why);
    if (st == DB_OK)
        st = audit_add(db, x->actor, "pause", b->run_ref, why);
    return st < DB_NONE ? st : DB_OK;
}

/*
 * A two-phase file whose id is lost cannot be asked about: what was listed of
 * it is all there is.  Certain answers are entered, the rest is for people.
 */
static enum db_status
settle_listed(struct db *db, struct lifting *x, struct batch *b)
{
    const struct batch_note note = {
        .detail = "as listed when history had gone back", .stop_polling = true,
        .charge_estimate_minor = -1
    };
    struct settled s;
    int rest = 0;
    enum db_status st = x->nsaid == 0 ? DB_OK
        : outcomes_settle(db, b, 0, x->said, x->nsaid, &s);

    if (st == DB_OK)
        st = outcomes_settle_rest(db, b, OUTCOME_IN_DOUBT, CODE_UNLISTED,
                                  "history went back; the provider does not "
                                  "list it, which proves nothing", 0, &rest);
    if (st < DB_NONE
        || (st = batch_move(db, b, BATCH_ON_DECIDED, x->actor, &note)) != DB_OK
        || (st = batch_by_id(db, b->batch_id, b)) != DB_OK)
        return st;
    return b->paid_rows + b->failed_rows + b->cancelled_rows < b->rows ? DB_OK
        : batch_move(db, b, BATCH_ON_ALL_FINAL, x->actor, &note);
}

static enum db_status
take_out(struct db *db, struct lifting *x, const struct held_batch *h)
{
    const struct batch_note note = {
        .detail = "history went back: it may have been paid",
        .forget_file = h->two_phase && !h->follows,
        .poll_in_ms = POLL_FIRST_MS, .charge_estimate_minor = -1
    };
    const struct db_arg lock[] = { A_I64(h->batch_id) };
    struct batch b;
    enum db_status st = db_do(db, sql_batch_lock, lock, LEN(lock));

    if (st != DB_OK || (st = batch_by_id(db, h->batch_id, &b)) != DB_OK
        || (st = stop_run(db, x, &b)) != DB_OK)
        return st;
    st = batch_move(db, &b, b.state == BATCH_READY || b.state == BATCH_INITIATED
                    ? BATCH_ON_FOUND_SENT : BATCH_ON_NO_ANSWER, x->actor,
                    &note);
    if (st != DB_OK)
        return st == DB_NONE ? DB_SOFT : st;
    if ((st = said_load(db, x, h->batch_id)) < DB_NONE)
        return st;
    x->batches++;
    if (h->two_phase)
        return h->follows ? DB_OK : settle_listed(db, x, &b);
    return x->nids == 0 ? DB_OK
        : placed_add(db, b.batch_id, x->seqs, x->ids, x->nids);
}

static enum db_status
lift_txn(struct db *db, void *owner)
{
    struct lifting *x = owner;
    const struct db_arg args[] = { A_I64(x->hold_id) };
    char detail[ERR_TEXT_BYTES];
    enum db_status st = db_do(db, sql_lineage_judge, args, LEN(args));

    x->batches = 0;
    if (st < DB_NONE || (st = held_load(db, x)) < DB_NONE)
        return st;
    for (size_t i = 0; i < x->n; i++)
        if ((st = take_out(db, x, &x->list[i])) < DB_NONE)
            return st;
    if ((st = db_do(db, sql_lineage_ask_now, args, LEN(args))) < DB_NONE
        || (st = db_do(db, sql_lineage_resume, args, LEN(args))) != DB_OK)
        return st;
    snprintf(detail, sizeof(detail), "hold %lld is lifted; %lld batches that "
             "may have been paid meanwhile are not sent again",
             (long long)x->hold_id, (long long)x->batches);
    return audit_add(db, x->actor, "lineage lift", "everything", detail);
}

static enum db_status
lift(struct db *db, int64_t hold_id, const char *actor)
{
    struct lifting x = {
        .hold_id = hold_id, .actor = actor,
        .said = calloc(BATCH_ROWS_MAX + 1, sizeof(*x.said)),
        .seqs = calloc(BATCH_ROWS_MAX + 1, sizeof(*x.seqs)),
        .ids = calloc(BATCH_ROWS_MAX + 1, sizeof(*x.ids))
    };
    enum db_status st = DB_HARD;

    arena_init(&x.arena, DB_BYTES_MAX);
    if (x.said != NULL && x.seqs != NULL && x.ids != NULL)
        st = db_txn(db, lift_txn, &x);
    if (st == DB_OK)
        log_event(LOG_WARN, "hold_lifted", L_I64("hold", hold_id),
                  L_I64("batches", x.batches));
    arena_release(&x.arena);
    free(x.list);
    free(x.said);
    free(x.seqs);
    free(x.ids);
    return st;
}

/* --- by a worker ------------------------------------------------------------ */

enum db_status
lineage_work(struct db *db, const char *actor)
{
    int64_t hold_id = 0;
    const struct db_col cols[] = { C_I64("hold_id", &hold_id) };
    enum db_status st = db_one(db, sql_lineage_agreed, NULL, 0, cols,
                               LEN(cols));

    return st == DB_OK ? lift(db, hold_id, actor) : st;
}
