#include "dispatch/sender.h"

#include "base/clock.h"
#include "dispatch/cancel.h"
#include "dispatch/initiate.h"
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

/* Releasing comes first: it finishes what was begun, and initiating the rest
 * can wait.  A one-phase provider has one step.  DB_NONE: there is nothing to
 * do. */
static enum db_status
sender_start(struct desk *d, struct lane *l)
{
    enum db_status st = DB_NONE;

    if (!l->account->provider->two_phase)
        return send_claim(d, l);
    st = release_claim(d, l);
    return st == DB_NONE && desk_open(d) ? initiate_claim(d, l) : st;
}

void
sender_turn(struct desk *d)
{
    struct flight *next = NULL;

    for (struct flight *f = d->flights; f != NULL && desk_open(d); f = next) {
        next = f->next;
        if (f->landed && flight_changes(f->step)
            && sender_land(f) == FLIGHT_OVER) {
            f->lane->look_ms = 0;       /* its seat is free */
            if (f->lane->funds_tries == 0)
                f->lane->funds_ms = 0;  /* it may have been the last */
            flight_free(f);
        }
    }
    if (d->stopping || !desk_open(d) || !desk_sound(d))
        return;
    for (int i = 0; i < d->nlanes && !d->stopping; i++) {
        struct lane *l = &d->lanes[i];

        if (!desk_open(d) || clock_mono_ms() < l->look_ms || !lane_room(l))
            continue;
        /* One a turn: claiming 5000 rows takes a while, and what is in the
         * air must be served meanwhile. */
        if (sender_start(d, l) == DB_OK)
            d->busy = true;
        else
            lane_idle(l);
    }
}
