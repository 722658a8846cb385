#include "loaders/payroll_priv.h"

#include "loaders/payroll_limit.h"
#include "loaders/payroll_source.h"

#define DIGITS_MAX      24  /* of a number written out of its exponent */
#define PLAIN_BYTES_MAX 12  /* of an amount that is read the short way */

/* --- the format of the file --------------------------------------------- */

enum amount_format
payroll_amount_format(const struct payroll *p, struct str text)
{
    struct amount_text a = { .minor = 0 };

    switch (amount_read(&a, text, AMOUNT_UNDECIDED, p->opt.ccy,
                        p->decimals)) {
    case AMOUNT_FINE:
    case AMOUNT_ZERO:
    case AMOUNT_NEGATIVE:
    case AMOUNT_TOO_PRECISE:
        return a.format;
    case AMOUNT_AMBIGUOUS:
    case AMOUNT_EMPTY:
    case AMOUNT_NOT_A_NUMBER:
    case AMOUNT_EXPONENT:
    case AMOUNT_BAD_GROUPS:
    case AMOUNT_OTHER_FORMAT:
    case AMOUNT_TOO_LARGE:
        break;
    }
    return AMOUNT_UNDECIDED;
}

bool
payroll_amount_hints(const struct payroll *p, struct str text)
{
    const int decimals = p->decimals;
    struct amount_text a = { .minor = 0 };

    return text.len > 0 && memchr(text.p, ',', text.len) != NULL
           && amount_read(&a, text, AMOUNT_UNDECIDED, p->opt.ccy, decimals)
                  == AMOUNT_AMBIGUOUS
           && amount_read(&a, text, AMOUNT_DOT, p->opt.ccy, decimals)
                  == AMOUNT_FINE
           && amount_read(&a, text, AMOUNT_COMMA, p->opt.ccy, decimals)
                  == AMOUNT_TOO_PRECISE;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The whole units ${s} begins with, into ${n}: digits and, where ${grouped},
 * commas that can only be for thousands.  How long they are; 0: it takes a
 * closer look. */
static size_t
read_units(struct str s, bool grouped, int64_t *n)
{
    size_t i = 0, run = 0;
    bool comma = false;

    for (; i < s.len; i++) {
        if (is_digit(s.p[i])) {
            *n = *n * 10 + (s.p[i] - '0');
            run++;
            continue;
        }
        if (s.p[i] != ',' || !grouped)
            break;
        if (comma ? run != 3 : run == 0 || run > 3 || s.p[0] == '0')
            return 0;
        comma = true;
        run = 0;
    }
    return run == 0 || (comma && run != 3) ? 0 : i;
}

/* "45000" and, in a file with a decimal point, "45000.00" and "45,000.00":
 * what nearly all amounts of a large file look like, and what can be read in
 * one way only.  Too short to overflow.  0, or -1 when it takes a closer
 * look. */
static int
read_plain(const struct payroll *p, struct str s, int decimals, int64_t *minor)
{
    bool dot = p->facts.format == AMOUNT_DOT;
    int64_t n = 0;
    size_t i = 0;

    if (s.len > PLAIN_BYTES_MAX || (i = read_units(s, dot, &n)) == 0)
        return -1;
    if (i < s.len) {
        if (!dot || decimals != 2 || i + 3 != s.len || s.p[i] != '.'
            || !is_digit(s.p[i + 1]) || !is_digit(s.p[i + 2]))
            return -1;
        *minor = n * 100 + (s.p[i + 1] - '0') * 10 + (s.p[i + 2] - '0');
        return 0;
    }
    for (int k = 0; k < decimals; k++)
        n *= 10;
    *minor = n;
    return 0;
}

enum amount_flaw
payroll_amount_read(struct payroll *p, struct str text, int64_t *minor)
{
    const int decimals = p->decimals;
    struct amount_text a = { .minor = 0 };
    enum amount_flaw flaw = AMOUNT_FINE;

    if (read_plain(p, text, decimals, minor) == 0)
        return *minor == 0 ? AMOUNT_ZERO : AMOUNT_FINE;
    flaw = amount_read(&a, text, p->facts.format, p->opt.ccy, decimals);

    /* the first that decides, when no held row did, does it for the rest */
    if (p->facts.format == AMOUNT_UNDECIDED
        && a.format != AMOUNT_UNDECIDED)
        p->facts.format = payroll_amount_format(p, text);
    *minor = a.minor;
    return flaw;
}

/* --- what to say about it ----------------------------------------------- */

/* "1.25E+05" written out as money, or "" when it is not that simple. */
static void
without_exponent(const struct payroll *p, struct str s,
                 char out[MONEY_TEXT_BYTES])
{
    char digits[DIGITS_MAX + 1] = "";
    struct money m = { .minor = 0 };
    int64_t zeros = 0;
    size_t n = 0, decimals = 0, i = 0;
    bool behind = false;

    out[0] = '\0';
    for (; i < s.len && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
        if (s.p[i] == '.' || s.p[i] == ',') {
            behind = true;
            continue;
        }
        if (n == DIGITS_MAX / 2)
            return;
        digits[n++] = s.p[i];
        decimals += behind;
    }
    i += i + 1 < s.len && s.p[i + 1] == '+' ? 2 : 1;
    if (i >= s.len || str_i64(&zeros, (struct str){ s.p + i, s.len - i }) < 0
        || zeros < (int64_t)decimals
        || zeros - (int64_t)decimals > DIGITS_MAX / 2)
        return;
    for (zeros -= (int64_t)decimals; zeros > 0; zeros--)
        digits[n++] = '0';
    if (money_parse(&m, (struct str){ digits, n }, p->opt.ccy) == 0)
        money_text(m, out);
}

static void
note_exponent(struct payroll *p, struct payroll_where w)
{
    char money[MONEY_TEXT_BYTES];

    without_exponent(p, w.value, money);
    payroll_note(p, "PR-CSV-021", w, "a spreadsheet changed this cell%s%s%s",
                 money[0] != '\0' ? "; it may have been " : "", money,
                 money[0] != '\0' ? ", or a little more or less" : "");
}

static void
note_other_format(struct payroll *p, struct payroll_where w)
{
    bool dot = p->facts.format == AMOUNT_DOT;

    payroll_note(p, "PR-CSV-028", w, "the amounts of this file have a decimal "
                 "%s, as in %s", dot ? "point" : "comma",
                 dot ? "1,500.00" : "1.500,00");
}

/* The one place where a flaw gets its code and its words. */
static void
note_flaw(struct payroll *p, enum amount_flaw flaw)
{
    struct payroll_where w = { .line = 0 };

    if (flaw != AMOUNT_FINE)
        w = payroll_place(p, PF_AMOUNT);

    switch (flaw) {
    case AMOUNT_FINE:
        return;
    case AMOUNT_EMPTY:
        payroll_note(p, "PR-CSV-020", w, "the cell is empty");
        return;
    case AMOUNT_NOT_A_NUMBER:
        payroll_note(p, "PR-CSV-022", w, "there is something other than digits"
                     " and separators in it");
        return;
    case AMOUNT_EXPONENT:
        note_exponent(p, w);
        return;
    case AMOUNT_NEGATIVE:
        payroll_note(p, "PR-CSV-023", w, "the amount is below zero");
        return;
    case AMOUNT_TOO_PRECISE:
        payroll_note(p, "PR-CSV-025", w, "%s has %d decimals", p->opt.ccy,
                     p->decimals);
        return;
    case AMOUNT_AMBIGUOUS:
        payroll_note(p, "PR-CSV-026", w, "the separator may be for thousands "
                     "or for decimals, and no amount before it tells which "
                     "this file uses");
        return;
    case AMOUNT_BAD_GROUPS:
        payroll_note(p, "PR-CSV-027", w, "thousands are groups of three "
                     "digits, as in 1,500,000");
        return;
    case AMOUNT_OTHER_FORMAT:
        note_other_format(p, w);
        return;
    case AMOUNT_TOO_LARGE:
        payroll_note(p, "PR-CSV-029", w, "no payment is that large");
        return;
    case AMOUNT_ZERO:
        payroll_note(p, "PR-CSV-024", w, "there is nothing to pay");
        return;
    }
}

/* --- what the rail takes ------------------------------------------------ */

static void
note_step(struct payroll *p, const struct rail_rule *rail)
{
    struct payroll_where w = payroll_place(p, PF_AMOUNT);

    if (rail->decimals == 0)
        payroll_note(p, "PR-CSV-025", w, "%s pays whole %s only", rail->name,
                     p->opt.ccy);
    else
        payroll_note(p, "PR-CSV-025", w, "%s pays %d decimals at most",
                     rail->name, rail->decimals);
}

static void
note_least(struct payroll *p, const struct rail_rule *rail)
{
    char limit[MONEY_TEXT_BYTES];
    struct money m = p->ccy;

    m.minor = rail->min_minor;
    money_text(m, limit);
    payroll_note(p, "PR-CSV-073", payroll_place(p, PF_AMOUNT),
                 "%s pays %s at least", rail->name, limit);
}

static void
check_rail(struct payroll *p, const struct rail_rule *rail, int64_t minor)
{
    if (minor % rules_step(rail) != 0)
        note_step(p, rail);
    if (minor > 0 && minor < rail->min_minor)
        note_least(p, rail);
    payroll_limit(p, rail, minor);
}

/* What a program wrote is digits and a point: nothing in it is a guess. */
static enum amount_flaw
read_number(const struct payroll *p, struct str s, int64_t *minor)
{
    struct str digits = { s.p, s.len };
    bool dotted = false;

    if (s.len == 0)
        return AMOUNT_EMPTY;
    if (s.p[0] == '-') {
        digits.p++;
        digits.len--;
    }
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.p[i] != '.' && (digits.p[i] < '0' || digits.p[i] > '9'))
            return AMOUNT_NOT_A_NUMBER;
        dotted = dotted || digits.p[i] == '.';
    }
    if (s.p[0] == '-')
        return AMOUNT_NEGATIVE;
    if (minor_parse(minor, s, p->decimals) == 0)
        return *minor == 0 ? AMOUNT_ZERO : AMOUNT_FINE;
    return dotted ? AMOUNT_TOO_PRECISE : AMOUNT_TOO_LARGE;
}

bool
payroll_amount(struct payroll *p)
{
    struct str text = payroll_cell(p, PF_AMOUNT);
    enum amount_flaw flaw = AMOUNT_FINE;
    int64_t minor = 0;

    if (p->at[PF_AMOUNT] < 0)
        return false;               /* the header said so already */
    if (p->broken & 1U << PF_AMOUNT) {
        p->unread++;
        return false;
    }
    if (text.len > 1 && text.p[0] == '\'') {    /* "this is text" */
        text.p++;
        text.len--;
    }
    flaw = payroll_source_marked(p, PF_AMOUNT, CSV_FIELD_NUMBER)
           ? read_number(p, text, &minor)
           : payroll_amount_read(p, text, &minor);
    note_flaw(p, flaw);
    if (flaw != AMOUNT_FINE && flaw != AMOUNT_ZERO) {
        p->unread++;
        return false;
    }
    p->row.minor = minor;
    if (minor_add(&p->sum_minor, minor) < 0) {
        p->unread++;
        payroll_note(p, "PR-CSV-086", payroll_place(p, PF_AMOUNT),
                     "up to this row");
        return false;
    }
    if (p->row.rail != NULL)
        check_rail(p, p->row.rail, minor);
    return true;
}
