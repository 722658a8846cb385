#ifndef WEB_CALLBACKS_H
#define WEB_CALLBACKS_H

#include <stdint.h>

#include "base/err.h"
#include "book/account.h"
#include "db/db.h"
#include "net/loop.h"

/*
 * The listener for the providers' callbacks, on a loop it is given:
 *
 *   POST /callback/<account name>/<anything>   200 {"ok":true} once it is
 *        committed; 503 when the database is down; 404 for a name we do not
 *        know, 405 for another method, 413 for a body that is too large
 *   GET, POST /callback/<account name>/<token>, for an account of a one-phase
 *        provider: the same, and 200 says what it wants to hear.  Stored is
 *        "METHOD token", a line feed, and query and form as one text.
 *   GET /health                                200; 503 with the database down
 *   GET /metrics, from this machine and through no proxy      the figures
 *
 * A callback moves nothing: it is stored as received and later causes a
 * question to the provider.  Group commit: everything that arrived while one
 * commit was under way goes into the next (groups.h).
 */
struct callbacks;

struct callbacks_order {
    const char           *listen;     /* "127.0.0.1:8081"; port 0: a free one */
    struct net           *net;
    struct db            *db;           /* to look with; callbacks are stored on
                                           connections of their own           */
    const struct account *accounts;     /* must live as long as the listener  */
    int                   naccounts;
    int64_t               body_bytes_max;       /* 0: HTTPD_BODY_BYTES_MAX    */
    /* GET /metrics, asked from this machine: write them, 0 or -1.  NULL: there
     * are none. */
    int                 (*figures)(struct db *, struct buf *, struct err *);
};

struct callbacks *callbacks_attach(const struct callbacks_order *,
                                   struct err *);
void callbacks_free(struct callbacks *);      /* before its net; NULL is fine */

/* callbacks_port(c): the port it listens on. */
int callbacks_port(const struct callbacks *);

/* callbacks_turn(c): acknowledge what was stored, send on what has arrived; to
 * be called after every net_turn(), which wakes when something was stored.
 * Returns how many were acknowledged, -1: database down. */
int callbacks_turn(struct callbacks *);

/* callbacks_busy(c): does anything still wait for the database? */
bool callbacks_busy(const struct callbacks *);

/* callbacks_pause(c): take no new connection (clean stop). */
void callbacks_pause(struct callbacks *);

#endif
