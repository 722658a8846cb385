/*
 * For the wire only: the stored name is never touched.
 */
#include "base/text.h"

#include <utf8proc.h>

/* The longest canonical decomposition of one character is four. */
#define DECOMPOSED_MAX 8

/*
 * Letters that do not come apart into a plain one and an accent, and the
 * punctuation word processors put into names.  Ascending by code point.
 */
static const struct fold {
    int32_t     from;
    const char *to;
} folds[] = {
    { 0x00B4, "'" },  { 0x00C6, "AE" }, { 0x00D0, "D" },  { 0x00D8, "O" },
    { 0x00DE, "Th" }, { 0x00DF, "ss" }, { 0x00E6, "ae" }, { 0x00F0, "d" },
    { 0x00F8, "o" },  { 0x00FE, "th" }, { 0x0110, "D" },  { 0x0111, "d" },
    { 0x0126, "H" },  { 0x0127, "h" },  { 0x0131, "i" },  { 0x0132, "IJ" },
    { 0x0133, "ij" }, { 0x0138, "k" },  { 0x013F, "L" },  { 0x0140, "l" },
    { 0x0141, "L" },  { 0x0142, "l" },  { 0x0149, "n" },  { 0x014A, "N" },
    { 0x014B, "n" },  { 0x0152, "OE" }, { 0x0153, "oe" }, { 0x0166, "T" },
    { 0x0167, "t" },  { 0x017F, "s" },  { 0x0180, "b" },  { 0x0181, "B" },
    { 0x0186, "O" },  { 0x0187, "C" },  { 0x0188, "c" },  { 0x0189, "D" },
    { 0x018A, "D" },  { 0x018E, "E" },  { 0x018F, "E" },  { 0x0190, "E" },
    { 0x0191, "F" },  { 0x0192, "f" },  { 0x0193, "G" },  { 0x0194, "G" },
    { 0x0196, "I" },  { 0x0197, "I" },  { 0x0198, "K" },  { 0x0199, "k" },
    { 0x019A, "l" },  { 0x019D, "N" },  { 0x019E, "n" },  { 0x01A4, "P" },
    { 0x01A5, "p" },  { 0x01AC, "T" },  { 0x01AD, "t" },  { 0x01AE, "T" },
    { 0x01B2, "V" },  { 0x01B3, "Y" },  { 0x01B4, "y" },  { 0x01B5, "Z" },
    { 0x01B6, "z" },  { 0x01B7, "Z" },  { 0x01DD, "e" },  { 0x01E4, "G" },
    { 0x01E5, "g" },  { 0x0237, "j" },  { 0x0243, "B" },  { 0x0244, "U" },
    { 0x0248, "J" },  { 0x0249, "j" },  { 0x024C, "R" },  { 0x024D, "r" },
    { 0x024E, "Y" },  { 0x024F, "y" },  { 0x0251, "a" },  { 0x0253, "b" },
    { 0x0254, "o" },  { 0x0256, "d" },  { 0x0257, "d" },  { 0x0259, "e" },
    { 0x025B, "e" },  { 0x0260, "g" },  { 0x0261, "g" },  { 0x0263, "g" },
    { 0x0266, "h" },  { 0x0268, "i" },  { 0x0269, "i" },  { 0x0272, "n" },
    { 0x0275, "o" },  { 0x0283, "s" },  { 0x0288, "t" },  { 0x0289, "u" },
    { 0x028B, "v" },  { 0x0292, "z" },  { 0x02B9, "'" },  { 0x02BB, "'" },
    { 0x02BC, "'" },  { 0x1E9E, "SS" }, { 0x2010, "-" },  { 0x2011, "-" },
    { 0x2012, "-" },  { 0x2013, "-" },  { 0x2014, "-" },  { 0x2015, "-" },
    { 0x2018, "'" },  { 0x2019, "'" },  { 0x201B, "'" },  { 0x201C, "\"" },
    { 0x201D, "\"" }, { 0x2032, "'" },  { 0x2212, "-" },  { 0xFB00, "ff" },
    { 0xFB01, "fi" }, { 0xFB02, "fl" }, { 0xFB03, "ffi" },
    { 0xFB04, "ffl" }, { 0xFB05, "st" }, { 0xFB06, "st" }
};

static const char *
fold_of(int32_t c)
{
    size_t low = 0, high = sizeof(folds) / sizeof(folds[0]);

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (folds[mid].from == c)
            return folds[mid].to;
        if (folds[mid].from < c)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static bool
is_blank(int32_t c)
{
    utf8proc_category_t kind = UTF8PROC_CATEGORY_CN;

    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    if (c == 0x85)
        return true;
    kind = utf8proc_category(c);
    return kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL
           || kind == UTF8PROC_CATEGORY_ZP;
}

/* Where the text goes, and whether a blank is owed before the next letter. */
struct narrow {
    struct buf *out;
    const char *extra;
    size_t      from;
    bool        blank;
};

static void
put_ascii(struct narrow *w, char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                  || (c >= '0' && c <= '9');

    if (!letter && (c == '\0' || strchr(w->extra, c) == NULL))
        return;
    if (w->blank && w->out->len > w->from)
        buf_char(w->out, ' ');
    w->blank = false;
    buf_char(w->out, c);
}

static void
put_part(struct narrow *w, int32_t c)
{
    const char *to = NULL;

    if (is_blank(c)) {
        w->blank = true;
        return;
    }
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFF01 - '!';          /* full-width forms of ASCII */
    if (c < 0x80)
        put_ascii(w, (char)c);
    else if ((to = fold_of(c)) != NULL)
        while (*to != '\0')
            put_ascii(w, *to++);
}

/*
 * Canonical decomposition only: the wider one would make "1/2" of a half sign
 * into 12, and a narration must not say something new.
 */
static void
put_char(struct narrow *w, int32_t c)
{
    int32_t part[DECOMPOSED_MAX];
    int last = 0;
    utf8proc_ssize_t n = 1;

    if (c < 0x80) {
        put_part(w, c);
        return;
    }
    n = utf8proc_decompose_char(c, part, DECOMPOSED_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK,
                                &last);
    for (utf8proc_ssize_t i = 0; i < n && i < DECOMPOSED_MAX; i++)
        put_part(w, part[i]);
}

void
text_ascii(struct buf *out, struct str s, const char *extra)
{
    struct narrow w = { .out = out, .extra = extra != NULL ? extra : "",
                        .from = out->len };

    for (size_t i = 0; i < s.len;) {
        int32_t c = 0;
        utf8proc_ssize_t n = utf8proc_iterate(
            (const utf8proc_uint8_t *)s.p + i,
            (utf8proc_ssize_t)(s.len - i), &c);

        if (n > 0)
            put_char(&w, c);
        i += n > 0 ? (size_t)n : 1;
    }
}
