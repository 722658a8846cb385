#include "cli/books.h"

#include <jansson.h>

#include "base/str.h"
#include "net/http.h"
#include "net/loop.h"

#define BOOKS_TURN_MS 1000

struct asked {
    struct books *out;
    bool done, understood;
};

static void
answered(void *owner, const struct reply *reply)
{
    struct asked *a = owner;
    json_t *root = json_loadb(reply->body.p != NULL ? reply->body.p : "",
                              reply->body.len, 0, NULL);
    json_int_t payments, minor, doubles;

    a->done = true;
    a->understood = reply->http == 200 &&
        json_unpack(root, "{s:I, s:I, s:I}", "payments", &payments,
                    "paid_minor", &minor, "doubles", &doubles) == 0;
    if (a->understood)
        *a->out = (struct books){ payments, minor, doubles };
    json_decref(root);
}

int
books_ask(int port, struct books *out, struct err *e)
{
    struct asked a = { out, false, false };
    struct request q = { .method = "GET", .path = "_books/summary" };
    char base[64];
    struct http_order order = { .base_url = base, .request = &q,
                                .done = answered, .owner = &a };
    struct net *net = net_new(e);
    int rc = -1;

    if (net == NULL)
        return -1;
    snprintf(base, sizeof(base), "http://127.0.0.1:%d/", port);
    if (net_start(net, &order, NULL, e) < 0)
        goto out;
    while (!a.done)
        if (net_turn(net, BOOKS_TURN_MS, e) < 0)
            goto out;
    rc = a.understood ? 0 : err_set(e, ERR_UNAVAILABLE, "the sandbox's books "
                                    "could not be read");
out:
    net_free(net);
    return rc;
}
