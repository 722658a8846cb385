#include "dispatch/landing.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "book/placed.h"
#include "db/txn.h"

/* What a refusal without a code of its own is filed under. */
#define CODE_NONE "PR-SND-001"

static enum db_status
landing_event(struct db *db, struct landing *l, int *event_no)
{
    struct flight *f = l->f;

    *event_no = 0;
    if (f->reply.wire != WIRE_ANSWERED)
        return DB_OK;
    return event_add(db, f->batch.batch_id, flight_step_name(f->step),
                     f->reply.http, buf_view(&f->reply.body), event_no);
}

static enum db_status
landing_keep(struct db *db, struct landing *l, struct batch *b)
{
    enum db_status st = DB_OK;

    l->other_file = false;
    if (l->keep == NULL)
        return DB_OK;
    if ((st = batch_keep_file(db, b, l->keep)) != DB_OK)
        return st;
    /* The one that counts is the one read back. */
    l->other_file = strcmp(b->tracking_id, l->keep->tracking_id) != 0;
    snprintf(l->kept_id, sizeof(l->kept_id), "%s", b->tracking_id);
    return l->other_file ? DB_NONE : DB_OK;
}

static enum db_status
landing_refuse(struct db *db, struct landing *l, const struct batch *b,
               int event_no)
{
    const struct fault_answer *r = l->refused;
    int n = 0;

    if (r == NULL)
        return DB_OK;
    return outcomes_settle_rest(db, b, OUTCOME_FAILED,
                                r->code[0] != '\0' ? r->code : CODE_NONE,
                                r->text, event_no, &n);
}

/* What a one-phase provider's answer says of single payments. */
static enum db_status
landing_items(struct db *db, struct landing *l, const struct batch *b,
              int event_no)
{
    struct settled done = { 0 };
    enum db_status st = placed_add(db, b->batch_id, l->seqs, l->ids,
                                   l->nplaced);

    if (st < DB_NONE || l->nsaid == 0)
        return st;
    return outcomes_settle(db, b, event_no, l->said, l->nsaid, &done);
}

/* The cancel's intention, under the lease the batch still has. */
static enum db_status
landing_cancel(struct db *db, struct landing *l, const struct batch *b)
{
    struct flight *f = l->f;
    struct batch other = *b;            /* the same batch, that file */
    enum db_status st = DB_OK;

    if (l->cancel.body.len == 0)
        return DB_OK;
    if ((st = batch_renew(db, b, lane_lease_ms(f->lane))) != DB_OK)
        return st;
    snprintf(other.tracking_id, sizeof(other.tracking_id), "%s",
             l->cancel_id);
    return attempt_make(db, &other, flight_step_name(FLIGHT_CANCEL),
                        f->desk->owner, buf_view(&l->cancel.body), &l->next);
}

static enum db_status
landing_one(struct db *db, struct landing *l)
{
    struct flight *f = l->f;
    struct batch b = f->batch;          /* this may run more than once */
    struct batch_note note = l->note;
    enum db_status st = DB_OK;
    int event_no = 0;

    if ((st = landing_event(db, l, &event_no)) != DB_OK
        || (st = landing_keep(db, l, &b)) != DB_OK
        || (st = attempt_answer(db, &f->attempt, l->answer, f->reply.http,
                                l->detail, event_no)) != DB_OK
        || (st = landing_refuse(db, l, &b, event_no)) < DB_NONE
        || (st = landing_items(db, l, &b, event_no)) < DB_NONE)
        return st;
    note.detail = l->detail;
    if (l->keep != NULL)
        note.answer_no = event_no;
    if (l->moves
        && (st = batch_move(db, &b, l->on, f->desk->actor, &note)) != DB_OK)
        return st;
    /* A run that someone paused already needs no second pause. */
    if (l->pause_why != NULL
        && (st = desk_pause_in(db, f->desk, b.run_id, b.run_ref,
                               l->pause_why)) < DB_NONE)
        return st;
    return landing_cancel(db, l, &b);
}

/* One landing, or as many plain ones as came in at a time. */
struct landings {
    struct landing     *one;
    struct landing_yes *yes;
    int                 n;
};

