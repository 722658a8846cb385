#include "money/money.h"

/*
 * A typed amount is taken apart in three steps: what stands around the number
 * (blanks, a sign, a currency), the shape of the number (groups of digits and
 * what is between them), and only then what its dots and commas mean.
 */

#define GROUPS_MAX 16       /* a number within MONEY_MINOR_MAX has 7 at most */
#define DIGITS_MAX 48       /* and 16 digits; the rest may be zeros          */

/* What people write for a currency besides its code. */
static const struct word {
    char        ccy[4];
    const char *text;
    bool        only_after;
} words[] = {
    { "KES", "KShs", false }, { "KES", "KSh", false }, { "KES", "Shs", false },
    { "KES", "Sh", false },   { "KES", "/=", true },   { "KES", "/-", true },
    { "UGX", "UShs", false }, { "UGX", "USh", false }, { "UGX", "Shs", false },
    { "UGX", "Sh", false },   { "UGX", "/=", true },   { "UGX", "/-", true },
    { "TZS", "TShs", false }, { "TZS", "TSh", false }, { "TZS", "Shs", false },
    { "TZS", "Sh", false },   { "TZS", "/=", true },   { "TZS", "/-", true },
    { "RWF", "FRw", false },  { "RWF", "RwF", false }, { "ETB", "Br", false },
    { "USD", "US$", false },  { "USD", "$", false },
    { "EUR", "\xE2\x82\xAC", false },   /* euro sign  */
    { "GBP", "\xC2\xA3", false }        /* pound sign */
};

/* Everything that stands between digits, by what it can mean. */
static const struct mark {
    struct str text;
    char       kind;        /* '.', ',', ' ' or '\'' */
} marks[] = {
    { STR_INIT("."), '.' },
    { STR_INIT(","), ',' },
    { STR_INIT(" "), ' ' },
    { STR_INIT("\xC2\xA0"), ' ' },         /* U+00A0 no-break space        */
    { STR_INIT("\xE2\x80\x87"), ' ' },     /* U+2007 figure space          */
    { STR_INIT("\xE2\x80\x89"), ' ' },     /* U+2009 thin space            */
    { STR_INIT("\xE2\x80\xAF"), ' ' },     /* U+202F narrow no-break space */
    { STR_INIT("'"), '\'' },
    { STR_INIT("\xE2\x80\x99"), '\'' }     /* U+2019 typographic apostrophe */
};

/* The number as typed: ${sep[i]} stands between group i and group i + 1. */
struct shape {
    char   digit[DIGITS_MAX];
    size_t ndigits;
    size_t group[GROUPS_MAX];       /* digits in each */
    size_t ngroups;
    char   sep[GROUPS_MAX];
};

static struct str
behind(struct str s, size_t n)
{
    return (struct str){ s.p + n, s.len - n };
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* --- around the number ------------------------------------------------- */

/* str_trim() and the thin space, which it leaves alone. */
static struct str
trim(struct str s)
{
    static const struct str thin = STR_INIT("\xE2\x80\x89");

    s = str_trim(s);
    while (s.len >= thin.len && memcmp(s.p, thin.p, thin.len) == 0)
        s = str_trim(behind(s, thin.len));
    while (s.len >= thin.len
           && memcmp(s.p + s.len - thin.len, thin.p, thin.len) == 0)
        s = str_trim(str_cut(s, s.len - thin.len));
    return s;
}

/* Take ${word} off one end of ${s}, with a full stop behind it ("KSh.").
 * Return whether it was there. */
static bool
take_word(struct str *s, struct str word, bool at_end)
{
    struct str rest = *s;
    bool dot = at_end && rest.len > 0 && rest.p[rest.len - 1] == '.';

    if (dot)
        rest.len--;
    if (rest.len < word.len)
        return false;
    if (at_end) {
        if (!str_ieq(behind(rest, rest.len - word.len), word))
            return false;
        *s = trim(str_cut(rest, rest.len - word.len));
        return true;
    }
    if (!str_ieq(str_cut(rest, word.len), word))
        return false;
    rest = behind(rest, word.len);
    if (rest.len > 0 && rest.p[0] == '.')
        rest = behind(rest, 1);
    *s = trim(rest);
    return true;
}

/* Take the code of ${ccy}, or a usual spelling of it, off one end. */
static bool
take_currency(struct str *s, const char *ccy, bool at_end)
{
    if (take_word(s, str_of(ccy), at_end))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].ccy, ccy) != 0 || (words[i].only_after && !at_end))
            continue;
        if (take_word(s, str_of(words[i].text), at_end))
            return true;
    }
    return false;
}

