/* A thin front of libsodium, so that one file decides which primitive. */
#include "base/crypto.h"

_Static_assert(SHA256_BYTES == crypto_hash_sha256_BYTES, "libsodium agrees");

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
    crypto_hash_sha256_init(&h->state);
}

void
sha256_add(struct sha256 *h, const void *bytes, size_t n)
{
    if (n > 0)
        crypto_hash_sha256_update(&h->state, bytes, n);
}

void
sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES])
{
    crypto_hash_sha256_final(&h->state, out);
}

void
sha256_of(struct str s, unsigned char out[SHA256_BYTES])
{
    crypto_hash_sha256(out, bytes_of(s), s.len);
}

void
hex_of(const unsigned char *bytes, size_t n, char *out)
{
    sodium_bin2hex(out, 2 * n + 1, bytes, n);
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
