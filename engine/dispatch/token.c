#include "dispatch/token.h"

#include "base/crypto.h"
#include "providers/reference.h"

#define MARK_BYTES 16           /* 128 bits of the HMAC: 32 hex digits */
#define MARK_HEX   (2 * MARK_BYTES)

_Static_assert(REFERENCE_BYTES + 1 + MARK_HEX <= TOKEN_BYTES,
               "a token has room for the longest reference");

void
token_write(const unsigned char key[TOKEN_KEY_BYTES], int64_t batch_id,
            int seq, char out[TOKEN_BYTES])
{
    unsigned char mark[SHA256_BYTES];
    char reference[REFERENCE_BYTES], hex[MARK_HEX + 1];

    reference_write(batch_id, seq, reference);
    hmac256_of(key, TOKEN_KEY_BYTES, str_of(reference), mark);
    hex_of(mark, MARK_BYTES, hex);
    snprintf(out, TOKEN_BYTES, "%s-%s", reference, hex);
}

int
token_read(struct str s, int64_t *batch_id, int *seq)
{
    if (s.len <= MARK_HEX + 1 || s.len >= TOKEN_BYTES
        || s.p[s.len - MARK_HEX - 1] != '-')
        return -1;
    return reference_read(str_cut(s, s.len - MARK_HEX - 1), batch_id, seq);
}

bool
token_is(const unsigned char key[TOKEN_KEY_BYTES], int64_t batch_id, int seq,
         struct str s)
{
    char ours[TOKEN_BYTES];

    token_write(key, batch_id, seq, ours);
    return crypto_same(str_of(ours), s);
}
