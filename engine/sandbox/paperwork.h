#ifndef SANDBOX_PAPERWORK_H
#define SANDBOX_PAPERWORK_H

#include "base/buf.h"
#include "sandbox/books.h"
#include "sandbox/cash_books.h"

/* GET /_books/statement?format=: the first wallet, or the first till, as a
 * statement in a file (paper.h).  0, or -1: no such format, or no memory. */
int paperwork_wallet(struct buf *, const struct books *, const char *format);
int paperwork_till(struct buf *, const struct cash_books *,
                   const char *format);

#endif
