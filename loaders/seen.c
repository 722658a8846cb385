#include "loaders/seen.h"

#define CAP_FIRST 48            /* small files should stay small */

/* A slot is HASH_LOW, HASH_HIGH, LINE and perhaps WORD; line 0 is empty. */
enum { HASH_LOW, HASH_HIGH, LINE, WORD };

void
seen_init(struct seen *s, int words)
{
    *s = (struct seen){ .width = words ? 4 : 3 };
}

void
seen_release(struct seen *s)
{
    for (int i = 0; i < SEEN_PARTS; i++)
        free(s->parts[i].slots);
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

/* A third more; never more than three quarters full. */
static int
grow(struct seen_part *p, uint32_t width)
{
    struct seen_part wide = { .cap = p->cap == 0 ? CAP_FIRST
                                                 : p->cap + p->cap / 3 };

    wide.slots = calloc((size_t)wide.cap * width, sizeof(*wide.slots));
    if (wide.slots == NULL)
        return -1;
    for (uint32_t i = 0; i < p->cap; i++) {
        const uint32_t *from = p->slots + (size_t)i * width;

        if (from[LINE] != 0)
            memcpy(slot_of(&wide, width, from[HASH_LOW], from[HASH_HIGH]),
                   from, width * sizeof(*from));
    }
    wide.n = p->n;
    free(p->slots);
    *p = wide;
    return 0;
}

void
seen_soon(const struct seen *s, uint64_t hash)
{
    const struct seen_part *p = &s->parts[hash >> 58];
    uint64_t i = (uint64_t)(uint32_t)hash * p->cap >> 32;

    if (p->cap > 0)
        __builtin_prefetch(p->slots + i * s->width);
}

int
seen_put(struct seen *s, uint64_t hash, struct seen_at now,
         struct seen_at *before)
{
    struct seen_part *p = &s->parts[hash >> 58];
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

void
seen_set(struct seen *s, uint64_t hash, uint32_t word)
{
    struct seen_part *p = &s->parts[hash >> 58];
    uint32_t *slot = NULL;

    if (p->cap == 0 || s->width <= WORD)
        return;
    slot = slot_of(p, s->width, (uint32_t)hash, (uint32_t)(hash >> 32));
    if (slot[LINE] != 0)
        slot[WORD] = word;
}
