#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;

/*
 * Memory of one unit of work: allocated piece by piece, released as a whole.
 */
struct arena {
    struct arena_block *first;
    struct arena_block *now;    /* NULL: nothing since init or reset */
    size_t bytes;               /* handed out since the last reset */
    size_t max;
};

void arena_init(struct arena *, size_t bytes_max);
void arena_release(struct arena *);         /* also fine on a zeroed struct */

/* arena_reset(a): everything is gone; the blocks are kept for the next unit. */
void arena_reset(struct arena *);

/* arena_alloc(a, bytes): zeroed, aligned for any type; NULL when over the
 * maximum or out of memory. */
void *arena_alloc(struct arena *, size_t);

/* arena_str(a, s): a NUL-terminated copy, or { NULL, 0 } when out of memory. */
struct str arena_str(struct arena *, struct str);

#endif