/* A minus, typed or typographic, at one end. */
static bool
take_minus(struct str *s, bool at_end)
{
    static const struct str minus[] = { STR_INIT("-"), { "\xE2\x88\x92", 3 } };

    for (size_t i = 0; i < sizeof(minus) / sizeof(minus[0]); i++) {
        size_t n = minus[i].len;

        if (s->len < n
            || memcmp(at_end ? s->p + s->len - n : s->p, minus[i].p, n) != 0)
            continue;
        *s = trim(at_end ? str_cut(*s, s->len - n) : behind(*s, n));
        return true;
    }
    return false;
}

static bool
take_brackets(struct str *s)
{
    if (s->len < 2 || s->p[0] != '(' || s->p[s->len - 1] != ')')
        return false;
    *s = trim((struct str){ s->p + 1, s->len - 2 });
    return true;
}

/*
 * Take off what surrounds the number, in whatever order it was put there:
 * "-KES 5", "KES -5", "(KES 5)", "KES (5)", "5 KES-".  Each thing once, so
 * that "--5" or "KES KES 5" stay what they are: not numbers.
 */
static struct str
bare_number(struct str s, const char *ccy, bool *negative)
{
    bool word[2] = { false, false }, sign = false, more = true;

    *negative = false;
    if (is_digit(s.p[0]) && is_digit(s.p[s.len - 1]))
        return s;                   /* nothing stands around most of them */
    while (more) {
        more = false;
        for (int end = 0; end < 2; end++)
            if (!word[end] && take_currency(&s, ccy, end == 1))
                more = word[end] = true;
        if (!sign && (take_brackets(&s) || take_minus(&s, false)
                      || take_minus(&s, true)))
            more = sign = true;
    }
    *negative = sign;
    return s;
}

/* --- its shape --------------------------------------------------------- */

/* "1.25E+05", with either decimal mark: what a spreadsheet makes of a column
 * that was too narrow. */
static bool
is_exponent(struct str s)
{
    size_t i = 0;

    while (i < s.len && (is_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == ','))
        i++;
    if (i == 0 || i == s.len || (s.p[i] != 'e' && s.p[i] != 'E'))
        return false;
    i++;
    if (i < s.len && (s.p[i] == '+' || s.p[i] == '-'))
        i++;
    if (i == s.len)
        return false;
    while (i < s.len && is_digit(s.p[i]))
        i++;
    return i == s.len;
}

static const struct mark *
mark_at(struct str s)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        struct str m = marks[i].text;

        if (m.len <= s.len && memcmp(m.p, s.p, m.len) == 0)
            return &marks[i];
    }
    return NULL;
}

/* The text up to the next mark is one group of digits. */
static enum amount_flaw
read_group(struct shape *sh, struct str *s)
{
    size_t n = 0;

    while (n < s->len && is_digit(s->p[n])) {
        if (sh->ndigits == DIGITS_MAX)
            return AMOUNT_TOO_LARGE;
        sh->digit[sh->ndigits++] = s->p[n++];
    }
    if (sh->ngroups == GROUPS_MAX)
        return AMOUNT_BAD_GROUPS;
    sh->group[sh->ngroups++] = n;
    *s = behind(*s, n);
    return AMOUNT_FINE;
}

