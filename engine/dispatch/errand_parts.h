#ifndef DISPATCH_ERRAND_PARTS_H
#define DISPATCH_ERRAND_PARTS_H

#include "base/buf.h"
#include "base/crypto.h"
#include "base/wire.h"
#include "dispatch/errand.h"
#include "loaders/seen.h"

/* Inside of errand.c, errand_ask.c and errand_words.c. */

/* An answer while it is read. */
struct errand_read {
    errand_row    row;                  /* NULL: nobody looks at the rows     */
    void         *owner;
    struct seen  *seen;                 /* NULL: every row counts             */
    int           page;                 /* the one that was asked for         */
    struct service_answer answer;
    int           rows;                 /* in the answer ...                  */
    int           old;                  /* ... of days before ask.since       */
    bool          enough, sink_failed;
    bool          unclear;              /* a row without an id says no        */
    bool          failed;               /* one with an id says it failed      */
    bool          other_amount;         /* one is about another amount        */
    char          first_id[64];
    char          words[ERR_TEXT_BYTES];    /* the provider's, about it       */
};

/* errand_read(n, body, r, e): 0, or -1 when it is not what was asked for. */
int errand_read(const struct errand *, struct str body, struct errand_read *,
                struct err *);

/* errand_json(b, ask): the members that are there, without the amount. */
void errand_json(struct buf *, const struct service_ask *);

/* errand_same(n, sum): equal for two errands when the second is the first
 * again; words that only explain do not count. */
void errand_same(const struct errand *, unsigned char sum[SHA256_BYTES]);

/* errand_words(n, errand_id, again_why, out): for the audit; a phone masked. */
void errand_words(const struct errand *, int64_t, const char *again_why,
                  char out[ERR_TEXT_BYTES]);

#endif
