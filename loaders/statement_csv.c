/*
 * Statements as CSV: M-Pesa's by its own map, a bank's by a saved one.  Each
 * line is held until the next one came, because in the last line of a file
 * that was cut an amount may be half of what it was.
 */
#include "loaders/statement_csv.h"

#define HELD_BYTES (16 * (size_t)CSV_LINE_BYTES_MAX)

/* --- cells -------------------------------------------------------------- */

struct str
statement_cell(const struct statement_csv *c, int i)
{
    struct str s = { NULL, 0 };

    if (i < 0 || i >= c->rec->n)
        return s;
    s = str_trim(c->rec->fields[i].text);
    /* an apostrophe that a spreadsheet put before a text */
    if (s.len > 1 && s.p[0] == '\'')
        s = str_trim((struct str){ s.p + 1, s.len - 1 });
    return s;
}

struct str
statement_cell_of(const struct statement_csv *c, enum statement_field f)
{
    return statement_cell(c, c->at[f]);
}

struct statement_where
statement_cell_at(const struct statement_csv *c, enum statement_field f)
{
    int i = c->at[f];

    return (struct statement_where){
        .line = c->shift + (i >= 0 && i < c->rec->n ? c->rec->fields[i].line
                                                    : c->rec->line),
        .column = i + 1,
        .field = c->name[f][0] != '\0' ? c->name[f] : statement_field_name(f),
        .value = statement_cell(c, i),
    };
}

/* The record as it stood in the file, but for blanks around quotes. */
static void
write_raw(struct statement_csv *c)
{
    char delim = csv_delimiter(c->csv);

    buf_clear(&c->raw);
    for (int i = 0; i < c->rec->n; i++) {
        const struct csv_field *f = &c->rec->fields[i];

        if (i > 0)
            buf_char(&c->raw, delim);
        if (!f->quoted) {
            buf_str(&c->raw, f->text);
            continue;
        }
        buf_char(&c->raw, '"');
        for (size_t k = 0; k < f->text.len; k++) {
            if (f->text.p[k] == '"')
                buf_char(&c->raw, '"');
            buf_char(&c->raw, f->text.p[k]);
        }
        buf_char(&c->raw, '"');
    }
    c->line.raw = buf_view(&c->raw);
}

/* --- holding a line ----------------------------------------------------- */

static void
let_go(struct statement_csv *c)
{
    if (!c->have_held)
        return;
    c->have_held = false;
    if (c->held_unbooked)
        statement_put_unbooked(c->s, &c->held);
    else
        statement_put(c->s, &c->held);
}

static void
hold(struct statement_csv *c)
{
    struct statement_line *l = &c->held;
    struct str *const texts[] = { &l->id, &l->reference, &l->linked,
                                  &l->account, &l->name, &l->type, &l->text,
                                  &l->raw };

    arena_reset(&c->held_mem);
    *l = c->line;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i]->len == 0)
            continue;
        *texts[i] = arena_str(&c->held_mem, *texts[i]);
        if (texts[i]->p == NULL) {
            statement_fail(c->s);
            return;
        }
    }
    c->have_held = true;
    c->held_unbooked = c->unbooked;
}

/* --- records ------------------------------------------------------------ */

static bool
blank(const struct csv_record *r)
{
    for (int i = 0; i < r->n; i++)
        if (str_trim(r->fields[i].text).len > 0)
            return false;
    return true;
}

static void
on_row(struct statement_csv *c)
{
    struct statement_where at = { .line = c->shift + c->rec->line };

    let_go(c);
    c->last_plain = true;
    switch (statement_row(c)) {
    case ROW_LINE:
        write_raw(c);
        c->last_plain = false;
        hold(c);
        return;
    case ROW_REMARK:
        at.value = statement_cell(c, 0);
        statement_note(c->s, "PR-STM-008", at, "%d fields, where a line of "
                       "this statement has %d", c->rec->n, c->columns);
        return;
    case ROW_BAD:
        c->s->incomplete = true;
        return;
    case ROW_TOTAL:
        return;
    }
}

