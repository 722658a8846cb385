#include "tracker/worker.h"

#include <malloc.h>

#include "base/clock.h"
#include "base/log.h"
#include "book/batch.h"
#include "book/lineage_lift.h"
#include "book/run.h"
#include "book/short.h"
#include "db/migrate.h"
#include "db/sql.h"
#include "dispatch/funds.h"
#include "dispatch/sender.h"
#include "net/http.h"
#include "net/loop.h"
#include "tracker/alarm.h"
#include "tracker/hints.h"
#include "tracker/lister.h"
#include "tracker/poller.h"
#include "tracker/stock.h"

struct worker {
    struct worker_order *order;
    struct desk desk;
    bool    stopping;
    bool    calm;               /* nothing left for until_idle                */
    bool    outdated;           /* the schema is a newer program's: why      */
    struct err why;
    int64_t stop_ms;            /* since when, while stopping                 */
    int64_t chores_ms, progress_ms, stock_ms;   /* when next                  */
};

/* --- begin and end -------------------------------------------------------- */

/* A body that is given back to the kernel costs a page fault for each 4 KiB of
 * the next one: an eighth of a worker's time. */
static void
worker_keeps_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, WORK_HEAP_BYTES / 2);
    mallopt(M_TRIM_THRESHOLD, WORK_HEAP_BYTES);
}

static int
worker_open(struct worker *w, struct err *e)
{
    struct worker_order *o = w->order;
    struct desk *d = &w->desk;

    o->end = WORKER_IDLE;
    o->signal = 0;
    o->why[0] = '\0';
    d->net = o->net;
    worker_keeps_memory();
    net_stop_on_signals();
    if (owner_make(d->owner, e) < 0 || (d->db = db_open(o->db_url, e)) == NULL
        || db_become(d->db, DB_AS_WORKER, e) < 0)
        return -1;
    owner_actor(d->owner, d->actor);
    if (o->mark == NULL || o->mark[0] == '\0')
        return err_set(e, ERR_BUG, "a worker needs a mark");
    lineage_init(&d->lineage, o->mark, d->actor);
    if (lineage_check(&d->lineage, d->db) < DB_NONE)
        return db_fail(d->db, e, "looking at the database's history");
    d->lanes = calloc((size_t)o->naccounts + 1, sizeof(*d->lanes));
    if (d->lanes == NULL)
        return err_oom(e);
    d->nlanes = o->naccounts;
    for (int i = 0; i < o->naccounts; i++) {
        d->lanes[i].account = &o->accounts[i];
        if (o->accounts[i].account_id == 0
            && account_sync(d->db, &o->accounts[i], e) < 0)
            return -1;
        if (short_look_now(d->db, &o->accounts[i].account_id, 1) < DB_NONE)
            return db_fail(d->db, e, "looking for what waits for money");
    }
    log_event(LOG_INFO, "worker", L_STR("owner", d->owner),
              L_I64("accounts", d->nlanes));
    return 0;
}

/* Whatever is in the air is called back, and its owner hears of it, before
 * the flights' memory goes. */
static void
worker_ground(struct worker *w)
{
    struct desk *d = &w->desk;
    bool any = false;

    d->stopping = true;
    do {
        any = false;
        for (struct flight *f = d->flights; f != NULL; f = f->next)
            if (!f->landed && !f->waits) {
                net_cancel(d->net, f->call);
                any = true;
            }
    } while (any && net_turn(d->net, 0, NULL) == 0);
    while (d->flights != NULL && !any)
        flight_free(d->flights);
}

static void
worker_close(struct worker *w)
{
    struct desk *d = &w->desk;
    const struct db_arg args[] = { A_TEXT(d->owner) };

    worker_ground(w);
    if (d->db != NULL && !d->failed)
        (void)db_do(d->db, sql_tracker_worker_gone, args, LEN(args));
    db_close(d->db);
    free(d->lanes);
}

/* --- what is done now and then -------------------------------------------- */

static void
worker_settle(struct desk *d)
{
    enum db_status st = run_settle_due(d->db, d->actor);

    d->finals = false;
    if (desk_db(d, st, "settling runs") && st == DB_OK)
        d->busy = true;
    if (desk_open(d))
        alarm_runs(d);
}

