#ifndef SANDBOX_CHARGEBACKS_H
#define SANDBOX_CHARGEBACKS_H

#include "sandbox/books.h"

/* chargebacks_object(out, b, c, challenge): the object of GET chargebacks/ and
 * of its webhook; ${challenge} NULL: no such member. */
void chargebacks_object(struct buf *, const struct books *,
                        const struct chargeback *, const char *);

#endif
