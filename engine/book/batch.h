#ifndef BOOK_BATCH_H
#define BOOK_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "book/canary.h"
#include "book/states.h"
#include "db/db.h"
#include "providers/provider.h"

/* One batch as a worker holds it. */
struct batch {
    int64_t batch_id, run_id, account_id, minor, charge_estimate_minor;
    int     number, rows, epoch, tries, answer_no, polls, final_polls;
    int     misses;             /* filled by batch_poll_claim() only          */
    char    rail[24], ccy[4], account[USER_NAME_BYTES_MAX];
    char    run_ref[32], period[8], kind[16], narration[256];
    char    tracking_id[64], file_alias[32];        /* "" until known */
    char    provider_code[16], provider_at[40];
    unsigned char digest[SHA256_BYTES];
    enum batch_state state;
    int     paid_rows, failed_rows, doubt_rows, cancelled_rows;
};

/**
 * batch_claim(db, account_id, step, canary, owner, lease_ms, out):
 * Inside a transaction: take one due batch of the account for ${step}
 * (BATCH_ON_CLAIM_INITIATE, _RELEASE or _SEND) under a lease, moved along that
 * edge, epoch grown.  Only batches of a paying run whose approval holds its
 * present digest, on an open lane, with the pay date reached; for RELEASE and
 * SEND only where run.funds_at is set, and while a canary (NULL: no rule) is
 * out, only that.  SKIP LOCKED.  DB_NONE: nothing is due.
 */
enum db_status batch_claim(struct db *, int64_t, enum batch_event,
                           const struct canary_rule *, const char *owner,
                           int64_t lease_ms, struct batch *);

/* Claims of several batches at once. */
struct batch_order {
    int64_t          account_id;
    enum batch_event step;
    const struct canary_rule *canary;
    const char      *owner;
    int64_t          lease_ms;
    int              most;      /* 1 to CLAIM_BATCHES_MAX                     */
};

/**
 * batch_claim_some(db, order, ids, n):
 * The same for up to order->most batches, more than one only while they have
 * about CLAIM_ROWS_MAX rows together; in order of their ids.
 */
enum db_status batch_claim_some(struct db *, const struct batch_order *,
                                int64_t ids[], int *n);

/* What a move writes besides the state; NULL and 0 mean "leave it". */
struct batch_note {
    const char *detail;             /* for state_why and the history          */
    int64_t     wait_ms;            /* next_at = now + this                   */
    bool        count_try;          /* tries + 1; otherwise tries = 0         */
    int64_t     poll_in_ms;         /* poll_at = now + this; 0: leave         */
    bool        stop_polling;       /* poll_at = NULL                         */
    bool        forget_file;        /* tracking_id, alias, answer_no = NULL   */
    int         answer_no;
    int64_t     charge_estimate_minor;  /* -1: leave                          */
};

/**
 * batch_move(db, b, on, actor, note):
 * The only writer of batch.state: along one edge, if ${b}'s epoch is still the
 * row's; gives the lease back unless the edge is a claim.  Updates b->state.
 * DB_NONE: not ours any more, or no such edge: stop, touch nothing.
 */
enum db_status batch_move(struct db *, struct batch *, enum batch_event,
                          const char *actor, const struct batch_note *);

/**
 * batch_keep_file(db, b, file):
 * Store the provider's ids where none are stored yet, and read back what the
 * row has now into ${b}: first writer wins.  The caller compares.
 */
enum db_status batch_keep_file(struct db *, struct batch *,
                               const struct file_answer *);

/**
 * batch_reclaim(db, actor, is_dead, n):
 * Batches whose lease ran out, or whose owner ${is_dead} says is gone:
 * initiating -> ready; releasing -> initiated when its attempt certainly never
 * left (left_at NULL), else in_doubt with a poll due; sending likewise to
 * ready or in_doubt.  ${n} gets how many.
 */
enum db_status batch_reclaim(struct db *, const char *actor,
                             bool (*is_dead)(const char *owner), int *n);

/**
 * batch_cancel_rest(db, run_id, actor, reason, batches, rows):
 * Cancel every batch of the run that was not released, with an outcome for
 * each row, in one statement; run_id 0: of all runs that were cancelled while
 * payments were under way.  A cancelled batch with a tracking_id gets an
 * enquiry due, so that its file is cancelled at the provider too.
 */
enum db_status batch_cancel_rest(struct db *, int64_t, const char *actor,
                                 const char *reason, int64_t *batches,
                                 int64_t *rows);

/* batch_renew(db, b, lease_ms): DB_NONE: not ours any more. */
enum db_status batch_renew(struct db *, const struct batch *, int64_t);

/* batch_by_id(db, id, out). */
enum db_status batch_by_id(struct db *, int64_t, struct batch *);

/**
 * batch_poll_claim(db, account_id, hold_ms, out):
 * One batch of the account whose enquiry is due, its poll_at moved on by
 * ${hold_ms} so that no other worker asks too.  DB_NONE: none is due.
 * Fills out->misses: enquiries in a row that taught nothing.
 */
enum db_status batch_poll_claim(struct db *, int64_t, int64_t,
                                struct batch *);

/* batch_poll_done(db, b, file, next_ms, final_poll): note what the enquiry
 * said (file may be NULL: no answer) and when to ask next (-1: never). */
enum db_status batch_poll_done(struct db *, struct batch *,
                               const struct file_answer *, int64_t,
                               bool final_poll);

/* batch_poll_now(db, batch_id): a callback came: ask at once. */
enum db_status batch_poll_now(struct db *, int64_t);

/**
 * batch_next_due_ms(db, out):
 * Milliseconds until the earliest thing any worker could do (a claim or an
 * enquiry); 0: now; -1: nothing is open at all.
 */
enum db_status batch_next_due_ms(struct db *, int64_t *);

/**
 * batch_lines(db, b, arena, lines, digest):
 * Inside the claim's transaction: all rows of the batch as the provider needs
 * them, in seq order, and the digest computed again from them.  Text lives in
 * ${arena}.  The caller compares ${digest} with b->digest before it sends.
 * DB_NONE: there are more or fewer rows than the batch says; no lines.
 */
enum db_status batch_lines(struct db *, const struct batch *, struct arena *,
                           struct pay_line **,
                           unsigned char digest[SHA256_BYTES]);

#endif
