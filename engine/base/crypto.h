#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/sha.h>

#include "base/str.h"

#define SHA256_BYTES  32
#define SHA256_HEX    65            /* with the NUL */

/* Holds no memory of its own: copied by assignment, nothing to release. */
struct sha256 {
    SHA256_CTX state;
};

/* crypto_setup(): once, before anything else here.  Return 0 or -1. */
int crypto_setup(void);

void sha256_init(struct sha256 *);
void sha256_add(struct sha256 *, const void *, size_t);
void sha256_end(struct sha256 *, unsigned char out[SHA256_BYTES]);
void sha256_of(struct str, unsigned char out[SHA256_BYTES]);

/* hmac256_of(key, bytes, s, out): HMAC-SHA256 (RFC 2104) of ${s} under a key of
 * any length. */
void hmac256_of(const void *, size_t, struct str,
                unsigned char out[SHA256_BYTES]);

/* hex_of(bytes, n, out): lower case, NUL-terminated; ${out} has 2n + 1. */
void hex_of(const unsigned char *, size_t, char *);

/* base64_of(bytes, n, out, room): RFC 4648 with padding, NUL-terminated.
 * base64_read(s, out, room, n): the other way.  0, or -1: it is none. */
void base64_of(const unsigned char *, size_t, char *, size_t room);
int base64_read(struct str, unsigned char *, size_t room, size_t *n);

/* hash64(s) / hash128(s, out): SipHash under a fixed key; equal text gives
 * equal values on every machine and in every version.  Not for secrets. */
uint64_t hash64(struct str);
void hash128(struct str, unsigned char out[16]);

/* crypto_same(a, b): equal, in time that depends only on the lengths. */
bool crypto_same(struct str, struct str);

uint32_t crypto_dice(void);
void crypto_random(void *, size_t);

#endif
