#ifndef BOOK_FROZEN_H
#define BOOK_FROZEN_H

#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "book/run.h"
#include "book/states.h"
#include "db/db.h"

/*
 * A payee in doubt in one run is not paid by another of the period before
 * people know what became of it.  The upload looks; a doubt that begins later
 * is found here, at approve and at every claim.
 */
struct frozen {
    int64_t run_id, line, other_line, total;
    char    run_ref[RUN_REF_BYTES], other_ref[RUN_REF_BYTES],
            name[NAME_BYTES_MAX + 1];
};

/* frozen_of_run(db, run_id, out): the first of what was not released; DB_NONE:
 * there is none. */
enum db_status frozen_of_run(struct db *, int64_t, struct frozen *);

/* frozen_of_due(db, account_id, on, out): of the first batch of the account
 * that the claim ${on} would take but for that; DB_NONE: there is none. */
enum db_status frozen_of_due(struct db *, int64_t, enum batch_event,
                             struct frozen *);

/* frozen_words(f, e): who, where, and what to do: ERR_GUARD and its fix. */
int frozen_words(const struct frozen *, struct err *);

/* frozen_allow(db, run, who, why, e): a checker lets ${run} go on as things
 * stand now; a doubt that begins later stops it again. */
int frozen_allow(struct db *, const struct run *, const char *who,
                 const char *why, struct err *);

#endif
