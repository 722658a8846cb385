#include "base/str.h"

/* What people and spreadsheets leave at the ends of a field. */
static const struct str blanks[] = {
    STR_INIT(" "),
    STR_INIT("\t"),
    STR_INIT("\r"),
    STR_INIT("\n"),
    STR_INIT("\xC2\xA0"),          /* U+00A0 no-break space        */
    STR_INIT("\xE2\x80\x87"),      /* U+2007 figure space          */
    STR_INIT("\xE2\x80\xAF")       /* U+202F narrow no-break space */
};

struct str
str_of(const char *text)
{
    if (text == NULL)
        return (struct str){ NULL, 0 };
    return (struct str){ text, strlen(text) };
}

bool
str_eq(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    /* memcmp must not see NULL, not even for no bytes */
    return a.len == 0 || memcmp(a.p, b.p, a.len) == 0;
}

/* Not tolower(): a locale must never change what two names compare to. */
static unsigned char
lower(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + ('a' - 'A')) : u;
}

bool
str_ieq(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

/* The length of the blank that ${s} begins (or ends) with, or 0. */
static size_t
blank_at(struct str s, bool at_end)
{
    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        struct str b = blanks[i];

        if (b.len > s.len)
            continue;
        if (memcmp(at_end ? s.p + s.len - b.len : s.p, b.p, b.len) == 0)
            return b.len;
    }
    return 0;
}

/* Is it printable ASCII?  Most texts begin and end so, and no blank does. */
static bool
is_solid(char c)
{
    return c > ' ' && c < 0x7F;
}

struct str
str_trim(struct str s)
{
    size_t n = 0;

    if (s.len > 0 && is_solid(s.p[0]) && is_solid(s.p[s.len - 1]))
        return s;
    while ((n = blank_at(s, false)) > 0) {
        s.p += n;
        s.len -= n;
    }
    while ((n = blank_at(s, true)) > 0)
        s.len -= n;
    return s;
}

struct str
str_cut(struct str s, size_t at)
{
    if (s.len > at)
        s.len = at;
    return s;
}

int
str_copy(char *to, size_t bytes, struct str s)
{
    if (bytes == 0)
        return -1;
    to[0] = '\0';
    if (s.len == 0)
        return 0;
    /* A NUL inside would silently make the copy shorter than the text. */
    if (s.len >= bytes || memchr(s.p, '\0', s.len) != NULL)
        return -1;
    memmove(to, s.p, s.len);
    to[s.len] = '\0';
    return 0;
}

int
str_i64(int64_t *out, struct str s)
{
    int64_t n = 0;

    if (s.len == 0)
        return -1;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        if (__builtin_mul_overflow(n, 10, &n)
            || __builtin_add_overflow(n, s.p[i] - '0', &n))
            return -1;
    }
    *out = n;
    return 0;
}
