#include "web/serve.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "report/metrics.h"
#include "web/callbacks.h"

#define TURN_MS  1000           /* nothing is due: only a bound             */
#define DRAIN_MS 1000           /* what was on its way at the signal: stored
                                   and answered, then the end               */
#define DRAIN_TURN_MS 20
#define DRAIN_STORE_MS DB_LOCK_TIMEOUT_MS   /* more for a slow commit; who hears
                                               nothing sends again            */

static int
serve_loop(struct net *net, struct callbacks *c, struct err *e)
{
    int64_t until_ms = 0;

    while (net_stopping() == 0) {
        if (net_turn(net, TURN_MS, e) < 0)
            return -1;
        (void)callbacks_turn(c);
    }
    callbacks_pause(c);
    until_ms = clock_mono_ms() + DRAIN_MS;
    while (clock_mono_ms() < until_ms
           || (callbacks_busy(c)
               && clock_mono_ms() < until_ms + DRAIN_STORE_MS)) {
        if (net_turn(net, DRAIN_TURN_MS, e) < 0)
            return -1;
        (void)callbacks_turn(c);
    }
    /* the last answers go out */
    return net_turn(net, 0, e);
}

int
serve_run(struct serve_order *o, struct err *e)
{
    struct net *net = NULL;
    struct callbacks *c = NULL;
    struct callbacks_order order = {
        .listen = o->listen, .accounts = o->accounts, .naccounts = o->naccounts,
        .figures = metrics_write
    };
    int rc = -1;

    o->signal = 0;
    if ((net = net_new(e)) == NULL
        || (order.db = db_open(o->db_url, e)) == NULL
        || db_become(order.db, DB_AS_LISTENER, e) < 0)
        goto out;
    net_stop_on_signals();
    for (int i = 0; i < o->naccounts; i++)
        if (o->accounts[i].account_id == 0
            && account_sync(order.db, &o->accounts[i], e) < 0)
            goto out;
    order.net = net;
    if ((c = callbacks_attach(&order, e)) == NULL)
        goto out;
    log_event(LOG_INFO, "serving", L_I64("port", callbacks_port(c)));
    if (o->ready != NULL)
        o->ready(o->owner, callbacks_port(c));
    rc = serve_loop(net, c, e);
    o->signal = net_stopping();
out:
    callbacks_free(c);
    db_close(order.db);
    net_free(net);
    return rc;
}
