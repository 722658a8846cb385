/*
 * SWIFT MT940: lines to fields, fields to statements.  A line of the account is
 * held until the field after it, because its narrative comes behind it; one
 * that is held when the file ends was never whole and is not delivered.
 */
#include "loaders/statement_mt940.h"

#include "loaders/encoding.h"

#define MEM_BYTES (8 * (size_t)MT940_FIELD_BYTES_MAX)

struct statement_where
statement_mt940_at(const struct statement_mt940 *m, const char *field,
                   struct str value)
{
    return (struct statement_where){ .line = m->tag_line, .field = field,
                                     .value = value };
}

/* --- a line of the account ---------------------------------------------- */

static void
keep_texts(struct statement_mt940 *m, struct statement_line *l)
{
    struct str *const texts[] = { &l->id, &l->reference, &l->account, &l->name,
                                  &l->type, &l->text };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i]->len == 0)
            continue;
        *texts[i] = arena_str(&m->mem, *texts[i]);
        if (texts[i]->p == NULL)
            statement_fail(m->s);
    }
}

static void
let_go(struct statement_mt940 *m)
{
    if (!m->have_held)
        return;
    m->have_held = false;
    m->info = false;
    m->held.raw = buf_view(&m->raw);
    if (m->s->stopped)
        return;
    if (m->held.minor == 0 && !m->held_unbooked) {
        statement_note(m->s, "PR-STM-034",
                       (struct statement_where){ .line = m->held.line },
                       "it is not counted");
        m->held_unbooked = true;
    }
    if (m->held_unbooked)
        statement_put_unbooked(m->s, &m->held);
    else
        statement_put(m->s, &m->held);
}

/* Nothing more of this statement can be understood. */
static void
give_up(struct statement_mt940 *m)
{
    m->begun = m->s->open = m->have_held = m->goes_on = false;
}

static void
on_61(struct statement_mt940 *m, struct str value)
{
    struct statement_line l = { .line = m->tag_line };
    bool unbooked = false;

    let_go(m);
    m->info = false;
    if (!m->opening || m->closing) {
        statement_note(m->s, "PR-STM-053", statement_mt940_at(m, ":60F:",
                       value), "%s", m->closing ? "a line behind the closing "
                       "balance" : "a line before the opening balance");
        m->s->incomplete = true;
        if (!m->opening)
            give_up(m);
        return;
    }
    str_copy(l.ccy, sizeof(l.ccy), str_of(m->s->facts.ccy));
    if (!statement_mt61(m, &l, value, &unbooked)) {
        m->s->incomplete = true;
        return;
    }
    arena_reset(&m->mem);
    keep_texts(m, &l);
    buf_clear(&m->raw);
    buf_text(&m->raw, ":61:");
    buf_str(&m->raw, value);
    m->held = l;
    m->held_unbooked = unbooked;
    m->have_held = m->info = true;
}

static void
on_86(struct statement_mt940 *m, struct str value)
{
    if (!m->info)
        return;                         /* about the statement as a whole */
    m->info = false;
    buf_text(&m->raw, "\n:86:");
    buf_str(&m->raw, value);
    buf_clear(&m->work);
    statement_mt86(&m->held, value, &m->work);
    keep_texts(m, &m->held);
}

/* --- the statement ------------------------------------------------------ */

static void
finish(struct statement_mt940 *m)
{
    struct statement_facts *f = &m->s->facts;
    struct statement_where at = { .line = m->line, .field = ":62F:" };

    if (!m->begun)
        return;
    m->begun = false;
    if (!m->closing) {
        m->have_held = false;
        m->s->open = false;
        statement_note(m->s, "PR-STM-004", at,
                       "the closing balance of statement %s is missing",
                       f->id[0] != '\0' ? f->id : "(without a number)");
        return;
    }
    let_go(m);
    statement_close(m->s, at);
}

static void
begin(struct statement_mt940 *m, struct str value)
{
    finish(m);
    statement_open(m->s);
    statement_name(m->s->facts.id, value);
    m->begun = true;
    m->opening = m->closing = m->info = false;
}

static bool
read_balance(struct statement_mt940 *m, struct statement_mt_balance *b,
             const char *field, struct str value)
{
    if (statement_mt_balance(b, value))
        return true;
    statement_note(m->s, "PR-STM-060", statement_mt940_at(m, field, value),
                   "expected C or D, a day as YYMMDD, the currency and an "
                   "amount such as 1234,56");
    return false;
}

