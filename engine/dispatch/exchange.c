#include "dispatch/exchange.h"

#include "net/loop.h"

#define TURN_MS 1000            /* the loop wakes by itself when it must */

/* What the net holds on to: should its loop fail for good, the exchange goes
 * and this stays until the net is freed. */
struct slip {
    struct exchange *x;             /* NULL: nobody waits any more */
};

static bool
exchange_door(void *cls)
{
    struct exchange *x = ((struct slip *)cls)->x;

    if (x == NULL || net_stopping() != 0)
        return false;
    x->left = x->door(x->door_owner);
    return x->left;
}

/* An answer we cannot hold is one we did not get. */
static void
exchange_keep(struct exchange *x, const struct reply *r)
{
    x->reply = *r;
    buf_init(&x->reply.body, NET_REPLY_BYTES_MAX);
    buf_str(&x->reply.body, buf_view(&r->body));
    if (x->reply.body.failed) {
        x->reply.wire = WIRE_NO_ANSWER;
        x->reply.http = 0;
        snprintf(x->reply.why, sizeof(x->reply.why),
                 "no memory for the answer");
        return;
    }
    /* What a provider says is shown and stored: should it repeat our own key,
     * that must not be. */
    account_blot(x->account, &x->reply.body);
    secret_blot(&x->reply.body, &x->account->challenge);
}

/* Only notes: this runs inside net_turn(). */
static void
exchange_done(void *cls, const struct reply *r)
{
    struct slip *slip = cls;

    if (slip->x != NULL) {
        exchange_keep(slip->x, r);
        slip->x->landed = true;
    }
    free(slip);
}

static void
no_answer(struct exchange *x, const char *why)
{
    x->reply = (struct reply){ .wire = x->left ? WIRE_NO_ANSWER
                                               : WIRE_NOT_SENT };
    str_copy(x->reply.why, sizeof(x->reply.why),
             str_cut(str_of(why), sizeof(x->reply.why) - 1));
    x->landed = true;
}

void
exchange_run(struct exchange *x)
{
    const struct account *a = x->account;
    struct slip *slip = calloc(1, sizeof(*slip));
    const struct http_order order = {
        .base_url = a->base_url, .request = x->request, .bearer = &a->key,
        .connect_ms = a->connect_ms, .answer_ms = a->answer_ms,
        .door = x->door != NULL ? exchange_door : NULL,
        .what = x->door != NULL ? "errand" : "question",
        .done = exchange_done, .owner = slip
    };
    struct http_call *call = NULL;
    struct err e = { 0 };

    x->landed = x->left = false;
    if (slip == NULL) {
        no_answer(x, "out of memory");
        return;
    }
    slip->x = x;
    if (net_start(x->net, &order, &call, &e) < 0) {
        free(slip);
        no_answer(x, e.text);
        return;
    }
    while (!x->landed) {
        if (net_turn(x->net, TURN_MS, &e) < 0 && !x->landed) {
            slip->x = NULL;
            no_answer(x, e.text);
        } else if (!x->landed && x->door == NULL && net_stopping() != 0) {
            net_cancel(x->net, call);
        }
    }
}

void
exchange_release(struct exchange *x)
{
    reply_release(&x->reply);
}

/* IntaSend and Sapama speak JSON; what stands in front of them, HTML. */
static bool
own_words(const struct reply *r)
{
    struct str body = str_trim(buf_view(&r->body));

    return body.len > 0 && body.p[0] == '{';
}

enum answer
exchange_judge(const struct exchange *x, struct fault_answer *f)
{
    enum answer a = x->account->provider->judge(&x->reply, f);

    if (x->door == NULL || x->reply.wire != WIRE_ANSWERED)
        return a;
    switch (a) {
    case ANSWER_NOT_NOW: case ANSWER_BARRED: case ANSWER_REFUSED:
        return own_words(&x->reply) ? a : ANSWER_IN_DOUBT;
    case ANSWER_TAKEN: case ANSWER_IN_DOUBT:
        break;
    }
    return a;
}
