#ifndef LOADERS_ENCODING_H
#define LOADERS_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "loaders/csv.h"

/* What the first bytes of a file say about the rest of it. */

/* encoding_guess(head, bom): by byte order mark, else by where the NUL bytes
 * are; CSV_UTF8 when nothing says otherwise.  ${bom}: bytes to skip. */
enum csv_encoding encoding_guess(struct str, size_t *bom);

/* encoding_delimiter(head): the one of ';', tab and ',' that cuts the first
 * lines into the same number of fields most often; ',' when none does. */
char encoding_delimiter(struct str);

/* encoding_crlf(head): does its first line end with CR LF? */
bool encoding_crlf(struct str);

/* encoding_utf8(s): is it? */
bool encoding_utf8(struct str);

/**
 * encoding_cp1252(out, s, bad):
 * Write ${s} as UTF-8 to ${out}, which has room for 3 bytes each, and return
 * how many it took.  ${bad} is set when a byte is in no Windows-1252.
 */
size_t encoding_cp1252(char *, struct str, bool *bad);

/* UTF-16 that arrives in pieces. */
struct utf16 {
    bool     big;
    bool     half;          /* ${first} waits for its other byte */
    unsigned char first;
    uint32_t high;          /* a high surrogate waits; 0: none   */
};

/**
 * encoding_utf16(u, out, s) / encoding_utf16_end(u, out):
 * Write ${s}, then what is left over, as UTF-8 to ${out}, which has room for
 * ENCODING_UTF16_ROOM(s.len), and return how many bytes it took.  What is not
 * UTF-16 becomes a byte that is not UTF-8, so that the reader finds it there.
 */
#define ENCODING_UTF16_ROOM(n) ((n) / 2 * 3 + 8)

size_t encoding_utf16(struct utf16 *, char *, struct str);
size_t encoding_utf16_end(struct utf16 *, char *);

#endif
