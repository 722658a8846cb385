/*
 * What the file is: a CSV table, an Excel workbook, or a payment order.  Its
 * first bytes tell; whoever reads it, the rows come out as the same records.
 */
#include "loaders/payroll_source.h"

#include "loaders/xlsx.h"

/* --- from the other readers --------------------------------------------- */

static bool
on_record(void *owner, const struct csv_record *rec)
{
    struct payroll *p = owner;

    payroll_take(p, rec);
    return !p->dead;
}

/* A problem that the reader found; what it says of a place is the row's. */
static void
on_note(void *owner, const char *code, int64_t line, int column,
        struct str value, const char *detail)
{
    struct payroll *p = owner;
    bool known = column >= 1 && column <= p->facts.columns;

    payroll_note(p, code, (struct payroll_where){
                     .line = line, .column = column, .value = value,
                     .field = known ? p->columns[column - 1].field
                                    : PF_UNKNOWN },
                 "%s", detail);
}

static struct table_sink
table_sink(struct payroll *p)
{
    return (struct table_sink){ on_record, on_note, p };
}

static void
die_as(struct payroll *p, const struct err *why)
{
    if (p->dead)
        return;
    p->dead = true;
    p->why = *why;
}

/* --- which it is -------------------------------------------------------- */

static const struct magic {
    const char *code;           /* NULL: one that is read                     */
    enum payroll_source source;
    const char *what;
    struct str  bytes;
} magics[] = {
    { NULL, PAYROLL_XLSX, NULL, { "PK\x03\x04", 4 } },
    { NULL, PAYROLL_PAIN001, NULL, { "<?xml", 5 } },
    { NULL, PAYROLL_PAIN001, NULL, { "\xEF\xBB\xBF<?xml", 8 } },
    { NULL, PAYROLL_PAIN001, NULL, { "<Documen", 8 } },
    { "PR-CSV-002", PAYROLL_CSV, "an old Excel workbook (.xls), or one with a "
      "password", { "\xD0\xCF\x11\xE0\xA1\xB1", 6 } },
    { "PR-CSV-003", PAYROLL_CSV, "a PDF", { "%PDF", 4 } },
    { "PR-CSV-003", PAYROLL_CSV, "a compressed file", { "\x1F\x8B", 2 } },
    { "PR-CSV-003", PAYROLL_CSV, "a compressed file", { "7z\xBC\xAF", 4 } },
    { "PR-CSV-003", PAYROLL_CSV, "a compressed file", { "Rar!", 4 } },
    { "PR-CSV-003", PAYROLL_CSV, "a picture", { "\x89PNG", 4 } },
    { "PR-CSV-003", PAYROLL_CSV, "a picture", { "\xFF\xD8\xFF", 3 } },
    { "PR-CSV-003", PAYROLL_CSV, "a web page", { "<!DOCTYP", 8 } },
    { "PR-CSV-003", PAYROLL_CSV, "a web page", { "<!doctyp", 8 } },
    { "PR-CSV-003", PAYROLL_CSV, "a web page", { "<html", 5 } },
    { "PR-CSV-003", PAYROLL_CSV, "a web page", { "<HTML", 5 } },
    { "PR-CSV-003", PAYROLL_CSV, "a text document (RTF)", { "{\\rtf", 5 } }
};

static void
refuse(struct payroll *p, const struct magic *m)
{
    payroll_note(p, m->code, (struct payroll_where){ .field = PF_UNKNOWN },
                 "it is %s", m->what);
    payroll_die(p, strcmp(m->code, "PR-CSV-002") == 0
                       ? "this Excel workbook cannot be read"
                       : "this is not a table of text");
}

static void
start_pain001(struct payroll *p)
{
    const struct table_sink sink = table_sink(p);
    struct err why = { 0 };

    p->problems->places = PLACE_ELEMENT;
    if ((p->pain = pain001_new(&sink, &why)) == NULL)
        die_as(p, &why);
}

/* The first bytes are known: all there are, or as many as any magic has. */
static void
decide(struct payroll *p)
{
    p->decided = true;
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        const struct magic *m = &magics[i];

        if (p->nmagic < m->bytes.len
            || memcmp(p->magic, m->bytes.p, m->bytes.len) != 0)
            continue;
        p->facts.source = m->source;
        if (m->code != NULL)
            refuse(p, m);
        break;
    }
    if (p->facts.source == PAYROLL_XLSX)
        p->problems->places = PLACE_CELL;
    else if (p->facts.source == PAYROLL_PAIN001)
        start_pain001(p);
}

/* --- bytes -------------------------------------------------------------- */

