#include "sandbox/ids.h"

#include <time.h>

#include "base/crypto.h"

#define NAIROBI_S   (3 * 60 * 60)   /* no summer time there */

/*
 * n * STRIDE modulo ALIASES visits every value once before it repeats, as the
 * two have no common factor; the stride is about 0.618 of the whole, so that
 * neighbours look unrelated.  The product fits for 380 million things.
 */
#define ALIASES UINT64_C(78364164095)   /* 36^7 - 1 */
#define STRIDE  UINT64_C(48431716939)   /* a prime  */

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static void
ids_hash(uint64_t salt, enum ids_kind kind, uint64_t n, unsigned char out[16])
{
    uint64_t text[3] = { salt, (uint64_t)kind, n };

    hash128((struct str){ (const char *)text, sizeof(text) }, out);
}

void
ids_alias(uint64_t salt, enum ids_kind kind, uint64_t n,
          char out[FIGURE_ALIAS_BYTES])
{
    uint64_t start = (salt ^ ((uint64_t)kind * UINT64_C(0x9e3779b97f4a7c15)));
    uint64_t v = (n % ALIASES) * STRIDE % ALIASES;

    v = 1 + (v + start % ALIASES) % ALIASES;
    for (int i = FIGURE_ALIAS_BYTES - 2; i >= 0; i--, v /= 36)
        out[i] = digits[v % 36];
    out[FIGURE_ALIAS_BYTES - 1] = '\0';
}

void
ids_uuid(uint64_t salt, enum ids_kind kind, uint64_t n,
         char out[FIGURE_UUID_BYTES])
{
    unsigned char h[16];
    char hex[33];

    ids_hash(salt, kind, n, h);
    h[6] = (unsigned char)(0x40 | (h[6] & 0x0f));       /* version 4 */
    h[8] = (unsigned char)(0x80 | (h[8] & 0x3f));
    hex_of(h, sizeof(h), hex);
    snprintf(out, FIGURE_UUID_BYTES, "%.8s-%.4s-%.4s-%.4s-%.12s",
             hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

void
ids_nonce(uint64_t salt, uint64_t n, char out[FIGURE_NONCE_BYTES])
{
    unsigned char h[16];

    ids_hash(salt, IDS_NONCE, n, h);
    hex_of(h, 3, out);
}

static void
ids_nairobi(int64_t us, struct tm *out)
{
    time_t s = (time_t)(us / 1000000) + NAIROBI_S;

    gmtime_r(&s, out);
}

void
ids_receipt(uint64_t salt, uint64_t n, int64_t at_us,
            char out[FIGURE_RECEIPT_BYTES])
{
    char alias[FIGURE_ALIAS_BYTES] = "0000000";
    struct tm tm;

    /* TJRHC8IET4 was 2025-10-27: T stands for 2025, J for October. */
    ids_nairobi(at_us, &tm);
    if (n > 0)
        ids_alias(salt, IDS_ITEM, n, alias);
    out[0] = (char)('A' + (tm.tm_year + 1900 - 2006 + 26 * 100) % 26);
    out[1] = (char)('A' + tm.tm_mon);
    out[2] = digits[tm.tm_mday];
    memcpy(out + 3, alias, FIGURE_ALIAS_BYTES);
}

/* Two digits; a big answer holds ten thousand stamps, so no printf here. */
static char *
put_2(char *at, int n)
{
    *at++ = digits[n / 10 % 10];
    *at++ = digits[n % 10];
    return at;
}

void
ids_stamp(int64_t us, char out[IDS_STAMP_BYTES])
{
    int fraction = (int)(us % 1000000);
    char *at = out;
    struct tm tm;

    ids_nairobi(us, &tm);
    at = put_2(at, (tm.tm_year + 1900) / 100);
    at = put_2(at, (tm.tm_year + 1900) % 100);
    *at++ = '-';
    at = put_2(at, tm.tm_mon + 1);
    *at++ = '-';
    at = put_2(at, tm.tm_mday);
    *at++ = 'T';
    at = put_2(at, tm.tm_hour);
    *at++ = ':';
    at = put_2(at, tm.tm_min);
    *at++ = ':';
    at = put_2(at, tm.tm_sec);
    *at++ = '.';
    at = put_2(at, fraction / 10000);
    at = put_2(at, fraction / 100 % 100);
    at = put_2(at, fraction % 100);
    memcpy(at, "+03:00", sizeof("+03:00"));
}
