/*
 * A list of blocks in the order they are used: those up to "now" hold what was
 * handed out, those behind it are empty and wait for the next unit of work.
 */
#include "base/arena.h"

#include <stdalign.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else   /* outside MODE=asan nothing watches the memory */
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define BLOCK_BYTES ((size_t)16 * 1024)     /* about a hundred file rows */

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) char data[];
};

void
arena_init(struct arena *a, size_t bytes_max)
{
    *a = (struct arena){ .max = bytes_max };
}

void
arena_release(struct arena *a)
{
    struct arena_block *b = a->first;

    while (b != NULL) {
        struct arena_block *next = b->next;

        free(b);
        b = next;
    }
    arena_init(a, a->max);
}

void
arena_reset(struct arena *a)
{
    for (struct arena_block *b = a->first; b != NULL; b = b->next) {
        b->used = 0;
        /* so that MODE=asan finds whoever still looks at the last unit */
        ASAN_POISON_MEMORY_REGION(b->data, b->size);
    }
    a->now = NULL;              /* the next alloc starts over at the first */
    a->bytes = 0;
}

static struct arena_block *
block_new(size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct arena_block *b = NULL;

    if (size > SIZE_MAX - sizeof(*b)
        || (b = malloc(sizeof(*b) + size)) == NULL)
        return NULL;
    b->next = NULL;
    b->size = size;
    b->used = 0;
    ASAN_POISON_MEMORY_REGION(b->data, b->size);
    return b;
}

/*
 * A block with ${bytes} free, now the current one.  Blocks kept from an
 * earlier unit that are too small are given back, or many units of growing
 * size would together hold far more than the maximum.
 */
static struct arena_block *
block_with(struct arena *a, size_t bytes)
{
    struct arena_block **at = a->now != NULL ? &a->now->next : &a->first;

    if (a->now != NULL && a->now->size - a->now->used >= bytes)
        return a->now;
    while (*at != NULL && (*at)->size < bytes) {
        struct arena_block *small = *at;

        *at = small->next;
        free(small);
    }
    if (*at == NULL)
        *at = block_new(bytes);
    if (*at != NULL)
        a->now = *at;
    return *at;
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
    const size_t unit = alignof(max_align_t);
    struct arena_block *b = NULL;
    char *p = NULL;

    /* also before rounding up, which could wrap */
    if (bytes > a->max || a->max - bytes < a->bytes)
        return NULL;
    bytes = bytes == 0 ? unit : (bytes + unit - 1) / unit * unit;
    if (bytes == 0 || a->bytes > a->max || bytes > a->max - a->bytes)
        return NULL;
    if ((b = block_with(a, bytes)) == NULL)
        return NULL;
    p = b->data + b->used;
    b->used += bytes;
    a->bytes += bytes;
    ASAN_UNPOISON_MEMORY_REGION(p, bytes);
    return memset(p, 0, bytes);
}

struct str
arena_str(struct arena *a, struct str s)
{
    char *p = s.len < SIZE_MAX ? arena_alloc(a, s.len + 1) : NULL;

    if (p == NULL)
        return (struct str){ NULL, 0 };
    if (s.len > 0)
        memcpy(p, s.p, s.len);
    return (struct str){ p, s.len };
}
