#include "tracker/poller.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/cancel.h"
#include "tracker/notice.h"
#include "tracker/pace.h"

/* --- asking --------------------------------------------------------------- */

/*
 * How long an approve of this batch may still be on its way to the provider.
 * The process that sent it may be dead, so the book is asked, by its clock.
 *
 * An approve that was answered, whatever the answer, has arrived.  One that
 * was not may sit in a queue there even after our side of the connection is
 * gone: we give it the time we would have waited for its answer.  Before that
 * "waiting" proves nothing, and a second approve could meet the first, which
 * is the one thing nobody knows the provider to refuse.
 */
static enum db_status
on_wire(struct desk *d, struct lane *l, struct flight *f)
{
    const struct db_arg args[] = {
        A_I64(f->batch.batch_id), A_I64(lane_answer_ms(l))
    };
    const struct db_col cols[] = { C_I64("ms", &f->on_wire_ms) };

    f->on_wire_ms = 0;
    if (f->batch.state != BATCH_IN_DOUBT)
        return DB_OK;
    return db_one(d->db, sql_tracker_on_wire, args, LEN(args), cols,
                  LEN(cols));
}

static bool
has_news(const struct batch *b)
{
    return b->tracking_id[0] != '\0'
        && (b->state == BATCH_IN_DOUBT || b->state == BATCH_IN_FLIGHT
            || b->state == BATCH_CANCELLED
            || b->state == BATCH_DONE);     /* two people ended it: once more */
}

/* Our own question about this batch is in the air already. */
static bool
is_asked(const struct desk *d, const struct flight *mine)
{
    for (const struct flight *f = d->flights; f != NULL; f = f->next)
        if (f != mine && f->step == FLIGHT_STATUS
            && f->batch.batch_id == mine->batch.batch_id)
            return true;
    return false;
}

/* DB_NONE: nothing is due, or nothing can be asked now. */
static enum db_status
poller_ask(struct desk *d, struct lane *l)
{
    const struct account *a = l->account;
    struct flight *f = flight_new(d, l, FLIGHT_STATUS);
    struct err e = { 0 };
    enum db_status st = DB_NONE;

    if (f == NULL)
        return DB_NONE;
    st = batch_poll_claim(d->db, a->account_id, notice_hold_ms(l), &f->batch);
    if (!desk_db(d, st, "looking for files to ask about") || st == DB_NONE)
        goto out;
    if (!has_news(&f->batch)) {
        desk_db(d, batch_poll_done(d->db, &f->batch, NULL, -1, false),
                "ending the enquiries about a batch");
        goto out;
    }
    if (is_asked(d, f))
        goto out;
    st = on_wire(d, l, f);
    if (!desk_db(d, st, "looking at the last approve"))
        goto out;
    if (a->provider->write_status(&f->request, f->batch.tracking_id, &e) < 0) {
        log_event(LOG_BUG, "status", L_I64("batch", f->batch.batch_id),
                  L_STR("why", e.text));
        goto out;
    }
    flight_start(f);
    return DB_OK;
out:
    flight_free(f);
    return st;
}

/* --- answers -------------------------------------------------------------- */

/* Nothing was learned: when to ask again, and in the log why.  Only misses in
 * a row count: one answer that cannot be read says nothing about the next. */
static void
poller_nothing(struct flight *f, const char *why, bool may_pass)
{
    int misses = f->batch.misses + 1;
    int64_t first_ms = notice_first_ms(f->lane);
    int64_t wait_ms = may_pass
        ? pace_open_ms(misses, first_ms, notice_cap_ms(f->lane))
        : pace_doubt_ms(misses, first_ms);

    log_event(LOG_WARN, "status", L_I64("batch", f->batch.batch_id),
              L_I64("http", f->reply.http), L_STR("why", why),
              L_I64("again_ms", wait_ms));
    lane_poll_due_in(f->lane, wait_ms);
    desk_db(f->desk, batch_poll_done(f->desk->db, &f->batch, NULL, wait_ms,
                                     false),
            "noting an enquiry");
}

static void
poller_read(struct flight *f)
{
    const struct batch *b = &f->batch;
    struct notice n = { .f = f };
    struct err e = { 0 };

    if (notice_read(&n, &e) < 0) {
        poller_nothing(f, e.text, false);
    } else if (strcmp(n.file.tracking_id, b->tracking_id) != 0) {
        poller_nothing(f, "the answer is about another file", false);
    } else if (settle_is_older(n.file.updated_at, b->provider_at)) {
        /* Nothing goes backwards: what is older than what we know is not
         * looked at. */
        poller_nothing(f, "the answer is older than one before", true);
    } else {
        notice_take(&n);
    }
}

static void
poller_land(struct flight *f)
{
    struct fault_answer fault = { 0 };

    switch (f->lane->account->provider->judge(&f->reply, &fault)) {
    case ANSWER_TAKEN:
        poller_read(f);
        return;
    case ANSWER_BARRED:
        lane_bar(f->desk, f->lane, fault.text);
        poller_nothing(f, fault.text, true);
        return;
    case ANSWER_REFUSED:
        poller_nothing(f, fault.text, false);
        return;
    case ANSWER_NOT_NOW:
    case ANSWER_IN_DOUBT:
        poller_nothing(f, fault.text, true);
        return;
    }
}

void
poller_turn(struct desk *d)
{
    struct flight *next = NULL;

    for (struct flight *f = d->flights; f != NULL; f = next) {
        next = f->next;
        if (f->step != FLIGHT_STATUS || !f->landed
            || (!d->stopping && !d->failed && !desk_open(d)))
            continue;
        if (!d->stopping && !d->failed)
            poller_land(f);
        f->lane->poll_look_ms = 0;
        flight_free(f);
    }
    for (int i = 0; i < d->nlanes && !d->stopping; i++) {
        struct lane *l = &d->lanes[i];

        while (l->account->provider->two_phase && desk_open(d)
               && clock_mono_ms() >= l->poll_look_ms && lane_poll_room(l))
            if (poller_ask(d, l) != DB_OK)
                lane_poll_idle(l);
    }
}
