#include "tests/lib/statements.h"

#include <time.h>

#define TOLD_BYTES ((size_t)1 << 26)
#define MUST(x) do { if (!(x)) abort(); } while (0)

const struct statement_map map_two_columns = {
    .column = { [SF_DATE] = "Transaction Date", [SF_VALUE_DATE] = "Value Date",
                [SF_TEXT] = "Narrative", [SF_REFERENCE] = "Reference",
                [SF_OUT] = "Debit", [SF_IN] = "Credit",
                [SF_BALANCE] = "Running Balance" },
    .dates = "DD/MM/YYYY", .amounts = AMOUNT_DOT,
    .sign = STATEMENT_TWO_COLUMNS, .zone_min = 180
};

const struct statement_map map_signed = {
    .column = { [SF_DATE] = "Datum", [SF_TIME] = "Uhrzeit",
                [SF_AMOUNT] = "Betrag", [SF_CCY] = "Waehrung",
                [SF_BALANCE] = "Saldo", [SF_TEXT] = "Zweck",
                [SF_NAME] = "Empf\xC3\xA4nger" },
    .dates = "DD.MM.YYYY", .times = "hh:mm", .amounts = AMOUNT_COMMA,
    .sign = STATEMENT_SIGNED, .zone_min = 60
};

const struct statement_map map_marked = {
    .column = { [SF_DATE] = "Post Date", [SF_AMOUNT] = "Amount",
                [SF_MARK] = "DC", [SF_ID] = "Id", [SF_CHARGE] = "Fee",
                [SF_ACCOUNT] = "Payee Account", [SF_NAME] = "Payee" },
    .dates = "YYYY-MM-DD hh:mm:ss", .amounts = AMOUNT_DOT,
    .sign = STATEMENT_MARKED, .zone_min = 180
};

static void
put(struct buf *b, const char *name, struct str s)
{
    if (s.len > 0)
        buf_printf(b, " %s=%.*s", name, STR_ARG(s));
}

static void
put_line(struct told_statement *t, char sort, const struct statement_line *l)
{
    struct buf *b = &t->text;

    buf_printf(b, "%c%lld@%lld", sort, (long long)l->entry, (long long)l->line);
    if (l->part > 0)
        buf_printf(b, "/%lld", (long long)l->part);
    if (l->parts > 0)
        buf_printf(b, "*%lld", (long long)l->parts);
    buf_printf(b, " %s", l->booked);
    if (l->has_time) {
        time_t at = (time_t)l->at_s;
        struct tm tm;
        char text[32];

        MUST(gmtime_r(&at, &tm) != NULL);
        strftime(text, sizeof(text), " %dT%H:%M:%SZ", &tm);
        buf_text(b, text);
    }
    if (l->value_day[0] != '\0')
        buf_printf(b, " v%s", l->value_day);
    if (l->has_amount)
        buf_printf(b, " %lld %s", (long long)l->minor, l->ccy);
    buf_printf(b, " %s%s", statement_kind_name(l->kind),
               l->reversal ? " reversal" : "");
    if (l->charge_minor != 0)
        buf_printf(b, " charge=%lld", (long long)l->charge_minor);
    if (l->has_balance)
        buf_printf(b, " balance=%lld", (long long)l->balance_minor);
    put(b, "id", l->id);
    put(b, "ref", l->reference);
    put(b, "linked", l->linked);
    put(b, "account", l->account);
    put(b, "name", l->name);
    put(b, "type", l->type);
    put(b, "text", l->text);
    if (t->raw)
        put(b, "raw", l->raw);
    buf_char(b, '|');
    buf_char(b, '\n');
}

static int
on_line(void *owner, const struct statement_line *l, struct err *e)
{
    struct told_statement *t = owner;

    (void)e;
    put_line(t, l->part > 0 ? '.' : '+', l);
    buf_printf(&t->amounts, "%lld/%lld:%lld ", (long long)l->statement,
               (long long)l->part, (long long)l->minor);
    return 0;
}

static int
on_unbooked(void *owner, const struct statement_line *l, struct err *e)
{
    (void)e;
    put_line(owner, '?', l);
    return 0;
}

static void
put_balance(struct buf *b, const char *name, enum statement_balance has,
            int64_t minor)
{
    if (has != STATEMENT_NO_BALANCE)
        buf_printf(b, " %s%c%lld", name, has == STATEMENT_SAID ? '=' : '~',
                   (long long)minor);
}

