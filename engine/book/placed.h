#ifndef BOOK_PLACED_H
#define BOOK_PLACED_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "db/db.h"

/**
 * placed_add(db, batch_id, seqs, ids, n):
 * Inside a transaction: the provider's own numbers of payments of the batch.
 * The first number of a payment stays; one that another payment of the account
 * has is not stored.  An empty ${n} does nothing.
 */
enum db_status placed_add(struct db *, int64_t, const int32_t *seqs,
                          const struct str *ids, size_t);

#endif