static void
on_record(void *owner, const struct csv_record *r)
{
    struct statement_csv *c = owner;

    c->rec = r;
    c->last_line = c->shift + r->line_end;
    if (c->s->stopped || c->s->dead)
        return;
    if (csv_encoding(c->csv) == CSV_CP1252 && !c->told_cp1252) {
        c->told_cp1252 = true;
        statement_note(c->s, "PR-CSV-007",
                       (struct statement_where){ .line = c->last_line },
                       "found on this line");
    }
    if (blank(r))
        return;
    if (c->have_header)
        on_row(c);
    else
        statement_head(c);
    c->rec = NULL;
}

static void
on_flaw(void *owner, enum csv_flaw flaw, int64_t line, int column)
{
    static const char *const codes[] = {
        [CSV_BAD_QUOTE] = "PR-CSV-051", [CSV_OPEN_QUOTE] = "PR-CSV-052",
        [CSV_TOO_LONG] = "PR-CSV-053", [CSV_TOO_MANY_FIELDS] = "PR-CSV-054",
        [CSV_NUL_BYTE] = "PR-CSV-005", [CSV_BAD_ENCODING] = "PR-CSV-006"
    };
    struct statement_csv *c = owner;

    if (c->s->stopped || c->s->dead)
        return;
    let_go(c);
    c->last_plain = true;
    c->s->incomplete = true;
    statement_note(c->s, codes[flaw],
                   (struct statement_where){ .line = c->shift + line,
                                             .column = column },
                   "the line cannot be read");
}

/* --- the end ------------------------------------------------------------ */

/* Did the file end with a line end?  In UTF-16 that is one of two bytes. */
static bool
line_ended(const struct statement_csv *c)
{
    unsigned char a = c->tail[0], b = c->tail[1];

    switch (csv_encoding(c->csv)) {
    case CSV_UTF16LE: return b == 0 && (a == '\n' || a == '\r');
    case CSV_UTF16BE: return a == 0 && (b == '\n' || b == '\r');
    case CSV_UTF8:
    case CSV_UTF8_BOM:
    case CSV_CP1252:  break;
    }
    return b == '\n' || b == '\r';
}

/*
 * The last line has no line end: the file may have been cut in it.  It counts
 * when the balances prove its amount: it follows on from the line before, or
 * opening and closing were said and fit with it.
 */
static bool
last_is_whole(struct statement_csv *c)
{
    const struct statement_facts *f = &c->s->facts;
    const struct statement_chain *ch = &c->s->chain;
    const struct statement_line *l = &c->held;
    int64_t sum = f->opening_minor + f->in_minor - f->out_minor + l->minor;

    if (c->last_plain || !c->have_held || c->held_unbooked)
        return false;
    if (f->has_opening == STATEMENT_SAID && f->has_closing == STATEMENT_SAID)
        return sum == f->closing_minor;
    return l->has_balance && ch->n > 0 && ch->all && ch->up_broke == 0
           && ch->last_balance + l->minor == l->balance_minor;
}

static void
check_last(struct statement_csv *c)
{
    struct statement_where at = { .line = c->last_line };

    if (line_ended(c))
        return;
    if (last_is_whole(c)) {
        statement_note(c->s, "PR-STM-005", at, "it counts");
        return;
    }
    c->have_held = false;
    c->s->incomplete = true;
    statement_note(c->s, "PR-STM-004", at,
                   "the last line has no line end, and no balance shows that "
                   "it is whole");
}

static void
check_total(struct statement_csv *c, const char *which, bool said,
            int64_t minor, int64_t sum)
{
    char a[MONEY_TEXT_BYTES], b[MONEY_TEXT_BYTES];
    struct money m = { .minor = minor }, n = { .minor = sum };

    if (!said || minor == sum)
        return;
    str_copy(m.ccy, sizeof(m.ccy), str_of(c->ccy));
    str_copy(n.ccy, sizeof(n.ccy), str_of(c->ccy));
    money_text(m, a);
    money_text(n, b);
    statement_note(c->s, "PR-STM-041",
                   (struct statement_where){ .line = c->last_line },
                   "total %s is %s, but the lines add up to %s", which, a, b);
}

