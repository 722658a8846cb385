#ifndef SANDBOX_COLLECTING_H
#define SANDBOX_COLLECTING_H

#include "sandbox/inside.h"

/* collecting_invoice(out, x, v, bare): an invoice object; charges and value as
 * numbers when ${bare}, as in the answer to an STK push (contract 5.3).  ${x}
 * may be NULL for a webhook. */
void collecting_invoice(struct buf *, const struct exchange *,
                        const struct invoice *, bool bare);

/* collecting_answer(x, v): what an STK push and POST payment/collection/ are
 * answered. */
void collecting_answer(struct exchange *, const struct invoice *);

/* collecting_charge_minor(s, minor): of a collection, by the rule. */
int64_t collecting_charge_minor(const struct sandbox *, int64_t);

#endif
