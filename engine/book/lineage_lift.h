#ifndef BOOK_LINEAGE_LIFT_H
#define BOOK_LINEAGE_LIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "book/lineage.h"

/*
 * How a hold ends.  Each account's provider is asked for everything since the
 * hold's since; each payment it lists is held against the book; one person
 * proposes to lift the hold on what was found, a checker who is another agrees,
 * and then a worker takes out of sending what may have been paid, and lifts it.
 */

/* One payment a provider listed; text lasts as long as the call. */
struct lineage_line {
    struct str provider_id, at, payee, name, reference, receipt, token, file,
               code, words;
    const char *fate;               /* open, paid, failed, cancelled, unclear */
    int64_t     minor, charge_minor;    /* minor INT64_MIN: not listed        */
    int64_t     ref_batch;          /* 0: no reference of ours                */
    int         ref_seq;
};

/* lineage_list_wants(db, hold_id, account_id): this account must be listed. */
enum db_status lineage_list_wants(struct db *, int64_t, int64_t);

/**
 * lineage_list_store(db, hold_id, account_id, lines, n, e):
 * What was listed, instead of what was before; the list was read to its end.
 * lineage_list_failed(): it was not, for the reason in ${why}.
 */
int lineage_list_store(struct db *, int64_t, int64_t,
                       const struct lineage_line *, size_t, struct err *);
int lineage_list_failed(struct db *, int64_t, int64_t, const char *why,
                        struct err *);

/* What stands about an account in the open hold. */
struct lineage_found {
    char    account[USER_NAME_BYTES_MAX], note[ERR_TEXT_BYTES];
    bool    live, listed, cannot, trusted;
    int64_t known, sent, alike, unknown, nothing, rows;
    int64_t unproven;           /* payments nothing proves not sent           */
    int64_t sent_minor, unknown_minor;
};

/* lineage_found(db, hold_id, row, owner, e): judges every line anew, then each
 * account that must be listed.  ${row}: 0 or -1. */
int lineage_found(struct db *, int64_t,
                  int (*row)(void *, const struct lineage_found *), void *,
                  struct err *);

/* A line that matters to people: not known and not nothing. */
struct lineage_seen {
    char    account[USER_NAME_BYTES_MAX], ref[32];
    struct str provider_id, at, payee, name, receipt, reference, fate, verdict,
               ccy, file;
    int64_t minor, number, seq;     /* number 0: no payment of ours           */
};

int lineage_lines(struct db *, int64_t, int64_t most,
                  int (*row)(void *, const struct lineage_seen *), void *,
                  struct err *);

/**
 * lineage_propose(db, hold_id, who, reason, found, e):
 * By a maker or admin, once every account was listed or declared unlistable
 * (lineage_cannot).  ERR_GUARD otherwise.
 * lineage_agree(db, hold_id, who, e): by a checker who is another; what is
 * found must still be what was proposed on.
 * lineage_trust(db, hold_id, account, e): the list of this one-phase account
 * hides nothing, so what is not in it was not sent; without that, all of it goes
 * in doubt.  ${account} "": of no account.
 */
int lineage_propose(struct db *, int64_t, const char *who, const char *reason,
                    const char *found, struct err *);
int lineage_agree(struct db *, int64_t, const char *who, struct err *);
int lineage_cannot(struct db *, int64_t, const char *account, struct err *);
int lineage_trust(struct db *, int64_t, const char *account, struct err *);

/**
 * lineage_work(db, actor):
 * While a hold is open, by a worker: once two people have agreed, lift it.
 * DB_OK: lifted now; DB_NONE: not yet.
 */
enum db_status lineage_work(struct db *, const char *actor);

#endif
