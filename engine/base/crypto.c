/*
 * A thin front of libsodium, so that one file decides which primitive.  Only
 * SHA-256 is libcrypto's: it uses the processor's own instructions for it,
 * five times as fast for a file of 65 MB.  Its low-level calls, because the
 * newer ones allocate, and a struct sha256 is a plain value.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/crypto.h"

#include <sodium.h>

_Static_assert(SHA256_BYTES == SHA256_DIGEST_LENGTH
               && SHA256_BYTES == crypto_auth_hmacsha256_BYTES,
               "both libraries agree");

/* Never changes: values made with it are stored and compared years later. */
static const unsigned char hash_key[16] = "payrun hash key";

_Static_assert(sizeof(hash_key) == crypto_shorthash_siphash24_KEYBYTES
               && sizeof(hash_key) == crypto_shorthash_siphashx24_KEYBYTES,
               "one key serves both");

static const unsigned char *
bytes_of(struct str s)
{
    return (const unsigned char *)(s.p != NULL ? s.p : "");
}

int
crypto_setup(void)
{
    return sodium_init() < 0 ? -1 : 0;      /* 1: was ready already */
}

void
sha256_init(struct sha256 *h)
{
    SHA256_Init(&h->state);
}

void
sha256_add(struct sha256 *h, const void *bytes, size_t n)
{
    if (n > 0)
        SHA256_Update(&h->state, bytes, n);
}

void
sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES])
{
    SHA256_Final(out, &h->state);
}

void
sha256_of(struct str s, unsigned char out[SHA256_BYTES])
{
    struct sha256 h;

    sha256_init(&h);
    sha256_add(&h, bytes_of(s), s.len);
    sha256_end(&h, out);
}

void
hmac256_of(const void *key, size_t bytes, struct str s,
           unsigned char out[SHA256_BYTES])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, bytes);
    crypto_auth_hmacsha256_update(&state, bytes_of(s), s.len);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof(state));
}

void
hex_of(const unsigned char *bytes, size_t n, char *out)
{
    sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

void
base64_of(const unsigned char *bytes, size_t n, char *out, size_t room)
{
    sodium_bin2base64(out, room, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

int
base64_read(struct str s, unsigned char *out, size_t room, size_t *n)
{
    return sodium_base642bin(out, room, s.p, s.len, NULL, n, NULL,
                             sodium_base64_VARIANT_ORIGINAL);
}

uint64_t
hash64(struct str s)
{
    unsigned char out[crypto_shorthash_siphash24_BYTES];
    uint64_t value = 0;

    crypto_shorthash_siphash24(out, bytes_of(s), s.len, hash_key);
    /* byte by byte, so that a big-endian machine gets the same number */
    for (size_t i = 0; i < sizeof(out); i++)
        value |= (uint64_t)out[i] << (8 * i);
    return value;
}

void
hash128(struct str s, unsigned char out[16])
{
    crypto_shorthash_siphashx24(out, bytes_of(s), s.len, hash_key);
}

bool
crypto_same(struct str a, struct str b)
{
    return a.len == b.len
           && sodium_memcmp(bytes_of(a), bytes_of(b), a.len) == 0;
}

uint32_t
crypto_dice(void)
{
    return randombytes_random();
}

void
crypto_random(void *to, size_t bytes)
{
    randombytes_buf(to, bytes);
}
