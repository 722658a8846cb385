#ifndef TESTS_ASKER_H
#define TESTS_ASKER_H

#include <stdbool.h>

#include "net/http.h"
#include "net/loop.h"
#include "tests/lib/raw.h"

/* A loop, perhaps with a misbehaving server in it, and questions to ask. */
struct netlab {
    struct net *net;
    struct raw  raw;            /* listen_fd -1: not used                  */
    char        base[64];       /* where askers without a base of their own
                                   send to                                 */
};

/* One exchange: fill the first part, asker_start(), asker_wait(). */
struct asker {
    const char   *base;         /* NULL: the lab's                       */
    const char   *path;
    const char   *method;       /* NULL: GET                               */
    const char   *type;
    struct str    body;
    const char   *bearer;
    bool          changes;
    bool          door_shut;
    int64_t       connect_ms, answer_ms;

    struct netlab     *lab;
    struct request    request;
    struct http_call *call;
    struct secret     secret;
    int               doors;    /* times the door was asked                */
    int               done;     /* times done was called                   */
    struct reply      reply;    /* what it brought; the body is ours       */
};

void netlab_open(struct netlab *, raw_script);    /* NULL: no raw server */
void netlab_close(struct netlab *);
void netlab_turn(struct netlab *, int64_t wait_ms);

/* asker_try: net_start()'s result; asker_start: it must be 0. */
int  asker_try(struct netlab *, struct asker *, struct err *);
void asker_start(struct netlab *, struct asker *);

/* Turn until each of ${n} askers is done; fails after 20 s. */
void asker_wait(struct netlab *, struct asker *, int n);
void asker_release(struct asker *);

/* asker_one: start and wait. */
void asker_one(struct netlab *, struct asker *);

#endif
