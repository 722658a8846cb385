#ifndef SANDBOX_CASH_H
#define SANDBOX_CASH_H

#include <stdint.h>

#include "base/err.h"

/*
 * A stand-in for Sapama Cash: its HTTP API and its callbacks, with durable
 * books of its own (sapama.jsonl).  It shares no code with engine/providers.
 * README.md in this folder tells how to use it alone.
 */
struct net;
struct cash;

struct cash_order {
    const char *listen;         /* "127.0.0.1:8702"; port 0 takes a free one */
    const char *books_dir;      /* made when missing; holds sapama.jsonl     */
    const char *api_key;        /* what requests must carry                  */
    const char *api_secret;     /* what their hash must be made with         */
    int64_t     balance_minor;  /* of till 2; only for new books             */
    int         fail_per_mille; /* 0..1000 of the payouts fail               */
    int64_t     latency_ms;     /* typical time until a payout has a result  */
    int64_t     charge_minor;   /* of one payout                             */
    uint32_t    seed;           /* decides who fails, why, and when          */
    int         speed_percent;  /* 100: as they are; 0 counts as 100         */
};

/* cash_new(net, order, e): open or make the books, replay them, listen.
 * ${order} is copied.  Free it before ${net}. */
struct cash *cash_new(struct net *, const struct cash_order *, struct err *);
void cash_free(struct cash *);              /* NULL is fine */

/* cash_port(s): the port it listens on. */
int cash_port(const struct cash *);

/**
 * cash_turn(s):
 * Do what is due.  To be called before every net_turn().  Return the
 * milliseconds until the next thing is due, or -1 when the books could not be
 * written.
 */
int64_t cash_turn(struct cash *);

#endif
