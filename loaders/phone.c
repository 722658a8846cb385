#include "loaders/phone.h"

#include <stdbool.h>

#define DIGITS_KEPT 32      /* two numbers written one behind the other */
#define WHOLE       9       /* digits behind 254: fewer are no number   */
#define PLAIN_DIGITS (2 * WHOLE - 1)    /* fewer than two numbers have  */

/* What was typed, without what only makes it easier to read. */
struct typed {
    char digit[DIGITS_KEPT + 1];
    int  n;                 /* all digits, also those not kept        */
    bool plus;              /* "+" in front                           */
    bool other;             /* letters or signs that are no separator */
    int  wholes;            /* parts that could be a number each      */
    int  part;              /* digits of the part now being read      */
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * Blanks, dashes and the invisible marks that come along when a number is
 * copied out of a phone: the bytes of the one ${s} begins with, or 0.
 */
static size_t
separator_at(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];
    unsigned char d = s.len > 1 ? (unsigned char)s.p[1] : 0;
    unsigned char e = s.len > 2 ? (unsigned char)s.p[2] : 0;

    if (c < 0x80)
        return strchr(" \t-.()", s.p[0]) != NULL && c != '\0' ? 1 : 0;
    if (c == 0xC2 && (d == 0xA0 || d == 0xAD))      /* U+00A0, U+00AD */
        return 2;
    if (c == 0xE2 && d == 0x80 && e >= 0x80)        /* U+2000 .. U+202F */
        return e <= 0x95 || (e >= 0xAA && e <= 0xAF) ? 3 : 0;
    if (c == 0xE2 && d == 0x81)                     /* U+2060 .. U+2069 */
        return e >= 0xA0 && e <= 0xA9 ? 3 : 0;
    if (c == 0xE2 && d == 0x88 && e == 0x92)        /* U+2212 minus */
        return 3;
    return c == 0xEF && d == 0xBB && e == 0xBF ? 3 : 0;
}

/* "7.12346E+08" with either decimal mark. */
static bool
is_exponent(struct str s)
{
    size_t i = 0, first = 0;

    while (i < s.len && (is_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == ','))
        i++;
    if (i == 0 || i == s.len || (s.p[i] != 'e' && s.p[i] != 'E'))
        return false;
    i++;
    if (i < s.len && (s.p[i] == '+' || s.p[i] == '-'))
        i++;
    first = i;
    while (i < s.len && is_digit(s.p[i]))
        i++;
    return i > first && i == s.len;
}

/* A spreadsheet's number, "712345678.0": without the zeros behind the only
 * decimal mark.  Nine digits in front, so that 0712.345.00 is left alone. */
static struct str
without_decimals(struct str s)
{
    size_t i = 0;

    while (i < s.len && is_digit(s.p[i]))
        i++;
    if (i < WHOLE || i == s.len || (s.p[i] != '.' && s.p[i] != ','))
        return s;
    for (size_t k = i + 1; k < s.len; k++)
        if (s.p[k] != '0' || k > i + 2)
            return s;
    return str_cut(s, i);
}

static void
end_part(struct typed *t)
{
    t->wholes += t->part >= WHOLE;
    t->part = 0;
}

static void
take_sign(struct typed *t, char c)
{
    end_part(t);
    if (c == '+' && t->n == 0 && !t->plus)
        t->plus = true;
    else if (c != '/' && c != ',')      /* those two also group digits */
        t->other = true;
}

/* Nothing but digits, and not too many: the plain case, and the quick one. */
static bool
is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.len <= DIGITS_KEPT;
}

static struct typed
take_apart(struct str s)
{
    struct typed t = { .n = 0 };

    if (is_digits(s)) {
        memcpy(t.digit, s.p, s.len);
        t.n = (int)s.len;
        return t;
    }
    while (s.len > 0) {
        size_t n = 1;

        if (is_digit(s.p[0])) {
            if (t.n < DIGITS_KEPT)
                t.digit[t.n] = s.p[0];
            t.n++;
            t.part++;
        } else if ((n = separator_at(s)) == 0) {
            take_sign(&t, s.p[0]);
            n = 1;
        }
        s.p += n;
        s.len -= n;
    }
    end_part(&t);
    return t;
}

/* Another country's number, written without a plus: Kenya's neighbours and
 * everybody else whose code begins with 25 or 21. */
