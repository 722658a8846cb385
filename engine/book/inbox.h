#ifndef BOOK_INBOX_H
#define BOOK_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "db/db.h"

/* One callback on its way in. */
struct inbox_item {
    const char *provider;
    const char *peer;
    struct str  body;
    bool        trusted;            /* its challenge was right */
};

/* inbox_store(db, items, n): all of them in one statement and one commit; the
 * same bytes again only count.  Acknowledge after DB_OK. */
enum db_status inbox_store(struct db *, const struct inbox_item *, size_t);

/* inbox_send(db, items, n): the same, without waiting: a db_send().  n > 0;
 * nothing of ${items} is needed any more when it returns. */
enum db_status inbox_send(struct db *, const struct inbox_item *, size_t);

/**
 * inbox_next(db, id, provider, body, trusted):
 * Inside a transaction: the oldest one nobody has looked at, locked (SKIP
 * LOCKED).  ${body} into the buffer.  DB_NONE: none.
 */
enum db_status inbox_next(struct db *, int64_t *, char provider[24],
                          struct buf *, bool *trusted);

/* inbox_done(db, id, batch_id, verdict): batch_id 0: not one of ours. */
enum db_status inbox_done(struct db *, int64_t, int64_t batch_id,
                          const char *verdict);

/**
 * inbox_refused(db, id):
 * Of one that proved nothing and told nothing: counted, and only the first
 * INBOX_REFUSED_KEEP of a provider are kept.  DB_OK: it is gone; DB_NONE: it is
 * kept, for inbox_done().
 */
enum db_status inbox_refused(struct db *, int64_t);

/* inbox_room(db, room): may more be stored that prove nothing?  Up to
 * INBOX_WAIT_MAX wait to be looked at. */
enum db_status inbox_room(struct db *, bool *);

/* inbox_turned(db, provider, n, peer): ${n} were not taken, the last one from
 * ${peer}. */
enum db_status inbox_turned(struct db *, const char *, int64_t, const char *);

/* inbox_match(db, tracking_id, batch_id): DB_NONE: not one of ours. */
enum db_status inbox_match(struct db *, const char *, int64_t *);

#endif
