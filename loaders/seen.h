#ifndef LOADERS_SEEN_H
#define LOADERS_SEEN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What was seen in the file before, by a 64-bit hash: on which line, and a
 * word about it.  Cut into parts that grow one at a time, so that at no moment
 * a whole old and a whole new table are in memory: 1,000,000 entries take 34
 * MB at most while growing, 24 MB then, or 22 MB reserved.  Every look goes to
 * another place, so a part that is large enough lies in huge pages where the
 * system has them.
 */
#define SEEN_PARTS 4

struct seen_part {
    uint32_t *slots;
    uint32_t  cap, n;
    void     *map;              /* what ${slots} lie in, when mapped          */
    size_t    map_bytes;
};

struct seen {
    struct seen_part parts[SEEN_PARTS];
    uint32_t         width;     /* of a slot: hash (2), line, and the word */
};

/* seen_init(s, words): ${words}: keep a word with each, else none. */
void seen_init(struct seen *, int words);
void seen_release(struct seen *);

struct seen_at {
    uint32_t line;              /* > 0 */
    uint32_t word;              /* 0 when none are kept */
};

/**
 * seen_put(s, hash, now, before):
 * Note that ${hash} stands at ${now}, unless it was there already: then the
 * first place stays.  Return 1 with the first place in ${before}, 0 when it is
 * new, -1 when memory ran out.
 */
int seen_put(struct seen *, uint64_t, struct seen_at, struct seen_at *);

/* seen_reserve(s, n): about ${n} hashes will come, so make room for them at once.
 * Without memory for that nothing is lost: it grows as they come. */
void seen_reserve(struct seen *, int64_t n);

/* seen_has(s, hash): it was put. */
bool seen_has(const struct seen *, uint64_t);

/* seen_set(s, hash, word): from now on ${word} is known of what was put. */
void seen_set(struct seen *, uint64_t, uint32_t word);

/* seen_soon(s, hash): it will be put in a moment.  Starts to bring in memory
 * that would otherwise be waited for as long as the rest of a row takes. */
void seen_soon(const struct seen *, uint64_t);

#endif
