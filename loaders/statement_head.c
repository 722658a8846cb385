/*
 * The header of a CSV, and what stands above and below the table: a block of
 * names and values, opening and closing balance, totals.
 */
#include "loaders/statement_csv.h"

#define LOOK_RECORDS 60         /* a portal's block has about ten lines */

/* --- the header --------------------------------------------------------- */

/* Is ${cell} one of the names in ${names} ("A|B"), as people write them? */
static bool
is_named(struct str cell, const char *names)
{
    char key[STATEMENT_KEY_BYTES], want[STATEMENT_KEY_BYTES];

    statement_words_key(key, cell);
    while (names != NULL && *names != '\0' && key[0] != '\0') {
        size_t n = strcspn(names, "|");

        statement_words_key(want, (struct str){ names, n });
        if (strcmp(key, want) == 0)
            return true;
        names += n + (names[n] == '|');
    }
    return false;
}

static bool
mapped(const struct statement_csv *c, int f)
{
    return c->map->column[f] != NULL && c->map->column[f][0] != '\0';
}

/* A map names only what is there; a portal's older exports have less. */
static bool
needed(const struct statement_csv *c, int f)
{
    if (!mapped(c, f))
        return false;
    return !c->mpesa || f == SF_DATE || f == SF_ID || f == SF_STATUS
           || f == SF_IN || f == SF_OUT;
}

static void
note_missing(struct statement_csv *c, int64_t line)
{
    for (int f = 0; f < SF_COUNT; f++)
        if (needed(c, f) && c->at[f] < 0)
            statement_note(c->s, "PR-STM-011", (struct statement_where){
                .line = line, .field = statement_field_name(
                    (enum statement_field)f) },
                "\"%s\" is not among the names on this line",
                c->map->column[f]);
}

/* Look for every column in the record; how many of them it has. */
static int
find_columns(struct statement_csv *c)
{
    int found = 0;

    for (int f = 0; f < SF_COUNT; f++) {
        c->at[f] = -1;
        for (int i = 0; mapped(c, f) && i < c->rec->n; i++)
            if (c->at[f] < 0
                && is_named(statement_cell(c, i), c->map->column[f])) {
                c->at[f] = i;
                found++;
            }
    }
    return found;
}

/* A name that stands twice: nobody knows which is meant. */
static void
note_twice(struct statement_csv *c)
{
    for (int f = 0; f < SF_COUNT; f++)
        for (int i = c->at[f] + 1; c->at[f] >= 0 && i < c->rec->n; i++)
            if (is_named(statement_cell(c, i), c->map->column[f])) {
                struct statement_where at = statement_cell_at(c, (enum
                    statement_field)f);

                at.column = i + 1;
                statement_note(c->s, "PR-STM-012", at,
                               "columns %d and %d", c->at[f] + 1, i + 1);
                c->s->dead = true;
            }
}

static void
take_header(struct statement_csv *c)
{
    c->have_header = true;
    c->columns = c->rec->n;
    for (int f = 0; f < SF_COUNT; f++)
        if (c->at[f] >= 0)
            statement_name(c->name[f], statement_cell(c, c->at[f]));
    note_twice(c);
}

void
statement_head(struct statement_csv *c)
{
    int found = find_columns(c), missing = 0;

    for (int f = 0; f < SF_COUNT; f++)
        missing += needed(c, f) && c->at[f] < 0;
    if (missing == 0) {
        take_header(c);
        return;
    }
    /* two names or more are a header with something missing, not a title */
    if (found >= 2) {
        note_missing(c, c->shift + c->rec->line);
        c->s->dead = true;
        return;
    }
    statement_head_labels(c);
    if (++c->looked >= LOOK_RECORDS) {
        statement_head_missing(c);
        c->s->dead = true;
    }
}

void
statement_head_missing(struct statement_csv *c)
{
    statement_note(c->s, "PR-STM-010", (struct statement_where){ .line = 1 },
                   "looked for \"%s\" and others in %lld lines",
                   c->map->column[SF_DATE], (long long)c->looked);
}

/* --- names and values --------------------------------------------------- */

enum label {
    LABEL_NONE, LABEL_ACCOUNT, LABEL_HOLDER, LABEL_PERIOD, LABEL_OPENING,
    LABEL_CLOSING, LABEL_TOTAL_IN, LABEL_TOTAL_OUT
};

static enum label
label_of(struct str cell)
{
    static const struct {
        const char *key;
        enum label  label;
    } labels[] = {
        { "accountnumber", LABEL_ACCOUNT }, { "accountno", LABEL_ACCOUNT },
        { "accno", LABEL_ACCOUNT }, { "acno", LABEL_ACCOUNT },
        { "iban", LABEL_ACCOUNT }, { "shortcode", LABEL_ACCOUNT },
        { "organizationshortcode", LABEL_ACCOUNT },
        { "paybill", LABEL_ACCOUNT }, { "paybillnumber", LABEL_ACCOUNT },
        { "tillnumber", LABEL_ACCOUNT },
        { "accountholder", LABEL_HOLDER }, { "accountname", LABEL_HOLDER },
        { "organizationname", LABEL_HOLDER },
        { "organisationname", LABEL_HOLDER },
        { "customername", LABEL_HOLDER },
        { "timeperiod", LABEL_PERIOD }, { "statementperiod", LABEL_PERIOD },
        { "period", LABEL_PERIOD }, { "daterange", LABEL_PERIOD },
        { "openingbalance", LABEL_OPENING },
        { "balancebroughtforward", LABEL_OPENING },
        { "balancebf", LABEL_OPENING }, { "broughtforward", LABEL_OPENING },
        { "closingbalance", LABEL_CLOSING },
        { "balancecarriedforward", LABEL_CLOSING },
        { "balancecf", LABEL_CLOSING }, { "carriedforward", LABEL_CLOSING },
        { "totalpaidin", LABEL_TOTAL_IN }, { "totalcredits", LABEL_TOTAL_IN },
        { "totalcredit", LABEL_TOTAL_IN },
        { "totalwithdrawn", LABEL_TOTAL_OUT },
        { "totaldebits", LABEL_TOTAL_OUT }, { "totaldebit", LABEL_TOTAL_OUT }
    };
    char key[STATEMENT_KEY_BYTES];

    statement_words_key(key, cell);
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
        if (strcmp(key, labels[i].key) == 0)
            return labels[i].label;
    return LABEL_NONE;
}

