#include "sandbox/lookup.h"

#include "base/crypto.h"

#define LOOKUP_FIRST 64

void
lookup_release(struct lookup *m)
{
    free(m->slots);
    *m = (struct lookup){ 0 };
}

/* The slot that holds ${key}, or the free one where it belongs. */
static struct lookup_slot *
lookup_probe(const struct lookup *m, const uint64_t key[2])
{
    size_t at = (size_t)key[0] & (m->cap - 1);

    for (;; at = (at + 1) & (m->cap - 1)) {
        struct lookup_slot *s = &m->slots[at];

        if (!s->taken || (s->key[0] == key[0] && s->key[1] == key[1]))
            return s;
    }
}

static void
lookup_key(uint64_t out[2], struct str text)
{
    unsigned char hash[16];

    hash128(text, hash);
    memcpy(out, hash, sizeof(hash));
}

uint32_t *
lookup_get(const struct lookup *m, struct str text)
{
    uint64_t key[2];
    struct lookup_slot *s;

    if (m->cap == 0)
        return NULL;
    lookup_key(key, text);
    s = lookup_probe(m, key);
    return s->taken ? &s->value : NULL;
}

static int
lookup_grow(struct lookup *m)
{
    struct lookup wide = { 0 };

    wide.cap = m->cap == 0 ? LOOKUP_FIRST : m->cap * 2;
    if ((wide.slots = calloc(wide.cap, sizeof(*wide.slots))) == NULL)
        return -1;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].taken)
            *lookup_probe(&wide, m->slots[i].key) = m->slots[i];
    wide.used = m->used;
    free(m->slots);
    *m = wide;
    return 0;
}

uint32_t *
lookup_put(struct lookup *m, struct str text)
{
    uint64_t key[2];
    struct lookup_slot *s;

    /* At most half full, so that a probe is short and always ends. */
    if (m->used * 2 >= m->cap && lookup_grow(m) < 0)
        return NULL;
    lookup_key(key, text);
    s = lookup_probe(m, key);
    if (!s->taken) {
        memcpy(s->key, key, sizeof(key));
        s->taken = 1;
        m->used++;
    }
    return &s->value;
}
