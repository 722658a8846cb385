#include "tracker/lister.h"

#include "base/clock.h"
#include "tracker/lookup.h"
#include "tracker/scan.h"

static bool
is_mine(const struct flight *f)
{
    return f->step == FLIGHT_SCAN || f->step == FLIGHT_LOOKUP;
}

static enum flight_fate
lister_land(struct flight *f)
{
    return f->step == FLIGHT_SCAN ? scan_land(f) : lookup_land(f);
}

/* A scan comes first: it answers for many. */
static enum db_status
lister_ask(struct desk *d, struct lane *l)
{
    enum db_status st = scan_ask(d, l);

    return st == DB_NONE && desk_open(d) ? lookup_ask(d, l) : st;
}

void
lister_turn(struct desk *d)
{
    struct flight *next = NULL;

    for (struct flight *f = d->flights; f != NULL; f = next) {
        next = f->next;
        if (!is_mine(f) || !f->landed
            || (!d->stopping && !d->failed && !desk_open(d)))
            continue;
        if (!d->stopping && !d->failed && lister_land(f) == FLIGHT_GOES_ON)
            continue;
        f->lane->poll_look_ms = 0;
        flight_free(f);
    }
    for (int i = 0; i < d->nlanes && !d->stopping; i++) {
        struct lane *l = &d->lanes[i];

        while (!l->account->provider->two_phase && desk_open(d)
               && clock_mono_ms() >= l->poll_look_ms && lane_poll_room(l))
            if (lister_ask(d, l) != DB_OK)
                lane_poll_idle(l);
    }
}
