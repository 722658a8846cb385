#include "loaders/rejects.h"

#include "loaders/columns.h"

#define BOM        "\xEF\xBB\xBF"
#define CELL_BYTES (16 * 1024)      /* what a spreadsheet takes, and we read */

_Static_assert(CELL_BYTES <= CSV_FIELD_BYTES_MAX, "it must load again");

/* A cell with an apostrophe in front, put there by a spreadsheet or by us,
 * means the text behind it: so it is taken off before a new one is needed. */
static void
put_cell(struct rejects *r, struct str cell)
{
    buf_csv(r->out, columns_unguard(cell), r->delim);
}

static void
put_fields(struct rejects *r, const struct csv_record *rec)
{
    /* a line that could not be read has one field, and it is no column */
    bool whole = rec->n == 1;

    for (int i = 0; i < rec->n; i++) {
        if (r->ours[i] && !whole)
            continue;
        buf_char(r->out, r->delim);
        put_cell(r, rec->fields[i].text);
    }
    buf_text(r->out, "\r\n");
}

void
rejects_begin(struct rejects *r, struct buf *out, char delim, bool rows_named,
              const struct csv_record *header)
{
    *r = (struct rejects){
        .out = out, .delim = delim, .rows_named = rows_named
    };
    for (int i = 0; i < header->n; i++)
        r->ours[i] = columns_ours(header->fields[i].text)
            || (rows_named && columns_row(header->fields[i].text));
    buf_text(out, BOM COLUMNS_PROBLEM);
    buf_char(out, delim);
    buf_text(out, COLUMNS_FIX);
    if (rows_named) {
        buf_char(out, delim);
        buf_text(out, COLUMNS_ROW);
    }
    put_fields(r, header);
}

/* --- what is wrong with it ---------------------------------------------- */

static bool
is_of(const struct problem *p, const struct csv_record *rec)
{
    return p->line >= rec->line && p->line <= rec->line_end;
}

static bool
blocks(const struct problem *p)
{
    return p->severity != SEV_WARNING;
}

static void
add_problem(struct buf *b, const struct problem *p)
{
    if (b->len > 0)
        buf_text(b, "; ");
    buf_printf(b, "%s %s", p->kind->code, p->kind->cause);
    if (p->field.len == 0 && p->detail.len == 0)
        return;
    buf_text(b, " (");
    buf_str(b, p->field);
    if (p->field.len > 0 && p->detail.len > 0)
        buf_text(b, ": ");
    buf_str(b, p->detail);
    buf_char(b, ')');
}

static void
add_fix(struct buf *b, const struct problem *p)
{
    struct str fix = p->fix.len > 0 ? p->fix : str_of(p->kind->fix);

    if (b->len > 0 && memmem(b->p, b->len, fix.p, fix.len) != NULL)
        return;                     /* two problems, one remedy */
    if (b->len > 0)
        buf_text(b, "; ");
    buf_str(b, fix);
}

/* Of this row's problems the list has the last ones, if it has any. */
static size_t
first_of(const struct problems *ps, const struct csv_record *rec)
{
    size_t i = ps->n;

    while (i > 0 && is_of(&ps->list[i - 1], rec))
        i--;
    return i;
}

void
rejects_row(struct rejects *r, const struct csv_record *rec,
            const struct problem *first, const struct problems *ps)
{
    char words[2][CELL_BYTES / 2];
    /* Not allocated: a cell that lacks its text for want of memory would look
     * like a row with nothing wrong. */
    struct buf problem = { .p = words[0], .cap = sizeof(words[0]),
                           .max = sizeof(words[0]) - 1 };
    struct buf fix = { .p = words[1], .cap = sizeof(words[1]),
                       .max = sizeof(words[1]) - 1 };
    bool any = false;

    if (!is_of(first, rec)) {       /* the header's, for all rows */
        add_problem(&problem, first);
        add_fix(&fix, first);
    }
    for (size_t i = first_of(ps, rec); i < ps->n; i++) {
        if (!blocks(&ps->list[i]))
            continue;
        any = true;
        add_problem(&problem, &ps->list[i]);
        add_fix(&fix, &ps->list[i]);
    }
    if (!any && is_of(first, rec)) {
        add_problem(&problem, first);
        add_fix(&fix, first);
    }
    rejects_said(r, rec, buf_view(&problem), buf_view(&fix), STR(""));
}

void
rejects_said(struct rejects *r, const struct csv_record *rec,
             struct str problem, struct str fix, struct str row)
{
    put_cell(r, problem);
    buf_char(r->out, r->delim);
    put_cell(r, fix);
    if (r->rows_named) {
        buf_char(r->out, r->delim);
        put_cell(r, row);
    }
    put_fields(r, rec);
    r->rows++;
}