static enum db_status
landing_txn(struct db *db, void *cls)
{
    struct landings *all = cls;
    enum db_status st = DB_OK;

    if (all->one != NULL)
        return landing_one(db, all->one);
    for (int i = 0; st == DB_OK && i < all->n; i++)
        st = landing_one(db, &all->yes[i].l);
    return st;
}

/* From initiate to cancel: the same batch, the next request. */
static void
landing_turn_around(struct landing *l, int64_t lease_end_ms)
{
    struct flight *f = l->f;

    request_release(&f->request);
    f->request = l->cancel;
    l->cancel = (struct request){ 0 };
    f->attempt = l->next;
    f->step = FLIGHT_CANCEL;
    f->after = l->after;
    f->lease_end_ms = lease_end_ms;
}

static enum db_status
evidence_txn(struct db *db, void *cls)
{
    struct landing *l = cls;
    int event_no = 0;
    enum db_status st = landing_event(db, l, &event_no);

    /* Its numbers find payments that are in doubt by now. */
    if (st != DB_OK
        || (st = placed_add(db, l->f->batch.batch_id, l->seqs, l->ids,
                            l->nplaced)) < DB_NONE)
        return st;
    return attempt_answer(db, &l->f->attempt, l->answer, l->f->reply.http,
                          l->detail, event_no);
}

static void
landing_tell(const struct landing *l)
{
    flight_log(l->f, answer_name(l->answer), l->detail);
    if (l->pause_why != NULL)
        log_event(LOG_WARN, "run_paused", L_STR("run", l->f->batch.run_ref),
                  L_STR("why", l->pause_log != NULL ? l->pause_log
                                                    : l->pause_why));
}

/* It is stored: what follows from it here. */
static void
landing_stored(struct landing *l)
{
    struct flight *f = l->f;

    landing_tell(l);
    if (l->moves && l->note.wait_ms > 0)
        lane_due_in(f->lane, l->note.wait_ms);
    if (l->moves && l->note.poll_in_ms > 0)
        lane_poll_due_in(f->lane, l->note.poll_in_ms);
    if (l->moves && l->on == BATCH_ON_REFUSED)
        f->desk->finals = true;
}

enum db_status
landing_store(struct landing *l)
{
    struct flight *f = l->f;
    struct landings one = { .one = l };
    int64_t lease_end_ms = clock_boot_ms() + lane_lease_ms(f->lane);
    enum db_status st = DB_OK;

    FP_TXN(flight_step_name(f->step));
    st = db_txn(f->desk->db, landing_txn, &one);
    desk_db(f->desk, st, "storing an answer");
    /* The batch is another's now and stays as he left it; what was answered
     * to our attempt is a fact all the same. */
    if (st == DB_NONE && !l->other_file)
        desk_db(f->desk, db_txn(f->desk->db, evidence_txn, l),
                "storing an answer that came too late");
    if (st == DB_OK) {
        landing_stored(l);
        if (l->cancel.body.len > 0)
            landing_turn_around(l, lease_end_ms);
    }
    request_release(&l->cancel);
    return st;
}

enum db_status
landing_store_all(struct landing_yes *yes, int n)
{
    const struct flight *f = yes[0].l.f;
    struct landings all = { .yes = yes, .n = n };
    enum db_status st = DB_OK;

    FP_TXN(flight_step_name(f->step));
    st = db_txn(f->desk->db, landing_txn, &all);
    desk_db(f->desk, st, "storing answers");
    for (int i = 0; st == DB_OK && i < n; i++)
        landing_stored(&yes[i].l);
    return st;
}

enum flight_fate
landing_end(struct landing *l)
{
    enum db_status st = landing_store(l);

    return st == DB_OK ? FLIGHT_OVER : flight_store_failed(l->f, st);
}

int64_t
landing_wait_ms(const struct flight *f)
{
    int64_t ms = 0;

    /* Kept back by our own door: whatever shut it decides when to go on. */
    if (!flight_tried(f))
        return 0;
    ms = clock_backoff_ms((unsigned)(f->batch.tries > 0 ? f->batch.tries : 0)
                          + 1, BACKOFF_BASE_MS, BACKOFF_CAP_MS,
                          crypto_dice());
    if (ms < f->reply.retry_after_ms)
        ms = f->reply.retry_after_ms < POLL_DOUBT_CAP_MS
            ? f->reply.retry_after_ms : POLL_DOUBT_CAP_MS;
    return ms;
}
