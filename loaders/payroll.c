#include "loaders/payroll_priv.h"

#include "loaders/payroll_rail.h"

/* Room for the texts of one row; a line is never longer. */
#define ROW_TEXT_BYTES (8 * CSV_LINE_BYTES_MAX)     /* JSON: \u0000 for one */

/* --- from the reader ---------------------------------------------------- */

static void
on_record(void *owner, const struct csv_record *rec)
{
    struct payroll *p = owner;

    if (p->dead)
        return;
    if (csv_encoding(p->csv) == CSV_CP1252 && p->cp1252_line == 0)
        p->cp1252_line = rec->line;
    if (!p->have_header)
        payroll_header(p, rec);
    else if (!payroll_hold(p, rec))
        payroll_row_take(p, rec);
}

static void
on_flaw(void *owner, enum csv_flaw flaw, int64_t line, int column)
{
    struct payroll *p = owner;
    struct str raw = csv_raw(p->csv);

    if (p->dead)
        return;
    if (p->have_header) {
        if (!payroll_hold_flaw(p, flaw, line, column, raw))
            payroll_row_flaw(p, flaw, line, column, raw);
        return;
    }
    payroll_note(p, "PR-CSV-045",
                 (struct payroll_where){ .line = line, .column = column,
                                         .field = PF_UNKNOWN },
                 "%s", flaw == CSV_NUL_BYTE ? "it has NUL bytes"
                       : flaw == CSV_BAD_ENCODING
                           ? "its bytes are not in the file's encoding"
                           : "its quotes or its length are wrong");
    payroll_die(p, "the header cannot be read");
}

/* --- life --------------------------------------------------------------- */

static int
check_options(const struct payroll_options *o, struct err *e)
{
    const struct rail_rule *rail = NULL;

    if (ccy_decimals(o->ccy) < 0)
        return err_set(e, ERR_CONFIG, "unknown currency \"%s\"", o->ccy);
    rail = rules_rail(o->rules, str_of(o->default_rail));
    if (rail == NULL || strcmp(rail->ccy, o->ccy) != 0)
        return err_set(e, ERR_CONFIG, "the rules have no rail \"%s\" in %s",
                       o->default_rail, o->ccy);
    return 0;
}

struct payroll *
payroll_new(const struct payroll_options *o, const struct payroll_sink *sink,
            struct problems *problems, struct err *e)
{
    const struct csv_sink from = { .record = on_record, .flaw = on_flaw };
    struct csv_sink mine = from;
    struct payroll *p = NULL;

    if (check_options(o, e) < 0)
        return NULL;
    if ((p = calloc(1, sizeof(*p))) == NULL) {
        err_oom(e);
        return NULL;
    }
    p->opt = *o;
    p->sink = *sink;
    p->problems = problems;
    p->default_rail = rules_rail(o->rules, str_of(o->default_rail));
    p->decimals = ccy_decimals(o->ccy);
    str_copy(p->ccy.ccy, sizeof(p->ccy.ccy), str_of(o->ccy));
    p->short_prefixes = payroll_payee_short_prefixes(o->rules);
    p->holding = true;
    p->held_end = &p->held;
    for (int f = 0; f < PF_COUNT; f++)
        p->at[f] = -1;
    arena_init(&p->header_mem, 16 * (size_t)CSV_LINE_BYTES_MAX);
    arena_init(&p->held_mem, PAYROLL_HOLD_BYTES);
    seen_init(&p->payees, 1);
    seen_init(&p->employees, 0);
    seen_init(&p->days, 1);
    buf_init(&p->name, ROW_TEXT_BYTES);
    buf_init(&p->extra, 2 * ROW_TEXT_BYTES);
    buf_init(&p->text, ROW_TEXT_BYTES);
    mine.owner = p;
    if (bank_index_make(&p->banks, o->rules, e) < 0
        || (p->csv = csv_new(&mine, e)) == NULL) {
        payroll_free(p);
        return NULL;
    }
    return p;
}

void
payroll_free(struct payroll *p)
{
    if (p == NULL)
        return;
    csv_close(p->csv);
    arena_release(&p->header_mem);
    arena_release(&p->held_mem);
    seen_release(&p->payees);
    seen_release(&p->employees);
    seen_release(&p->days);
    buf_release(&p->name);
    buf_release(&p->extra);
    buf_release(&p->text);
    free(p);
}

/* --- what it is not ----------------------------------------------------- */

