#ifndef PROVIDERS_REFERENCE_H
#define PROVIDERS_REFERENCE_H

#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"

/*
 * The payee-facing reference of one instruction: batch and seq in Crockford's
 * base 32 with a check character, so that an answer finds its row without an
 * index and a mistyped one is noticed.  8 characters in a new installation.
 */

/* reference_write(batch_id, seq, out): never fails for ids in range. */
void reference_write(int64_t batch_id, int seq, char out[REFERENCE_BYTES]);

/**
 * reference_read(s, batch_id, seq):
 * Upper or lower case; I and L read as 1, O as 0.  Return 0, or -1 when it is
 * not one (length, characters, check character).
 */
int reference_read(struct str, int64_t *, int *);

#endif
