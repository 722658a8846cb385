#include "dispatch/claim.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "book/canary.h"
#include "book/ceiling.h"
#include "book/frozen.h"
#include "db/txn.h"
#include "dispatch/content.h"

enum db_status
claim_lines(struct db *db, struct flight *f)
{
    unsigned char digest[SHA256_BYTES];
    enum db_status st = batch_lines(db, &f->batch, &f->arena, &f->lines,
                                    digest);

    if (st == DB_OK
        && memcmp(digest, f->batch.digest, SHA256_BYTES) == 0)
        return st;
    if (st >= DB_NONE)
        snprintf(f->flaw, sizeof(f->flaw), "the rows of batch %d are not what "
                 "was approved: somebody changed them in the database. "
                 "Nothing of it was sent. Find out who, and start again with "
                 "a new run.", f->batch.number);
    return st < DB_NONE ? st : DB_NONE;
}

struct claim {
    struct flight *f;
    const struct claim_order *order;
};

/*
 * The intention, committed before anything is sent.  Runs again from the start
 * when the transaction must.
 */
static enum db_status
claim_txn(struct db *db, void *cls)
{
    const struct claim *c = cls;
    struct flight *f = c->f;
    struct lane *l = f->lane;
    enum db_status st = DB_OK;
    bool same = false;

    f->flaw[0] = '\0';
    arena_reset(&f->arena);
    request_release(&f->request);
    f->request = (struct request){ 0 };
    f->lease_end_ms = clock_boot_ms() + lane_lease_ms(l);
    st = batch_claim(db, l->account->account_id, c->order->on,
                     &l->account->canary, f->desk->owner, lane_lease_ms(l),
                     &f->batch);
    if (st != DB_OK
        || (st = content_check(db, f->batch.run_id, &same)) != DB_OK)
        return st;
    if (!same) {
        snprintf(f->flaw, sizeof(f->flaw), "the run is not what was approved: "
                 "somebody changed it in the database. Nothing more of it is "
                 "sent. Find out who, and start again with a new run.");
        return DB_NONE;
    }
    if ((st = c->order->write(db, f)) != DB_OK)
        return st;
    st = attempt_make(db, &f->batch, flight_step_name(f->step),
                      f->desk->owner, buf_view(&f->request.body),
                      &f->attempt);
    return st == DB_OK && f->step == FLIGHT_SEND
        ? attempt_key(db, &f->attempt, f->token_key) : st;
}

struct lost {
    const struct desk *desk;
    struct canary_lost canary;
    char why[ERR_TEXT_BYTES];
};

static void
canary_words(struct lost *l)
{
    const struct canary_lost *c = &l->canary;

    snprintf(l->why, sizeof(l->why), "the first payments of this account with "
             "these versions went ahead alone, and %" PRId64 " of %" PRId64
             " were paid%s (batch %d%s%.200s). Nothing more of %s is sent. %s",
             c->paid, c->rows, c->doubt > 0 ? ", some are in doubt" : "",
             c->number, c->said[0] != '\0' ? "; " : "", c->said, c->run_ref,
             c->doubt > 0 ? "Find out first: payrun resolve" : "If the reason "
             "is the payee's own, the rest may go: payrun resume");
}

static enum db_status
canary_txn(struct db *db, void *cls)
{
    struct lost *l = cls;
    enum db_status st = canary_tell(db, l->canary.batch_id);

    return st < DB_NONE ? st
        : desk_pause_in(db, l->desk, l->canary.run_id, l->canary.run_ref,
                        l->why);
}

/* Nothing can be claimed because a canary came back without all that it took
 * along. */
static enum db_status
claim_canary(struct desk *d, struct lane *l, const struct claim_order *order)
{
    const struct account *a = l->account;
    struct lost lost = { .desk = d };
    enum db_status st = DB_NONE;

    if (a->canary.proof[0] == '\0' || order->on == BATCH_ON_CLAIM_INITIATE)
        return DB_NONE;
    st = canary_of_due(d->db, a->account_id, &lost.canary);
    if (!desk_db(d, st, "looking at a canary") || st != DB_OK)
        return DB_NONE;
    canary_words(&lost);
    st = db_txn(d->db, canary_txn, &lost);
    if (st == DB_OK)
        log_event(LOG_WARN, "run_paused", L_STR("run", lost.canary.run_ref),
                  L_STR("why", lost.why));
    desk_db(d, st, "pausing a run for its canary");
    return st;
}

/* Nothing can be claimed because a payee fell in doubt in another run: this one
 * is paused, so that people are told. */
static enum db_status
claim_frozen(struct desk *d, struct lane *l, const struct claim_order *order)
{
    struct frozen f;
    struct err why = { 0 };
    char text[ERR_TEXT_BYTES];
    enum db_status st = frozen_of_due(d->db, l->account->account_id,
                                      order->on, &f);

    desk_db(d, st, "looking for payees in doubt");
    if (st != DB_OK)
        return claim_canary(d, l, order);
    (void)frozen_words(&f, &why);
    snprintf(text, sizeof(text), "%.300s %.200s", why.text, why.fix);
    return desk_pause(d, f.run_id, f.run_ref, text);
}

/* A run at a ceiling stands; that it does is told to people, not only felt. */
static enum db_status
claim_ceiling(struct desk *d, struct lane *l, const struct claim_order *order)
{
    struct ceiling_hit hit;
    struct err why = { 0 };
    enum db_status st = ceiling_of_due(d->db, l->account->account_id,
                                       order->on, &hit);

    desk_db(d, st, "looking at the limits");
    if (st != DB_OK)
        return claim_frozen(d, l, order);
    (void)ceiling_words(&hit, &why);
    return desk_pause(d, hit.run_id, hit.run_ref, why.text);
}

enum db_status
claim_batch(struct desk *d, struct lane *l, const struct claim_order *order)
{
    struct claim c = { flight_new(d, l, order->step), order };
    enum db_status st = DB_SOFT;

    if (c.f == NULL)
        return DB_NONE;
    FP_TXN(flight_step_name(order->step));
    st = db_txn(d->db, claim_txn, &c);
    desk_db(d, st, order->doing);
    if (st == DB_OK) {
        flight_start(c.f);
        return st;
    }
    if (st == DB_NONE && c.f->flaw[0] != '\0')
        st = desk_pause(d, c.f->batch.run_id, c.f->batch.run_ref, c.f->flaw);
    else if (st == DB_NONE)
        st = claim_ceiling(d, l, order);
    flight_free(c.f);
    return st;
}
