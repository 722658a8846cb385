#ifndef SANDBOX_BOOKS_H
#define SANDBOX_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/collect.h"
#include "sandbox/lookup.h"
#include "sandbox/payfile.h"
#include "sandbox/statement.h"
#include "sandbox/wallets.h"

/*
 * What the stand-in knows: wallets, files, the payments that moved money, and
 * what came in.  Everything that changes it comes through the functions below
 * and those of income.h, live and while replaying, so that both give the same
 * books.  Amounts are minor units of KES, times microseconds since 1970.
 */

struct payment {
    uint32_t file;
    uint32_t item;
    int64_t  at_us;
};

struct books {
    uint64_t        salt;
    struct wallets  wallets;
    struct statement statement;
    struct shelf    invoices, checkouts, chargebacks, transfers;
    struct payfile   **files;
    uint32_t        nfiles, files_cap;
    uint64_t        nitems;
    struct payment *payments;
    uint32_t        npayments, payments_cap;
    int64_t         paid_minor, charged_minor;
    int64_t         unsettled_minor;    /* of them, not yet off a balance   */
    int64_t         back_minor;     /* paid, and came back                  */
    uint32_t        backs;
    int64_t         collected_minor, collect_charges_minor, refunded_minor;
    uint32_t        collections;    /* complete ones                        */
    uint32_t        approvals;
    uint32_t        doubles;        /* payments that repeat an earlier one   */
    uint32_t        accounts_again; /* accounts paid more than once          */
    uint32_t        accounts_twice; /* ... under the same key                */
    uint32_t        states[FILE_BE111 + 1];     /* files per code           */
    struct lookup      by_tracking, by_file, by_key;
    struct lookup      paid_accounts, paid_keys, paid_same;
    bool            short_of_memory;    /* something could not be kept       */
};

void books_release(struct books *);         /* also fine on a zeroed struct */

/* books_begin(b, salt, balance_minor, now_us): new books and their wallet. */
void books_begin(struct books *, uint64_t, int64_t, int64_t);

/**
 * books_take(b, f, now_us): the file becomes part of the books, which own it
 * from then on: totals, names and BP103.  Return 0, or -1 (out of memory; ${f}
 * is still the caller's).
 */
int books_take(struct books *, struct payfile *, int64_t now_us);

struct payfile *books_by_tracking(const struct books *, struct str);
struct payfile *books_by_file(const struct books *, struct str);

/* books_by_key(b, key): the latest file with an item of this idempotency_key,
 * or NULL. */
struct payfile *books_by_key(const struct books *, struct str);

/**
 * books_move(b, f, code, mark, now_us): the file gets a new code, and the
 * wallet what follows from it: promised at BP109, held at BP110, settled at
 * BC100.  With BE111 and ${mark} its pending items become TC108.
 */
void books_move(struct books *, struct payfile *, enum file_code, bool mark,
                int64_t now_us);

/* books_result(b, f, i, r, now_us): item ${i} gets a result; a payment is
 * noted when its money moves. */
void books_result(struct books *, struct payfile *, int, const struct result *,
                  int64_t now_us);

void books_set_balance(struct books *, uint32_t wallet, int64_t minor,
                       int64_t now_us);

/* books_enter(b, e, w): what ${e} says moves the balance of ${w}, and is a
 * line of the statement. */
void books_enter(struct books *, struct entry *, struct wallet *);

/* books_wallet(b, n): the ${n}-th; 0 is the settlement wallet. */
struct wallet *books_wallet(const struct books *, uint32_t);

/* books_ties(b): what came in is what is there and what went out. */
bool books_ties(const struct books *);

/* books_repeats(b, p): how often (account, amount, key) of ${p} was paid.  The
 * key is the idempotency_key, else the file's batch_reference, else "". */
uint32_t books_repeats(const struct books *, const struct payment *);

#endif
