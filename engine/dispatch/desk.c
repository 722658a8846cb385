#include "dispatch/desk.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "book/people.h"
#include "book/run.h"
#include "db/txn.h"

/* SQL's own "transaction resolution unknown": COMMIT was not answered and
 * nobody can tell.  What was to be stored counts as lost; the lease does the
 * rest.  Not a refusal. */
#define FATE_UNKNOWN "08007"

/* A Retry-After of a year must not be obeyed. */
#define HOLD_MS_MAX POLL_DOUBT_CAP_MS

bool
desk_db(struct desk *d, enum db_status st, const char *doing)
{
    int64_t now = clock_mono_ms();

    if (st >= DB_NONE) {
        if (d->db_misses > 0)
            log_event(LOG_WARN, "db_back",
                      L_I64("away_ms", now - d->db_missing_ms));
        d->db_misses = 0;
        return true;
    }
    log_event(LOG_WARN, "db", L_STR("doing", doing),
              L_STR("why", db_why(d->db)));
    if (st == DB_HARD && strcmp(db_state(d->db), FATE_UNKNOWN) != 0) {
        if (!d->failed)
            db_fail(d->db, &d->why_failed, doing);
        d->failed = true;
        return false;
    }
    if (d->db_misses++ == 0) {
        d->db_missing_ms = now;
        db_fail(d->db, &d->why_failed, doing);
    }
    d->db_hold_ms = now + clock_backoff_ms(d->db_misses, BACKOFF_BASE_MS,
                                           BACKOFF_CAP_MS, crypto_dice());
    return false;
}

bool
desk_sound(struct desk *d)
{
    struct lineage *l = &d->lineage;

    if (l->state == LINEAGE_SOUND && l->life == db_life(d->db))
        return true;
    if (l->state != LINEAGE_UNKNOWN && l->life == db_life(d->db))
        return false;           /* looked at again with the chores */
    return desk_db(d, lineage_check(l, d->db), "looking at the database's "
                   "history") && l->state == LINEAGE_SOUND;
}

bool
desk_open(const struct desk *d)
{
    return !d->failed
        && (d->db_misses == 0 || clock_mono_ms() >= d->db_hold_ms);
}

/*
 * While the provider does not answer, one request at a time finds out whether
 * it is back; a whole lane of them would only fill the book with tries.
 */
static int
most(const struct lane *l)
{
    return l->account->inflight_max > 0 ? l->account->inflight_max
                                        : NET_INFLIGHT_DEFAULT;
}

static int
room(const struct lane *l, int used)
{
    if (clock_mono_ms() < l->hold_ms)
        return 0;
    if (l->misses > 0)
        return l->sends + l->asks == 0 ? 1 : 0;
    return used < most(l) ? most(l) - used : 0;
}

int
lane_room(const struct lane *l)
{
    return room(l, l->sends - l->waits);
}

int
lane_ahead(const struct lane *l)
{
    return l->account->provider->two_phase && l->waits == 0 && l->misses == 0
        && clock_mono_ms() >= l->hold_ms ? most(l) : 0;
}

bool
lane_poll_room(const struct lane *l)
{
    return room(l, l->asks) > 0;
}

/* Only the earliest is remembered; what is forgotten is found by the next
 * look anyhow, at most WORK_LOOK_MS late. */
static void
due_in(int64_t *due_ms, int64_t *look_ms, int64_t ms)
{
    int64_t now = clock_mono_ms();

    if (*due_ms <= now || now + ms < *due_ms)
        *due_ms = now + ms;
    if (now + ms < *look_ms)
        *look_ms = now + ms;
}

static int64_t
next_look(int64_t due_ms)
{
    int64_t now = clock_mono_ms();

    return due_ms > now && due_ms < now + WORK_LOOK_MS ? due_ms
                                                       : now + WORK_LOOK_MS;
}

void
lane_due_in(struct lane *l, int64_t ms)
{
    due_in(&l->due_ms, &l->look_ms, ms);
}

