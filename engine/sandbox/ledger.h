#ifndef SANDBOX_LEDGER_H
#define SANDBOX_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sandbox/books.h"
#include "sandbox/income.h"
#include "sandbox/journal.h"

/*
 * The books and their journal together: the only way in which live code
 * changes the books.  Nothing may be told to anybody before ledger_sync().
 */
struct ledger {
    struct books   books;
    struct journal journal;
    const struct payfile *group;    /* whose results are being written */
    int64_t        group_us;
    bool           broken;      /* the disk failed: change nothing any more */
};

/**
 * ledger_open(l, dir, balance_minor, now_us, e):
 * Replay the books in ${dir}, or make new ones with a wallet of
 * ${balance_minor}.  Return 0, or -1 with nothing open.
 */
int ledger_open(struct ledger *, const char *, int64_t, int64_t, struct err *);
void ledger_close(struct ledger *);     /* what was not synced is forgotten */

/* As the functions of books.h of the same name, and written down. */
int  ledger_take(struct ledger *, struct payfile *, int64_t now_us);
void ledger_move(struct ledger *, struct payfile *, enum file_code, bool mark,
                 int64_t now_us);
void ledger_result(struct ledger *, struct payfile *, int,
                   const struct result *, int64_t now_us);
void ledger_set_balance(struct ledger *, uint32_t wallet, int64_t minor,
                        int64_t now_us);

/* As the functions of income.h, and written down (ledger_income.c). */
struct wallet *ledger_wallet(struct ledger *, const struct wallet *,
                             int64_t now_us);
struct transfer *ledger_transfer(struct ledger *, const struct transfer *);
struct invoice *ledger_invoice(struct ledger *, const struct invoice *,
                               int64_t now_us);
struct checkout *ledger_checkout(struct ledger *, const struct checkout *,
                                 int64_t now_us);
struct chargeback *ledger_chargeback(struct ledger *,
                                     const struct chargeback *,
                                     int64_t now_us);
void ledger_income(struct ledger *, struct invoice *, enum invoice_state,
                   enum decline, int64_t now_us);
void ledger_refund(struct ledger *, struct chargeback *, enum chargeback_state,
                   int64_t now_us);

/* ledger_end_group(l): close a results record; before any other record. */
void ledger_end_group(struct ledger *);

/* ledger_sync(l): on the disk now.  0, or -1 and broken from then on. */
int ledger_sync(struct ledger *);

#endif
