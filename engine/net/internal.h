#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"
#include "net/httpd.h"
#include "net/loop.h"

/*
 * What loop.c, http.c and httpd.c share.  Nobody outside engine/net includes
 * this.
 */
struct http_call;

struct net {
    CURLM            *multi;
    bool              turning;      /* inside net_turn()                     */
    bool              closing;      /* inside net_free(): nothing starts     */

    /* http.c: slots, made on first use and used again */
    struct http_call *slots[NET_INFLIGHT_MAX];
    int               inflight;     /* started and not yet done              */
    int               cancelled;    /* of these: waiting to be told so       */

    /* loop.c */
    int               watched[NET_WATCH_MAX];
    int               watches;

    /* httpd.c */
    struct httpd     *servers[NET_WATCH_MAX];
    int               nservers;
};

_Static_assert(NET_INFLIGHT_MAX <= 1024 / 2, "leave descriptors for the rest");

/* http_collect(net): call the owners of everything that is over. */
void http_collect(struct net *);

/* http_close(net): cancel all, tell the owners, release the slots. */
void http_close(struct net *);

/* httpd_poll_fd(h): readable when httpd_run() has something to do. */
int httpd_poll_fd(const struct httpd *);

/* httpd_wait_ms(h, wait_ms): ${wait_ms}, or less when ${h} is due earlier. */
int64_t httpd_wait_ms(struct httpd *, int64_t);

/* httpd_run(h): move what can move; calls the handler.  Return 0 or -1. */
int httpd_run(struct httpd *);

/* httpd_orphan(h): its net is gone; only httpd_free() may follow. */
void httpd_orphan(struct httpd *);

/**
 * url_make(url, plain, base, path, e):
 * Join ${base} and ${path} with one slash.  Refuses what may not be called:
 * other schemes than https, plain http to anything but this machine, a user
 * or password, a query or fragment in ${base}.  On success ${url} is a new
 * NUL-terminated text for free() and ${plain} says that it is http.
 * Return 0, or -1 (ERR_CONFIG, or ERR_TEMP when out of memory).
 */
int url_make(char **, bool *, const char *, const char *, struct err *);

/**
 * listen_open(text, port, e):
 * Listen on "127.0.0.1:8081", "[::1]:0" or "localhost:8081"; port 0 takes a
 * free one.  Return a non-blocking descriptor and the real ${port}, or -1
 * (ERR_CONFIG for bad text, ERR_UNAVAILABLE when it cannot be had).
 */
int listen_open(const char *, int *, struct err *);

#endif
