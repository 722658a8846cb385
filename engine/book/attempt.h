#ifndef BOOK_ATTEMPT_H
#define BOOK_ATTEMPT_H

#include <stdint.h>

#include "base/str.h"
#include "book/batch.h"
#include "book/lineage.h"
#include "db/db.h"

/* One request that can change something at the provider. */
struct attempt {
    int64_t batch_id;
    int     attempt_no, epoch;
};

/* attempt_make(db, b, step, worker, body, out): inside the claim's
 * transaction, so that the intention is committed before anything is sent.
 * ${step}: "initiate", "approve", "cancel", "send". */
enum db_status attempt_make(struct db *, const struct batch *, const char *step,
                            const char *worker, struct str body,
                            struct attempt *);

/* attempt_key(db, a, key): in the same transaction as attempt_make: the key
 * its payments' tokens are made with. */
enum db_status attempt_key(struct db *, const struct attempt *,
                           const unsigned char key[TOKEN_KEY_BYTES]);

/**
 * attempt_leave(db, a, l, step):
 * The door: one statement that commits left_at, if the batch is still under
 * this epoch and lease, the run is paying, its approval holds, the lane is
 * open, and the database has the history that ${l} knows.  DB_OK: ask
 * lineage_passed() next.  Anything else: the request must not leave.  (A cancel
 * passes whatever the run's state is.)
 */
enum db_status attempt_leave(struct db *, const struct attempt *,
                             const struct lineage *, struct lineage_step *);

/* attempt_answer(db, a, answer, http, detail, event_no): http 0 and event_no
 * 0: none. */
enum db_status attempt_answer(struct db *, const struct attempt *, enum answer,
                              int http, const char *detail, int event_no);

/* event_add(db, batch_id, kind, http, body, event_no): store a raw answer; a
 * status whose bytes repeat the last status is not stored again and gets that
 * one's number. */
enum db_status event_add(struct db *, int64_t, const char *kind, int http,
                         struct str body, int *event_no);

/* event_body(db, batch_id, event_no, out): into ${out}. */
enum db_status event_body(struct db *, int64_t, int, struct buf *);

#endif
