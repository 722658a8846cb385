#include "loaders/seen.h"

#include <sys/mman.h>

#include "base/limits.h"

#define CAP_FIRST  48           /* small files should stay small */
#define HUGE_BYTES ((size_t)2 << 20)
#define PART_SHIFT 62           /* the top bits of a hash choose its part */

_Static_assert(SEEN_PARTS == 1 << (64 - PART_SHIFT), "as many as there are");

/* A slot is HASH_LOW, HASH_HIGH, LINE and perhaps WORD; line 0 is empty. */
enum { HASH_LOW, HASH_HIGH, LINE, WORD };

void
seen_init(struct seen *s, int words)
{
    *s = (struct seen){ .width = words ? 4 : 3 };
}

static void
part_free(struct seen_part *p)
{
    if (p->map != NULL)
        munmap(p->map, p->map_bytes);
    else
        free(p->slots);
    *p = (struct seen_part){ 0 };
}

/* Whole huge pages: the edges that are not on one are never touched, and cost
 * nothing. */
static int
part_map(struct seen_part *p, size_t bytes)
{
    size_t whole = bytes + HUGE_BYTES, off = 0;
    void *map = mmap(NULL, whole, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (map == MAP_FAILED)
        return -1;
    off = (HUGE_BYTES - (uintptr_t)map % HUGE_BYTES) % HUGE_BYTES;
    p->map = map;
    p->map_bytes = whole;
    p->slots = (uint32_t *)(void *)((char *)map + off);
    /* advice: where it is not taken, it is only slower */
    (void)madvise(p->slots, bytes, MADV_HUGEPAGE);
    return 0;
}

/* An empty part of ${cap} slots, or a few more. */
static int
part_new(struct seen_part *p, uint32_t cap, uint32_t width)
{
    size_t each = width * sizeof(*p->slots), bytes = cap * each;

    *p = (struct seen_part){ .cap = cap };
    if (bytes < HUGE_BYTES)
        return (p->slots = calloc(cap, each)) == NULL ? -1 : 0;
    bytes = (bytes + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
    p->cap = (uint32_t)(bytes / each);
    return part_map(p, bytes);
}

void
seen_release(struct seen *s)
{
    for (int i = 0; i < SEEN_PARTS; i++)
        part_free(&s->parts[i]);
    seen_init(s, s->width == 4);
}

/* The slot that has this hash, or the empty one where it belongs.  The low
 * half says where to begin; the part was chosen by the top bits. */
static uint32_t *
slot_of(const struct seen_part *p, uint32_t width, uint32_t low, uint32_t high)
{
    uint32_t i = (uint32_t)((uint64_t)low * p->cap >> 32);

    for (;;) {
        uint32_t *slot = p->slots + (size_t)i * width;

        if (slot[LINE] == 0 || (slot[HASH_LOW] == low
                                && slot[HASH_HIGH] == high))
            return slot;
        i = i + 1 == p->cap ? 0 : i + 1;
    }
}

static int
widen(struct seen_part *p, uint32_t cap, uint32_t width)
{
    struct seen_part wide;

    if (part_new(&wide, cap, width) < 0)
        return -1;
    for (uint32_t i = 0; i < p->cap; i++) {
        const uint32_t *from = p->slots + (size_t)i * width;

        if (from[LINE] != 0)
            memcpy(slot_of(&wide, width, from[HASH_LOW], from[HASH_HIGH]),
                   from, width * sizeof(*from));
    }
    wide.n = p->n;
    part_free(p);
    *p = wide;
    return 0;
}

/* Twice as large; never more than three quarters full. */
static int
grow(struct seen_part *p, uint32_t width)
{
    return widen(p, p->cap == 0 ? CAP_FIRST : p->cap * 2, width);
}

/* The parts are filled by chance: a little room for the fullest of them. */
void
seen_reserve(struct seen *s, int64_t n)
{
    int64_t each = (n < RUN_ROWS_MAX ? n : RUN_ROWS_MAX) / SEEN_PARTS;
    uint32_t cap = (uint32_t)(each / 3 * 4 + each / 32 + CAP_FIRST);

    for (int i = 0; i < SEEN_PARTS; i++)
        if (cap > s->parts[i].cap && widen(&s->parts[i], cap, s->width) < 0)
            return;
}

void
seen_soon(const struct seen *s, uint64_t hash)
{
    const struct seen_part *p = &s->parts[hash >> PART_SHIFT];
    uint64_t i = (uint64_t)(uint32_t)hash * p->cap >> 32;

    if (p->cap > 0)
        __builtin_prefetch(p->slots + i * s->width);
}

int
seen_put(struct seen *s, uint64_t hash, struct seen_at now,
         struct seen_at *before)
{
    struct seen_part *p = &s->parts[hash >> PART_SHIFT];
    uint32_t low = (uint32_t)hash, high = (uint32_t)(hash >> 32);
    uint32_t *slot = NULL;

    if (p->n >= p->cap / 4 * 3 && grow(p, s->width) < 0)
        return -1;
    slot = slot_of(p, s->width, low, high);
    if (slot[LINE] != 0) {
        before->line = slot[LINE];
        before->word = s->width > WORD ? slot[WORD] : 0;
        return 1;
    }
    slot[HASH_LOW] = low;
    slot[HASH_HIGH] = high;
    slot[LINE] = now.line;
    if (s->width > WORD)
        slot[WORD] = now.word;
    p->n++;
    return 0;
}

bool
seen_has(const struct seen *s, uint64_t hash)
{
    const struct seen_part *p = &s->parts[hash >> PART_SHIFT];

    return p->cap > 0 && slot_of(p, s->width, (uint32_t)hash,
                                 (uint32_t)(hash >> 32))[LINE] != 0;
}

void
seen_set(struct seen *s, uint64_t hash, uint32_t word)
{
    struct seen_part *p = &s->parts[hash >> PART_SHIFT];
    uint32_t *slot = NULL;

    if (p->cap == 0 || s->width <= WORD)
        return;
    slot = slot_of(p, s->width, (uint32_t)hash, (uint32_t)(hash >> 32));
    if (slot[LINE] != 0)
        slot[WORD] = word;
}
