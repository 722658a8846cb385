#include "loaders/encoding.h"

#define LOOK_LINES 20       /* enough to outvote a title with commas in it */
#define NOT_UTF8   '\xFF'

enum csv_encoding
encoding_guess(struct str head, size_t *bom)
{
    const unsigned char *b = (const unsigned char *)head.p;

    *bom = 0;
    if (head.len >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF) {
        *bom = 3;
        return CSV_UTF8_BOM;
    }
    if (head.len >= 2 && b[0] == 0xFF && b[1] == 0xFE) {
        *bom = 2;
        return CSV_UTF16LE;
    }
    if (head.len >= 2 && b[0] == 0xFE && b[1] == 0xFF) {
        *bom = 2;
        return CSV_UTF16BE;
    }
    /* no mark: two plain characters show which half of each is empty */
    if (head.len >= 4 && b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0)
        return CSV_UTF16LE;
    if (head.len >= 4 && b[0] == 0 && b[1] != 0 && b[2] == 0 && b[3] != 0)
        return CSV_UTF16BE;
    return CSV_UTF8;
}

/* --- the delimiter ------------------------------------------------------ */

struct vote {
    char   delim;
    size_t here;            /* in the line now being read    */
    size_t first;           /* in the first line             */
    int    same;            /* lines with as many as that    */
};

static void
end_line(struct vote *votes, size_t n, int line)
{
    for (size_t i = 0; i < n; i++) {
        if (line == 0)
            votes[i].first = votes[i].here;
        votes[i].same += votes[i].here == votes[i].first;
        votes[i].here = 0;
    }
}

char
encoding_delimiter(struct str head)
{
    /* on a tie the rarer in ordinary text wins: "Jane;1500,50" */
    struct vote votes[] = { { '\t', 0, 0, 0 }, { ';', 0, 0, 0 },
                            { ',', 0, 0, 0 } };
    const size_t n = sizeof(votes) / sizeof(votes[0]);
    const struct vote *best = NULL;
    bool quoted = false, blank = true;
    int lines = 0;

    for (size_t i = 0; i < head.len && lines < LOOK_LINES; i++) {
        char c = head.p[i];

        if (c == '"')
            quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r')) {
            if (!blank)
                end_line(votes, n, lines++);
            blank = true;
            continue;
        }
        blank = blank && c == ' ';
        for (size_t k = 0; k < n; k++)
            votes[k].here += !quoted && c == votes[k].delim;
    }
    if (!blank && lines < LOOK_LINES)
        end_line(votes, n, lines);
    for (size_t i = 0; i < n; i++)
        if (votes[i].first > 0
            && (best == NULL || votes[i].same > best->same
                || (votes[i].same == best->same
                    && votes[i].first > best->first)))
            best = &votes[i];
    return best != NULL ? best->delim : ',';
}

bool
encoding_crlf(struct str head)
{
    const char *lf = head.len > 0 ? memchr(head.p, '\n', head.len) : NULL;

    return lf != NULL && lf > head.p && lf[-1] == '\r';
}

/* --- UTF-8 -------------------------------------------------------------- */

/* The length of the character ${s} begins with, or 0: shortest forms only, no
 * surrogates, nothing above U+10FFFF (Unicode 15, table 3-7). */
static size_t
utf8_at(const unsigned char *s, size_t len)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t n = 0;

    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xC2 && s[0] <= 0xDF)
        n = 2;
    else if (s[0] >= 0xE0 && s[0] <= 0xEF)
        n = 3;
    else if (s[0] >= 0xF0 && s[0] <= 0xF4)
        n = 4;
    if (n == 0 || n > len)
        return 0;
    if (s[0] == 0xE0)
        low = 0xA0;
    if (s[0] == 0xED)
        high = 0x9F;
    if (s[0] == 0xF0)
        low = 0x90;
    if (s[0] == 0xF4)
        high = 0x8F;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

bool
encoding_utf8(struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t n = utf8_at((const unsigned char *)s.p + i, s.len - i);

        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

static size_t
put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* --- Windows-1252 ------------------------------------------------------- */

/* 0x80 .. 0x9F, where it is not Latin-1; 0: nothing is there. */
static const uint16_t cp1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178
};

size_t
encoding_cp1252(char *out, struct str s, bool *bad)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        uint32_t u = c >= 0x80 && c <= 0x9F ? cp1252[c - 0x80] : c;

        if (u == 0 && c != 0)
            *bad = true;
        n += put_utf8(out + n, u == 0 && c != 0 ? '?' : u);
    }
    return n;
}

/* --- UTF-16 ------------------------------------------------------------- */

/* One unit of 16 bits: a character, or half of one. */
static size_t
put_unit(struct utf16 *u, char *out, uint32_t unit)
{
    size_t n = 0;

    if (unit >= 0xDC00 && unit <= 0xDFFF && u->high != 0) {
        n = put_utf8(out, 0x10000 + ((u->high - 0xD800) << 10)
                              + (unit - 0xDC00));
        u->high = 0;
        return n;
    }
    if (u->high != 0)
        out[n++] = NOT_UTF8;
    u->high = 0;
    if (unit >= 0xD800 && unit <= 0xDBFF)
        u->high = unit;
    else if (unit >= 0xDC00 && unit <= 0xDFFF)
        out[n++] = NOT_UTF8;
    else
        n += put_utf8(out + n, unit);
    return n;
}

size_t
encoding_utf16(struct utf16 *u, char *out, struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (u->half)
            n += put_unit(u, out + n, u->big ? (uint32_t)u->first << 8 | c
                                             : (uint32_t)c << 8 | u->first);
        u->half = !u->half;
        u->first = c;
    }
    return n;
}

size_t
encoding_utf16_end(struct utf16 *u, char *out)
{
    size_t n = 0;

    if (u->half || u->high != 0)
        out[n++] = NOT_UTF8;
    u->half = false;
    u->high = 0;
    return n;
}
