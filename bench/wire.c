/*
 * wire URL BODY-FILE IN-FLIGHT SECONDS pay|ask [CA-FILE]: post the same body again
 * and again with payrun's own HTTP client, so many at a time; prints how long a
 * post took on the average, in ns.
 *
 * pay: as a request that moves money leaves, on a fresh connection and through a
 * door; ask: as a question does, on kept connections.  CA-FILE is believed
 * besides nobody: the bench's own certificate.
 */
#include <curl/curl.h>
#include <inttypes.h>
#include <time.h>

#include "base/buf.h"
#include "net/http.h"
#include "net/loop.h"

struct poster {
    struct net       *net;
    struct request    request;
    struct http_order order;
    int64_t           until_ns;
    int64_t           posts, bad;
};

static const char *ca_file;

CURLMcode __real_curl_multi_add_handle(CURLM *, CURL *);
CURLMcode __wrap_curl_multi_add_handle(CURLM *, CURL *);

/* The linker leads the client's call here: it has no switch for this, and must
 * not have one. */
CURLMcode
__wrap_curl_multi_add_handle(CURLM *m, CURL *h)
{
    if (ca_file != NULL)
        curl_easy_setopt(h, CURLOPT_CAINFO, ca_file);
    return __real_curl_multi_add_handle(m, h);
}

static int64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
die(const char *what, const struct err *e)
{
    fprintf(stderr, "wire: %s%s%s\n", what, e != NULL ? ": " : "",
            e != NULL ? e->text : "");
    exit(1);
}

static bool
on_door(void *owner)
{
    (void)owner;
    return true;
}

static void
post(struct poster *w)
{
    struct err e = { 0 };

    if (net_start(w->net, &w->order, NULL, &e) < 0)
        die("cannot start", &e);
}

static void
on_done(void *owner, const struct reply *r)
{
    struct poster *w = owner;

    w->posts++;
    if (r->wire != WIRE_ANSWERED || r->http != 200) {
        if (w->bad++ == 0)
            fprintf(stderr, "wire: HTTP %d %s\n", r->http, r->why);
    }
    if (now_ns() < w->until_ns)
        post(w);
}

int
main(int argc, char **argv)
{
    struct poster w = { .order = { .done = on_done, .door = on_door } };
    struct err e = { 0 };
    int64_t from;

    if (argc < 6)
        die("usage: wire URL BODY-FILE IN-FLIGHT SECONDS pay|ask [CA-FILE]",
            NULL);
    ca_file = argc > 6 ? argv[6] : NULL;
    buf_init(&w.request.body, (size_t)64 << 20);
    if (buf_read_file(&w.request.body, argv[2], &e) < 0
        || (w.net = net_new(&e)) == NULL)
        die(argv[2], &e);
    w.request.method = "POST";
    w.request.content_type = "application/json";
    w.request.changes = strcmp(argv[5], "pay") == 0;
    w.order.base_url = argv[1];
    w.order.request = &w.request;
    w.order.owner = &w;
    from = now_ns();
    w.until_ns = from + strtol(argv[4], NULL, 10) * 1000000000;
    for (long i = strtol(argv[3], NULL, 10); i > 0; i--)
        post(&w);
    while (net_inflight(w.net) > 0)
        if (net_turn(w.net, 1000, &e) < 0)
            die("the loop", &e);
    if (w.bad > 0)
        die("not every post was answered with 200", NULL);
    printf("%" PRId64 "\n", (now_ns() - from) / w.posts);
    net_free(w.net);
    buf_release(&w.request.body);
    return 0;
}
