#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * The two plain structs through which providers (bytes) and net (sockets)
 * meet; dispatch carries them from one to the other.
 */

enum wire_auth {
    AUTH_NONE,
    AUTH_BEARER             /* Authorization: Bearer <the account's secret>  */
};

struct request {
    const char    *method;              /* "GET" or "POST"                    */
    char           path[4096];          /* behind the base URL: "send-money/";
                                           with a query where there is one    */
    const char    *content_type;        /* NULL with an empty body            */
    struct buf     body;
    enum wire_auth auth;
    bool           changes;             /* it can change something there:
                                           fresh connection, door, one try    */
};

/* How far a request got, as far as this side can know. */
enum wire {
    WIRE_NOT_SENT,          /* certainly: not one byte of it left us          */
    WIRE_NO_ANSWER,         /* it may have arrived; no complete answer came   */
    WIRE_ANSWERED           /* a whole HTTP answer came                       */
};

struct reply {
    enum wire  wire;
    int        http;                    /* 0 unless WIRE_ANSWERED             */
    struct buf body;                    /* whole, at most NET_REPLY_BYTES_MAX */
    int64_t    retry_after_ms;          /* 0 when it did not say              */
    int64_t    took_ms;
    int64_t    date_s;                  /* its Date header, since 1970; 0: none */
    char       why[NET_WHY_BYTES];      /* for people, when not ANSWERED      */
};

/* Wiped: one provider's key stands in path and body. */
static inline void
request_release(struct request *r)
{
    explicit_bzero(r->path, sizeof(r->path));
    if (r->body.p != NULL)
        explicit_bzero(r->body.p, r->body.cap);
    buf_release(&r->body);
}

static inline void
reply_release(struct reply *r)
{
    buf_release(&r->body);
}

#endif
