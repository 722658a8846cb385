#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Borrowed text: a pointer and a length, not NUL-terminated, never freed.
 * { NULL, 0 } is the empty text.
 */
struct str {
    const char *p;
    size_t      len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* The same in the initializer of a static table, where STR() is no constant. */
#define STR_INIT(literal) { "" literal, sizeof(literal) - 1 }
#define STR_ARG(s)   (int)(s).len, (s).p != NULL ? (s).p : ""   /* for "%.*s" */

/* str_of(text): all of a NUL-terminated ${text}; NULL gives the empty text. */
struct str str_of(const char *);

bool str_eq(struct str, struct str);

/* str_ieq(a, b): equal when A-Z count as a-z. */
bool str_ieq(struct str, struct str);

/* str_trim(s): without blanks, tabs, CR, LF and no-break spaces (U+00A0,
 * U+2007, U+202F) at both ends. */
struct str str_trim(struct str);

/* str_cut(s, at): the first ${at} bytes, or all of it. */
struct str str_cut(struct str, size_t);

/**
 * str_copy(to, bytes, s):
 * Copy ${s} NUL-terminated into ${to} of ${bytes}.  Return 0, or -1 with an
 * empty ${to} when it does not fit or has a NUL inside.
 */
int str_copy(char *, size_t, struct str);

/**
 * str_i64(out, s):
 * Read decimal digits, no sign, no blanks, at most INT64_MAX.  Return 0 or -1.
 */
int str_i64(int64_t *, struct str);

#endif