static const struct magic {
    const char *code;
    const char *what;
    struct str  bytes;
} magics[] = {
    { "PR-CSV-002", "an Excel workbook (.xlsx)", { "PK\x03\x04", 4 } },
    { "PR-CSV-002", "an old Excel workbook (.xls)",
      { "\xD0\xCF\x11\xE0\xA1\xB1", 6 } },
    { "PR-CSV-003", "a PDF", { "%PDF", 4 } },
    { "PR-CSV-003", "a compressed file", { "\x1F\x8B", 2 } },
    { "PR-CSV-003", "a compressed file", { "7z\xBC\xAF", 4 } },
    { "PR-CSV-003", "a compressed file", { "Rar!", 4 } },
    { "PR-CSV-003", "a picture", { "\x89PNG", 4 } },
    { "PR-CSV-003", "a picture", { "\xFF\xD8\xFF", 3 } },
    { "PR-CSV-003", "a web page or XML", { "<!DOCTYP", 8 } },
    { "PR-CSV-003", "a web page or XML", { "<html", 5 } },
    { "PR-CSV-003", "a web page or XML", { "<HTML", 5 } },
    { "PR-CSV-003", "a web page or XML", { "<?xml", 5 } },
    { "PR-CSV-003", "a text document (RTF)", { "{\\rtf", 5 } }
};

/* Look at the first bytes, all of which are known now. */
static void
check_magic(struct payroll *p, size_t known)
{
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        const struct magic *m = &magics[i];

        if (known < m->bytes.len
            || memcmp(p->magic, m->bytes.p, m->bytes.len) != 0)
            continue;
        payroll_note(p, m->code,
                     (struct payroll_where){ .field = PF_UNKNOWN },
                     "it is %s", m->what);
        payroll_die(p, strcmp(m->code, "PR-CSV-002") == 0
                           ? "this is an Excel workbook, not a CSV file"
                           : "this is not a table of text");
        return;
    }
}

/* Gather the first bytes; the reader has said nothing yet when they are
 * complete, for it waits for more than that. */
static void
look_at_start(struct payroll *p, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n && p->bytes + (int64_t)i < PAYROLL_MAGIC_BYTES;
         i++) {
        p->magic[p->bytes + (int64_t)i] = bytes[i];
        if (p->bytes + (int64_t)i == PAYROLL_MAGIC_BYTES - 1)
            check_magic(p, PAYROLL_MAGIC_BYTES);
    }
}

/* --- feeding ------------------------------------------------------------ */

static int
gone(const struct payroll *p, struct err *e)
{
    if (e != NULL)
        *e = p->why;
    return -1;
}

int
payroll_feed(struct payroll *p, const void *bytes, size_t n, struct err *e)
{
    if (p->dead)
        return gone(p, e);
    look_at_start(p, bytes, n);
    p->bytes += (int64_t)n;
    if (p->bytes > CSV_FILE_BYTES_MAX && !p->dead) {
        payroll_note(p, "PR-CSV-008",
                     (struct payroll_where){ .field = PF_UNKNOWN },
                     "more than %lld bytes", (long long)CSV_FILE_BYTES_MAX);
        payroll_die(p, "the file is too large");
    }
    if (!p->dead && csv_feed(p->csv, bytes, n, &p->why) < 0)
        p->dead = true;
    return p->dead ? gone(p, e) : 0;
}

/* What only the end of the file shows. */
static void
check_whole(struct payroll *p)
{
    struct payroll_where w = { .field = PF_UNKNOWN };

    p->facts.encoding = csv_encoding(p->csv);
    p->blocked = false;
    if (p->cp1252_line != 0) {
        w.line = p->cp1252_line;
        payroll_note(p, "PR-CSV-007", w, "the first such line is %lld",
                     (long long)w.line);
        w.line = 0;
    }
    if (!p->have_header) {
        payroll_note(p, "PR-CSV-001", w, p->bytes == 0 ? "it has no bytes"
                                                       : "it has no text");
        payroll_die(p, "the file is empty");
        return;
    }
    if (p->facts.rows == 0)
        payroll_note(p, "PR-CSV-004", w, "nobody would be paid");
    payroll_declared(p);
}

int
payroll_end(struct payroll *p, struct err *e)
{
    if (p->bytes < PAYROLL_MAGIC_BYTES && !p->dead)
        check_magic(p, (size_t)p->bytes);
    if (!p->dead && csv_end(p->csv, &p->why) < 0)
        p->dead = true;
    if (!p->dead)
        payroll_settle(p);
    if (!p->dead)
        check_whole(p);
    return p->dead ? gone(p, e) : 0;
}

const struct payroll_facts *
payroll_facts(const struct payroll *p)
{
    return &p->facts;
}

enum payroll_field
payroll_column(const struct payroll *p, int i)
{
    return i >= 0 && i < p->facts.columns ? p->columns[i].field : PF_UNKNOWN;
}
