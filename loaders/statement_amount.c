#include "loaders/statement_priv.h"

#define PLAIN_BYTES 64      /* an amount within MONEY_MINOR_MAX has 21 */

/* "DR" or "CR" at the end: 'D', 'C', or '\0'. */
static char
take_mark(struct str *s)
{
    struct str end;

    if (s->len > 0 && s->p[s->len - 1] == '.')
        s->len--;
    if (s->len < 3)
        return '\0';
    end = (struct str){ s->p + s->len - 2, 2 };
    if (!str_ieq(end, STR("DR")) && !str_ieq(end, STR("CR")))
        return '\0';
    *s = str_trim(str_cut(*s, s->len - 2));
    return str_ieq(end, STR("DR")) ? 'D' : 'C';
}

/* Without what makes it negative, which amount_read() has found to be one
 * minus or one pair of brackets. */
static struct str
without_sign(char out[PLAIN_BYTES], struct str s)
{
    static const char minus[] = "\xE2\x88\x92";
    size_t n = 0;

    for (size_t i = 0; i < s.len && n + 1 < PLAIN_BYTES; i++) {
        if (s.len - i >= 3 && memcmp(s.p + i, minus, 3) == 0)
            i += 2;
        else if (s.p[i] != '-' && s.p[i] != '(' && s.p[i] != ')')
            out[n++] = s.p[i];
    }
    return (struct str){ out, n };
}

enum amount_flaw
statement_amount(int64_t *out, struct str s, enum amount_format format,
                 const char *ccy)
{
    struct amount_text t = { 0, AMOUNT_UNDECIDED };
    char plain[PLAIN_BYTES];
    enum amount_flaw flaw = AMOUNT_FINE;
    bool negative = false;
    char mark = '\0';

    s = str_trim(s);
    if (s.len >= PLAIN_BYTES)
        return AMOUNT_TOO_LARGE;
    if (s.len > 1 && s.p[0] == '+' && s.p[1] != '-')
        s = str_trim((struct str){ s.p + 1, s.len - 1 });
    if (s.len > 0 && (s.p[s.len - 1] == 'R' || s.p[s.len - 1] == 'r'
                      || s.p[s.len - 1] == '.'))
        mark = take_mark(&s);
    flaw = amount_read(&t, s, format, ccy, ccy_decimals(ccy));
    negative = flaw == AMOUNT_NEGATIVE;
    if (negative)
        flaw = amount_read(&t, without_sign(plain, s), format, ccy,
                           ccy_decimals(ccy));
    if (flaw != AMOUNT_FINE && flaw != AMOUNT_ZERO)
        return flaw;
    /* "-5 DR" says it twice, and nobody knows which was meant */
    if (negative && mark != '\0')
        return AMOUNT_NOT_A_NUMBER;
    *out = negative || mark == 'D' ? -t.minor : t.minor;
    return AMOUNT_FINE;
}

const char *
statement_amount_why(enum amount_flaw flaw)
{
    switch (flaw) {
    case AMOUNT_FINE:         return "";
    case AMOUNT_ZERO:         return "it is zero";
    case AMOUNT_EMPTY:        return "it is empty";
    case AMOUNT_NOT_A_NUMBER: return "letters or signs in it";
    case AMOUNT_EXPONENT:     return "a spreadsheet made 1.2E+05 of it";
    case AMOUNT_NEGATIVE:     return "it is negative";
    case AMOUNT_TOO_PRECISE:  return "more decimals than the currency has";
    case AMOUNT_AMBIGUOUS:    return "it can be read in two ways";
    case AMOUNT_BAD_GROUPS:   return "thousands separators in wrong places";
    case AMOUNT_OTHER_FORMAT: return "the decimal mark is another one";
    case AMOUNT_TOO_LARGE:    return "too large to be an amount";
    }
    return "";
}

int
statement_amount_plain(int64_t *out, struct str s, const char *ccy)
{
    char plain[PLAIN_BYTES];
    struct money m;

    if (str_copy(plain, sizeof(plain), s) < 0 || s.len == 0)
        return -1;
    for (size_t i = 0; i < s.len; i++)
        if (plain[i] == ',')
            plain[i] = '.';
    if (s.len > 1 && plain[s.len - 1] == '.')
        plain[s.len - 1] = '\0';
    if (money_parse(&m, str_of(plain), ccy) < 0)
        return -1;
    *out = m.minor;
    return 0;
}
