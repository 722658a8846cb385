#include "providers/reference.h"

#include <assert.h>

/*
 * The number batch_id * 2^13 + seq in base 32, most significant first, and
 * behind it a check character.  The shift is fixed, not BATCH_ROWS_MAX: a new
 * limit must not change what the references already sent mean.
 */
#define SEQ_BITS   13
#define DIGITS_MIN 7                /* one width for the first 41 runs        */
#define DIGITS_MAX 13               /* 63 bits                                */
#define BATCH_MAX  (INT64_MAX >> SEQ_BITS)

_Static_assert(BATCH_ROWS_MAX < 1 << SEQ_BITS, "seq must fit its bits");
_Static_assert(DIGITS_MAX + 2 <= REFERENCE_BYTES, "digits, check, NUL");

/* Crockford's: no I, L, O (read as digits) and no U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ${a} times x in GF(32), modulo x^5 + x^2 + 1, whose powers reach all 31. */
static unsigned
times_x(unsigned a)
{
    return a & 0x10 ? (a << 1 ^ 0x25) : a << 1;
}

/*
 * Crockford's own check is modulo 37 and needs characters that no provider
 * takes.  Here the digits are weighted with powers of x, a different one at
 * each place, and summed in GF(32).  One wrong character changes the sum, and
 * so does swapping any two different ones; other mistakes slip through once
 * in 32.
 */
static unsigned
check_of(const unsigned char *digits, int n)
{
    unsigned sum = 0;

    for (int i = 0; i < n; i++)     /* Horner: the last has weight x */
        sum = times_x(sum ^ digits[i]);
    return sum;
}

void
reference_write(int64_t batch_id, int seq, char out[REFERENCE_BYTES])
{
    unsigned char digits[DIGITS_MAX];
    uint64_t left = 0;
    int n = 0;

    assert(batch_id >= 1 && batch_id <= BATCH_MAX);
    assert(seq >= 1 && seq <= BATCH_ROWS_MAX);
    left = (uint64_t)batch_id << SEQ_BITS | (uint64_t)seq;
    for (uint64_t v = left; v > 0; v >>= 5)
        n++;
    if (n < DIGITS_MIN)
        n = DIGITS_MIN;
    for (int i = n; i-- > 0; left >>= 5) {
        digits[i] = (unsigned char)(left & 31);
        out[i] = alphabet[left & 31];
    }
    out[n] = alphabet[check_of(digits, n)];
    out[n + 1] = '\0';
}

/* What ${c} counts for, or -1. */
static int
digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        c = (char)(c - ('a' - 'A'));
    if (c == 'I' || c == 'L')
        return 1;
    if (c == 'O')
        return 0;
    if (c < 'A' || c > 'Z' || c == 'U')
        return -1;
    /* the letters in order, without those left out before this one */
    return 10 + (c - 'A') - (c > 'I') - (c > 'L') - (c > 'O') - (c > 'U');
}

int
reference_read(struct str s, int64_t *batch_id, int *seq)
{
    unsigned char digits[DIGITS_MAX + 1];
    uint64_t value = 0;
    int n = (int)s.len - 1;

    if (s.len < DIGITS_MIN + 1 || s.len > DIGITS_MAX + 1)
        return -1;
    for (int i = 0; i <= n; i++) {
        int digit = digit_of(s.p[i]);

        if (digit < 0)
            return -1;
        digits[i] = (unsigned char)digit;
    }
    /* one instruction has one reference, so no zeros may be put in front */
    if (check_of(digits, n) != digits[n] || (n > DIGITS_MIN && digits[0] == 0))
        return -1;
    for (int i = 0; i < n; i++) {
        if (value >> 58 != 0)
            return -1;              /* five more bits would pass 63 */
        value = value << 5 | digits[i];
    }
    if (value >> SEQ_BITS == 0 || (value & ((1 << SEQ_BITS) - 1)) == 0
        || (value & ((1 << SEQ_BITS) - 1)) > BATCH_ROWS_MAX)
        return -1;
    *batch_id = (int64_t)(value >> SEQ_BITS);
    *seq = (int)(value & ((1 << SEQ_BITS) - 1));
    return 0;
}