static bool
is_neighbour(const char *d, int n)
{
    return n >= 11 && n <= 13 && d[0] == '2' && (d[1] == '5' || d[1] == '1');
}

/* The nine digits behind 254, or why not. */
static enum phone_flaw
national(const char *d, int n, const char **nine)
{
    if (n > WHOLE)
        return PHONE_TOO_LONG;
    if (n < WHOLE)
        return PHONE_TOO_SHORT;
    if (d[0] != '7' && d[0] != '1')
        return PHONE_NOT_MOBILE;
    *nine = d;
    return PHONE_FINE;
}

static enum phone_flaw
read_digits(const char *d, int n, bool plus, const char **nine)
{
    if (!plus && n > 11 && d[0] == '0' && d[1] == '0' && d[2] != '0') {
        plus = true;                            /* 00254... */
        d += 2;
        n -= 2;
    }
    if (n >= 3 && memcmp(d, "254", 3) == 0) {
        /* +254 (0)712 ...: the zero is for callers inside the country */
        if (n == 13 && d[3] == '0')
            return national(d + 4, n - 4, nine);
        return national(d + 3, n - 3, nine);
    }
    if (n > 0 && d[0] == '0')          /* "+07": no country begins with 0 */
        return national(d + 1, n - 1, nine);
    if (plus || is_neighbour(d, n))
        return PHONE_FOREIGN;
    return national(d, n, nine);                /* the zero was lost */
}

/* Two numbers with nothing between them but blanks? */
static bool
is_two(const struct typed *t)
{
    const char *nine = NULL;

    if (t->wholes > 1)
        return true;
    if (t->n < 2 * WHOLE || t->n > DIGITS_KEPT)
        return false;
    for (int i = WHOLE; i <= t->n - WHOLE; i++)
        if (read_digits(t->digit, i, t->plus, &nine) == PHONE_FINE
            && read_digits(t->digit + i, t->n - i, false, &nine)
                   == PHONE_FINE)
            return true;
    return false;
}

/* Digits apart by blanks and dashes, perhaps a plus in front, and too few for
 * two numbers: nearly every phone.  false: it takes a closer look. */
static bool
take_plain(struct typed *t, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (is_digit(s.p[i])) {
            if (t->n == PLAIN_DIGITS)
                return false;
            t->digit[t->n++] = s.p[i];
        } else if (s.p[i] == '+' && i == 0) {
            t->plus = true;
        } else if (s.p[i] != ' ' && s.p[i] != '-') {
            return false;
        }
    }
    return t->n > 0;
}

/* Without blanks around it and the apostrophe that says "this is text". */
static struct str
bare(struct str s)
{
    if (s.len > 0 && is_digit(s.p[0]) && is_digit(s.p[s.len - 1]))
        return s;                   /* nearly always */
    s = str_trim(s);
    if (s.len > 0 && s.p[0] == '\'')
        s = str_trim((struct str){ s.p + 1, s.len - 1 });
    return s;
}

/* What may be anything. */
static enum phone_flaw
take_odd(struct typed *t, struct str text)
{
    text = bare(text);
    if (text.len == 0)
        return PHONE_EMPTY;
    *t = take_apart(without_decimals(text));
    if (t->other && is_exponent(text))
        return PHONE_EXPONENT;
    if (is_two(t))
        return PHONE_TWO_NUMBERS;
    if (t->other || t->n == 0)
        return PHONE_NOT_DIGITS;
    return t->n > DIGITS_KEPT ? PHONE_TOO_LONG : PHONE_FINE;
}

enum phone_flaw
phone_read(struct str text, char out[PHONE_BYTES], int *digits)
{
    const char *nine = NULL;
    enum phone_flaw flaw = PHONE_FINE;
    struct typed t = { .n = 0 };

    out[0] = '\0';
    if (!take_plain(&t, text)) {
        t = (struct typed){ .n = 0 };
        flaw = take_odd(&t, text);
    }
    *digits = t.n;
    if (flaw == PHONE_FINE)
        flaw = read_digits(t.digit, t.n, t.plus, &nine);
    if (flaw != PHONE_FINE)
        return flaw;
    memcpy(out, "254", 3);
    memcpy(out + 3, nine, WHOLE);
    out[3 + WHOLE] = '\0';
    return PHONE_FINE;
}
