/*
 * Any text as a phone: nothing is guessed.  What is taken has exactly the
 * digits of one Kenyan mobile number in one of the forms people write, and
 * whatever is typed around it, it stays that number; two numbers in one cell
 * are never one of them.
 */
#include "loaders/phone.h"

#include <stdint.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define DIGITS_BYTES 64

/* The ASCII digits of ${s}; more than fit count but are not kept. */
static size_t
digits_of(struct str s, char out[DIGITS_BYTES])
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9') {
            if (n < DIGITS_BYTES - 1)
                out[n] = s.p[i];
            n++;
        }
    out[n < DIGITS_BYTES ? n : DIGITS_BYTES - 1] = '\0';
    return n;
}

static bool
is_whole(const char *p)
{
    if (strncmp(p, "254", 3) != 0 || (p[3] != '7' && p[3] != '1'))
        return false;
    return strlen(p) == 12 && strspn(p, "0123456789") == 12;
}

/* Do the digits ${d} say the number ${out}, in a form that is in use? */
static bool
says(const char *d, const char *out)
{
    static const char *const before[] = { "", "0", "254", "2540", "00254",
                                          "002540" };

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        size_t n = strlen(before[i]);

        if (strncmp(d, before[i], n) == 0 && strcmp(d + n, out + 3) == 0)
            return true;
    }
    return false;
}

/* As it was typed, or without the zeros a spreadsheet put behind it. */
static bool
says_as_typed(struct str s, const char *out)
{
    char d[DIGITS_BYTES];
    size_t n = digits_of(s, d);

    if (n >= DIGITS_BYTES)
        return false;
    if (says(d, out))
        return true;
    for (int zeros = 1; zeros <= 2 && n > 0 && d[n - 1] == '0'; zeros++) {
        d[--n] = '\0';
        if (says(d, out)
            && (memchr(s.p, '.', s.len) != NULL
                || memchr(s.p, ',', s.len) != NULL))
            return true;
    }
    return false;
}

/* Letters never are part of a number. */
static bool
has_letter(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.p[i] >= 'a' && s.p[i] <= 'z')
            || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
            return true;
    return false;
}

static void
check_same(const char *out, const char *form, const char *a, const char *b)
{
    char text[80], again[PHONE_BYTES];
    int digits = 0;

    snprintf(text, sizeof(text), "%s%s%s", form, a, b);
    MUST(phone_read(str_of(text), again, &digits) == PHONE_FINE);
    MUST(strcmp(again, out) == 0);
}

/* The number in every form the header lists. */
static void
check_forms(const char *out)
{
    char group[4][8];

    snprintf(group[0], sizeof(group[0]), "%.3s", out + 3);
    snprintf(group[1], sizeof(group[1]), " %.3s", out + 6);
    snprintf(group[2], sizeof(group[2]), "-%.3s", out + 9);
    for (int i = 0; i < 2; i++) {
        const char *before = i == 0 ? "" : "'";
        char head[16], rest[16];

        snprintf(rest, sizeof(rest), "%s%s", group[1], group[2]);
        snprintf(head, sizeof(head), "%s+254-", before);
        check_same(out, head, group[0], rest);
        snprintf(head, sizeof(head), "%s0", before);
        check_same(out, head, group[0], rest);
        snprintf(head, sizeof(head), "%s", before);
        check_same(out, head, group[0], rest);
        snprintf(head, sizeof(head), "%s(0)", before);
        check_same(out, head, group[0], rest);
        snprintf(head, sizeof(head), "%s00254", before);
        check_same(out, head, group[0], rest);
    }
    check_same(out, out, "", ".0");
    check_same(out, out + 3, "", ".00");
    check_same(out, "\xC2\xA0 ", out, "\t");
}

/* One behind the other, whatever is between them, is no number. */
static void
check_two(const char *one, const char *other)
{
    static const char *const between[] = { " ", "/", " / ", ",", ";", " or ",
                                           "\n", " 0", "+", "-" };
    char text[64], out[PHONE_BYTES];
    int digits = 0;

    for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
        snprintf(text, sizeof(text), "%s%s%s", one, between[i], other);
        MUST(phone_read(str_of(text), out, &digits) != PHONE_FINE);
        MUST(out[0] == '\0');
    }
}

static enum phone_flaw
check(struct str s, char out[PHONE_BYTES])
{
    char seen[DIGITS_BYTES];
    int digits = -1;
    enum phone_flaw flaw = phone_read(s, out, &digits);

    MUST(flaw >= PHONE_FINE && flaw <= PHONE_NOT_MOBILE);
    MUST(digits >= 0 && (size_t)digits <= digits_of(s, seen));
    if (flaw != PHONE_FINE) {
        MUST(out[0] == '\0');
        return flaw;
    }
    MUST(is_whole(out) && !has_letter(s) && says_as_typed(s, out));
    return flaw;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str s = { (const char *)data, n };
    char one[PHONE_BYTES], other[PHONE_BYTES];
    const char *end = n > 0 ? memchr(data, '\n', n) : NULL;
    size_t first = end != NULL ? (size_t)(end - s.p) : n;

    (void)check(s, one);
    if (check(str_cut(s, first), one) != PHONE_FINE)
        return 0;
    check_forms(one);
    if (first < n
        && check((struct str){ s.p + first + 1, n - first - 1 }, other)
           == PHONE_FINE)
        check_two(one, other);
    return 0;
}
