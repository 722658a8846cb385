/*
 * Any text as an amount, against a reading of its own that was written from
 * money.h and not from amount.c; and what is written comes back as it was.
 * The first byte chooses currency, decimals and the file's format.
 */
#include "money/money.h"
#include "money/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

/* --- the other reader ----------------------------------------------------- */

/* A typed number: digits and '.', ',', ' ', '\'' alone; len 0: it is none. */
struct core {
    char   text[256];
    size_t len;
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* From the first digit to the last, odd blanks and apostrophes made plain. */
static struct core
core_of(struct str s)
{
    static const struct { const char *from; char to; } plain[] = {
        { "\xC2\xA0", ' ' }, { "\xE2\x80\x87", ' ' }, { "\xE2\x80\x89", ' ' },
        { "\xE2\x80\xAF", ' ' }, { "\xE2\x80\x99", '\'' }
    };
    struct core c = { .len = 0 };
    size_t a = 0, b = s.len;

    while (a < s.len && !is_digit(s.p[a]))
        a++;
    while (b > a && !is_digit(s.p[b - 1]))
        b--;
    while (a < b) {
        size_t n = 1;
        char to = s.p[a];

        for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
            if (b - a >= strlen(plain[i].from)
                && memcmp(s.p + a, plain[i].from, strlen(plain[i].from))
                   == 0) {
                n = strlen(plain[i].from);
                to = plain[i].to;
            }
        if (c.len == sizeof(c.text) || strchr("0123456789., '", to) == NULL
            || to == '\0')
            return (struct core){ .len = 0 };
        c.text[c.len++] = to;
        a += n;
    }
    return c;
}

/* Thousands apart by one kind of mark that is not ${decimal}, or none. */
static bool
is_whole(const char *p, size_t n, char decimal)
{
    size_t run = 0, groups = 0;
    char mark = '\0';

    for (size_t i = 0; i < n; i++) {
        if (is_digit(p[i])) {
            run++;
            continue;
        }
        if (p[i] == decimal || (mark != '\0' && p[i] != mark)
            || (groups == 0 ? run < 1 || run > 3 : run != 3))
            return false;
        mark = p[i];
        groups++;
        run = 0;
    }
    return n > 0 && (groups == 0 ? run > 0 : run == 3);
}

/* ${c} with this decimal mark; -1: it cannot be read so, -2: too large. */
static int64_t
value_of(const struct core *c, char decimal, int places, int *decimals)
{
    const char *at = memchr(c->text, decimal, c->len);
    size_t whole = at != NULL ? (size_t)(at - c->text) : c->len;
    __int128 v = 0;

    *decimals = 0;
    if (!is_whole(c->text, whole, decimal))
        return -1;
    for (size_t i = 0; i < whole; i++)
        if (is_digit(c->text[i]) && v < MONEY_MINOR_MAX)
            v = v * 10 + (c->text[i] - '0');
    for (size_t i = whole + 1; i < c->len; i++) {
        if (!is_digit(c->text[i]))
            return -1;
        if (++*decimals > places && c->text[i] != '0')
            return -1;
        if (*decimals <= places)
            v = v * 10 + (c->text[i] - '0');
    }
    for (int i = *decimals; i < places; i++)
        v *= 10;
    if (at != NULL && *decimals == 0)
        return -1;
    return v > MONEY_MINOR_MAX ? -2 : (int64_t)v;
}

/* --- what amount_read() may say ------------------------------------------- */

struct how {
    const char        *ccy;
    int                places;      /* of the currency                       */
    int                decimals;    /* allowed                               */
    enum amount_format format;
};

static bool
was_read(enum amount_flaw flaw)
{
    return flaw == AMOUNT_FINE || flaw == AMOUNT_ZERO;
}

/* What was taken is what the other reader makes of it, in the format that the
 * file has or the text decides; where neither does, both formats agree. */
static void
check_read(struct str s, const struct how *h, const struct amount_text *got,
           enum amount_flaw flaw)
{
    struct core c = core_of(s);
    enum amount_format f = h->format != AMOUNT_UNDECIDED ? h->format
                                                         : got->format;
    int n = 0;