/* To whoever reads it. */
static void
give(struct payroll *p, const void *bytes, size_t n)
{
    struct err why = { 0 };

    if (p->dead || n == 0)
        return;
    switch (p->facts.source) {
    case PAYROLL_CSV:
        if (csv_feed(p->csv, bytes, n, &p->why) < 0)
            p->dead = true;
        return;
    case PAYROLL_XLSX:
        buf_add(&p->file, bytes, n);
        if (!p->file.failed)
            return;
        payroll_note(p, "PR-XLS-003",
                     (struct payroll_where){ .field = PF_UNKNOWN },
                     "more than %lld bytes", (long long)XLSX_FILE_BYTES_MAX);
        payroll_die(p, "the workbook is too large");
        return;
    case PAYROLL_PAIN001:
        if (pain001_feed(p->pain, bytes, n, &why) < 0)
            die_as(p, &why);
        return;
    }
}

void
payroll_source_feed(struct payroll *p, const unsigned char *bytes, size_t n)
{
    while (!p->decided && n > 0) {
        p->magic[p->nmagic++] = *bytes++;
        n--;
        if (p->nmagic < PAYROLL_MAGIC_BYTES)
            continue;
        decide(p);
        give(p, p->magic, p->nmagic);
    }
    if (p->decided)
        give(p, bytes, n);
}

static void
end_xlsx(struct payroll *p)
{
    const struct table_sink sink = table_sink(p);
    struct err why = { 0 };

    if (xlsx_read(buf_view(&p->file), p->opt.sheet, &sink,
                  p->facts.sheet, &why) < 0)
        die_as(p, &why);
    buf_release(&p->file);
}

static void
end_pain001(struct payroll *p)
{
    const struct pain001_facts *f = pain001_facts(p->pain);
    struct err why = { 0 };

    if (pain001_end(p->pain, &why) < 0)
        die_as(p, &why);
    memcpy(p->facts.pay_date, f->pay_date, sizeof(p->facts.pay_date));
    snprintf(p->facts.sheet, sizeof(p->facts.sheet), "%s", f->version);
}

void
payroll_source_end(struct payroll *p)
{
    if (!p->decided) {
        decide(p);
        give(p, p->magic, p->nmagic);
    }
    if (p->dead)
        return;
    switch (p->facts.source) {
    case PAYROLL_CSV:
        if (csv_end(p->csv, &p->why) < 0)
            p->dead = true;
        return;
    case PAYROLL_XLSX:
        end_xlsx(p);
        return;
    case PAYROLL_PAIN001:
        end_pain001(p);
        return;
    }
}

/* --- what a workbook says besides the text ------------------------------ */

/* Does a column decide who gets how much? */
static bool
decides(enum payroll_field f)
{
    switch (f) {
    case PF_PHONE: case PF_AMOUNT: case PF_CURRENCY: case PF_RAIL:
    case PF_BANK: case PF_BANK_CODE: case PF_ACCOUNT: case PF_PAYBILL:
    case PF_TILL: case PF_ACCOUNT_REFERENCE: case PF_PAY_FROM:
        return true;
    case PF_EMPLOYEE_NO: case PF_NAME: case PF_REFERENCE: case PF_NARRATION:
    case PF_ID_NUMBER: case PF_KRA_PIN: case PF_DEPARTMENT: case PF_BRANCH:
    case PF_COUNT: case PF_UNKNOWN:
        return false;
    }
    return false;
}

static void
look_at_cell(struct payroll *p, enum payroll_field f, unsigned marks)
{
    struct payroll_where w = payroll_place(p, f);

    if (marks & CSV_FIELD_FORMULA)
        payroll_note(p, decides(f) ? "PR-XLS-010" : "PR-XLS-011", w,
                     w.value.len > 0 ? "it showed this when the workbook was "
                     "saved" : "it was never worked out");
    if (marks & CSV_FIELD_CUT && decides(f))
        payroll_note(p, "PR-XLS-016", w, "Excel keeps 15 digits of a number; "
                     "the others are gone");
    else if (marks & CSV_FIELD_ROUNDED && f == PF_AMOUNT)
        payroll_note(p, "PR-XLS-015", w, "the file has more digits than Excel "
                     "shows");
}

void
payroll_source_row(struct payroll *p)
{
    if (p->facts.source != PAYROLL_XLSX)
        return;
    if (p->rec->hidden)
        payroll_note(p, "PR-XLS-012",
                     (struct payroll_where){ .line = p->rec->line,
                                             .field = PF_UNKNOWN },
                     "it is not to be seen whether it is meant to be paid");
    for (int f = 0; f < PF_COUNT; f++) {
        int i = p->at[f];

        if (i >= 0 && i < p->rec->n && p->rec->fields[i].marks != 0)
            look_at_cell(p, (enum payroll_field)f, p->rec->fields[i].marks);
    }
}

bool
payroll_source_marked(const struct payroll *p, enum payroll_field f,
                      unsigned mark)
{
    int i = p->at[f];

    return i >= 0 && i < p->rec->n && (p->rec->fields[i].marks & mark) != 0;
}