static void
on_60(struct statement_mt940 *m, struct str value)
{
    struct statement_facts *f = &m->s->facts;
    struct statement_mt_balance b;
    bool middle = m->tag[2] == 'M';

    if (m->opening)
        return;
    if (!read_balance(m, &b, ":60F:", value)) {
        give_up(m);
        return;
    }
    m->opening = true;
    f->has_opening = STATEMENT_SAID;
    f->opening_minor = b.minor;
    memcpy(f->ccy, b.ccy, sizeof(f->ccy));
    memcpy(f->from, b.day, sizeof(f->from));
    if (middle != m->goes_on)
        statement_note(m->s, "PR-STM-042", statement_mt940_at(m, ":60M:",
                       value), "%s", middle ? "the page before is not in this "
                       "file" : "the rest of the statement before is not in "
                       "this file");
    else if (middle && (m->page_minor != b.minor
                        || strcmp(m->page_account, f->account) != 0))
        statement_note(m->s, "PR-STM-043", statement_mt940_at(m, ":60M:",
                       value), "the page before ended with another balance");
    m->goes_on = false;
}

static void
on_62(struct statement_mt940 *m, struct str value)
{
    struct statement_facts *f = &m->s->facts;
    struct statement_mt_balance b;

    if (!m->opening || m->closing) {
        statement_note(m->s, "PR-STM-053", statement_mt940_at(m, ":60F:",
                       value), "%s", m->closing ? "a second closing balance"
                       : "a closing balance without an opening one");
        if (!m->opening)
            give_up(m);
        return;
    }
    /* Another field came, so the line is whole, whatever this one is worth. */
    let_go(m);
    if (!read_balance(m, &b, ":62F:", value)) {
        give_up(m);
        return;
    }
    m->closing = true;
    if (strcmp(b.ccy, f->ccy) != 0) {
        statement_note(m->s, "PR-STM-035", statement_mt940_at(m, ":62F:",
                       value), "the opening balance is in %s", f->ccy);
        return;
    }
    f->has_closing = STATEMENT_SAID;
    f->closing_minor = b.minor;
    memcpy(f->until, b.day, sizeof(f->until));
    m->s->period_said = strcmp(f->from, f->until) <= 0;
    m->goes_on = m->tag[2] == 'M';
    m->page_minor = b.minor;
    memcpy(m->page_account, f->account, sizeof(m->page_account));
}

/* Behind :20:, which begins everything. */
static void
on_field(struct statement_mt940 *m)
{
    struct str value = str_trim(buf_view(&m->field));
    const char *tag = m->tag;

    if (m->field.failed) {
        m->s->incomplete = true;
        statement_note(m->s, "PR-STM-007", statement_mt940_at(m, tag,
                       value), "more than %d bytes in one field",
                       MT940_FIELD_BYTES_MAX);
    } else if (strcmp(tag, "20") == 0)
        begin(m, value);
    else if (!m->begun)
        return;
    else if (strcmp(tag, "25") == 0 || strcmp(tag, "25P") == 0)
        statement_name(m->s->facts.account, value);
    else if (strcmp(tag, "28C") == 0 || strcmp(tag, "28") == 0)
        statement_name(m->s->facts.id, value);
    else if (strcmp(tag, "60F") == 0 || strcmp(tag, "60M") == 0)
        on_60(m, value);
    else if (strcmp(tag, "61") == 0)
        on_61(m, value);
    else if (strcmp(tag, "86") == 0)
        on_86(m, value);
    else if (strcmp(tag, "62F") == 0 || strcmp(tag, "62M") == 0)
        on_62(m, value);
    else if (strcmp(tag, "34F") == 0) {     /* MT942 has it, MT940 has not */
        statement_note(m->s, "PR-STM-052", statement_mt940_at(m, ":34F:",
                       value), "MT942 tells of a day that is not over");
        give_up(m);
    }
}

static void
end_field(struct statement_mt940 *m)
{
    if (m->tag[0] != '\0' && !m->s->stopped)
        on_field(m);
    m->tag[0] = '\0';
    buf_clear(&m->field);
}

/* --- lines -------------------------------------------------------------- */

/* ":61:" or ":60F:" at the start; the tag's length with both colons, or 0. */
static size_t
tag_at(struct str s)
{
    size_t n = 0;

    if (s.len < 4 || s.p[0] != ':' || s.p[1] < '0' || s.p[1] > '9'
        || s.p[2] < '0' || s.p[2] > '9')
        return 0;
    n = s.p[3] >= 'A' && s.p[3] <= 'Z' ? 4 : 3;
    return n < s.len && s.p[n] == ':' ? n + 1 : 0;
}

