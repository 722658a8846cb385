#ifndef SANDBOX_LOOKUP_H
#define SANDBOX_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Text to a number.  Keys are kept as 128-bit hashes only: with a billion of
 * them the chance that any two meet is below 1e-20.
 */
struct lookup_slot {
    uint64_t key[2];
    uint32_t value;
    uint32_t taken;
};

struct lookup {
    struct lookup_slot *slots;
    size_t           cap;       /* 0 or a power of two */
    size_t           used;
};

void lookup_release(struct lookup *);       /* also fine on a zeroed struct */

/* lookup_get(m, key): where its value is, or NULL; until lookup_put(). */
uint32_t *lookup_get(const struct lookup *, struct str);

/* lookup_put(m, key): the same, made with the value 0 when it was not there;
 * NULL when out of memory. */
uint32_t *lookup_put(struct lookup *, struct str);

#endif
