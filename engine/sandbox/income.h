#ifndef SANDBOX_INCOME_H
#define SANDBOX_INCOME_H

#include "sandbox/books.h"

/*
 * The changes of the books that are not payments: wallets, transfers, money
 * that comes in and goes back.  Like those of books.h they are called live and
 * while replaying, through ledger.h.  What makes something takes a draft on
 * the stack and returns the kept one, or NULL (out of memory).
 */
struct wallet *income_wallet(struct books *, const struct wallet *,
                             int64_t now_us);
struct transfer *income_transfer(struct books *, const struct transfer *);
struct invoice *income_invoice(struct books *, const struct invoice *,
                               int64_t now_us);
struct checkout *income_checkout(struct books *, const struct checkout *,
                                 int64_t now_us);
struct chargeback *income_chargeback(struct books *, const struct chargeback *,
                                     int64_t now_us);

/* income_move(b, invoice, state, why, now_us): COMPLETE credits the wallet. */
void income_move(struct books *, struct invoice *, enum invoice_state,
                 enum decline, int64_t now_us);

/* income_refund(b, chargeback, state, now_us): COMPLETED takes the money. */
void income_refund(struct books *, struct chargeback *, enum chargeback_state,
                   int64_t now_us);

/* By their ids; NULL when there is none. */
struct invoice *income_invoice_of(const struct books *, struct str);
struct checkout *income_checkout_of(const struct books *, struct str);
struct chargeback *income_chargeback_of(const struct books *, struct str);

#endif
