#ifndef DB_COLUMN_H
#define DB_COLUMN_H

#include <endian.h>
#include <string.h>

#include "base/str.h"

/*
 * A column of many rows in one value: string_agg() of int2send() and the like
 * gives numbers one behind the other; of texts, with a newline between, lines.
 * One row of long columns is made, sent and read for less than 5000 short ones.
 */

/* column_i16, column_i32, column_i64(c, i): number ${i} of it, from 0. */
static inline int
column_i16(struct str c, size_t i)
{
    uint16_t wire = 0;

    memcpy(&wire, c.p + i * sizeof(wire), sizeof(wire));
    return (int16_t)be16toh(wire);
}

static inline int
column_i32(struct str c, size_t i)
{
    uint32_t wire = 0;

    memcpy(&wire, c.p + i * sizeof(wire), sizeof(wire));
    return (int)be32toh(wire);
}

static inline int64_t
column_i64(struct str c, size_t i)
{
    uint64_t wire = 0;

    memcpy(&wire, c.p + i * sizeof(wire), sizeof(wire));
    return (int64_t)be64toh(wire);
}

/* column_lines(c): how many texts are in it, at least one. */
static inline size_t
column_lines(struct str c)
{
    size_t n = 1;

    for (size_t i = 0; i < c.len; i++)
        n += c.p[i] == '\n';
    return n;
}

/* column_line(c): the next text, taken off its front. */
static inline struct str
column_line(struct str *c)
{
    const char *end = c->len > 0 ? memchr(c->p, '\n', c->len) : NULL;
    struct str text = { c->p, end != NULL ? (size_t)(end - c->p) : c->len };
    size_t gone = text.len + (end != NULL);

    *c = (struct str){ c->p + gone, c->len - gone };
    return text;
}

#endif
