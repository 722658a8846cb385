#ifndef TESTS_STAND_H
#define TESTS_STAND_H

#include <jansson.h>
#include <stdbool.h>

#include "base/wire.h"
#include "net/httpd.h"
#include "net/loop.h"
#include "sandbox/sandbox.h"

/* A sandbox, a client of it, and a receiver of its webhooks in one loop. */
#define STAND_HOOKS_MAX 512
#define STAND_KEY       "ISSecretKey_test_one"
#define STAND_CHALLENGE "a-long-challenge"

struct stand_hook {
    char    path[64];           /* "/dash", or the path of callback_url     */
    char    code[8];            /* its status_code                          */
    json_t *body;
};

struct stand {
    struct net     *net;
    struct sandbox *box;
    struct sandbox_order order;
    char            dir[64];
    char            base[64];   /* "http://127.0.0.1:1/", the sandbox's     */
    char            hooks_at[64];       /* the receiver's                   */
    char            dash_url[80];
    struct httpd   *receiver;
    int             hook_http;  /* what the receiver answers                */
    struct stand_hook hooks[STAND_HOOKS_MAX];
    int             nhooks;
};

struct said {
    bool        done;
    enum wire   wire;
    int         http;
    int64_t     retry_after_ms;
    struct buf  text;
    json_t     *json;           /* NULL when it is no JSON                  */
};

/* stand_plan(s): an order that can be changed before stand_open().  Balance
 * 1,000,000.00, charge 15.00, latency 200 ms, ten times as fast. */
void stand_plan(struct stand *);
void stand_open(struct stand *);
void stand_shut(struct stand *);        /* the sandbox only; books stay */
int  stand_again(struct stand *, struct err *);     /* on the same books */
void stand_close(struct stand *);       /* and the books are gone        */

void stand_turn(struct stand *);

/* stand_ask: body NULL is a GET unless ${method} says otherwise. */
void stand_ask(struct stand *, struct said *, const char *method,
               const char *path, const char *bearer, const char *body);
void stand_post(struct stand *, struct said *, const char *path,
                const char *body);
void said_release(struct said *);

/* said_text(s, "wallet.current_balance"): a member as text: a string as it
 * is, else as JSON; "" when not there.  Static, for one use. */
const char *said_text(const struct said *, const char *path);

/* A file of one payment: its answer stays in ${s}; returns the tracking_id,
 * for free(). */
char *stand_initiate(struct stand *, struct said *, const char *account,
                     const char *amount, const char *more);

/* stand_approve: post back ${said}, the answer to initiate. */
void stand_approve(struct stand *, struct said *out, const struct said *);

/* Turn until the file has ${code}; its status is in ${s}. */
void stand_until(struct stand *, struct said *, const char *tracking,
                 const char *code);

/* Turn until ${n} webhooks have come. */
void stand_until_hooks(struct stand *, int n);

/* One figure of /_books/summary, as text; "requests.initiate". */
const char *stand_summary(struct stand *, const char *path);

/* looks_like(text, pattern): @U a uuid, @A an alias, @N a nonce, @T a time,
 * @R a receipt; everything else as it stands.  Fails the test with the place
 * where they part. */
void looks_like(const char *text, const char *pattern);

#endif
