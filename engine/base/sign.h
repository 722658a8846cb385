#ifndef BASE_SIGN_H
#define BASE_SIGN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/*
 * Signatures by Ed25519 (RFC 8032): what was signed can be checked by whoever
 * has the public key, with this program or with openssl.
 */
#define SIGN_SEED_BYTES   32
#define SIGN_PUBLIC_BYTES 32
#define SIGN_BYTES        64
#define SIGN_PRINT_BYTES  65    /* a fingerprint in hexadecimal, and NUL */
#define SIGN_PEM_BYTES    160   /* a public key as a PEM file            */

/* A key pair; wiped by sign_release(). */
struct sign_key {
    unsigned char seed[SIGN_SEED_BYTES];
    unsigned char public_key[SIGN_PUBLIC_BYTES];
};

/**
 * sign_load(k, path, make, e):
 * The key in the file ${path}, which only its owner may read.  When it is not
 * there and ${make} is said, a new one is made and is on disk before this
 * returns; two that make it at the same time get the same.  Return 0, or -1:
 * ERR_NOINPUT (not there), ERR_CONFIG (no key, or others may read it),
 * ERR_CANTCREATE.
 */
int sign_load(struct sign_key *, const char *path, bool make, struct err *);
void sign_release(struct sign_key *);

/* sign_bytes(k, s, out) / sign_holds(public, s, signature). */
void sign_bytes(const struct sign_key *, struct str,
                unsigned char out[SIGN_BYTES]);
bool sign_holds(const unsigned char public_key[SIGN_PUBLIC_BYTES], struct str,
                const unsigned char signature[SIGN_BYTES]);

/* sign_print(public, out): its SHA-256 in hexadecimal, which people compare. */
void sign_print(const unsigned char public_key[SIGN_PUBLIC_BYTES],
                char out[SIGN_PRINT_BYTES]);

/* sign_pem(public, out): as openssl writes it (RFC 8410).  sign_read_pem(out,
 * text): the first such block of ${text}; 0 or -1. */
void sign_pem(const unsigned char public_key[SIGN_PUBLIC_BYTES],
              char out[SIGN_PEM_BYTES]);
int sign_read_pem(unsigned char out[SIGN_PUBLIC_BYTES], struct str);

#endif
