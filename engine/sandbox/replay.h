#ifndef SANDBOX_REPLAY_H
#define SANDBOX_REPLAY_H

#include "base/err.h"
#include "base/str.h"
#include "sandbox/books.h"

/* replay_line(b, line, e): do to ${b} what one line of the journal says.
 * Return 0, or -1 (ERR_DATA) when it is not a line that a sandbox wrote. */
int replay_line(struct books *, struct str, struct err *);

#endif
