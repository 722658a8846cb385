#include "tests/torture/dice.h"

static uint64_t
mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* splitmix64: the same everywhere and for ever, unlike rand(). */
static uint64_t
next(struct dice *d)
{
    d->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(d->state);
}

struct dice
dice_at(uint64_t seed, int64_t round, enum dice_for what, int64_t a, int64_t b)
{
    struct dice d = { seed };

    d.state = next(&d) ^ (uint64_t)round;
    d.state = next(&d) ^ (uint64_t)what;
    d.state = next(&d) ^ (uint64_t)a;
    d.state = next(&d) ^ (uint64_t)b;
    return d;
}

int64_t
dice_range(struct dice *d, int64_t lo, int64_t hi)
{
    return lo + (int64_t)(next(d) % (uint64_t)(hi - lo + 1));
}

bool
dice_chance(struct dice *d, int per_mille)
{
    return dice_range(d, 0, 999) < per_mille;
}

/* No logarithms: so many doublings, then anywhere in the last one. */
int64_t
dice_log(struct dice *d, int64_t lo, int64_t hi)
{
    int64_t doublings = 0, from = lo;

    while (from * 2 <= hi) {
        from *= 2;
        doublings++;
    }
    from = lo << dice_range(d, 0, doublings);
    return dice_range(d, from, from * 2 - 1 < hi ? from * 2 - 1 : hi);
}
