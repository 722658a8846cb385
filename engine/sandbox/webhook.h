#ifndef SANDBOX_WEBHOOK_H
#define SANDBOX_WEBHOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sandbox/faults.h"
#include "sandbox/ledger.h"

/*
 * Webhooks out: the status shape and the challenge, to the file's callback_url
 * and to the dashboard's URL, for every change of a file's code.  What waits
 * is kept as a few numbers and written out only when it is sent.  Not durable:
 * a restart forgets what was not delivered.
 */
struct net;
struct hook;

/* Who is told; a switch goes off by itself after too many failures. */
struct hook_switch {
    int64_t failures;           /* consecutive */
    bool    off;
};

struct webhooks {
    struct net     *net;
    struct faults  *faults;
    const struct books *books;
    char           *url;        /* the dashboard's; NULL: none            */
    char           *challenge;  /* NULL: none                             */
    int             speed_percent;
    const struct manner *manner;        /* how files are told             */
    struct hook    *first, *last;       /* waiting, oldest first          */
    struct hook    *flying;
    int             flights;
    struct hook_switch dashboard, callback;
    int64_t         delivered, failed, dropped;
};

/* webhook_setup(w, url, challenge): 0 or -1 (out of memory). */
int webhook_setup(struct webhooks *, const char *, const char *);
void webhook_release(struct webhooks *);    /* cancels what is under way */

/* webhook_note(w, f, now_us): ${f} has just changed its code. */
void webhook_note(struct webhooks *, const struct payfile *, int64_t now_us);

/* webhook_invoice(w, v, now_us), webhook_chargeback(w, c, now_us): the same
 * for money that comes in or goes back; only the dashboard is told. */
void webhook_invoice(struct webhooks *, const struct invoice *, int64_t now_us);
void webhook_chargeback(struct webhooks *, const struct chargeback *,
                        int64_t now_us);

/* webhook_turn(w, now_us): send what may be sent now.  The books must have
 * been synced before. */
void webhook_turn(struct webhooks *, int64_t now_us);

/* webhook_next_us(w): when one may be sent next; INT64_MAX when that only
 * depends on an answer. */
int64_t webhook_next_us(const struct webhooks *);

/* webhook_switch(w, on): both on again, as the provider's support would. */
void webhook_switch(struct webhooks *, bool on);

#endif