    MUST(c.len > 0 && got->minor >= 0 && got->minor <= MONEY_MINOR_MAX);
    MUST((got->minor == 0) == (flaw == AMOUNT_ZERO));
    if (f != AMOUNT_COMMA)
        MUST(value_of(&c, '.', h->places, &n) == got->minor);
    if (f != AMOUNT_DOT)
        MUST(value_of(&c, ',', h->places, &n) == got->minor);
    MUST(got->format == AMOUNT_UNDECIDED || got->format == f);
}

/* In every format and with every number of decimals it is one amount, and the
 * text that decided is read the same once the file has that format. */
static void
check_formats(struct str s, const struct how *h)
{
    struct amount_text got[3] = { { 0 } };
    enum amount_flaw flaw[3];
    int64_t seen = -1;

    for (int f = AMOUNT_UNDECIDED; f <= AMOUNT_COMMA; f++) {
        struct how as = *h;

        as.format = (enum amount_format)f;
        flaw[f] = amount_read(&got[f], s, as.format, as.ccy, as.decimals);
        MUST(flaw[f] >= AMOUNT_FINE && flaw[f] <= AMOUNT_ZERO);
        if (!was_read(flaw[f]))
            continue;
        check_read(s, &as, &got[f], flaw[f]);
        /* three decimals: a lone mark can be both */
        MUST(h->places > 2 || seen < 0 || seen == got[f].minor);
        seen = got[f].minor;
    }
    if (was_read(flaw[0])) {
        if (got[0].format != AMOUNT_COMMA)
            MUST(flaw[AMOUNT_DOT] == flaw[0]
                 && got[AMOUNT_DOT].minor == got[0].minor);
        if (got[0].format != AMOUNT_DOT)
            MUST(flaw[AMOUNT_COMMA] == flaw[0]
                 && got[AMOUNT_COMMA].minor == got[0].minor);
    }
}

/* Less precision takes less, and never another amount. */
static void
check_decimals(struct str s, const struct how *h)
{
    struct amount_text most = { 0 }, got;
    enum amount_flaw all = amount_read(&most, s, h->format, h->ccy, h->places);

    for (int d = 0; d < h->places; d++) {
        enum amount_flaw flaw = amount_read(&got, s, h->format, h->ccy, d);
        int64_t step = 1;

        for (int i = d; i < h->places; i++)
            step *= 10;
        if (!was_read(flaw))
            continue;
        MUST(flaw == all && got.minor == most.minor);
        MUST(got.minor % step == 0);
    }
}

/* --- machine-written ------------------------------------------------------ */

/* Digits, at most one '.', as ${places} decimals; -1: no amount. */
static int64_t
machine(struct str s, int places)
{
    __int128 v = 0;
    int dots = 0, behind = 0;

    if (s.len == 0 || !is_digit(s.p[0]) || !is_digit(s.p[s.len - 1]))
        return -1;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '.' && dots++ == 0)
            continue;
        if (!is_digit(s.p[i]) || (dots > 0 && ++behind > places
                                  && s.p[i] != '0'))
            return -1;
        if ((dots == 0 || behind <= places) && v <= MONEY_MINOR_MAX)
            v = v * 10 + (s.p[i] - '0');
    }
    for (int i = behind; i < places; i++)
        v *= 10;
    return v > MONEY_MINOR_MAX ? -1 : (int64_t)v;
}

static void
check_machine(struct str s, const struct how *h)
{
    int64_t want = machine(s, h->places), minor = -7;
    struct money m = { -7, "???" };
    bool minus = s.len > 0 && s.p[0] == '-';
    int rc = money_parse(&m, s, h->ccy);

    MUST(rc == 0 ? m.minor == want && strcmp(m.ccy, h->ccy) == 0
                 : want < 0 && m.minor == -7 && strcmp(m.ccy, "???") == 0);
    rc = minor_parse(&minor, s, h->places);
    if (minus)
        want = machine((struct str){ s.p + 1, s.len - 1 }, h->places);
    MUST(rc == 0 ? want >= 0 && minor == (minus ? -want : want)
                 : want < 0 && minor == -7);
}

