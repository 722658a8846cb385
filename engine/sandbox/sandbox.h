#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdint.h>

#include "base/err.h"

/*
 * A stand-in for IntaSend: its send-money, wallet and webhook behaviour over
 * real HTTP, with durable books of its own.  It shares no code with
 * engine/providers, so a misreading of the contract shows as a difference.
 * README.md in this folder tells how to use it alone.
 */
struct net;
struct sandbox;
struct cash_order;

struct sandbox_order {
    const char *listen;         /* "127.0.0.1:8082"; port 0 takes a free one */
    const char *books_dir;      /* made when missing; holds books.jsonl      */
    const char *secret_key;     /* what Authorization: Bearer must carry     */
    const char *public_key;     /* of public calls; NULL: the default        */
    const char *challenge;      /* sent in every webhook; NULL or "": none   */
    const char *webhook_url;    /* the dashboard's webhook; NULL: none       */
    int64_t     balance_minor;  /* opening balance; only for new books       */
    int         fail_per_mille; /* 0..1000 of the items fail, always the same */
    int64_t     latency_ms;     /* typical time until an item has its result */
    int64_t     charge_minor;   /* of one M-Pesa payment                     */
    uint32_t    seed;           /* decides who fails, why, and when          */
    int         speed_percent;  /* 100: delays as they are; 1000: a tenth of
                                   them; 0 counts as 100                     */
    /* For sandbox_run(): Sapama Cash beside it; NULL: not. */
    const struct cash_order *sapama;
    const char *sapama_port_file;
};

/**
 * sandbox_new(net, order, e):
 * Open or make the books, replay them, and listen.  ${order} is copied.
 * Files that were on their way go on.  Free it before ${net}.
 */
struct sandbox *sandbox_new(struct net *, const struct sandbox_order *,
                            struct err *);
void sandbox_free(struct sandbox *);        /* NULL is fine */

/* sandbox_port(s): the port it listens on. */
int sandbox_port(const struct sandbox *);

/**
 * sandbox_turn(s):
 * Do what is due: results, state changes, webhooks, late answers.  To be
 * called before every net_turn().  Return the milliseconds until the next
 * thing is due, which is the longest that net_turn() may wait, or -1 when the
 * books could not be written and the sandbox answers nothing but 500 any more.
 */
int64_t sandbox_turn(struct sandbox *);

/**
 * sandbox_run(order, port_file, e):
 * A loop of its own until SIGTERM or SIGINT.  When it listens, the port number
 * is written to ${port_file} (NULL: not) at once and whole.
 * Return 0, or -1.
 */
int sandbox_run(const struct sandbox_order *, const char *, struct err *);

#endif
