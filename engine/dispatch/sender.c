#include "dispatch/sender.h"

#include "base/clock.h"
#include "base/limits.h"
#include "dispatch/cancel.h"
#include "dispatch/initiate.h"
#include "dispatch/landing.h"
#include "dispatch/release.h"
#include "dispatch/send.h"

static enum flight_fate
sender_land(struct flight *f)
{
    switch (f->step) {
    case FLIGHT_INITIATE: return initiate_land(f);
    case FLIGHT_APPROVE:  return release_land(f);
    case FLIGHT_CANCEL:   return cancel_land(f);
    case FLIGHT_SEND:     return send_land(f);
    case FLIGHT_STATUS:
    case FLIGHT_SCAN:
    case FLIGHT_LOOKUP:
    case FLIGHT_WALLET:   return FLIGHT_AGAIN;  /* not ours to look at */
    }
    return FLIGHT_AGAIN;
}

static bool
sender_yes(struct flight *f, struct landing_yes *yes)
{
    if (f->alone)
        return false;
    return f->step == FLIGHT_INITIATE ? initiate_yes(f, yes)
        : f->step == FLIGHT_APPROVE && release_yes(f, yes);
}

static void
sender_over(struct flight *f)
{
    f->lane->look_ms = 0;           /* its seat is free */
    if (f->lane->funds_tries == 0)
        f->lane->funds_ms = 0;      /* it may have been the last */
    flight_free(f);
}

/* Plain answers that came in together. */
struct heap {
    struct landing_yes yes[CLAIM_BATCHES_MAX];
    int n, rows;
};

static bool
heap_has_room(const struct heap *h, const struct flight *f)
{
    return h->n == 0
        || (h->n < CLAIM_BATCHES_MAX && h->yes[0].l.f->step == f->step
            && h->rows + f->batch.rows <= CLAIM_ROWS_MAX);
}

/*
 * One of them that is not ours any more takes the others with it; then nothing
 * was stored, and each is landed by itself in the next turn.
 */
static void
heap_store(struct desk *d, struct heap *h)
{
    enum flight_fate fate = FLIGHT_OVER;
    enum db_status st = DB_OK;

    if (h->n == 1) {
        struct landing_yes *yes = &h->yes[0];

        st = landing_store(&yes->l);
        fate = yes->l.f->step == FLIGHT_INITIATE ? initiate_end(yes, st)
            : st == DB_OK ? FLIGHT_OVER : flight_store_failed(yes->l.f, st);
    } else if (h->n > 1) {
        fate = landing_store_all(h->yes, h->n) == DB_OK ? FLIGHT_OVER
                                                        : FLIGHT_AGAIN;
    }
    for (int i = 0; i < h->n; i++) {
        if (fate == FLIGHT_OVER)
            sender_over(h->yes[i].l.f);
        else if (h->n > 1)
            h->yes[i].l.f->alone = d->busy = true;
    }
    h->n = h->rows = 0;
}

static void
sender_answers(struct desk *d)
{
    struct heap heap = { .n = 0 };
    struct flight *next = NULL;

    for (struct flight *f = d->flights; f != NULL && desk_open(d); f = next) {
        next = f->next;
        if (!f->landed || !flight_changes(f->step))
            continue;
        if (!heap_has_room(&heap, f))
            heap_store(d, &heap);
        if (desk_open(d) && sender_yes(f, &heap.yes[heap.n])) {
            heap.rows += f->batch.rows;
            heap.n++;
        } else if (desk_open(d) && sender_land(f) == FLIGHT_OVER) {
            sender_over(f);
        }
    }
    if (desk_open(d))
        heap_store(d, &heap);
}

static struct flight *
first_waiting(const struct desk *d, const struct lane *l)
{
    struct flight *first = NULL;

    for (struct flight *f = d->flights; f != NULL; f = f->next)
        if (f->waits && f->lane == l
            && (first == NULL || f->batch.batch_id < first->batch.batch_id))
            first = f;
    return first;
}

/* Those that were claimed ahead leave, as far as there is room. */
static bool
sender_waiting(struct desk *d, struct lane *l)
{
    bool any = false;

    while (l->waits > 0 && lane_room(l) > 0) {
        flight_start(first_waiting(d, l));
        any = true;
    }
    return any;
}

/*
 * Releasing comes first: it finishes what was begun, and initiating the rest
 * can wait.  While there is nothing to be released, each batch that was just
 * initiated would ask for it again: it is asked for like what others do.  While
 * the lane is full the next ones to initiate are claimed ahead, which moves no
 * money: then they leave as soon as answers come.  A one-phase provider has one
 * step.  DB_NONE: there is nothing to do.
 */
static enum db_status
sender_start(struct desk *d, struct lane *l)
{
    int64_t now = clock_mono_ms();
    enum db_status st = DB_NONE;

    if (!l->account->provider->two_phase)
        return send_claim(d, l);
    if (sender_waiting(d, l))
        return DB_OK;
    if (now >= l->release_ms) {
        if (lane_room(l) == 0)
            return DB_NONE;     /* what is claimed ahead would go before */
        if ((st = release_claim(d, l)) == DB_NONE)
            l->release_ms = now + WORK_LOOK_MS;
    }
    return st == DB_NONE && desk_open(d) ? initiate_claim(d, l) : st;
}

/* What was claimed ahead goes back when nothing more may leave; and while the
 * provider does not answer it would only grow old. */
static bool
sender_may(struct desk *d)
{
    bool may = !d->stopping && desk_sound(d);

    for (int i = 0; i < d->nlanes && desk_open(d); i++)
        while (d->lanes[i].waits > 0 && (!may || d->lanes[i].misses > 0))
            flight_keep_back(first_waiting(d, &d->lanes[i]));
    return may;
}

void
sender_turn(struct desk *d)
{
    sender_answers(d);
    if (!desk_open(d) || !sender_may(d))
        return;
    for (int i = 0; i < d->nlanes && !d->stopping; i++) {
        struct lane *l = &d->lanes[i];

        if (!desk_open(d) || clock_mono_ms() < l->look_ms
            || (lane_room(l) == 0 && lane_ahead(l) == 0))
            continue;
        /* One claim a turn: 5000 rows take a while, and what is in the air
         * must be served meanwhile. */
        if (sender_start(d, l) == DB_OK) {
            d->busy = true;
        } else {
            lane_idle(l);
            l->release_ms = 0;
        }
    }
}
