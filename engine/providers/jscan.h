#ifndef PROVIDERS_JSCAN_H
#define PROVIDERS_JSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * A pull scanner for JSON (RFC 8259): one pass over a borrowed body, nothing
 * allocated, nothing converted.  A number comes as its text, so no amount is
 * ever a double.  Structure, escapes, number grammar and UTF-8 are checked;
 * a lone surrogate, \u0000, deeper nesting than JSCAN_DEPTH_MAX and bytes
 * behind the end break the document, and broken it stays.
 */
#define JSCAN_DEPTH_MAX 64      /* one bit each in a word; ours need 4 */
#define JSCAN_NAMES_MAX 64      /* of one object; the longest table has 30    */

/* Not "json_": jansson, linked into the same program, has those names. */
enum jscan_kind {
    JSCAN_NONE,             /* only in a struct jscan_value: not there        */
    JSCAN_OBJECT,           /* opens; JSCAN_CLOSE comes later                 */
    JSCAN_ARRAY,
    JSCAN_CLOSE,
    JSCAN_KEY,              /* a member's name; its value is next             */
    JSCAN_STRING,
    JSCAN_NUMBER,
    JSCAN_TRUE,
    JSCAN_FALSE,
    JSCAN_NULL,
    JSCAN_END,              /* the outermost value is complete                */
    JSCAN_BROKEN
};

/* One value as it stands in the body; ${text} is borrowed from there. */
struct jscan_value {
    enum jscan_kind kind;
    bool       escaped;     /* ${text} has backslashes: jscan_text()          */
    struct str text;        /* a string without its quotes, a number, or a
                               whole object or array with its brackets        */
};

/* A member's name in a table of them. */
#define JSCAN_NAME(literal) { "" literal, sizeof(literal) - 1 }

struct jscan {
    const char *from, *at, *end;
    uint64_t    objects;    /* a bit per open level: it is an object          */
    int         depth;
    int         want;       /* internal                                       */
    struct jscan_value value;   /* of the last key, string or number          */
    const char *why;        /* what broke it, NULL as long as nothing did     */
};

/* jscan_start(js, body, at): the value that begins at ${at} or behind
 * blanks. */
void jscan_start(struct jscan *, struct str, size_t);

/* jscan_next(js): the next piece; JSCAN_END and JSCAN_BROKEN repeat for
 * ever. */
enum jscan_kind jscan_next(struct jscan *);

/* jscan_in_array(js): is the innermost open level an array? */
bool jscan_in_array(const struct jscan *);

/**
 * jscan_skip(js, v):
 * The next value as a whole, an object or array with all that is in it.
 * Return what jscan_next() would have; ${v} is its text.
 */
enum jscan_kind jscan_skip(struct jscan *, struct jscan_value *);

/* jscan_ended(js): the value is complete and only blanks follow it. */
bool jscan_ended(struct jscan *);

/**
 * jscan_object(js, names, count, values):
 * Read the object that comes next: each member whose name is one of the
 * ${count} ${names} into the same place of ${values} (JSCAN_NONE when absent),
 * the others are checked and passed over.  A name of ${names} that stands
 * there twice breaks the document: two amounts are no amount.  Return 0, or
 * -1 when it is broken or not an object.
 */
int jscan_object(struct jscan *, const struct str *, int, struct jscan_value *);

/**
 * jscan_item(js, body, at) / jscan_item_done(js, at):
 * Walk an array from offsets: ${at} stands behind its '[' or behind a ','.
 * jscan_item() returns 1 with ${js} before the item's value, 0 when the array
 * ends there, -1 when broken.  After the value was read, jscan_item_done()
 * moves ${at} behind the ',' or onto the ']': 0 or -1.
 */
int jscan_item(struct jscan *, struct str, size_t *);
int jscan_item_done(struct jscan *, size_t *);

/**
 * jscan_text(v, room, bytes, out):
 * The decoded text of a string, or a number as it stands: borrowed from the
 * body, or in ${room} when it had escapes.  Return 0, or -1 when it is
 * neither or does not fit ${room}.
 */
int jscan_text(const struct jscan_value *, char *, size_t, struct str *);

/* jscan_text_start(v, room, bytes): the same, cut to what fits, between
 * characters; empty when it is neither. */
struct str jscan_text_start(const struct jscan_value *, char *, size_t);

/* jscan_char(p, end, c): the character at ${p} < ${end} of a string, an escape
 * or UTF-8: how many bytes it stands in, or 0 when it is neither. */
size_t jscan_char(const char *, const char *, int32_t *);

#endif
