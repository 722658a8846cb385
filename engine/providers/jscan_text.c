#include "providers/jscan.h"

static bool
is_tail(const char *p)
{
    return ((unsigned char)*p & 0xC0) == 0x80;
}

/*
 * How many bytes the UTF-8 character at ${p} has, or 0 when it is not one:
 * no overlong forms, no surrogates, nothing above U+10FFFF.
 */
static size_t
utf8_bytes(const char *p, const char *end)
{
    unsigned char a = (unsigned char)p[0], b = 0;

    if (a < 0x80)
        return a >= 0x20 ? 1 : 0;
    if (a < 0xC2 || a > 0xF4 || end - p < 2 || !is_tail(p + 1))
        return 0;
    b = (unsigned char)p[1];
    if (a < 0xE0)
        return 2;
    if (end - p < 3 || !is_tail(p + 2) || (a == 0xE0 && b < 0xA0)
        || (a == 0xED && b > 0x9F))
        return 0;
    if (a < 0xF0)
        return 3;
    if (end - p < 4 || !is_tail(p + 3) || (a == 0xF0 && b < 0x90)
        || (a == 0xF4 && b > 0x8F))
        return 0;
    return 4;
}

/* The character of the ${bytes} at ${p}, which utf8_bytes() has passed. */
static int32_t
utf8_value(const char *p, size_t bytes)
{
    static const unsigned char head[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    int32_t c = (unsigned char)p[0] & head[bytes];

    for (size_t i = 1; i < bytes; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3F);
    return c;
}

/* The value of \uXXXX at ${p}, or -1. */
static int32_t
hex4(const char *p, const char *end)
{
    int32_t n = 0;

    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        char c = p[i];

        if (c >= '0' && c <= '9')
            n = n * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            n = n * 16 + (c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            n = n * 16 + (c - 'A' + 10);
        else
            return -1;
    }
    return n;
}

/* The same for an escape.  \u0000 is refused: a C string would end there. */
static size_t
escape_bytes(const char *p, const char *end, int32_t *c)
{
    static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    const char *hit = NULL;
    int32_t low = 0;

    if (end - p < 2)
        return 0;
    if (p[1] != 'u') {
        hit = memchr(names, p[1], sizeof(names) - 1);
        *c = hit != NULL ? means[hit - names] : 0;
        return hit != NULL ? 2 : 0;
    }
    *c = hex4(p, end);
    if (*c <= 0 || (*c >= 0xDC00 && *c <= 0xDFFF))
        return 0;
    if (*c < 0xD800 || *c > 0xDFFF)
        return 6;
    low = hex4(p + 6, end);
    if (low < 0xDC00 || low > 0xDFFF)
        return 0;
    *c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

size_t
jscan_char(const char *p, const char *end, int32_t *c)
{
    size_t n = 0;

    *c = 0;
    if (*p == '\\')
        return escape_bytes(p, end, c);
    if ((n = utf8_bytes(p, end)) > 0)
        *c = utf8_value(p, n);
    return n;
}

/* ${c} as UTF-8; how many bytes it has. */
static size_t
put_utf8(char to[4], int32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char head[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

    for (size_t i = n; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)(head[n] | c);
    return n;
}

/*
 * Decode as much of ${s}, which was scanned before, as fits.  Return whether
 * all of it did; ${len} is what was written.
 */
static bool
decode(struct str s, char *room, size_t bytes, size_t *len)
{
    const char *p = s.p, *end = s.p + s.len;

    *len = 0;
    while (p < end) {
        char one[4];
        int32_t c = 0;
        size_t took = jscan_char(p, end, &c), made = put_utf8(one, c);

        if (took == 0 || made > bytes - *len)
            return false;
        memcpy(room + *len, one, made);
        *len += made;
        p += took;
    }
    return true;
}

static bool
has_text(const struct jscan_value *v)
{
    return v->kind == JSCAN_STRING || v->kind == JSCAN_NUMBER
           || v->kind == JSCAN_KEY;
}

int
jscan_text(const struct jscan_value *v, char *room, size_t bytes,
          struct str *out)
{
    size_t len = 0;

    *out = (struct str){ NULL, 0 };
    if (!has_text(v))
        return -1;
    if (!v->escaped) {
        *out = v->text;
        return 0;
    }
    if (!decode(v->text, room, bytes, &len))
        return -1;
    *out = (struct str){ room, len };
    return 0;
}

struct str
jscan_text_start(const struct jscan_value *v, char *room, size_t bytes)
{
    size_t len = 0;

    if (!has_text(v))
        return (struct str){ NULL, 0 };
    decode(v->text, room, bytes, &len);
    return (struct str){ room, len };
}
