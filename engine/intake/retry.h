#ifndef INTAKE_RETRY_H
#define INTAKE_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "intake/intake.h"

/*
 * What certainly was not paid by a run, and may be paid again: each such
 * payment as a row of a file, tied to the payment it stands for.  The database
 * lets one living retry have it, and stops that retry when it turns out that
 * it was paid after all.
 */
#define RETRY_KIN_MAX 64        /* runs above: a retry of a retry of ...      */

struct retry {
    struct run run;             /* the ancestor                               */
    int64_t   *batch_ids;       /* of its payments, in the order of the file  */
    int32_t   *seqs;
    size_t     n;
    int64_t    minor;
    struct buf csv;             /* the file, with a header                    */
    int64_t    kin[RETRY_KIN_MAX];      /* the ancestor and those above it    */
    size_t     nkin;
    /* why others that did not arrive are not in it */
    int64_t    failed, doubt, retried;
    char       refs[256];       /* the runs that retry some                   */
};

/**
 * retry_read(db, run, rules, shown, out, e):
 * Everything of ${run} that may be paid again, as a file: for a person to
 * correct when ${shown} (formulas are made harmless), else for
 * retry_upload().  Return 0, or -1: ERR_GUARD when there is nothing, with why;
 * or a database error.  retry_release() it either way.
 */
int retry_read(struct db *, const struct run *, const struct rules *,
               bool shown, struct retry *, struct err *);
void retry_release(struct retry *);

/**
 * retry_upload(db, retry, order, problems, result, e):
 * A draft of exactly these payments, tied to them.  ${order}: account, routing,
 * rules, maker, allow_duplicates; the rest is the ancestor's.  As
 * intake_upload(), and ERR_GUARD when some of them may not be paid again by
 * now.
 */
int retry_upload(struct db *, const struct retry *, struct intake_order *,
                 struct problems *, struct intake_result *, struct err *);

/* retry_is_kin(retry, run_id): the ancestor, or one above it.  NULL: no. */
bool retry_is_kin(const struct retry *, int64_t run_id);

/* retry_tie(db, retry, run_id, e): inside the upload's transaction, the run
 * and its rows stored.  DB_HARD with ${e} filled: not any more. */
enum db_status retry_tie(struct db *, const struct retry *, int64_t run_id,
                         struct err *);

/* retry_stopped(db, run_id, stopped): what the retry pays again may have been
 * paid, so nothing of it may be sent. */
enum db_status retry_stopped(struct db *, int64_t, bool *);

#endif
