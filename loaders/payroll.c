#include "loaders/payroll_priv.h"

#include "loaders/payroll_rail.h"
#include "loaders/payroll_source.h"
#include "loaders/xlsx.h"

/* Room for the texts of one row; a line is never longer. */
#define ROW_TEXT_BYTES (8 * CSV_LINE_BYTES_MAX)     /* JSON: \u0000 for one */

/* --- from the reader ---------------------------------------------------- */

void
payroll_take(struct payroll *p, const struct csv_record *rec)
{
    if (p->dead)
        return;
    if (p->facts.source == PAYROLL_CSV && p->cp1252_line == 0
        && csv_encoding(p->csv) == CSV_CP1252)
        p->cp1252_line = rec->line;
    if (!p->have_header)
        payroll_header(p, rec);
    else if (!payroll_hold(p, rec))
        payroll_row_take(p, rec);
}

static void
on_record(void *owner, const struct csv_record *rec)
{
    payroll_take(owner, rec);
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
    buf_init(&p->file, XLSX_FILE_BYTES_MAX);
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
    pain001_free(p->pain);
    arena_release(&p->header_mem);
    arena_release(&p->held_mem);
    seen_release(&p->payees);
    seen_release(&p->employees);
    seen_release(&p->days);
    buf_release(&p->name);
    buf_release(&p->extra);
    buf_release(&p->text);
    buf_release(&p->file);
    free(p);
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
    p->bytes += (int64_t)n;
    if (p->bytes > CSV_FILE_BYTES_MAX && !p->dead) {
        payroll_note(p, "PR-CSV-008",
                     (struct payroll_where){ .field = PF_UNKNOWN },
                     "more than %lld bytes", (long long)CSV_FILE_BYTES_MAX);
        payroll_die(p, "the file is too large");
    }
    if (!p->dead)
        payroll_source_feed(p, bytes, n);
    return p->dead ? gone(p, e) : 0;
}

/* What only the end of the file shows. */
static void
check_whole(struct payroll *p)
{
    struct payroll_where w = { .field = PF_UNKNOWN };

    if (p->facts.source == PAYROLL_CSV)
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
    if (!p->dead)
        payroll_source_end(p);
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
