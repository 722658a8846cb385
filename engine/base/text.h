#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/* What a piece of text holds that a person should hear about. */
enum text_flaw {
    TEXT_FINE       = 0,
    TEXT_NOT_UTF8   = 1 << 0,   /* not UTF-8; nothing else was looked at      */
    TEXT_CONTROL    = 1 << 1,   /* control characters (tab, newline included) */
    TEXT_BIDI       = 1 << 2,   /* characters that reorder what is shown      */
    TEXT_INVISIBLE  = 1 << 3,   /* zero-width and other format characters     */
    TEXT_NOT_NFC    = 1 << 4    /* composed differently from the normal form  */
};

/**
 * text_look(s, at):
 * All flaws of ${s}, or'ed; ${at} (may be NULL) gets the byte offset of the
 * first one.
 */
unsigned text_look(struct str, size_t *at);

/**
 * text_nfc(out, s):
 * Append ${s} in NFC to ${out}.  Return 0, or -1 when ${s} is not UTF-8.
 */
int text_nfc(struct buf *, struct str);

/**
 * text_ascii(out, s, extra):
 * Append ${s} with accents folded to plain letters and everything outside
 * [A-Za-z0-9 ] and ${extra} (such as "-_") dropped, runs of blanks made one,
 * none at the ends: what a narrow alphabet will take.  Names in a script that
 * has no plain letters come out empty; the caller then falls back.
 */
void text_ascii(struct buf *, struct str, const char *extra);

/* text_width(s): columns on a terminal. */
int text_width(struct str);

#endif