static enum amount_flaw
read_shape(struct shape *sh, struct str s)
{
    struct str all = s;
    bool empty_group = false;

    for (;;) {
        enum amount_flaw flaw = read_group(sh, &s);
        const struct mark *m = NULL;

        if (flaw != AMOUNT_FINE)
            return flaw;
        if (sh->group[sh->ngroups - 1] == 0)
            empty_group = true;
        if (s.len == 0)
            break;
        if ((m = mark_at(s)) == NULL)
            return AMOUNT_NOT_A_NUMBER;
        sh->sep[sh->ngroups - 1] = m->kind;
        s = behind(s, m->text.len);
    }
    /* ".50" and "1500." leave open what was meant; "1,,500" is a slip */
    if (sh->ndigits == 0 || !is_digit(all.p[0])
        || !is_digit(all.p[all.len - 1]))
        return AMOUNT_NOT_A_NUMBER;
    return empty_group ? AMOUNT_BAD_GROUPS : AMOUNT_FINE;
}

static size_t
count_sep(const struct shape *sh, char kind)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < sh->ngroups; i++)
        n += sh->sep[i] == kind;
    return n;
}

/* Are the first ${n} groups thousands: one to three digits that do not start
 * with a zero, then threes, all apart by the same mark? */
static bool
thousands(const struct shape *sh, size_t n)
{
    if (n < 2)
        return true;                /* one group of any length */
    if (sh->group[0] > 3 || sh->digit[0] == '0')
        return false;
    for (size_t i = 1; i < n; i++)
        if (sh->group[i] != 3 || sh->sep[i - 1] != sh->sep[0])
            return false;
    return true;
}

/* --- its meaning ------------------------------------------------------- */

static enum amount_format
format_of_decimal(char mark)
{
    return mark == '.' ? AMOUNT_DOT : AMOUNT_COMMA;
}

static enum amount_format
format_of_thousands(char mark)
{
    return mark == '.' ? AMOUNT_COMMA : AMOUNT_DOT;
}

/* How a shape reads: how many of its digits are decimals, and which format
 * that takes (undecided: it reads the same in both). */
struct reading {
    enum amount_format format;
    size_t             decimals;
};

static size_t
last_group(const struct shape *sh)
{
    return sh->group[sh->ngroups - 1];
}

/*
 * One dot or comma and nothing else: the doubtful case.  With one or two
 * digits behind, or only zero in front, it can only be a decimal mark.  With
 * three or more it may be thousands, or a slip, and only the file can tell.
 */
static enum amount_flaw
read_one_mark(struct reading *r, const struct shape *sh,
              enum amount_format format)
{
    enum amount_format decimal = format_of_decimal(sh->sep[0]);

    if (last_group(sh) < 3 || sh->digit[0] == '0' || format == decimal) {
        *r = (struct reading){ decimal, last_group(sh) };
        /* what the file's format decided, this text did not */
        if (last_group(sh) >= 3 && sh->digit[0] != '0')
            r->format = AMOUNT_UNDECIDED;
        return AMOUNT_FINE;
    }
    if (format == AMOUNT_UNDECIDED) {
        *r = (struct reading){ AMOUNT_UNDECIDED, last_group(sh) };
        return AMOUNT_AMBIGUOUS;
    }
    *r = (struct reading){ AMOUNT_UNDECIDED, 0 };
    return thousands(sh, 2) ? AMOUNT_FINE : AMOUNT_BAD_GROUPS;
}

/* The last mark is the decimal one: everything before it is thousands. */
static enum amount_flaw
read_decimal(struct reading *r, const struct shape *sh)
{
    char mark = sh->sep[sh->ngroups - 2];

    if (count_sep(sh, mark) != 1 || !thousands(sh, sh->ngroups - 1))
        return AMOUNT_BAD_GROUPS;
    *r = (struct reading){ format_of_decimal(mark), last_group(sh) };
    return AMOUNT_FINE;
}

static enum amount_flaw
read_marks(struct reading *r, const struct shape *sh,
           enum amount_format format)
{
    size_t points = count_sep(sh, '.') + count_sep(sh, ',');
    char last = '\0';