/* Other hosts go on meanwhile, and the mark follows them; and while a hold is
 * open, somebody has to lift it when two people have agreed. */
static void
worker_history(struct desk *d)
{
    enum db_status st = lineage_check(&d->lineage, d->db);

    if (st >= DB_NONE && d->lineage.state == LINEAGE_HELD
        && (st = lineage_work(d->db, d->actor)) == DB_OK) {
        d->busy = true;
        st = lineage_check(&d->lineage, d->db);
    }
    desk_db(d, st, "looking at the database's history");
}

/*
 * Somebody upgraded the database while we work.  What is in the air is
 * finished; nothing new begins, because we do not know what the new rules are.
 */
static void
worker_version(struct worker *w)
{
    struct desk *d = &w->desk;
    struct err e = { 0 };

    if (migrate_check(d->db, &e) == 0 || e.kind != ERR_CONFIG)
        return;                         /* not reached: others will notice */
    w->outdated = true;
    err_set(&w->why, ERR_TEMP, "%s", e.text);
    err_fix(&w->why, "start it again, as the newer program; what was under "
            "way goes on from where it is");
}

static void
worker_chores(struct worker *w)
{
    struct desk *d = &w->desk;
    int64_t now = clock_mono_ms();
    const struct db_arg args[] = { A_TEXT(d->owner) };
    int n = 0;

    if (!desk_open(d) || w->stopping)
        return;
    if (d->finals)
        worker_settle(d);
    if (now < w->chores_ms || !desk_open(d))
        return;
    w->chores_ms = now + WORK_CHORES_MS;
    desk_db(d, db_do(d->db, sql_tracker_worker_seen, args, LEN(args)),
            "giving a sign of life");
    if (desk_open(d))
        worker_version(w);
    if (desk_open(d))
        worker_history(d);
    if (!desk_open(d))
        return;
    desk_db(d, batch_reclaim(d->db, d->actor, owner_is_dead, &n),
            "taking back what dead workers held");
    if (n > 0) {
        log_event(LOG_WARN, "reclaimed", L_I64("batches", n));
        d->busy = true;
    }
    if (desk_open(d))
        alarm_wake(d);
    if (desk_open(d))
        alarm_slow(d);
    if (desk_open(d))
        worker_settle(d);
}

static int
worker_unreached(const struct worker *w, struct err *e)
{
    const struct desk *d = &w->desk;
    int64_t now = clock_mono_ms();

    for (int i = 0; i < d->nlanes; i++) {
        const struct lane *l = &d->lanes[i];

        /* what is in the air is still to be recorded */
        if (l->sends + l->asks > 0
            || lane_missing_for_ms(l) <= stock_give_up_ms(l->account))
            continue;
        err_set(e, ERR_UNAVAILABLE, "%s (account %s) could not be reached for "
                "%lld seconds: %.200s", l->account->provider->name,
                l->account->name,
                (long long)(lane_missing_for_ms(l) / 1000), l->why);
        return err_fix(e, "Nothing is lost: run the same command again when "
                       "it is back.");
    }
    for (int i = 0; i < d->nlanes && d->db_misses > 0; i++)
        if (now - d->db_missing_ms
            > stock_give_up_ms(d->lanes[i].account)) {
            *e = d->why_failed;
            return -1;
        }
    return 0;
}

