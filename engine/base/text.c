/*
 * Names are kept as they were typed; this only says what is odd about them,
 * because two names that look the same may not be the same.
 */
#include "base/text.h"

#include <limits.h>
#include <utf8proc.h>

/* One character of ${s} at ${i}.  Return its bytes, or 0 when not UTF-8. */
static size_t
char_at(struct str s, size_t i, int32_t *c)
{
    utf8proc_ssize_t n = utf8proc_iterate(
        (const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.len - i), c);

    return n > 0 ? (size_t)n : 0;
}

static bool
is_bidi(int32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F
           || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Invisible without being "format" characters: joiners, fillers, selectors. */
static bool
is_hidden_mark(int32_t c)
{
    return c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x3164
           || c == 0xFFA0 || (c >= 0x180B && c <= 0x180F)
           || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

static unsigned
flaws_of(int32_t c)
{
    utf8proc_category_t kind = UTF8PROC_CATEGORY_CN;

    if (c >= 0x20 && c < 0x7F)
        return TEXT_FINE;           /* nearly all of a payroll */
    if (is_bidi(c))
        return TEXT_BIDI;
    kind = utf8proc_category(c);
    if (kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_ZL
        || kind == UTF8PROC_CATEGORY_ZP)
        return TEXT_CONTROL;
    if (kind == UTF8PROC_CATEGORY_CF || is_hidden_mark(c))
        return TEXT_INVISIBLE;
    return TEXT_FINE;
}

/* The NFC of ${s} in memory of its own, with its length in ${len}; NULL with
 * ${len} 0 or the library's (negative) reason. */
static char *
nfc_of(struct str s, utf8proc_ssize_t *len)
{
    utf8proc_uint8_t *out = NULL;

    *len = utf8proc_map((const utf8proc_uint8_t *)s.p,
                        (utf8proc_ssize_t)s.len, &out,
                        UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return (char *)out;
}

/* Where ${s} first differs from its NFC, back at the start of a character;
 * s.len when nowhere. */
static size_t
nfc_differs_at(struct str s)
{
    utf8proc_ssize_t n = 0;
    char *nfc = nfc_of(s, &n);
    size_t i = 0, len = n > 0 ? (size_t)n : 0;

    if (nfc == NULL)
        return s.len;               /* no memory: text_nfc() will say so */
    while (i < s.len && i < len && s.p[i] == nfc[i])
        i++;
    while (i > 0 && i < s.len && ((unsigned char)s.p[i] & 0xC0) == 0x80)
        i--;
    free(nfc);
    return i;
}

static bool
is_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Look at every character.  Return the flaws, or TEXT_NOT_UTF8 alone. */
static unsigned
look_at_chars(struct str s, size_t *first)
{
    unsigned flaws = TEXT_FINE;

    for (size_t i = 0; i < s.len;) {
        int32_t c = 0;
        size_t n = char_at(s, i, &c);
        unsigned f = n > 0 ? flaws_of(c) : TEXT_NOT_UTF8;

        if (n == 0 || (f != TEXT_FINE && flaws == TEXT_FINE))
            *first = i;
        if (n == 0)
            return TEXT_NOT_UTF8;
        flaws |= f;
        i += n;
    }
    return flaws;
}

unsigned
text_look(struct str s, size_t *at)
{
    size_t first = s.len, differs = 0;
    unsigned flaws = look_at_chars(s, &first);

    /* ASCII is its own normal form; spares an allocation a field */
    if (flaws != TEXT_NOT_UTF8 && !is_ascii(s)
        && (differs = nfc_differs_at(s)) < s.len) {
        flaws |= TEXT_NOT_NFC;
        if (differs < first)
            first = differs;
    }
    if (at != NULL && flaws != TEXT_FINE)
        *at = first;
    return flaws;
}

int
text_nfc(struct buf *out, struct str s)
{
    utf8proc_ssize_t n = 0;
    char *nfc = NULL;
    int rc = 0;

    if (is_ascii(s)) {
        buf_str(out, s);
        return 0;
    }
    nfc = nfc_of(s, &n);
    if (n >= 0)
        buf_add(out, nfc, (size_t)n);
    else if (n == UTF8PROC_ERROR_INVALIDUTF8)
        rc = -1;
    else
        out->failed = true;         /* memory: asked about once, at the end */
    free(nfc);
    return rc;
}

int
text_width(struct str s)
{
    size_t columns = 0;

    for (size_t i = 0; i < s.len;) {
        int32_t c = 0;
        size_t n = char_at(s, i, &c);

        /* what is not UTF-8 shows as one replacement character a byte */
        columns += n > 0 ? (size_t)utf8proc_charwidth(c) : 1;
        i += n > 0 ? n : 1;
    }
    return columns < INT_MAX ? (int)columns : INT_MAX;
}
