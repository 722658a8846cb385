/*
 * The fields of MT940 with amounts.  :61: is
 *   6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]  and  [34x]  on a line of its own
 * where 2a is C, D, RC or RD, and 1!a the last letter of the currency.
 */
#include "loaders/statement_mt940.h"

#define AMOUNT_BYTES_MAX 24         /* 15d; some banks fill with zeros */

static void
eat(struct str *s, size_t n)
{
    s->p += n;
    s->len -= n;
}

static bool
digits(struct str s, size_t n)
{
    if (s.len < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static int
two(struct str s, size_t at)
{
    return (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
}

/* YYMMDD at the start of ${s}; 80 to 99 are of the last century. */
static bool
take_day(struct str *s, struct statement_when *w)
{
    int yy = 0;

    *w = (struct statement_when){ .year = 0 };
    if (!digits(*s, 6))
        return false;
    yy = two(*s, 0);
    w->year = yy + (yy >= 80 ? 1900 : 2000);
    w->month = two(*s, 2);
    w->day = two(*s, 4);
    eat(s, 6);
    return statement_when_valid(w->year, w->month, w->day);
}

/* MMDD, of the year that brings it nearest to the value date. */
static bool
take_entry_day(struct str *s, const struct statement_when *value,
               struct statement_when *w)
{
    *w = *value;
    w->month = two(*s, 0);
    w->day = two(*s, 2);
    eat(s, 4);
    if (w->month - value->month > 6)
        w->year--;
    if (value->month - w->month > 6)
        w->year++;
    return statement_when_valid(w->year, w->month, w->day);
}

/* Digits and one comma up to the first other character. */
static bool
take_amount(struct str *s, const char *ccy, int64_t *minor)
{
    size_t n = 0;
    bool mark = false;

    while (n < s->len && n < AMOUNT_BYTES_MAX
           && ((s->p[n] >= '0' && s->p[n] <= '9') || s->p[n] == ','
               || s->p[n] == '.')) {
        mark = mark || s->p[n] == ',' || s->p[n] == '.';
        n++;
    }
    /* the standard wants the comma always: without it, half may be missing */
    if (!mark || statement_amount_plain(minor, str_cut(*s, n), ccy) < 0)
        return false;
    eat(s, n);
    return true;
}

bool
statement_mt_balance(struct statement_mt_balance *b, struct str s)
{
    struct statement_when w;
    bool out = false;

    *b = (struct statement_mt_balance){ .minor = 0 };
    if (s.len < 1 || (s.p[0] != 'C' && s.p[0] != 'D'))
        return false;
    out = s.p[0] == 'D';
    eat(&s, 1);
    if (!take_day(&s, &w) || s.len < 3
        || str_copy(b->ccy, sizeof(b->ccy), str_cut(s, 3)) < 0
        || ccy_decimals(b->ccy) < 0)
        return false;
    statement_when_day(&w, b->day);
    eat(&s, 3);
    if (!take_amount(&s, b->ccy, &b->minor) || str_trim(s).len > 0)
        return false;
    if (out)
        b->minor = -b->minor;
    return true;
}

/* C, D, RC, RD; EC and ED are only expected. */
static bool
take_mark(struct str *s, struct statement_line *l, bool *out, bool *unbooked)
{
    if (s->len > 1 && (s->p[0] == 'R' || s->p[0] == 'E')
        && (s->p[1] == 'C' || s->p[1] == 'D')) {
        l->reversal = s->p[0] == 'R';
        *unbooked = s->p[0] == 'E';
        eat(s, 1);
    }
    if (s->len == 0 || (s->p[0] != 'C' && s->p[0] != 'D'))
        return false;
    /* what takes back a credit is a debit */
    *out = (s->p[0] == 'D') != l->reversal;
    eat(s, 1);
    if (s->len > 0 && s->p[0] >= 'A' && s->p[0] <= 'Z')
        eat(s, 1);                      /* funds code */
    return true;
}

static void
kind_of(struct statement_line *l)
{
    static const struct {
        const char         *code;
        enum statement_kind kind;
    } codes[] = { { "CHG", STATEMENT_CHARGE }, { "COM", STATEMENT_CHARGE },
                  { "BRF", STATEMENT_CHARGE }, { "RTI", STATEMENT_RETURNED },
                  { "INT", STATEMENT_INTEREST } };
    struct str code = { l->type.p + 1, 3 };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (str_eq(code, str_of(codes[i].code)))
            l->kind = codes[i].kind;
}

/* S, N or F, and three letters or digits. */
static bool
has_type(struct str s)
{
    if (s.len < 4 || (s.p[0] != 'S' && s.p[0] != 'N' && s.p[0] != 'F'))
        return false;
    for (size_t i = 1; i < 4; i++)
        if (!((s.p[i] >= 'A' && s.p[i] <= 'Z')
              || (s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return true;
}

/* Type, our reference, the bank's behind "//", and the line below. */
static bool
take_references(struct str s, struct statement_line *l)
{
    const char *lf = memchr(s.p, '\n', s.len), *slashes = NULL;
    struct str first = str_cut(s, lf != NULL ? (size_t)(lf - s.p) : s.len);

    if (!has_type(first))
        return false;
    l->type = str_cut(first, 4);
    kind_of(l);
    eat(&first, 4);
    slashes = first.len > 0 ? memmem(first.p, first.len, "//", 2) : NULL;
    if (slashes != NULL) {
        l->id = str_trim((struct str){ slashes + 2, first.len
                         - (size_t)(slashes - first.p) - 2 });
        first.len = (size_t)(slashes - first.p);
    }
    l->reference = statement_words_ref(first);
    if (str_eq(l->reference, STR("EREF")))
        l->reference = (struct str){ NULL, 0 };     /* it is in :86: */
    if (lf != NULL)
        l->text = str_trim((struct str){ lf + 1, s.len
                           - (size_t)(lf - s.p) - 1 });
    statement_mt_charge(l, l->text);
    return true;
}

bool
statement_mt61(struct statement_mt940 *m, struct statement_line *l,
               struct str s, bool *unbooked)
{
    struct str all = s;
    struct statement_when value, entry;
    const char *why = NULL;
    bool out = false;

    if (!take_day(&s, &value))
        why = "it does not begin with a day as YYMMDD";
    entry = value;
    if (why == NULL && digits(s, 4) && !take_entry_day(&s, &value, &entry))
        why = "the second day, MMDD, is none";
    if (why == NULL && !take_mark(&s, l, &out, unbooked))
        why = "C, D, RC or RD must follow the day";
    if (why == NULL && !take_amount(&s, m->s->facts.ccy, &l->minor))
        why = "no amount such as 1234,56";
    if (why == NULL && (s.len == 0 || !take_references(s, l)))
        why = "no type such as NTRF behind the amount";
    if (why != NULL) {
        statement_note(m->s, "PR-STM-060", statement_mt940_at(m, ":61:", all),
                       "%s", why);
        return false;
    }
    l->has_amount = true;
    if (out)
        l->minor = -l->minor;
    statement_when_day(&entry, l->booked);
    statement_when_day(&value, l->value_day);
    return true;
}