/* With until_idle: is there anything left?  Return 0, or -1: given up. */
static int
worker_look(struct worker *w, struct err *e)
{
    struct worker_order *o = w->order;
    struct desk *d = &w->desk;
    struct stock s = { 0 };

    if (!o->until_idle || w->stopping)
        return 0;
    if (worker_unreached(w, e) < 0)
        return -1;
    if (d->busy || d->flights != NULL || !desk_open(d)
        || clock_mono_ms() < w->stock_ms)
        return 0;
    w->stock_ms = clock_mono_ms() + WORK_LOOK_MS;
    if (!desk_db(d, stock_take(d->db, o, &s), "looking what is left"))
        return 0;
    if (s.open > 0 && (d->lineage.state == LINEAGE_STRANGE
                       || d->lineage.state == LINEAGE_UNWRITABLE)) {
        w->calm = true;
        o->end = WORKER_PAUSED;
        snprintf(o->why, sizeof(o->why), "%s", d->lineage.why);
        return 0;
    }
    if (s.open > 0)
        return 0;
    /* A run that just ended is settled before anybody looks at it. */
    worker_settle(d);
    if (!desk_open(d) || d->busy)
        return 0;
    w->calm = true;
    o->end = s.closed > 0 ? WORKER_LANE_CLOSED
        : s.paused > 0 ? WORKER_PAUSED
        : s.shorts > 0 ? WORKER_SHORT : WORKER_IDLE;
    snprintf(o->why, sizeof(o->why), "%s",
             s.closed > 0 ? s.why_closed : s.paused > 0 ? s.why_paused
             : s.why_short);
    return 0;
}

/* --- the loop ------------------------------------------------------------- */

/*
 * A signal: nothing new, and the doors are shut.  Questions are dropped; what
 * may change something is awaited, and at last called back.  Return whether
 * the end is reached.
 */
static bool
worker_stop(struct worker *w)
{
    struct desk *d = &w->desk;
    int64_t now = clock_mono_ms();
    bool late = w->stopping && now - w->stop_ms > STOP_GRACE_MS;

    if (!w->stopping) {
        w->stopping = true;
        w->stop_ms = now;
        log_event(LOG_WARN, "stopping", L_I64("signal", net_stopping()),
                  L_STR("why", w->why.text));
        w->order->end = WORKER_STOPPED;
        w->order->signal = net_stopping();
    }
    d->stopping = true;
    for (struct flight *f = d->flights; f != NULL; f = f->next)
        if (!f->landed && (late || !flight_changes(f->step)))
            net_cancel(d->net, f->call);
    /* With the database away, or twice the grace gone: the lease decides. */
    return d->flights == NULL
        || (late && (!desk_open(d) || now - w->stop_ms > 2 * STOP_GRACE_MS));
}

static void
worker_progress(struct worker *w)
{
    struct worker_order *o = w->order;
    int64_t now = clock_mono_ms();

    if (o->progress == NULL || now < w->progress_ms)
        return;
    o->progress(o->owner);
    w->progress_ms = clock_mono_ms() + WORK_PROGRESS_MS;
}

static int
worker_turn(struct worker *w, struct err *e)
{
    struct worker_order *o = w->order;
    struct desk *d = &w->desk;
    int64_t wait_ms = desk_wait_ms(d), also_ms = 0;

    worker_progress(w);
    if (o->also != NULL && (also_ms = o->also(o->owner)) < wait_ms)
        wait_ms = also_ms;
    if (o->progress != NULL && wait_ms > WORK_PROGRESS_MS)
        wait_ms = WORK_PROGRESS_MS;
    if (o->until_idle && d->flights == NULL
        && w->stock_ms - clock_mono_ms() < wait_ms)
        wait_ms = w->stock_ms - clock_mono_ms();
    return net_turn(d->net, d->busy ? 0 : wait_ms, e);
}

static int
worker_loop(struct worker *w, struct err *e)
{
    struct desk *d = &w->desk;

    for (;;) {
        d->busy = false;
        if ((net_stopping() != 0 || w->outdated) && worker_stop(w)) {
            *e = w->why;
            return w->outdated && net_stopping() == 0 ? -1 : 0;
        }
        worker_chores(w);
        sender_turn(d);
        funds_turn(d);
        poller_turn(d);
        lister_turn(d);
        hints_turn(d);
        if (d->failed) {
            *e = d->why_failed;
            return -1;
        }
        if (worker_look(w, e) < 0)
            return -1;
        if (w->calm)
            return 0;
        if (worker_turn(w, e) < 0)
            return -1;
    }
}

int
worker_run(struct worker_order *o, struct err *e)
{
    struct worker w = { .order = o };
    struct err spare = { 0 };
    int rc = -1;

    if (e == NULL)
        e = &spare;
    if (worker_open(&w, e) == 0)
        rc = worker_loop(&w, e);
    worker_close(&w);
    return rc;
}
