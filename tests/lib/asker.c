#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/lib/asker.h"

#define PATIENCE_MS 20000

void
netlab_open(struct netlab *w, raw_script script)
{
    struct err e = { 0 };

    /* Were the environment listened to, nothing here would arrive. */
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    *w = (struct netlab){ 0 };
    w->raw.listen_fd = w->raw.ep_fd = -1;
    w->net = net_new(&e);
    assert_non_null(w->net);
    if (script == NULL)
        return;
    assert_int_equal(raw_open(&w->raw, script), 0);
    assert_int_equal(net_watch(w->net, w->raw.ep_fd), 0);
    snprintf(w->base, sizeof(w->base), "http://127.0.0.1:%d", w->raw.port);
}

void
netlab_close(struct netlab *w)
{
    if (w->raw.ep_fd >= 0) {
        net_unwatch(w->net, w->raw.ep_fd);
        raw_close(&w->raw);
    }
    net_free(w->net);
}

void
netlab_turn(struct netlab *w, int64_t wait_ms)
{
    struct err e = { 0 };

    if (net_turn(w->net, wait_ms, &e) < 0)
        fail_msg("net_turn: %s", e.text);
    if (w->raw.ep_fd >= 0)
        raw_step(&w->raw);
}

static bool
on_door(void *owner)
{
    struct asker *a = owner;

    a->doors++;
    return !a->door_shut;
}

static void
on_done(void *owner, const struct reply *reply)
{
    struct asker *a = owner;

    a->done++;
    a->reply = *reply;
    buf_init(&a->reply.body, NET_REPLY_BYTES_MAX);
    buf_str(&a->reply.body, buf_view(&reply->body));
}

int
asker_try(struct netlab *w, struct asker *a, struct err *e)
{
    struct http_order o = {
        .base_url = a->base != NULL ? a->base : w->base,
        .request = &a->request,
        .bearer = &a->secret,
        .connect_ms = a->connect_ms,
        .answer_ms = a->answer_ms,
        .door = on_door,
        .done = on_done,
        .owner = a,
    };

    a->lab = w;
    a->request.method = a->method != NULL ? a->method : "GET";
    a->request.content_type = a->type;
    a->request.changes = a->changes;
    if (a->path != NULL)
        assert_int_equal(str_copy(a->request.path, sizeof(a->request.path),
                                  str_of(a->path)), 0);
    buf_init(&a->request.body, a->body.len);
    buf_str(&a->request.body, a->body);
    if (a->bearer != NULL) {
        a->request.auth = AUTH_BEARER;
        assert_int_equal(secret_set(&a->secret, str_of(a->bearer)), 0);
    }
    return net_start(w->net, &o, &a->call, e);
}

void
asker_start(struct netlab *w, struct asker *a)
{
    struct err e = { 0 };

    if (asker_try(w, a, &e) < 0)
        fail_msg("net_start: %s", e.text);
    assert_int_equal(a->done, 0);       /* never from inside net_start() */
}

void
asker_wait(struct netlab *w, struct asker *a, int n)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;
    int done = 0;

    while (done < n) {
        netlab_turn(w, 1000);
        done = 0;
        for (int i = 0; i < n; i++) {
            assert_in_range(a[i].done, 0, 1);
            done += a[i].done;
        }
        if (clock_mono_ms() > end_ms)
            fail_msg("only %d of %d requests came to an end", done, n);
    }
}

void
asker_release(struct asker *a)
{
    request_release(&a->request);
    reply_release(&a->reply);
    secret_release(&a->secret);
    *a = (struct asker){ 0 };
}

void
asker_one(struct netlab *w, struct asker *a)
{
    asker_start(w, a);
    asker_wait(w, a, 1);
}