void
statement_csv_end(struct statement_csv *c)
{
    struct statement *s = c->s;

    if (csv_end(c->csv, &s->why) < 0)
        statement_fail(s);
    if (s->stopped || s->dead)
        return;
    if (!c->have_header) {
        statement_head_missing(c);
        return;
    }
    check_last(c);
    let_go(c);
    if (!s->incomplete) {
        check_total(c, "in", c->has_total_in, c->total_in, s->facts.in_minor);
        check_total(c, "out", c->has_total_out, c->total_out,
                    s->facts.out_minor);
        check_total(c, "in all", c->has_total_net, c->total_net,
                    s->facts.in_minor - s->facts.out_minor);
    }
    statement_close(s, (struct statement_where){ .line = c->last_line });
}

/* --- bytes -------------------------------------------------------------- */

void
statement_csv_feed(struct statement_csv *c, struct str bytes)
{
    if (bytes.len > 1) {
        c->tail[0] = (unsigned char)bytes.p[bytes.len - 2];
        c->tail[1] = (unsigned char)bytes.p[bytes.len - 1];
    } else {
        c->tail[0] = c->tail[1];
        c->tail[1] = (unsigned char)bytes.p[0];
    }
    if (c->skip > 0) {
        size_t n = c->skip < bytes.len ? c->skip : bytes.len;

        c->skip -= n;
        bytes.p += n;
        bytes.len -= n;
    }
    if (bytes.len > 0 && csv_feed(c->csv, bytes.p, bytes.len, &c->s->why) < 0)
        statement_fail(c->s);
}

/*
 * Titles above the table that have no delimiter would hide which one the file
 * has: the reader looks at the first line.  So they are left out.
 */
static void
skip_titles(struct statement_csv *c, struct str head)
{
    size_t line = 0;

    if (memchr(head.p, '\0', head.len) != NULL)
        return;                         /* UTF-16 */
    for (size_t i = 0; i < head.len; i++) {
        char ch = head.p[i];

        if (ch == ',' || ch == ';' || ch == '\t' || ch == '"')
            break;
        if (ch == '\n') {
            line++;
            c->skip = i + 1;
            c->shift = (int64_t)line;
        }
    }
    if (c->skip == head.len) {          /* nothing but titles */
        c->skip = 0;
        c->shift = 0;
    }
}

struct statement_csv *
statement_csv_new(struct statement *s, const struct statement_map *map,
                  struct str head, struct err *e)
{
    struct statement_csv *c = calloc(1, sizeof(*c));
    const struct csv_sink sink = { on_record, on_flaw, c };

    if (c == NULL) {
        err_oom(e);
        return NULL;
    }
    c->s = s;
    c->map = map;
    c->mpesa = map == &statement_mpesa_map;
    str_copy(c->ccy, sizeof(c->ccy),
             str_of(map->ccy != NULL ? map->ccy : s->opt.ccy));
    for (int f = 0; f < SF_COUNT; f++)
        c->at[f] = -1;
    arena_init(&c->held_mem, HELD_BYTES);
    buf_init(&c->raw, 2 * CSV_LINE_BYTES_MAX);
    skip_titles(c, head);
    if ((c->csv = csv_new(&sink, e)) == NULL) {
        statement_csv_free(c);
        return NULL;
    }
    statement_open(s);
    str_copy(s->facts.ccy, sizeof(s->facts.ccy), str_of(c->ccy));
    return c;
}

void
statement_csv_free(struct statement_csv *c)
{
    if (c == NULL)
        return;
    csv_close(c->csv);
    arena_release(&c->held_mem);
    buf_release(&c->raw);
    free(c);
}