    *r = (struct reading){ AMOUNT_UNDECIDED, 0 };
    if (sh->ngroups == 1)
        return AMOUNT_FINE;
    last = sh->sep[sh->ngroups - 2];
    if (sh->ngroups == 2 && points == 1)
        return read_one_mark(r, sh, format);
    if (thousands(sh, sh->ngroups)) {
        if (points > 0)             /* "1,500,000" */
            r->format = format_of_thousands(last);
        return AMOUNT_FINE;
    }
    if (last == '.' || last == ',')
        return read_decimal(r, sh);
    return AMOUNT_BAD_GROUPS;
}

/* The amount of ${sh}, of which the last ${ndecimals} digits are decimals. */
static enum amount_flaw
value_of(int64_t *out, const struct shape *sh, size_t ndecimals,
         const char *ccy, int decimals)
{
    size_t whole = sh->ndigits - ndecimals;
    struct str part = { sh->digit + whole, ndecimals };
    struct str plain = { sh->digit, whole };
    char text[DIGITS_MAX + 1];

    if (decimals > ccy_decimals(ccy))
        decimals = ccy_decimals(ccy);
    while (part.len > 0 && part.p[part.len - 1] == '0')
        part.len--;
    if (part.len > (size_t)decimals)
        return AMOUNT_TOO_PRECISE;
    /* one place turns digits into minor units, and it wants them plain */
    if (part.len > 0) {
        memcpy(text, sh->digit, whole);
        text[whole] = '.';
        memcpy(text + whole + 1, part.p, part.len);
        plain = (struct str){ text, whole + 1 + part.len };
    }
    if (minor_parse(out, plain, ccy_decimals(ccy)) < 0)
        return AMOUNT_TOO_LARGE;
    return *out == 0 ? AMOUNT_ZERO : AMOUNT_FINE;
}

/*
 * The flaws are looked for from "what is this" to "how much is it", so that a
 * person reads the most useful one: -1E5 is an exponent, -1,500 is negative.
 */
enum amount_flaw
amount_read(struct amount_text *out, struct str text,
            enum amount_format format, const char *ccy, int decimals)
{
    struct shape sh = { .ndigits = 0 };
    struct reading r = { AMOUNT_UNDECIDED, 0 };
    enum amount_flaw flaw = AMOUNT_FINE;
    bool negative = false;

    *out = (struct amount_text){ 0, AMOUNT_UNDECIDED };
    text = trim(text);
    if (text.len == 0)
        return AMOUNT_EMPTY;
    if (ccy_decimals(ccy) < 0)
        return AMOUNT_NOT_A_NUMBER;
    text = bare_number(text, ccy, &negative);
    if (is_exponent(text))
        return AMOUNT_EXPONENT;
    if ((flaw = read_shape(&sh, text)) != AMOUNT_FINE)
        return flaw;
    flaw = read_marks(&r, &sh, format);
    if (flaw == AMOUNT_BAD_GROUPS)
        return flaw;
    out->format = r.format;
    if (negative)
        return AMOUNT_NEGATIVE;
    /* "45123.3333" is no thousands in any format: say what helps */
    if (flaw == AMOUNT_AMBIGUOUS && !thousands(&sh, 2)
        && value_of(&out->minor, &sh, r.decimals, ccy, decimals)
               == AMOUNT_TOO_PRECISE)
        return AMOUNT_TOO_PRECISE;
    if (flaw != AMOUNT_FINE)
        return flaw;
    if (format != AMOUNT_UNDECIDED && r.format != AMOUNT_UNDECIDED
        && r.format != format)
        return AMOUNT_OTHER_FORMAT;
    /* "20.000" is twenty in this file's format, and twenty thousand in the
     * other; three decimals are no amount of this currency, so somebody meant
     * something else, and a guess would be a thousandfold wrong. */
    flaw = value_of(&out->minor, &sh, r.decimals, ccy, decimals);
    if (flaw == AMOUNT_FINE && r.decimals == 3 && ccy_decimals(ccy) < 3
        && sh.ngroups == 2 && thousands(&sh, 2) && sh.digit[0] != '0')
        return AMOUNT_AMBIGUOUS;
    return flaw;
}
