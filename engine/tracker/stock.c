#include "tracker/stock.h"

#include "db/sql.h"

int64_t
stock_give_up_ms(const struct account *a)
{
    return a->give_up_ms > 0 ? a->give_up_ms : GIVE_UP_MS;
}

/*
 * Later than ${far_ms} nothing is asked that is still moving: neither by pace,
 * nor because another worker's question holds it, which is shorter.
 */
static int64_t
far_ms(const struct account *a)
{
    int64_t ms = stock_give_up_ms(a);
    int64_t cap_ms = a->poll_cap_ms > 0 ? a->poll_cap_ms : POLL_CAP_MS;

    if (ms < cap_ms)
        ms = cap_ms;
    return ms < a->poll_first_ms ? a->poll_first_ms : ms;
}

enum db_status
stock_take(struct db *db, const struct worker_order *o, struct stock *s)
{
    int64_t ids[NET_INFLIGHT_MAX], give_up_ms = 0, far = 0;
    int n = o->naccounts < NET_INFLIGHT_MAX ? o->naccounts : NET_INFLIGHT_MAX;

    for (int i = 0; i < n; i++) {
        const struct account *a = &o->accounts[i];

        ids[i] = a->account_id;
        if (give_up_ms < stock_give_up_ms(a))
            give_up_ms = stock_give_up_ms(a);
        if (far < far_ms(a))
            far = far_ms(a);
    }
    const struct db_arg args[] = {
        A_I64(o->only_run_id), A_I64S(ids, (size_t)n),
        A_BOOL(o->until == WORKER_UNTIL_FINAL), A_I64(give_up_ms), A_I64(far)
    };
    const struct db_col cols[] = {
        C_I64("open", &s->open), C_I64("closed", &s->closed),
        C_I64("paused", &s->paused), C_TEXT("why_closed", s->why_closed),
        C_TEXT("why_paused", s->why_paused), C_I64("short", &s->shorts),
        C_TEXT("why_short", s->why_short)
    };

    return db_one(db, sql_tracker_open, args, LEN(args), cols, LEN(cols));
}
