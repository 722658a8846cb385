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

/* What is claimed together is committed together. */
struct claim {
    struct desk   *desk;
    struct lane   *lane;
    const struct claim_order *order;
    struct flight *fs[CLAIM_BATCHES_MAX];
    int            room, n;             /* flights there are, and claimed     */
    const struct flight *flawed;        /* of which nothing may leave         */
};

static enum db_status
claim_begin(struct db *db, struct flight *f, int64_t batch_id,
            int64_t lease_end_ms)
{
    f->flaw[0] = '\0';
    arena_reset(&f->arena);
    request_release(&f->request);
    f->request = (struct request){ 0 };
    f->lease_end_ms = lease_end_ms;
    return batch_by_id(db, batch_id, &f->batch);
}

/* All batches are held by now, so one look at a run counts for all of its
 * batches here; those of a run stand side by side. */
static enum db_status
claim_content(struct db *db, struct claim *c, int i)
{
    struct flight *f = c->fs[i];
    bool same = false;
    enum db_status st = DB_OK;

    if (i > 0 && f->batch.run_id == c->fs[i - 1]->batch.run_id)
        return DB_OK;
    if ((st = content_check(db, f->batch.run_id, &same)) != DB_OK || same)
        return st;
    snprintf(f->flaw, sizeof(f->flaw), "the run is not what was approved: "
             "somebody changed it in the database. Nothing more of it is "
             "sent. Find out who, and start again with a new run.");
    return DB_NONE;
}

static enum db_status
claim_attempt(struct db *db, struct claim *c, int i)
{
    struct flight *f = c->fs[i];
    enum db_status st = claim_content(db, c, i);

    if (st != DB_OK || (st = c->order->write(db, f)) != DB_OK) {
        c->flawed = f->flaw[0] != '\0' ? f : NULL;
        return st;
    }
    st = attempt_make(db, &f->batch, flight_step_name(f->step),
                      f->desk->owner, buf_view(&f->request.body),
                      &f->attempt);
    return st == DB_OK && f->step == FLIGHT_SEND
        ? attempt_key(db, &f->attempt, f->token_key) : st;
}

/*
 * The intention, committed before anything is sent.  Runs again from the start
 * when the transaction must.
 */
static enum db_status
claim_txn(struct db *db, void *cls)
{
    struct claim *c = cls;
    int64_t ids[CLAIM_BATCHES_MAX];
    int64_t lease_ms = lane_lease_ms(c->lane);
    int64_t lease_end_ms = clock_boot_ms() + lease_ms;
    const struct batch_order o = {
        c->lane->account->account_id, c->order->on, &c->lane->account->canary,
        c->desk->owner, lease_ms, c->room
    };
    enum db_status st = DB_OK;

    c->flawed = NULL;
    st = batch_claim_some(db, &o, ids, &c->n);
    for (int i = 0; st == DB_OK && i < c->n; i++)
        st = claim_begin(db, c->fs[i], ids[i], lease_end_ms);
    for (int i = 0; st == DB_OK && i < c->n; i++)
        st = claim_attempt(db, c, i);
    return st;
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
claim_batches(struct desk *d, struct lane *l, const struct claim_order *order)
{
    struct claim c = { .desk = d, .lane = l, .order = order };
    int room = lane_room(l);
    int most = room == 0 && order->ahead ? lane_ahead(l) : room;
    int i = 0;
    enum db_status st = DB_NONE;

    while (c.room < most && c.room < CLAIM_BATCHES_MAX
           && (c.fs[c.room] = flight_new(d, l, order->step)) != NULL)
        c.room++;
    if (c.room == 0)
        return DB_NONE;
    FP_TXN(flight_step_name(order->step));
    st = db_txn(d->db, claim_txn, &c);
    desk_db(d, st, order->doing);
    for (; st == DB_OK && i < c.n; i++)
        if (room > 0)
            flight_start(c.fs[i]);
        else
            flight_wait(c.fs[i]);
    if (st == DB_NONE && c.flawed != NULL)
        st = desk_pause(d, c.flawed->batch.run_id, c.flawed->batch.run_ref,
                        c.flawed->flaw);
    else if (st == DB_NONE && room > 0)
        st = claim_ceiling(d, l, order);
    for (; i < c.room; i++)
        flight_free(c.fs[i]);
    return st;
}
