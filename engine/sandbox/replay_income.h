#ifndef SANDBOX_REPLAY_INCOME_H
#define SANDBOX_REPLAY_INCOME_H

#include <jansson.h>

#include "sandbox/books.h"

/* The records of ledger_income.c, each done again.  Return 0, or -1 when it is
 * not one that a sandbox wrote. */
int replay_wallet(struct books *, const json_t *);
int replay_transfer(struct books *, const json_t *);
int replay_invoice(struct books *, const json_t *);
int replay_income(struct books *, const json_t *);
int replay_checkout(struct books *, const json_t *);
int replay_chargeback(struct books *, const json_t *);
int replay_refund(struct books *, const json_t *);

#endif
