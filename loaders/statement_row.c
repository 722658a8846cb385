/*
 * One record of a CSV as a line of the statement.  All that is wrong with it
 * is said, not only the first mistake.
 */
#include "loaders/statement_csv.h"

#include <stdarg.h>

static struct str
cell(const struct statement_csv *c, enum statement_field f)
{
    return statement_cell_of(c, f);
}

static void __attribute__((format(printf, 4, 5)))
wrong(struct statement_csv *c, const char *code, enum statement_field f,
      const char *fmt, ...)
{
    char text[ERR_TEXT_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    statement_note(c->s, code, statement_cell_at(c, f), "%s", text);
    c->bad = true;
}

/* --- days --------------------------------------------------------------- */

static void
read_time(struct statement_csv *c, struct statement_when *w)
{
    struct str s = cell(c, SF_TIME);
    struct statement_when t = *w;
    char both[2 * STATEMENT_KEY_BYTES], pattern[STATEMENT_PATTERN_BYTES + 16];

    if (s.len == 0 || c->map->times == NULL)
        return;
    /* the reader knows whole days only, so the time gets this one before it */
    snprintf(pattern, sizeof(pattern), "YYYY-MM-DD %s", c->map->times);
    snprintf(both, sizeof(both), "%04d-%02d-%02d %.*s", w->year, w->month,
             w->day, STR_ARG(str_cut(s, STATEMENT_KEY_BYTES)));
    if (statement_when(&t, pattern, str_of(both)) != strlen(both))
        wrong(c, "PR-STM-021", SF_TIME, "it is no time as in %s",
              c->map->times);
    else
        *w = t;
}

static void
read_booked(struct statement_csv *c)
{
    struct str s = cell(c, SF_DATE);
    struct statement_line *l = &c->line;
    struct statement_when w;

    if (s.len == 0) {
        wrong(c, "PR-STM-020", SF_DATE, "this line has none");
        return;
    }
    if (statement_when(&w, c->map->dates, s) != s.len) {
        wrong(c, "PR-STM-021", SF_DATE, "it is no day written as expected");
        return;
    }
    if (c->mpesa && statement_mpesa_swapped(cell(c, SF_ID), &w)) {
        wrong(c, "PR-STM-022", SF_DATE, "the receipt %.*s was made on %04d-"
              "%02d-%02d", STR_ARG(cell(c, SF_ID)), w.year, w.day, w.month);
        return;
    }
    read_time(c, &w);
    statement_when_day(&w, l->booked);
    l->has_time = w.has_time;
    if (w.has_time)
        l->at_s = statement_when_s(&w, c->map->zone_min);
}

static void
read_value_day(struct statement_csv *c)
{
    struct str s = cell(c, SF_VALUE_DATE);
    struct statement_when w;

    if (s.len == 0)
        return;
    if (statement_when(&w, c->map->dates, s) != s.len)
        wrong(c, "PR-STM-021", SF_VALUE_DATE,
              "it is no day written as expected");
    else
        statement_when_day(&w, c->line.value_day);
}

/* --- amounts ------------------------------------------------------------ */

/* The amount in field ${f}; 1, 0 when it is empty, -1 when it is wrong. */
static int
amount_in(struct statement_csv *c, enum statement_field f, int64_t *out)
{
    struct str s = cell(c, f);
    enum amount_flaw flaw = AMOUNT_FINE;

    *out = 0;
    /* banks write a lone dash for nothing */
    if (s.len == 0 || str_eq(s, STR("-")))
        return 0;
    flaw = statement_amount(out, s, c->map->amounts, c->line.ccy);
    if (flaw == AMOUNT_FINE)
        return 1;
    wrong(c, "PR-STM-031", f, "%s", statement_amount_why(flaw));
    return -1;
}

static void
two_columns(struct statement_csv *c)
{
    int64_t in = 0, out = 0;
    int has_in = amount_in(c, SF_IN, &in), has_out = amount_in(c, SF_OUT, &out);

    if (has_in < 0 || has_out < 0)
        return;
    if (has_in == 0 && has_out == 0) {
        wrong(c, "PR-STM-030", SF_IN, "neither money in nor money out");
        return;
    }
    if (in != 0 && out != 0) {
        wrong(c, "PR-STM-032", SF_OUT, "and %.*s came in",
              STR_ARG(cell(c, SF_IN)));
        return;
    }
    if (in < 0) {                       /* a minus has a meaning only in OUT */
        wrong(c, "PR-STM-031", SF_IN, "%s",
              statement_amount_why(AMOUNT_NEGATIVE));
        return;
    }
    c->line.minor = in - (out < 0 ? -out : out);
}

static bool
is_word(struct str s, const char *mine, const char *const *usual)
{
    if (mine != NULL && mine[0] != '\0')
        return str_ieq(s, str_of(mine));
    for (; *usual != NULL; usual++)
        if (str_ieq(s, str_of(*usual)))
            return true;
    return false;
}

static void
marked(struct statement_csv *c)
{
    static const char *const outs[] = { "D", "DR", "DBIT", "Debit", NULL };
    static const char *const ins[] = { "C", "CR", "CRDT", "Credit", NULL };
    struct str mark = cell(c, SF_MARK);
    int64_t minor = 0;
    int has = amount_in(c, SF_AMOUNT, &minor);
    bool out = is_word(mark, c->map->mark_out, outs);

    if (has == 0)
        wrong(c, "PR-STM-030", SF_AMOUNT, "it is empty");
    if (!out && !is_word(mark, c->map->mark_in, ins))
        wrong(c, "PR-STM-033", SF_MARK, "this word is neither");
    else if (minor < 0 && !out)
        wrong(c, "PR-STM-031", SF_AMOUNT, "a credit with a minus");
    else
        c->line.minor = out && minor > 0 ? -minor : minor;
}

static void
read_amount(struct statement_csv *c)
{
    int has = 0;

    c->line.has_amount = true;
    switch (c->map->sign) {
    case STATEMENT_TWO_COLUMNS: two_columns(c); return;
    case STATEMENT_MARKED:      marked(c);      return;
    case STATEMENT_SIGNED:
    case STATEMENT_SIGNED_OUT:
        has = amount_in(c, SF_AMOUNT, &c->line.minor);
        if (has == 0)
            wrong(c, "PR-STM-030", SF_AMOUNT, "it is empty");
        if (c->map->sign == STATEMENT_SIGNED_OUT)
            c->line.minor = -c->line.minor;
        return;
    }
}

static void
read_money(struct statement_csv *c)
{
    struct statement_line *l = &c->line;
    struct str ccy = cell(c, SF_CCY);

    str_copy(l->ccy, sizeof(l->ccy), str_of(c->ccy));
    if (ccy.len > 0 && !str_ieq(ccy, str_of(c->ccy)))
        wrong(c, "PR-STM-035", SF_CCY, "this statement is read as %s", c->ccy);
    read_amount(c);
    l->has_balance = amount_in(c, SF_BALANCE, &l->balance_minor) > 0;
    if (amount_in(c, SF_CHARGE, &l->charge_minor) > 0 && l->charge_minor < 0)
        l->charge_minor = -l->charge_minor;
}

/* --- texts -------------------------------------------------------------- */

/* "254712345678 - JANE WANJIRU": a number, a name, or both. */
static void
read_party(struct statement_csv *c)
{
    struct statement_line *l = &c->line;
    struct str s = cell(c, SF_PARTY);
    const char *dash = s.len > 0 ? memmem(s.p, s.len, " - ", 3) : NULL;

    l->account = cell(c, SF_ACCOUNT);
    l->name = cell(c, SF_NAME);
    if (s.len == 0)
        return;
    if (dash != NULL) {
        l->account = str_trim(str_cut(s, (size_t)(dash - s.p)));
        l->name = str_trim((struct str){ dash + 3,
            s.len - (size_t)(dash - s.p) - 3 });
    } else if (s.p[0] >= '0' && s.p[0] <= '9') {
        l->account = s;
    } else {
        l->name = s;
    }
}

/* M-Pesa without a column for it: "Pay Bill from 2547... - JANE Acc. GV-A1" */
static struct str
account_in_details(struct str s)
{
    static const char mark[] = " Acc. ";
    const char *at = s.len > 0 ? memmem(s.p, s.len, mark, 6) : NULL;

    if (at == NULL)
        return (struct str){ NULL, 0 };
    return str_trim((struct str){ at + 6, s.len - (size_t)(at - s.p) - 6 });
}

static void
read_texts(struct statement_csv *c)
{
    struct statement_line *l = &c->line;
    struct str words;

    l->id = cell(c, SF_ID);
    l->reference = statement_words_ref(cell(c, SF_REFERENCE));
    l->linked = cell(c, SF_LINKED);
    l->type = cell(c, SF_TYPE);
    l->text = cell(c, SF_TEXT);
    read_party(c);
    if (c->mpesa && l->reference.len == 0)
        l->reference = account_in_details(l->text);
    if (c->mpesa && l->id.len == 0)
        wrong(c, "PR-STM-053", SF_ID, "a line without a receipt");
    words = l->type.len > 0 ? l->type : l->text;
    l->kind = statement_words_kind(words, l->type.len > 0);
    l->reversal = statement_words_reversal(words);
}

static void
read_status(struct statement_csv *c)
{
    struct str s = cell(c, SF_STATUS);

    if (c->at[SF_STATUS] < 0)
        return;
    switch (statement_words_status(s)) {
    case 1:
        return;
    case 0:
        c->unbooked = true;
        return;
    }
    wrong(c, "PR-STM-037", SF_STATUS, "only completed payments moved money");
}

/* --- what a record is --------------------------------------------------- */

static bool
has_amounts(const struct statement_csv *c)
{
    return cell(c, SF_AMOUNT).len > 0 || cell(c, SF_IN).len > 0
           || cell(c, SF_OUT).len > 0;
}

static int
filled(const struct statement_csv *c, struct str *first)
{
    int n = 0;

    for (int i = 0; i < c->rec->n; i++) {
        if (statement_cell(c, i).len > 0 && n++ == 0)
            *first = statement_cell(c, i);
    }
    return n;
}

static bool
says_total(struct str s)
{
    char key[STATEMENT_KEY_BYTES];

    statement_words_key(key, s);
    return strcmp(key, "total") == 0 || strcmp(key, "totals") == 0
           || strcmp(key, "grandtotal") == 0;
}

/* The totals below the table, to be compared in the end. */
static void
totals(struct statement_csv *c)
{
    int64_t minor = 0;

    str_copy(c->line.ccy, sizeof(c->line.ccy), str_of(c->ccy));
    if (amount_in(c, SF_IN, &minor) > 0) {
        c->has_total_in = true;
        c->total_in = minor;
    }
    if (amount_in(c, SF_OUT, &minor) > 0) {
        c->has_total_out = true;
        c->total_out = minor < 0 ? -minor : minor;
    }
    if (c->map->sign != STATEMENT_MARKED
        && amount_in(c, SF_AMOUNT, &minor) > 0) {
        c->has_total_net = true;
        c->total_net = c->map->sign == STATEMENT_SIGNED_OUT ? -minor : minor;
    }
}

/* A line of its own for the opening or closing balance, with a day or not. */
static bool
balance_line(struct statement_csv *c)
{
    static const struct {
        const char *words;
        bool        opening;
    } texts[] = { { "opening balance", true }, { "balance b/f", true },
                  { "balance brought forward", true },
                  { "closing balance", false }, { "balance c/f", false },
                  { "balance carried forward", false } };
    struct statement_facts *f = &c->s->facts;
    struct str text = cell(c, SF_TEXT);
    int64_t minor = 0;

    if (has_amounts(c) || cell(c, SF_BALANCE).len == 0)
        return false;
    str_copy(c->line.ccy, sizeof(c->line.ccy), str_of(c->ccy));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!str_ieq(str_cut(text, strlen(texts[i].words)),
                     str_of(texts[i].words)))
            continue;
        if (amount_in(c, SF_BALANCE, &minor) <= 0)
            return true;                /* what is wrong was said */
        *(texts[i].opening ? &f->has_opening : &f->has_closing)
            = STATEMENT_SAID;
        *(texts[i].opening ? &f->opening_minor : &f->closing_minor) = minor;
        return true;
    }
    return false;
}