/* The days in "From 01-11-2026 00:00:00 To 30-11-2026 23:59:59". */
static void
take_period(struct statement_csv *c, struct str s)
{
    struct statement_facts *f = &c->s->facts;
    char days[2][STATEMENT_DAY_BYTES];
    int n = 0;

    for (size_t i = 0; i < s.len && n < 2; i++) {
        struct str rest = { s.p + i, s.len - i };
        struct statement_when w;
        size_t took = 0;

        if (i > 0 && s.p[i - 1] >= '0' && s.p[i - 1] <= '9')
            continue;
        took = statement_when(&w, c->map->dates, rest);
        if (took == 0)
            continue;
        statement_when_day(&w, days[n++]);
        i += took - 1;
    }
    if (n < 2 || strcmp(days[0], days[1]) > 0)
        return;                 /* then it is that of the lines */
    memcpy(f->from, days[0], sizeof(f->from));
    memcpy(f->until, days[1], sizeof(f->until));
    c->s->period_said = true;
}

static void
take_amount(struct statement_csv *c, struct str s, int i, bool *has,
            int64_t *minor)
{
    int64_t value = 0;
    enum amount_flaw flaw = statement_amount(&value, s, c->map->amounts,
                                             c->ccy);
    struct statement_where at = { .line = c->shift + c->rec->line,
                                  .column = i + 1, .value = s };

    if (flaw != AMOUNT_FINE) {
        statement_note(c->s, "PR-STM-031", at, "%s",
                       statement_amount_why(flaw));
        return;
    }
    *has = true;
    *minor = value;
}

static void
take_balance(struct statement_csv *c, struct str s, int i, bool opening)
{
    struct statement_facts *f = &c->s->facts;
    enum statement_balance *has = opening ? &f->has_opening : &f->has_closing;
    int64_t *minor = opening ? &f->opening_minor : &f->closing_minor;
    bool got = false;

    take_amount(c, s, i, &got, minor);
    if (got)
        *has = STATEMENT_SAID;
}

static void
take_label(struct statement_csv *c, enum label label, struct str value, int i)
{
    struct statement_facts *f = &c->s->facts;

    switch (label) {
    case LABEL_NONE:      return;
    case LABEL_ACCOUNT:   statement_name(f->account, value); return;
    case LABEL_HOLDER:    statement_name(f->holder, value); return;
    case LABEL_PERIOD:    take_period(c, value); return;
    case LABEL_OPENING:   take_balance(c, value, i, true); return;
    case LABEL_CLOSING:   take_balance(c, value, i, false); return;
    case LABEL_TOTAL_IN:
        take_amount(c, value, i, &c->has_total_in, &c->total_in);
        return;
    case LABEL_TOTAL_OUT:
        take_amount(c, value, i, &c->has_total_out, &c->total_out);
        if (c->total_out < 0)           /* written as the lines are */
            c->total_out = -c->total_out;
        return;
    }
}

/* "Account Number: 0112" in one cell. */
static bool
one_cell(struct statement_csv *c, struct str s, int i)
{
    const char *colon = s.len > 0 ? memchr(s.p, ':', s.len) : NULL;
    struct str name, value;
    enum label label = LABEL_NONE;

    if (colon == NULL)
        return false;
    name = (struct str){ s.p, (size_t)(colon - s.p) };
    value = str_trim((struct str){ colon + 1, s.len - name.len - 1 });
    label = label_of(name);
    if (label == LABEL_NONE || value.len == 0)
        return false;
    take_label(c, label, value, i);
    return true;
}

bool
statement_head_is_label(struct str s, bool money)
{
    const char *colon = s.len > 0 ? memchr(s.p, ':', s.len) : NULL;
    enum label label = label_of(s);

    if (label == LABEL_NONE && colon != NULL)
        label = label_of(str_cut(s, (size_t)(colon - s.p)));
    switch (label) {
    case LABEL_NONE:      return false;
    case LABEL_ACCOUNT:
    case LABEL_HOLDER:
    case LABEL_PERIOD:    return !money;
    case LABEL_OPENING:
    case LABEL_CLOSING:
    case LABEL_TOTAL_IN:
    case LABEL_TOTAL_OUT: return true;
    }
    return false;
}

int
statement_head_labels(struct statement_csv *c)
{
    enum label label = LABEL_NONE;
    int n = 0;

    for (int i = 0; i < c->rec->n; i++) {
        struct str s = statement_cell(c, i);
        enum label next = label_of(s);

        if (s.len == 0)
            continue;
        if (next != LABEL_NONE) {
            label = next;
        } else if (label != LABEL_NONE) {
            take_label(c, label, s, i);
            label = LABEL_NONE;
            n++;
        } else if (one_cell(c, s, i)) {
            n++;
        }
    }
    return n;
}
