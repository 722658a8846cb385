#include "cli/books.h"

#include "net/http.h"
#include "net/loop.h"
#include "providers/jscan.h"

#define BOOKS_TURN_MS 1000

struct asked {
    struct books *out;
    bool done, understood;
};

static int
read_summary(struct str body, struct books *out)
{
    static const struct str names[] = {
        JSCAN_NAME("payments"), JSCAN_NAME("paid_minor"), JSCAN_NAME("doubles")
    };
    struct jscan_value values[3];
    struct jscan js;

    jscan_start(&js, body, 0);
    if (jscan_object(&js, names, 3, values) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        if (values[i].kind != JSCAN_NUMBER)
            return -1;
    return str_i64(&out->payments, values[0].text) == 0
        && str_i64(&out->minor, values[1].text) == 0
        && str_i64(&out->doubles, values[2].text) == 0 ? 0 : -1;
}

static void
answered(void *owner, const struct reply *reply)
{
    struct asked *a = owner;

    a->done = true;
    a->understood = reply->http == 200
        && read_summary(buf_view(&reply->body), a->out) == 0;
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
