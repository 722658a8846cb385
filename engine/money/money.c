/*
 * Minor units in, minor units out.  Every digit is moved by hand: strtod and
 * printf's %f would round, and an amount is never rounded.
 */
#include "money/money.h"

#define DECIMALS_MAX 6      /* ISO 4217 needs 4; a slip here must not loop */

static bool
in_range(int64_t minor)
{
    return minor >= -MONEY_MINOR_MAX && minor <= MONEY_MINOR_MAX;
}

int
minor_add(int64_t *sum, int64_t minor)
{
    int64_t total = 0;

    if (__builtin_add_overflow(*sum, minor, &total) || !in_range(total))
        return -1;
    *sum = total;
    return 0;
}

enum money_status
money_add(struct money *out, struct money a, struct money b)
{
    struct money sum = a;

    if (strncmp(a.ccy, b.ccy, sizeof(a.ccy)) != 0)
        return MONEY_CCY_DIFFERS;
    if (minor_add(&sum.minor, b.minor) < 0)
        return MONEY_OVERFLOW;
    *out = sum;
    return MONEY_OK;
}

enum money_status
money_sub(struct money *out, struct money a, struct money b)
{
    if (strncmp(a.ccy, b.ccy, sizeof(a.ccy)) != 0)
        return MONEY_CCY_DIFFERS;
    if (!in_range(b.minor))         /* the negative of INT64_MIN is no int64 */
        return MONEY_OVERFLOW;
    b.minor = -b.minor;
    return money_add(out, a, b);
}

/* The digits of ${s} up to something else; how many there were. */
static size_t
digits_of(struct str s)
{
    size_t n = 0;

    while (n < s.len && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

/* Append the digit ${c} to ${minor}.  Return 0, or -1 over the maximum. */
static int
push(int64_t *minor, char c)
{
    int digit = c - '0';

    if (*minor > (MONEY_MINOR_MAX - digit) / 10)
        return -1;
    *minor = *minor * 10 + digit;
    return 0;
}

/* ${whole} and ${part} are digits only. */
static int
minor_of_digits(int64_t *out, struct str whole, struct str part, int decimals)
{
    size_t places = (size_t)decimals;
    int64_t minor = 0;

    for (size_t i = 0; i < whole.len; i++)
        if (push(&minor, whole.p[i]) < 0)
            return -1;
    for (size_t i = 0; i < places; i++)
        if (push(&minor, i < part.len ? part.p[i] : '0') < 0)
            return -1;
    /* what would be lost must be nothing: an amount is never rounded */
    for (size_t i = places; i < part.len; i++)
        if (part.p[i] != '0')
            return -1;
    *out = minor;
    return 0;
}

int
minor_parse(int64_t *out, struct str text, int decimals)
{
    bool negative = text.len > 0 && text.p[0] == '-';
    struct str whole = { NULL, 0 }, part = { NULL, 0 };
    int64_t minor = 0;

    if (decimals < 0 || decimals > DECIMALS_MAX)
        return -1;
    if (negative)
        text = (struct str){ text.p + 1, text.len - 1 };
    whole = (struct str){ text.p, digits_of(text) };
    if (whole.len == 0)
        return -1;
    if (whole.len < text.len) {
        if (text.p[whole.len] != '.')
            return -1;
        part = (struct str){ text.p + whole.len + 1, text.len - whole.len - 1 };
        if (part.len == 0 || digits_of(part) != part.len)
            return -1;
    }
    if (minor_of_digits(&minor, whole, part, decimals) < 0)
        return -1;
    *out = negative ? -minor : minor;
    return 0;
}

int
money_parse(struct money *out, struct str text, const char *ccy)
{
    struct money m = { 0 };

    if (text.len > 0 && text.p[0] == '-')
        return -1;
    if (str_copy(m.ccy, sizeof(m.ccy), str_of(ccy)) < 0
        || minor_parse(&m.minor, text, ccy_decimals(ccy)) < 0)
        return -1;
    *out = m;
    return 0;
}

/*
 * Write ${minor} with ${decimals}, thousands apart by ${group} ('\0': not),
 * from the end of ${out} backwards.  Returns the text; it fits any int64.
 */
static struct str
format_minor(char out[MONEY_TEXT_BYTES], int64_t minor, int decimals,
             char group)
{
    /* as unsigned, because INT64_MIN has no positive twin */
    uint64_t left = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    size_t at = MONEY_TEXT_BYTES;

    for (int i = 0; i < decimals; i++) {
        out[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (decimals > 0)
        out[--at] = '.';
    for (int i = 0; i == 0 || left > 0; i++) {
        if (group != '\0' && i > 0 && i % 3 == 0)
            out[--at] = group;
        out[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (minor < 0)
        out[--at] = '-';
    return (struct str){ out + at, MONEY_TEXT_BYTES - at };
}

void
money_text(struct money m, char out[MONEY_TEXT_BYTES])
{
    int decimals = ccy_decimals(m.ccy);
    char space[MONEY_TEXT_BYTES];
    struct str number = format_minor(space, m.minor,
                                     decimals < 0 ? 0 : decimals, ',');

    /* Without known decimals any point would be a guess by a factor. */
    snprintf(out, MONEY_TEXT_BYTES, "%s %.*s%s", m.ccy, STR_ARG(number),
             decimals < 0 ? " minor" : "");
}

void
money_plain(struct money m, char out[MONEY_TEXT_BYTES])
{
    int decimals = ccy_decimals(m.ccy);
    char space[MONEY_TEXT_BYTES];
    struct str number = format_minor(space, m.minor,
                                     decimals < 0 ? 0 : decimals, '\0');

    snprintf(out, MONEY_TEXT_BYTES, "%.*s%s", STR_ARG(number),
             decimals < 0 ? " minor" : "");
}

void
buf_minor(struct buf *b, int64_t minor, int decimals)
{
    char space[MONEY_TEXT_BYTES];

    if (decimals < 0 || decimals > DECIMALS_MAX) {
        b->failed = true;           /* better nothing than a wrong amount */
        return;
    }
    buf_str(b, format_minor(space, minor, decimals, '\0'));
}

void
money_count(int64_t n, char out[MONEY_TEXT_BYTES])
{
    char space[MONEY_TEXT_BYTES];

    snprintf(out, MONEY_TEXT_BYTES, "%.*s",
             STR_ARG(format_minor(space, n, 0, ',')));
}
