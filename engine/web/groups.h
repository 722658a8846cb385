#ifndef WEB_GROUPS_H
#define WEB_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "book/account.h"
#include "db/db.h"
#include "net/httpd.h"
#include "net/loop.h"

/*
 * Callbacks on their way into the inbox, a group a commit.  A group is sent
 * without waiting; its requests are answered when its commit has come, and the
 * loop reads others meanwhile.
 */
struct groups;

/* One request that waits for the database. */
struct waiting {
    struct httpd_request *request;
    const struct account *account;      /* NULL: GET /health, /metrics        */
    bool                  figures;      /* the latter                         */
    bool                  trusted;
    struct buf            text;         /* one-phase: what is stored          */
};

/* waiting_answer(w, status): and release it. */
void waiting_answer(struct waiting *, int status);

/* groups_new(db, net, e): on connections of their own, to where ${db} leads,
 * in its role.  NULL on failure. */
struct groups *groups_new(const struct db *, struct net *, struct err *);
void groups_free(struct groups *);      /* before its net; NULL is fine */

/**
 * groups_send(g, w, n, up):
 * Send the first of ${w}, all callbacks, as one group; theirs are the requests
 * that it answers later, or at once when the database is down (${*up} false).
 * Return how many it took; 0: every connection has a group under way.
 */
size_t groups_send(struct groups *, struct waiting *, size_t n, bool *up);

/**
 * groups_finish(g, up):
 * Answer what has been committed meanwhile: 200 what is stored, 503 the rest
 * (${*up} false).  Return how many were stored.
 */
int groups_finish(struct groups *, bool *up);

/* groups_under_way(g): is there any? */
bool groups_under_way(const struct groups *);

#endif
