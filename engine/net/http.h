#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/wire.h"

struct net;
struct http_call;

/*
 * The door: asked once per request, after the connection (and TLS) stands and
 * just before the first byte may leave.  true lets it out, and from then on
 * the request counts as sent; false stops it, and then it certainly did not
 * leave (WIRE_NOT_SENT).  It is asked a second time only when libcurl wants to
 * send the same request again by itself, and that is refused without asking.
 */
typedef bool (*http_door)(void *owner);

/*
 * Called once per started request, from inside net_turn(), never from inside
 * net_post().  ${reply} is valid during the call only.
 */
typedef void (*http_done)(void *owner, const struct reply *reply);

/* One more header of a request; a list ends with name NULL. */
struct http_header {
    const char *name, *value;
};

struct http_order {
    const char          *base_url;      /* "https://host/api/v1/"; plain http
                                           is refused except to loopback      */
    const struct request *request;      /* must live until done               */
    const struct secret *bearer;        /* for AUTH_BEARER; else NULL         */
    const char          *what;          /* "approve": names its failpoints;
                                           NULL: it has none                  */
    const struct http_header *headers;  /* NULL: no more than usual           */
    const char          *agent;         /* User-Agent; NULL: "payrun"         */
    int64_t              connect_ms;    /* 0: NET_CONNECT_MS                  */
    int64_t              answer_ms;     /* 0: NET_ANSWER_MS; whole exchange   */
    http_door            door;          /* NULL: always open                  */
    http_done            done;          /* required                           */
    void                *owner;
};

/**
 * net_start(net, order, call, e):
 * Start one exchange.  With request->changes: a fresh connection that is not
 * used again, no redirects, HTTP/1.1, never re-sent.  Questions may use kept
 * connections, and libcurl may repeat them.  TLS is verified; no proxy from
 * the environment.  ${call} (may be NULL) can be given to net_cancel() until
 * done was called.  Return 0, or -1 (nothing was sent, done will not be
 * called) for a bad URL or too many in flight.
 */
int net_start(struct net *, const struct http_order *, struct http_call **,
              struct err *);

/* net_cancel(net, call): stop it; done is called with what is known. */
void net_cancel(struct net *, struct http_call *);

/* net_check_url(base_url, e): whether net_start() would take it as a base: 0,
 * or -1 (ERR_CONFIG) with the reason. */
int net_check_url(const char *, struct err *);

/* net_inflight(net): started and not yet done. */
int net_inflight(const struct net *);

#endif
