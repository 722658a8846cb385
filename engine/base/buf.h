#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Growing bytes with a maximum given at birth.  A failed append (over the
 * maximum, or out of memory) sets ${failed} and every later one does nothing,
 * so a writer appends freely and asks once at the end.  ${p} is always
 * NUL-terminated behind ${len} when not NULL.
 */
struct buf {
    char  *p;
    size_t len;
    size_t cap;
    size_t max;
    bool   failed;
};

void buf_init(struct buf *, size_t bytes_max);
void buf_release(struct buf *);             /* also fine on a zeroed struct */
void buf_clear(struct buf *);               /* empty, memory kept, not failed */

void buf_add(struct buf *, const void *, size_t);
void buf_str(struct buf *, struct str);
void buf_text(struct buf *, const char *);  /* NUL-terminated */
void buf_char(struct buf *, char);
void buf_i64(struct buf *, int64_t);
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * buf_room(b, bytes):
 * Make room for ${bytes} more and return where they go, or NULL (and failed).
 * The caller writes there and adds what it wrote to ${b}->len.
 */
char *buf_room(struct buf *, size_t);

/* buf_reserve(b, bytes): ${bytes} more are coming, about: get the memory for
 * them in one piece.  Fails nothing: what does not fit fails when it comes. */
void buf_reserve(struct buf *, size_t);

/* buf_view(b): what is in it, as borrowed text. */
struct str buf_view(const struct buf *);

/* buf_json(b, s): ${s} as a JSON string with its quotes; ${s} is UTF-8, and
 * bytes that are not come out as U+FFFD. */
void buf_json(struct buf *, struct str);

/* buf_csv(b, s, delim): ${s} as one CSV field, quoted when it must be, and
 * with a leading apostrophe when a spreadsheet would run it as a formula: it
 * starts with = + - @ TAB or CR, or with apostrophes and then one of these.  A
 * reader that takes off one apostrophe from "'*[=+-@\t\r]" gets ${s} back. */
void buf_csv(struct buf *, struct str, char delim);

/* buf_html(b, s): ${s} with & < > " ' escaped, for text and attributes. */
void buf_html(struct buf *, struct str);

/**
 * buf_read_file(b, path, e) / buf_write_file(b, path, mode, e):
 * Append a whole file (on -1 ${b} holds what it held before); or write all of
 * ${b} to a temporary file beside ${path}, fsync it, rename it there and fsync
 * the folder (on -1 nothing is left behind).  Return 0 or -1.
 */
struct err;
int buf_read_file(struct buf *, const char *, struct err *);
int buf_write_file(const struct buf *, const char *, unsigned mode,
                   struct err *);

#endif
