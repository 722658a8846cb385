#ifndef DISPATCH_TOKEN_H
#define DISPATCH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"

/*
 * What stands for one payment of one request at a provider that knows no
 * idempotency key: our reference, '-', and 32 hex digits that nobody can guess
 * who does not know the attempt's key.  It is the last part of the payment's
 * callback path, and what we recognise its row by.
 */

/* token_write(key, batch_id, seq, out). */
void token_write(const unsigned char key[TOKEN_KEY_BYTES], int64_t, int,
                 char out[TOKEN_BYTES]);

/**
 * token_read(s, batch_id, seq):
 * Whose token it claims to be.  Return 0, or -1 when it has not that shape.
 */
int token_read(struct str, int64_t *, int *);

/* token_is(key, batch_id, seq, s): it is that payment's, to the letter. */
bool token_is(const unsigned char key[TOKEN_KEY_BYTES], int64_t, int,
              struct str);

#endif
