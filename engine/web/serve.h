#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include "base/err.h"
#include "book/account.h"

/* `payrun serve`: the callback listener as a process of its own. */
struct serve_order {
    const char           *db_url;
    const char           *listen;     /* "127.0.0.1:8081"; port 0: a free one */
    struct account       *accounts;    /* those without account_id are synced */
    int                   naccounts;
    /* May be NULL; told once, when it listens. */
    void                (*ready)(void *owner, int port);
    void                 *owner;
    int                   signal;       /* filled: what stopped it            */
};

/**
 * serve_run(order, e):
 * Listen until SIGTERM or SIGINT; then store and answer what has arrived, and
 * end.  The inbox is worked off by the workers.  Return 0 or -1.
 */
int serve_run(struct serve_order *, struct err *);

#endif