static int
on_statement(void *owner, const struct statement_facts *f, struct err *e)
{
    struct told_statement *t = owner;
    struct buf *b = &t->text;

    (void)e;
    buf_printf(b, "=%s %lld", statement_format_name(f->format),
               (long long)f->number);
    put(b, "id", str_of(f->id));
    put(b, "account", str_of(f->account));
    put(b, "holder", str_of(f->holder));
    buf_printf(b, " %s %s..%s", f->ccy, f->from, f->until);
    put_balance(b, "opening", f->has_opening, f->opening_minor);
    put_balance(b, "closing", f->has_closing, f->closing_minor);
    buf_printf(b, "%s lines=%lld in=%lld out=%lld", f->ties ? " ties" : "",
               (long long)f->lines, (long long)f->in_minor,
               (long long)f->out_minor);
    if (f->parts > 0)
        buf_printf(b, " parts=%lld", (long long)f->parts);
    if (f->unbooked > 0)
        buf_printf(b, " unbooked=%lld", (long long)f->unbooked);
    buf_text(b, "|\n");
    return 0;
}

void
statements_read(struct told_statement *t, enum statement_format format,
                const struct statement_map *map, struct str s, size_t piece)
{
    const struct statement_options o = { .format = format, .map = map,
                                         .ccy = "KES", .zone_min = 180 };
    const struct statement_sink sink = { on_line, on_unbooked, on_statement,
                                         t };
    struct statement *st = NULL;
    struct problems ps;

    buf_init(&t->text, TOLD_BYTES);
    buf_init(&t->problems, TOLD_BYTES);
    buf_init(&t->amounts, TOLD_BYTES);
    problems_init(&ps);
    MUST((st = statement_new(&o, &sink, &ps, NULL)) != NULL);
    for (size_t i = 0; i < s.len; i += piece) {
        /* memory of its own, so that ASan sees a byte too far */
        size_t n = s.len - i < piece ? s.len - i : piece;
        char *part = malloc(n);

        MUST(part != NULL);
        memcpy(part, s.p + i, n);
        MUST(statement_feed(st, part, n, NULL) == 0);
        free(part);
    }
    MUST(statement_end(st, NULL) == 0);
    statement_free(st);
    for (size_t i = 0; i < ps.n; i++) {
        const struct problem *p = &ps.list[i];

        buf_printf(&t->problems, "!%s %lld:%d", p->kind->code,
                   (long long)p->line, p->column);
        put(&t->problems, "f", p->field);
        put(&t->problems, "v", p->value);
        put(&t->problems, "d", p->detail);
        buf_text(&t->problems, "|\n");
    }
    t->block = problems_block(&ps);
    problems_release(&ps);
    MUST(!t->text.failed && !t->problems.failed);
}

void
statements_release(struct told_statement *t)
{
    buf_release(&t->text);
    buf_release(&t->problems);
    buf_release(&t->amounts);
}

static void
differ(const char *name, size_t piece, const struct buf *got, const char *want)
{
    const char *text = got->p != NULL ? got->p : "";

    if (want != NULL && strcmp(text, want) != 0) {
        fprintf(stderr, "%s in pieces of %zu:\n got %s\nwant %s\n", name,
                piece, text, want);
        abort();
    }
}

void
statements_expect(const char *name, const struct statement_map *map,
                  struct str s, const char *want, const char *problems)
{
    static const size_t pieces[] = { 1, 7, 1000, (size_t)1 << 24 };

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct told_statement t = { .block = false };

        statements_read(&t, STATEMENT_UNKNOWN, map, s, pieces[i]);
        differ(name, pieces[i], &t.text, want);
        differ(name, pieces[i], &t.problems, problems);
        statements_release(&t);
    }
}

static void
replace(struct buf *out, struct str s, const char *from, const char *to)
{
    const char *at = from != NULL ? memmem(s.p, s.len, from, strlen(from))
                                  : s.p;
    size_t before = 0, gone = from != NULL ? strlen(from) : s.len;

    MUST(at != NULL);
    before = (size_t)(at - s.p);
    buf_add(out, s.p, before);
    buf_text(out, to);
    buf_add(out, s.p + before + gone, s.len - before - gone);
}

void
statements_changed(const struct statement_change *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct statement_change *c = &list[i];
        struct buf b, good;
        char path[128];

        snprintf(path, sizeof(path), "tests/data/statements/%s", c->file);
        buf_init(&b, (size_t)1 << 20);
        buf_init(&good, (size_t)1 << 20);
        MUST(buf_read_file(&good, path, NULL) == 0);
        replace(&b, buf_view(&good), c->from, c->to);
        statements_expect(c->name, c->map, buf_view(&b), NULL, c->problems);
        buf_release(&b);
        buf_release(&good);
    }
}
