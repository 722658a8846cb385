#ifndef OUTBOX_OUTBOX_H
#define OUTBOX_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "db/db.h"
#include "outbox/channel.h"

struct net;

/* An event that the program itself tells of; most are written by the database,
 * in the transaction of their fact (schema step 0016). */
struct told {
    const char *class, *kind, *subject, *title;
    struct str  detail, data;       /* data: JSON                             */
    const char *once;               /* what must not be told twice, or NULL   */
};

/* outbox_tell(db, t, id): DB_OK; ${id} 0: it was told before. */
enum db_status outbox_tell(struct db *, const struct told *, int64_t *id);

/* An event as it is listed. */
struct outbox_row {
    int64_t    outbox_id, at_us;
    int        tries;
    char       event_id[48], kind[48], class[16];
    struct str subject, title, detail, body, waiting, delivered, given_up,
               said;
};

/**
 * outbox_each(db, kind, undelivered, id, row, owner, e):
 * Newest first, at most OUTBOX_LIST_MAX; ${kind} a kind or a class, "": all;
 * ${id} 0: all.  The row's texts last for its call.  0 or -1.
 */
int outbox_each(struct db *, const char *kind, bool undelivered, int64_t id,
                int (*row)(void *, const struct outbox_row *), void *,
                struct err *);

/* outbox_resend(db, id, channel, n, e): tell it again; ${id} 0: all that was
 * not delivered; ${channel} "": on all it went to.  ${n}: how many deliveries. */
int outbox_resend(struct db *, int64_t id, const char *channel, int64_t *n,
                  struct err *);

struct deliver_order {
    struct db            *db;           /* as DB_AS_WORKER                    */
    struct net           *net;
    const struct channel *channels;
    int                   nchannels;
    bool                  until_idle;   /* false: until a signal              */

    int                   delivered, failed;    /* filled                     */
};

/**
 * deliver_run(order, e):
 * Tell what is to be told: hand events to their channels, one at a time; what a
 * channel does not take is tried again later, and the channel is left alone
 * meanwhile.  Return 0, or -1 (the database).
 */
int deliver_run(struct deliver_order *, struct err *);

/* What is left: deliver_left(db, channels, n, out, e): 0 or -1. */
struct deliver_left {
    int64_t due, later, given_up, unspread;
};
int deliver_left(struct db *, const struct channel *, int,
                 struct deliver_left *, struct err *);

#endif