/* Right number of fields, but for empty ones too many. */
static bool
right_width(struct statement_csv *c)
{
    for (int i = c->columns; i < c->rec->n; i++)
        if (statement_cell(c, i).len > 0)
            return false;
    return c->rec->n >= c->columns;
}

/* What is no line of the table, if that is clear. */
static bool
around_table(struct statement_csv *c, enum statement_row_is *is)
{
    struct str first = { NULL, 0 };
    int n = filled(c, &first);
    bool dated = cell(c, SF_DATE).len > 0;
    struct statement_when w;

    *is = ROW_TOTAL;
    if (balance_line(c))
        return true;
    if (dated && statement_when(&w, c->map->dates, cell(c, SF_DATE)) > 0)
        return false;
    if (says_total(first)) {
        totals(c);
        return true;
    }
    /* a payment may speak of an account, too */
    if (statement_head_is_label(first, has_amounts(c))
        && statement_head_labels(c) > 0)
        return true;
    *is = ROW_REMARK;
    return n == 1 || (!dated && !has_amounts(c) && cell(c, SF_ID).len == 0);
}

enum statement_row_is
statement_row(struct statement_csv *c)
{
    enum statement_row_is is = ROW_LINE;

    c->line = (struct statement_line){ .line = c->shift + c->rec->line };
    c->bad = c->unbooked = false;
    if (around_table(c, &is))
        return c->bad ? ROW_BAD : is;
    if (!right_width(c)) {
        statement_note(c->s, "PR-CSV-050",
                       (struct statement_where){ .line = c->line.line },
                       "%d fields, and the header has %d", c->rec->n,
                       c->columns);
        return ROW_BAD;
    }
    read_booked(c);
    read_value_day(c);
    read_money(c);
    read_texts(c);
    read_status(c);
    if (c->bad)
        return ROW_BAD;
    if (c->line.minor == 0 && !c->unbooked) {
        statement_note(c->s, "PR-STM-034", statement_cell_at(c, SF_TEXT),
                       "it is not counted");
        c->unbooked = true;
    }
    return ROW_LINE;
}