/* "{1:F01...}{2:O940...}{4:" before the first field, sometimes on its line. */
static struct str
without_envelope(struct str s)
{
    const char *at = s.len > 0 && s.p[0] == '{' ? memmem(s.p, s.len, "{4:", 3)
                                                : NULL;
    size_t n = at != NULL ? (size_t)(at - s.p) + 3 : 0;

    return (struct str){ s.p + n, s.len - n };
}

static void
on_line(struct statement_mt940 *m, struct str s)
{
    size_t n = 0;

    if (s.len > 0 && s.p[0] == '{') {
        end_field(m);
        s = without_envelope(s);
    }
    n = tag_at(s);
    if (n > 0) {
        end_field(m);
        str_copy(m->tag, sizeof(m->tag), (struct str){ s.p + 1, n - 2 });
        m->tag_line = m->line;
        buf_str(&m->field, (struct str){ s.p + n, s.len - n });
        return;
    }
    if (str_eq(str_trim(s), STR("-")) || str_eq(str_cut(s, 2), STR("-}"))
        || m->tag[0] == '\0') {
        end_field(m);           /* the end of a message, or between two */
        return;
    }
    buf_char(&m->field, '\n');
    buf_str(&m->field, s);
}

static void
end_line(struct statement_mt940 *m)
{
    struct str s = buf_view(&m->text);
    bool bad = false;

    m->line++;
    if (m->text.failed)
        statement_note(m->s, "PR-STM-007",
                       (struct statement_where){ .line = m->line },
                       "more than %d bytes in one line", MT940_LINE_BYTES_MAX);
    else if (s.len > 0 && memchr(s.p, '\0', s.len) != NULL)
        statement_note(m->s, "PR-CSV-005",
                       (struct statement_where){ .line = m->line },
                       "the line cannot be read");
    else if (encoding_utf8(s))
        on_line(m, s);
    else {
        char *room = NULL;

        buf_clear(&m->utf8);
        if ((room = buf_room(&m->utf8, 3 * s.len)) == NULL) {
            statement_fail(m->s);
            return;
        }
        m->utf8.len = encoding_cp1252(room, s, &bad);
        if (bad)
            statement_note(m->s, "PR-CSV-006",
                           (struct statement_where){ .line = m->line },
                           "neither UTF-8 nor Windows-1252");
        else
            on_line(m, buf_view(&m->utf8));
    }
    buf_clear(&m->text);
}

void
statement_mt940_feed(struct statement_mt940 *m, struct str bytes)
{
    size_t from = 0;

    for (size_t i = 0; i < bytes.len && !m->s->stopped; i++) {
        char c = bytes.p[i];

        if (c != '\n' && c != '\r') {
            m->after_cr = false;
            continue;
        }
        if (c == '\r' || !m->after_cr) {
            buf_add(&m->text, bytes.p + from, i - from);
            end_line(m);
        }
        m->after_cr = c == '\r';
        from = i + 1;
    }
    buf_add(&m->text, bytes.p + from, bytes.len - from);
}

void
statement_mt940_end(struct statement_mt940 *m)
{
    if (m->text.len > 0 || m->text.failed)
        end_line(m);
    end_field(m);
    finish(m);
    if (m->goes_on)
        statement_note(m->s, "PR-STM-042",
                       (struct statement_where){ .line = m->line,
                                                 .field = ":62M:" },
                       "the next page is not in this file");
    if (m->s->numbers == 0)
        statement_note(m->s, "PR-STM-053",
                       (struct statement_where){ .field = ":20:" },
                       "no statement begins in this file");
}

/* --- life --------------------------------------------------------------- */

struct statement_mt940 *
statement_mt940_new(struct statement *s, struct err *e)
{
    struct statement_mt940 *m = calloc(1, sizeof(*m));

    if (m == NULL) {
        err_oom(e);
        return NULL;
    }
    m->s = s;
    buf_init(&m->text, MT940_LINE_BYTES_MAX);
    buf_init(&m->utf8, 3 * MT940_LINE_BYTES_MAX + 1);
    buf_init(&m->field, MT940_FIELD_BYTES_MAX);
    buf_init(&m->work, 4 * MT940_FIELD_BYTES_MAX);
    buf_init(&m->raw, 2 * MT940_FIELD_BYTES_MAX + 16);
    arena_init(&m->mem, MEM_BYTES);
    return m;
}

void
statement_mt940_free(struct statement_mt940 *m)
{
    if (m == NULL)
        return;
    buf_release(&m->text);
    buf_release(&m->utf8);
    buf_release(&m->field);
    buf_release(&m->work);
    buf_release(&m->raw);
    arena_release(&m->mem);
    free(m);
}
