#ifndef TRACKER_AFTER_ALL_H
#define TRACKER_AFTER_ALL_H

#include "book/batch.h"
#include "dispatch/desk.h"

/*
 * A one-phase provider has payments of a request that we held for not taken:
 * it lists them, or a callback proves them.  Sending the batch again would pay
 * them twice, so the batch is in doubt from now on, and the run stops.
 */

/* after_all_words(b, proof, out): for a person; ${proof}: "Sapama lists". */
void after_all_words(const struct batch *, const char *proof,
                     char out[ERR_TEXT_BYTES]);

/**
 * after_all_in(db, desk, b, why):
 * In a transaction: pause the run, then take the batch from being ready, or
 * from whoever is about to send it again.  DB_OK also when it is neither any
 * more.  Once that is committed: after_all_tell().
 */
enum db_status after_all_in(struct db *, const struct desk *,
                            const struct batch *, const char *why);

/* after_all_tell(desk, b, why): alarm_grave(), once for the batch. */
void after_all_tell(struct desk *, const struct batch *, const char *why);

#endif
