#ifndef DISPATCH_COMPARE_H
#define DISPATCH_COMPARE_H

#include <stdbool.h>

#include "base/str.h"
#include "providers/provider.h"

/* What was sent, and the answer to it. */
struct compare {
    const struct provider    *provider;
    const struct pay_line    *lines;    /* what was sent, in this order       */
    int                       nlines;
    int64_t                   minor;    /* their sum                          */
    const char               *ccy;
    const char               *wallet_id;/* NULL or "": not configured         */
    const struct file_answer *file;
    struct str                body;     /* where its items stand              */
};

/**
 * compare_file(c, why):
 * Is the file there exactly what was sent: count, order, every account, amount
 * and reference, total, currency, wallet, and charges that can be?  Whether an item can be paid is
 * another question: one that was refused already is fine here.  Return true,
 * or false with the first difference in ${why}, no payee in it.
 */
bool compare_file(const struct compare *, char why[ERR_TEXT_BYTES]);

#endif
