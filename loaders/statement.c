/*
 * What all formats do: find out which it is, number the lines, add them up,
 * and check in the end that opening + lines = closing.
 */
#include "loaders/statement_priv.h"

#include <stdarg.h>

/* --- life --------------------------------------------------------------- */

struct statement *
statement_new(const struct statement_options *o,
              const struct statement_sink *sink, struct problems *problems,
              struct err *e)
{
    struct statement *s = NULL;

    if (o->ccy == NULL || ccy_decimals(o->ccy) < 0) {
        err_set(e, ERR_USAGE, "a statement needs a currency that payrun knows");
        return NULL;
    }
    if (o->map != NULL && statement_map_check(o->map, e) < 0)
        return NULL;
    if ((s = calloc(1, sizeof(*s))) == NULL) {
        err_oom(e);
        return NULL;
    }
    s->opt = *o;
    s->sink = *sink;
    s->problems = problems;
    buf_init(&s->head, READ_CHUNK_BYTES);
    return s;
}

void
statement_free(struct statement *s)
{
    if (s == NULL)
        return;
    statement_csv_free(s->csv);
    statement_camt_free(s->camt);
    statement_mt940_free(s->mt940);
    buf_release(&s->head);
    free(s);
}

void
statement_note(struct statement *s, const char *code,
               struct statement_where at, const char *fmt, ...)
{
    char detail[ERR_TEXT_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(detail, sizeof(detail), fmt, ap);
    va_end(ap);
    problem_add(s->problems, code, at.line, at.column,
                at.field != NULL ? at.field : "", at.value, NULL, "%s",
                detail);
}

void
statement_fail(struct statement *s)
{
    if (!s->stopped && s->why.kind == ERR_NONE)
        err_oom(&s->why);
    s->stopped = true;
}

void
statement_name(char to[STATEMENT_NAME_BYTES], struct str s)
{
    size_t n = s.len < NAME_BYTES_MAX ? s.len : NAME_BYTES_MAX;

    if (n < s.len)
        while (n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
            n--;
    str_copy(to, STATEMENT_NAME_BYTES, str_cut(s, n));
}

enum statement_format
statement_format(const struct statement *s)
{
    return s->format;
}

/* --- bytes -------------------------------------------------------------- */

static void
no_statement(struct statement *s)
{
    struct statement_where whole = { .line = 0 };

    s->dead = true;
    if (s->head.len == 0)
        statement_note(s, "PR-STM-001", whole, "no bytes");
    else
        statement_note(s, "PR-STM-002", whole, "not CSV, camt.053 or MT940");
}

/* Enough is here to know what it is, or all of it. */
static int
start(struct statement *s, struct err *e)
{
    struct str head = buf_view(&s->head);
    const struct statement_map *map = &statement_mpesa_map;

    s->started = true;
    s->format = s->opt.format;
    if (s->format == STATEMENT_UNKNOWN)
        s->format = statement_sniff(head);
    if (str_trim(head).len == 0)
        s->format = STATEMENT_UNKNOWN;
    switch (s->format) {
    case STATEMENT_UNKNOWN:
        no_statement(s);
        return 0;
    case STATEMENT_CSV:
        map = s->opt.map;
        if (map == NULL) {
            s->dead = true;
            statement_note(s, "PR-STM-003",
                           (struct statement_where){ .line = 0 },
                           "no map was given");
            return 0;
        }
        /* fall through */
    case STATEMENT_MPESA:
        s->csv = statement_csv_new(s, map, head, e);
        return s->csv == NULL ? -1 : 0;
    case STATEMENT_CAMT053:
        s->camt = statement_camt_new(s, e);
        return s->camt == NULL ? -1 : 0;
    case STATEMENT_MT940:
        s->mt940 = statement_mt940_new(s, e);
        return s->mt940 == NULL ? -1 : 0;
    }
    return 0;
}

static void
take(struct statement *s, struct str bytes)
{
    if (bytes.len == 0 || s->dead || s->stopped)
        return;
    if (s->csv != NULL)
        statement_csv_feed(s->csv, bytes);
    if (s->camt != NULL)
        statement_camt_feed(s->camt, bytes);
    if (s->mt940 != NULL)
        statement_mt940_feed(s->mt940, bytes);
}

static int
answer(const struct statement *s, struct err *e)
{
    if (!s->stopped)
        return 0;
    if (e != NULL)
        *e = s->why;
    return -1;
}

int
statement_feed(struct statement *s, const void *bytes, size_t n, struct err *e)
{
    struct str in = { bytes, n };

    if (n == 0 || s->dead || s->stopped)
        return answer(s, e);
    s->bytes += (int64_t)n;
    if (s->bytes > CSV_FILE_BYTES_MAX) {
        s->dead = true;
        statement_note(s, "PR-STM-006", (struct statement_where){ .line = 0 },
                       "more than %lld MB",
                       (long long)(CSV_FILE_BYTES_MAX >> 20));
        return 0;
    }
    if (!s->started) {
        struct str head = str_cut(in, READ_CHUNK_BYTES - s->head.len);

        buf_str(&s->head, head);
        if (s->head.failed)
            return err_oom(e);
        in.p += head.len;
        in.len -= head.len;
        if (s->head.len < READ_CHUNK_BYTES)
            return 0;
        if (start(s, e) < 0)
            return -1;
        take(s, buf_view(&s->head));
        buf_release(&s->head);
    }
    take(s, in);
    return answer(s, e);
}

int
statement_end(struct statement *s, struct err *e)
{
    if (!s->started) {
        if (start(s, e) < 0)
            return -1;
        take(s, buf_view(&s->head));
        buf_release(&s->head);
    }
    if (s->dead || s->stopped)
        return answer(s, e);
    if (s->csv != NULL)
        statement_csv_end(s->csv);
    if (s->camt != NULL)
        statement_camt_end(s->camt);
    if (s->mt940 != NULL)
        statement_mt940_end(s->mt940);
    return answer(s, e);
}

/* --- lines -------------------------------------------------------------- */

void
statement_open(struct statement *s)
{
    s->facts = (struct statement_facts){ .format = s->format,
                                         .number = ++s->numbers };
    s->chain = (struct statement_chain){ .all = true };
    s->open = true;
    s->period_said = false;
    s->incomplete = false;
}

static void
deliver(struct statement *s, const struct statement_line *l,
        int (*to)(void *, const struct statement_line *, struct err *))
{
    if (!s->stopped && to != NULL && to(s->sink.owner, l, &s->why) < 0)
        statement_fail(s);
}

static void
follow(struct statement_chain *c, const struct statement_line *l)
{
    int64_t up = c->last_balance, down = c->last_balance;

    c->all = c->all && l->has_balance;
    if (!l->has_balance)
        return;
    if (c->n == 0) {
        c->first_minor = l->minor;
        c->first_balance = l->balance_minor;
    } else {
        /* each is at most MONEY_MINOR_MAX, so neither runs over */
        up += l->minor;
        down -= c->last_minor;
        if (up != l->balance_minor && c->up_broke == 0)
            c->up_broke = l->line;
        if (down != l->balance_minor && c->down_broke == 0)
            c->down_broke = l->line;
    }
    c->last_minor = l->minor;
    c->last_balance = l->balance_minor;
    c->n++;
}

bool
statement_chain_whole(const struct statement *s)
{
    const struct statement_chain *c = &s->chain;

    return c->all && c->n > 0 && (c->up_broke == 0 || c->down_broke == 0);
}

bool
statement_chain_up(const struct statement *s)
{
    return statement_chain_whole(s) && s->chain.n > 1 && s->chain.up_broke == 0;
}

static void
add_up(struct statement *s, const struct statement_line *l)
{
    struct statement_facts *f = &s->facts;
    int rc = l->minor < 0 ? minor_add(&f->out_minor, -l->minor)
                          : minor_add(&f->in_minor, l->minor);

    if (rc < 0 && !s->incomplete)
        statement_note(s, "PR-STM-036",
                       (struct statement_where){ .line = l->line },
                       "up to this line");
    s->incomplete = s->incomplete || rc < 0;
}

static void
widen_period(struct statement *s, const char *day)
{
    struct statement_facts *f = &s->facts;

    if (s->period_said)
        return;
    if (f->from[0] == '\0' || strcmp(day, f->from) < 0)
        str_copy(f->from, sizeof(f->from), str_of(day));
    if (f->until[0] == '\0' || strcmp(day, f->until) > 0)
        str_copy(f->until, sizeof(f->until), str_of(day));
}

/* One statement is of one currency, or its sums would mean nothing. */
static bool
same_currency(struct statement *s, const struct statement_line *l)
{
    if (s->facts.ccy[0] == '\0')
        str_copy(s->facts.ccy, sizeof(s->facts.ccy), str_of(l->ccy));
    if (strcmp(s->facts.ccy, l->ccy) == 0)
        return true;
    statement_note(s, "PR-STM-035", (struct statement_where){ .line = l->line,
                   .value = str_of(l->ccy) }, "the statement is in %s",
                   s->facts.ccy);
    s->incomplete = true;
    return false;
}

void
statement_put(struct statement *s, struct statement_line *l)
{
    if (!same_currency(s, l))
        return;
    l->statement = s->facts.number;
    l->entry = ++s->facts.lines;
    l->part = 0;
    follow(&s->chain, l);
    add_up(s, l);
    widen_period(s, l->booked);
    deliver(s, l, s->sink.line);
}

void
statement_put_part(struct statement *s, struct statement_line *l)
{
    l->statement = s->facts.number;
    l->entry = s->facts.lines + 1;      /* its batch comes behind it */
    l->parts = 0;
    l->has_balance = false;
    s->facts.parts++;
    deliver(s, l, s->sink.line);
}

void
statement_put_unbooked(struct statement *s, struct statement_line *l)
{
    l->statement = s->facts.number;
    l->entry = 0;
    s->facts.unbooked++;
    deliver(s, l, s->sink.unbooked);
}

/* --- the end of a statement --------------------------------------------- */

/* A balance that is said must be the one that follows from the lines. */
static void
check_side(struct statement *s, struct statement_where at, const char *which,
           enum statement_balance *has, int64_t *minor, int64_t follows)
{
    char said[MONEY_TEXT_BYTES], found[MONEY_TEXT_BYTES];
    struct money m = { .minor = *minor }, n = { .minor = follows };

    if (*has == STATEMENT_NO_BALANCE) {
        *has = STATEMENT_FOLLOWS;
        *minor = follows;
    }
    if (*minor == follows)
        return;
    str_copy(m.ccy, sizeof(m.ccy), str_of(s->facts.ccy));
    str_copy(n.ccy, sizeof(n.ccy), str_of(s->facts.ccy));
    money_text(m, said);
    money_text(n, found);
    statement_note(s, "PR-STM-040", at,
                   "%s balance %s, but the balances of the lines make it %s",
                   which, said, found);
}

static void
check_chain(struct statement *s, struct statement_where at)
{
    struct statement_facts *f = &s->facts;
    struct statement_chain *c = &s->chain;
    bool up = c->up_broke == 0;
    int64_t broke = c->up_broke > c->down_broke ? c->up_broke : c->down_broke;
    int64_t first = c->first_balance, last = c->last_balance;

    if (c->n == 0 || s->incomplete)
        return;
    if (!statement_chain_whole(s)) {
        if (c->up_broke > 0 && c->down_broke > 0)
            statement_note(s, "PR-STM-042",
                           (struct statement_where){ .line = broke },
                           "the balance of this line is not that of the one "
                           "before and its amount");
        return;
    }
    check_side(s, at, "opening", &f->has_opening, &f->opening_minor,
               up ? first - c->first_minor : last - c->last_minor);
    check_side(s, at, "closing", &f->has_closing, &f->closing_minor,
               up ? last : first);
}

static void
check_sum(struct statement *s, struct statement_where at)
{
    struct statement_facts *f = &s->facts;
    char opening[MONEY_TEXT_BYTES], closing[MONEY_TEXT_BYTES];
    char found[MONEY_TEXT_BYTES], off[MONEY_TEXT_BYTES];
    int64_t sum = f->opening_minor + f->in_minor - f->out_minor;
    struct money m = { .minor = f->opening_minor };

    if (f->has_opening != STATEMENT_SAID || f->has_closing != STATEMENT_SAID
        || s->incomplete)
        return;
    f->ties = sum == f->closing_minor;
    if (f->ties)
        return;
    str_copy(m.ccy, sizeof(m.ccy), str_of(f->ccy));
    money_text(m, opening);
    m.minor = f->closing_minor;
    money_text(m, closing);
    m.minor = sum;
    money_text(m, found);
    m.minor = f->closing_minor - sum;
    money_text(m, off);
    statement_note(s, "PR-STM-040", at,
                   "opening %s and %lld line%s make %s, but closing is %s: "
                   "the difference is %s", opening, (long long)f->lines,
                   f->lines == 1 ? "" : "s", found, closing, off);
}

void
statement_close(struct statement *s, struct statement_where at)
{
    if (!s->open)
        return;
    s->open = false;
    if (s->facts.ccy[0] == '\0')
        str_copy(s->facts.ccy, sizeof(s->facts.ccy), str_of(s->opt.ccy));
    check_sum(s, at);
    check_chain(s, at);
    if (!s->stopped && s->sink.statement != NULL
        && s->sink.statement(s->sink.owner, &s->facts, &s->why) < 0)
        statement_fail(s);
}
