#ifndef TESTS_LIB_CASHIER_H
#define TESTS_LIB_CASHIER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wire.h"
#include "net/httpd.h"
#include "sandbox/cash.h"

/*
 * The stand-in for Sapama Cash and whoever hears its callbacks, in one loop.
 * What it is asked is hashed here by hand, not by its own code.
 */
#define CASHIER_KEY    "KEY0000000000000000000000000000000000000000000KE"
#define CASHIER_SECRET "SECRET000000000000000000000000000000000000000000"
#define CASHIER_HEARD  512

struct heard {
    char method[8];
    char path[128];
    char text[4096];            /* "name=value\n" of every field, decoded    */
    char raw[4096];             /* the form's bytes; "" for GET              */
};

struct cashier {
    struct net        *net;
    struct cash       *cash;
    struct httpd      *receiver;
    struct cash_order  order;
    char dir[64], base[64], hooks[64];
    struct heard heard[CASHIER_HEARD];
    int  nheard;
    const char *reply;          /* to callbacks                              */
    int  reply_http;
};

struct told {
    bool      done;
    enum wire wire;
    int       http;
    int64_t   retry_after_ms, took_ms;
    char     *text;             /* never NULL                                */
};

/* cashier_open(c): new books, 1,000,000.00 in the till; _again(c): after
 * cashier_shut(), the same books on another port. */
void cashier_open(struct cashier *);
void cashier_again(struct cashier *);
void cashier_shut(struct cashier *);
void cashier_close(struct cashier *);
void cashier_turn(struct cashier *);

/* cashier_send(c, told, method, path, body): raw. */
void cashier_send(struct cashier *, struct told *, const char *, const char *,
                  const char *);

/**
 * cashier_ask(c, told, method, call, scalars, rest):
 * With key, format and hash.  ${scalars} is "a=1&b=2", sorted by name and
 * without anything to decode; ${rest} is added as it is ("" for none).
 */
void cashier_ask(struct cashier *, struct told *, const char *, const char *,
                 const char *scalars, const char *rest);

/* cashier_tool(c, path, json): POST to /_..., which must be 200. */
void cashier_tool(struct cashier *, const char *, const char *);

/* cashier_payee(out, i, phone, amount, id, c): one beneficiary of a form. */
void cashier_payee(struct buf *, int, const char *phone, const char *amount,
                   const char *id, const struct cashier *);

/* cashier_pay(c, told, phone, amount, id): b2c of one. */
void cashier_pay(struct cashier *, struct told *, const char *phone,
                 const char *amount, const char *id);

/* cashier_row(c, told, id, filter): get_transactions, ipned any. */
void cashier_list(struct cashier *, struct told *, const char *filter);

/* cashier_figure(c, name): of /_books/summary, as text (static). */
const char *cashier_figure(struct cashier *, const char *);

/* cashier_until(c, name, value): turn until that figure is so. */
void cashier_until(struct cashier *, const char *, const char *);
void cashier_hears(struct cashier *, int n);

void told_release(struct told *);

#endif