void
lane_poll_due_in(struct lane *l, int64_t ms)
{
    due_in(&l->poll_due_ms, &l->poll_look_ms, ms);
}

void
lane_idle(struct lane *l)
{
    l->look_ms = next_look(l->due_ms);
}

void
lane_poll_idle(struct lane *l)
{
    l->poll_look_ms = next_look(l->poll_due_ms);
}

static void
sooner(int64_t *wait_ms, int64_t at_ms, int64_t now)
{
    if (at_ms > now && at_ms - now < *wait_ms)
        *wait_ms = at_ms - now;
}

int64_t
desk_wait_ms(const struct desk *d)
{
    int64_t now = clock_mono_ms(), wait_ms = WORK_LOOK_MS;

    for (int i = 0; i < d->nlanes; i++) {
        sooner(&wait_ms, d->lanes[i].look_ms, now);
        sooner(&wait_ms, d->lanes[i].poll_look_ms, now);
        sooner(&wait_ms, d->lanes[i].funds_ms, now);
        sooner(&wait_ms, d->lanes[i].hold_ms, now);
    }
    return wait_ms;
}

void
lane_heard(struct lane *l, const struct reply *r)
{
    int64_t now = clock_mono_ms(), wait_ms = 0;

    if (r->wire == WIRE_ANSWERED && r->http < 500 && r->http != 429) {
        l->misses = 0;
        return;
    }
    if (l->misses++ == 0)
        l->missing_ms = now;
    if (r->wire == WIRE_ANSWERED)
        snprintf(l->why, sizeof(l->why), "it answers with HTTP %d", r->http);
    else
        snprintf(l->why, sizeof(l->why), "%s", r->why);
    wait_ms = clock_backoff_ms(l->misses, BACKOFF_BASE_MS, BACKOFF_CAP_MS,
                               crypto_dice());
    if (wait_ms < r->retry_after_ms)
        wait_ms = r->retry_after_ms < HOLD_MS_MAX ? r->retry_after_ms
                                                  : HOLD_MS_MAX;
    l->hold_ms = now + wait_ms;
}

int64_t
lane_missing_for_ms(const struct lane *l)
{
    return l->misses > 0 ? clock_mono_ms() - l->missing_ms : 0;
}

int64_t
lane_lease_ms(const struct lane *l)
{
    return l->account->lease_ms > 0 ? l->account->lease_ms : LEASE_MS;
}

int64_t
lane_answer_ms(const struct lane *l)
{
    return l->account->answer_ms > 0 ? l->account->answer_ms : NET_ANSWER_MS;
}

void
lane_bar(struct desk *d, struct lane *l, const char *said)
{
    char why[ERR_TEXT_BYTES];

    snprintf(why, sizeof(why), "%s refused the key of account %.64s: %.300s",
             l->account->provider->name, l->account->name, said);
    log_event(LOG_WARN, "lane_closed", L_STR("account", l->account->name),
              L_STR("why", why));
    desk_db(d, lane_close(d->db, l->account->account_id, why, d->actor),
            "closing the lane of an account");
}

struct pause {
    const struct desk *desk;
    int64_t run_id;
    const char *ref, *why;
};

enum db_status
desk_pause_in(struct db *db, const struct desk *d, int64_t run_id,
              const char *ref, const char *why)
{
    enum db_status st = run_move(db, run_id, RUN_ON_PAUSE, d->actor, why);

    return st == DB_OK ? audit_add(db, d->actor, "pause", ref, why) : st;
}

static enum db_status
pause_txn(struct db *db, void *cls)
{
    const struct pause *p = cls;

    return desk_pause_in(db, p->desk, p->run_id, p->ref, p->why);
}

enum db_status
desk_pause(struct desk *d, int64_t run_id, const char *ref, const char *why)
{
    struct pause p = { d, run_id, ref, why };
    enum db_status st = db_txn(d->db, pause_txn, &p);

    if (st == DB_OK)
        log_event(LOG_WARN, "run_paused", L_STR("run", ref),
                  L_STR("why", why));
    desk_db(d, st, "pausing a run");
    return st;
}