/* What is written comes back, from a machine's text and from a person's. */
static void
check_written(int64_t minor, const struct how *h)
{
    struct money m = { minor % (MONEY_MINOR_MAX + 1), "" }, back;
    struct amount_text typed;
    char text[MONEY_TEXT_BYTES];
    int64_t again = 0;

    memcpy(m.ccy, h->ccy, sizeof(m.ccy));
    money_plain(m, text);
    MUST(minor_parse(&again, str_of(text), h->places) == 0
         && again == m.minor);
    MUST((money_parse(&back, str_of(text), h->ccy) == 0) == (m.minor >= 0));
    money_text(m, text);
    if (m.minor >= 0) {
        MUST(was_read(amount_read(&typed, str_of(text), AMOUNT_DOT, h->ccy,
                                  h->places)));
        MUST(typed.minor == m.minor);
    } else {
        MUST(amount_read(&typed, str_of(text), AMOUNT_DOT, h->ccy, h->places)
             == AMOUNT_NEGATIVE);
    }
}

/* --- sums and parts ------------------------------------------------------- */

static void
check_sums(int64_t a, int64_t b)
{
    struct money x = { a % (MONEY_MINOR_MAX + 1), "KES" };
    struct money y = { b % (MONEY_MINOR_MAX + 1), "KES" }, sum = { 5, "KES" };
    __int128 want = (__int128)x.minor + y.minor;
    int64_t bare = x.minor;
    bool fits = want <= MONEY_MINOR_MAX && want >= -MONEY_MINOR_MAX;

    MUST((money_add(&sum, x, y) == MONEY_OK) == fits);
    MUST(sum.minor == (fits ? (int64_t)want : 5));
    MUST((minor_add(&bare, y.minor) == 0) == fits);
    MUST(bare == (fits ? (int64_t)want : x.minor));
    if (fits)
        MUST(money_sub(&sum, sum, y) == MONEY_OK && sum.minor == x.minor);
}

static void
check_parts(int64_t minor, int64_t min, int64_t max, int decimals)
{
    struct rail_rule r = { .name = "R", .ccy = "KES", .decimals = decimals };
    struct rail_split out;
    int64_t step = decimals == 0 ? 100 : decimals == 1 ? 10 : 1, sum = 0;

    r.min_minor = min & 0xFFFF;
    r.max_minor = r.min_minor + (max & 0xFFFFFF);
    minor = minor & 0x3FFFFFFF;
    if (minor == 0 || r.max_minor == 0 || rules_split(&r, minor, &out) < 0)
        return;
    MUST(out.parts >= 1 && out.parts <= RULES_PARTS_MAX);
    for (int i = 1; i <= out.parts; i++) {
        int64_t part = rules_part(&out, i);

        sum += part;
        MUST(out.parts == 1 || (part >= r.min_minor && part <= r.max_minor
                                && part % step == 0));
    }
    MUST(sum == minor);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct { char ccy[4]; int places; } of[] = {
        { "KES", 2 }, { "UGX", 0 }, { "USD", 2 }, { "KWD", 3 },
        { "ETB", 2 }, { "EUR", 2 }, { "TZS", 2 }, { "RWF", 0 }
    };
    int64_t v[3] = { 0 };
    struct how h = { 0 };
    struct str s = { NULL, 0 };

    if (n == 0)
        return 0;
    h.ccy = of[data[0] & 7].ccy;
    h.places = of[data[0] & 7].places;
    h.decimals = (data[0] >> 3 & 3) % (h.places + 1);
    h.format = (enum amount_format)((data[0] >> 5) % 3);
    if (n >= 1 + sizeof(v))
        memcpy(v, data + 1, sizeof(v));
    check_written(v[0], &h);
    check_sums(v[0], v[1]);
    check_parts(v[0], v[1], v[2], h.decimals);
    s = (struct str){ (const char *)data + 1, n - 1 };
    check_formats(s, &h);
    check_decimals(s, &h);
    check_machine(s, &h);
    return 0;
}
