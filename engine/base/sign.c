#include "base/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "base/secret.h"

_Static_assert(SIGN_SEED_BYTES == crypto_sign_SEEDBYTES
               && SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES
               && SIGN_BYTES == crypto_sign_BYTES, "libsodium's sizes");

#define SEED_HEX (2 * SIGN_SEED_BYTES)

/* --- the file it is kept in ----------------------------------------------- */

static void
public_of(struct sign_key *k)
{
    unsigned char both[crypto_sign_SECRETKEYBYTES];

    crypto_sign_seed_keypair(k->public_key, both, k->seed);
    sodium_memzero(both, sizeof(both));
}

static int
cannot_make(const char *path, struct err *e)
{
    err_set(e, ERR_CANTCREATE, "the signing key %s cannot be made: %s", path,
            strerror(errno));
    return err_fix(e, "run it as the owner of that folder, or name another "
                   "folder with --dir");
}

static int
write_seed(int fd, const unsigned char seed[SIGN_SEED_BYTES])
{
    char text[SEED_HEX + 2];
    ssize_t n = 0;

    hex_of(seed, SIGN_SEED_BYTES, text);
    text[SEED_HEX] = '\n';
    n = write(fd, text, SEED_HEX + 1);
    sodium_memzero(text, sizeof(text));
    if (n != SEED_HEX + 1 || fchmod(fd, 0600) < 0 || fsync(fd) < 0)
        return -1;
    return 0;
}

/*
 * Whole beside its place, then linked there: link() does nothing when somebody
 * else's key was there first, and that one is then the key.
 */
static int
make_file(const char *path, struct err *e)
{
    char temp[PATH_BYTES_MAX];
    unsigned char seed[SIGN_SEED_BYTES];
    int n = snprintf(temp, sizeof(temp), "%s.XXXXXX", path), fd = -1, rc = -1;

    if (n < 0 || (size_t)n >= sizeof(temp))
        return err_set(e, ERR_USAGE, "the path of the signing key is too long");
    crypto_random(seed, sizeof(seed));
    if ((fd = mkostemp(temp, O_CLOEXEC)) < 0) {
        cannot_make(path, e);
        goto out;
    }
    if (write_seed(fd, seed) < 0
        || (link(temp, path) < 0 && errno != EEXIST))
        cannot_make(path, e);
    else
        rc = 0;
    unlink(temp);
out:
    if (fd >= 0)
        close(fd);
    sodium_memzero(seed, sizeof(seed));
    return rc;
}

static int
read_file(struct sign_key *k, const char *path, struct err *e)
{
    char source[PATH_BYTES_MAX + 8];
    struct secret s = { NULL, 0 };
    size_t n = 0;
    int rc = -1;

    snprintf(source, sizeof(source), "file:%s", path);
    if (secret_load(&s, source, e) < 0)
        return -1;
    if (s.len != SEED_HEX
        || sodium_hex2bin(k->seed, sizeof(k->seed), s.p, s.len, NULL, &n,
                          NULL) != 0 || n != SIGN_SEED_BYTES) {
        err_set(e, ERR_CONFIG, "%s is not a signing key of payrun", path);
        err_fix(e, "put the file back from a backup; without it packs are "
                "signed by another key");
    } else {
        public_of(k);
        rc = 0;
    }
    secret_release(&s);
    return rc;
}

int
sign_load(struct sign_key *k, const char *path, bool make, struct err *e)
{
    *k = (struct sign_key){ { 0 }, { 0 } };
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        if (!make)
            return err_set(e, ERR_NOINPUT, "there is no signing key %s yet",
                           path);
        if (make_file(path, e) < 0)
            return -1;
    }
    return read_file(k, path, e);
}

void
sign_release(struct sign_key *k)
{
    sodium_memzero(k, sizeof(*k));
}

/* --- signing -------------------------------------------------------------- */

static const unsigned char *
bytes_of(struct str s)
{
    return (const unsigned char *)(s.p != NULL ? s.p : "");
}

void
sign_bytes(const struct sign_key *k, struct str s,
           unsigned char out[SIGN_BYTES])
{
    unsigned char both[crypto_sign_SECRETKEYBYTES],
                  public_key[SIGN_PUBLIC_BYTES];

    crypto_sign_seed_keypair(public_key, both, k->seed);
    crypto_sign_detached(out, NULL, bytes_of(s), s.len, both);
    sodium_memzero(both, sizeof(both));
}

bool
sign_holds(const unsigned char public_key[SIGN_PUBLIC_BYTES], struct str s,
           const unsigned char signature[SIGN_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes_of(s), s.len,
                                       public_key) == 0;
}

void
sign_print(const unsigned char public_key[SIGN_PUBLIC_BYTES],
           char out[SIGN_PRINT_BYTES])
{
    unsigned char hash[SHA256_BYTES];

    sha256_of((struct str){ (const char *)public_key, SIGN_PUBLIC_BYTES },
              hash);
    hex_of(hash, SHA256_BYTES, out);
}

/* --- as a file for others ------------------------------------------------- */

/* RFC 8410: SubjectPublicKeyInfo of an Ed25519 key: these bytes, then it. */
static const unsigned char der_head[12] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
};
#define DER_BYTES (sizeof(der_head) + SIGN_PUBLIC_BYTES)
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define PEM_END   "\n-----END PUBLIC KEY-----\n"

void
sign_pem(const unsigned char public_key[SIGN_PUBLIC_BYTES],
         char out[SIGN_PEM_BYTES])
{
    unsigned char der[DER_BYTES];
    char text[sodium_base64_ENCODED_LEN(DER_BYTES,
                                        sodium_base64_VARIANT_ORIGINAL)];

    memcpy(der, der_head, sizeof(der_head));
    memcpy(der + sizeof(der_head), public_key, SIGN_PUBLIC_BYTES);
    sodium_bin2base64(text, sizeof(text), der, sizeof(der),
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(out, SIGN_PEM_BYTES, PEM_BEGIN "%s" PEM_END, text);
}

int
sign_read_pem(unsigned char out[SIGN_PUBLIC_BYTES], struct str s)
{
    const char *p = s.len == 0 ? NULL
        : memmem(s.p, s.len, PEM_BEGIN, sizeof(PEM_BEGIN) - 1);
    unsigned char der[DER_BYTES];
    size_t left = 0, n = 0;

    if (p == NULL)
        return -1;
    p += sizeof(PEM_BEGIN) - 1;
    left = s.len - (size_t)(p - s.p);
    if (sodium_base642bin(der, sizeof(der), p, left, "\r\n", &n, &p,
                          sodium_base64_VARIANT_ORIGINAL) != 0
        || n != DER_BYTES || memcmp(der, der_head, sizeof(der_head)) != 0)
        return -1;
    memcpy(out, der + sizeof(der_head), SIGN_PUBLIC_BYTES);
    return 0;
}
