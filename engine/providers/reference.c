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
    return a << 1 ^ (a >> 4) * 0x25;        /* a is below 32 */
}

/*
 * Crockford's own check is modulo 37 and needs characters that no provider
 * takes.  Here the digits are weighted with powers of x, a different one at
 * each place, and summed in GF(32).  One wrong character changes the sum, and
 * so does swapping any two different ones; other mistakes slip through once
 * in 32.
 */
static unsigned
check_add(unsigned sum, unsigned digit)
{
    return times_x(sum ^ digit);    /* Horner: the last has weight x */
}

void
reference_write(int64_t batch_id, int seq, char out[REFERENCE_BYTES])
{
    uint64_t value = 0;
    unsigned sum = 0;
    int n = DIGITS_MIN;

    assert(batch_id >= 1 && batch_id <= BATCH_MAX);
    assert(seq >= 1 && seq <= BATCH_ROWS_MAX);
    value = (uint64_t)batch_id << SEQ_BITS | (uint64_t)seq;
    while (n < DIGITS_MAX && value >> (5 * n) != 0)
        n++;
    for (int i = 0; i < n; i++) {
        unsigned digit = (unsigned)(value >> (5 * (n - 1 - i))) & 31;

        out[i] = alphabet[digit];
        sum = check_add(sum, digit);
    }
    out[n] = alphabet[sum];
    out[n + 1] = '\0';
}

/* One more than what each character counts for; 0: it is none of ours. */
static const unsigned char counts[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,
    ['5'] = 6,  ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['G'] = 17, ['H'] = 18, ['J'] = 19, ['K'] = 20, ['M'] = 21, ['N'] = 22,
    ['P'] = 23, ['Q'] = 24, ['R'] = 25, ['S'] = 26, ['T'] = 27, ['V'] = 28,
    ['W'] = 29, ['X'] = 30, ['Y'] = 31, ['Z'] = 32,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['g'] = 17, ['h'] = 18, ['j'] = 19, ['k'] = 20, ['m'] = 21, ['n'] = 22,
    ['p'] = 23, ['q'] = 24, ['r'] = 25, ['s'] = 26, ['t'] = 27, ['v'] = 28,
    ['w'] = 29, ['x'] = 30, ['y'] = 31, ['z'] = 32,
    /* what a person reads or types instead */
    ['I'] = 2,  ['i'] = 2,  ['L'] = 2,  ['l'] = 2,  ['O'] = 1,  ['o'] = 1
};

static unsigned
count_of(char c)
{
    return counts[(unsigned char)c];
}

int
reference_read(struct str s, int64_t *batch_id, int *seq)
{
    uint64_t value = 0;
    unsigned sum = 0, count = 0;
    size_t n = s.len - 1;           /* the last is the check */

    if (s.len < DIGITS_MIN + 1 || s.len > DIGITS_MAX + 1)
        return -1;
    for (size_t i = 0; i < n; i++) {
        /* five more bits must not pass 63 */
        if ((count = count_of(s.p[i])) == 0 || value >> 58 != 0)
            return -1;
        value = value << 5 | (count - 1);
        sum = check_add(sum, count - 1);
    }
    /* one instruction has one reference, so no zeros may be put in front */
    if (count_of(s.p[n]) != sum + 1
        || (n > DIGITS_MIN && count_of(s.p[0]) == 1))
        return -1;
    if (value >> SEQ_BITS == 0 || (value & ((1 << SEQ_BITS) - 1)) == 0
        || (value & ((1 << SEQ_BITS) - 1)) > BATCH_ROWS_MAX)
        return -1;
    *batch_id = (int64_t)(value >> SEQ_BITS);
    *seq = (int)(value & ((1 << SEQ_BITS) - 1));
    return 0;
}
