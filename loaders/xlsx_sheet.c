/*
 * The rows of one sheet.  A row is gathered cell by cell and given away when
 * it ends; nothing of it is kept.
 */
#include "loaders/xlsx_priv.h"

#include "base/limits.h"

#define EMPTY ((struct str){ "", 0 })

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL };

struct sheet {
    struct xlsx *x;
    bool   stopped;             /* the sink had enough ...                    */
    bool   failed;              /* ... or a problem said why not              */

    int64_t row;
    int     column;             /* of the last cell                           */
    int     width;              /* fields of the first row with text          */
    bool    any;                /* of this row: a text                        */
    bool    hidden;
    struct csv_field fields[CSV_FIELDS_MAX];
    int     n;
    char    text[CSV_LINE_BYTES_MAX];
    size_t  text_len;

    /* the cell */
    bool           in_cell;
    enum cell_type type;
    int64_t        style;
    bool           formula;
    bool           valued;      /* it had a value                             */

    int64_t hidden_columns, merged, surplus;
};

/* --- places ------------------------------------------------------------- */

void
xlsx_cell(int column, int64_t row, char out[XLSX_CELL_BYTES])
{
    char letters[8];
    size_t at = sizeof(letters);

    letters[--at] = '\0';
    for (int c = column; c > 0 && at > 0; c = (c - 1) / 26)
        letters[--at] = (char)('A' + (c - 1) % 26);
    if (row > 0)
        snprintf(out, XLSX_CELL_BYTES, "%s%lld", letters + at, (long long)row);
    else
        snprintf(out, XLSX_CELL_BYTES, "%s", letters + at);
}

/* "B7": its column, or 0; ${row} is set when it names one. */
static int
read_place(const char *s, int64_t *row)
{
    int column = 0;

    for (; s != NULL && *s >= 'A' && *s <= 'Z' && column <= XLSX_COLUMNS_MAX;
         s++)
        column = column * 26 + (*s - 'A' + 1);
    if (s == NULL || column > XLSX_COLUMNS_MAX)
        return 0;
    if (str_i64(row, str_of(s)) < 0)
        *row = 0;
    return column;
}

static void
note(struct sheet *s, const char *code, int column, struct str value,
     const char *detail)
{
    s->x->sink.note(s->x->sink.owner, code, s->row, column, value, detail);
}

static bool
damaged(struct sheet *s, const char *detail)
{
    s->failed = true;
    note(s, "PR-XLS-005", s->column, EMPTY, detail);
    return false;
}

/* --- cells -------------------------------------------------------------- */

static bool
pad_to(struct sheet *s, int n)
{
    if (n > CSV_FIELDS_MAX)
        return false;
    for (; s->n < n; s->n++)
        s->fields[s->n] = (struct csv_field){
            .text = EMPTY, .line = s->row, .at = s->n + 1
        };
    return true;
}

/* A text of the row; what is too long for any row ends the reading. */
static bool
put(struct sheet *s, struct str text, unsigned marks)
{
    struct csv_field *f = NULL;

    if (text.len == 0 && marks == 0)
        return true;
    if (s->column > CSV_FIELDS_MAX) {
        if (str_trim(text).len > 0 && s->surplus++ == 0)
            note(s, "PR-XLS-008", s->column, text, "128 columns are read");
        return true;
    }
    if (s->text_len + text.len > sizeof(s->text)
        || text.len > CSV_FIELD_BYTES_MAX)
        return damaged(s, "no real cell has 16 KB, no real row 64 KB");
    (void)pad_to(s, s->column);
    f = &s->fields[s->column - 1];
    if (f->text.len == 0)
        f->text = (struct str){ s->text + s->text_len, 0 };
    memcpy(s->text + s->text_len, text.p, text.len);
    s->text_len += text.len;
    f->text.len += text.len;    /* a text in pieces goes on where it was */
    f->marks |= marks;
    s->any = s->any || str_trim(text).len > 0 || (marks & CSV_FIELD_FORMULA);
    return true;
}

static bool
is_date(const struct sheet *s)
{
    return s->style >= 0 && s->style < s->x->nstyles
           && s->x->dates[s->style];
}

static bool
put_number(struct sheet *s, struct str v, unsigned marks)
{
    char number[XLSX_VALUE_BYTES], date[XLSX_VALUE_BYTES];

    if (!xlsx_number(str_trim(v), number, &marks))
        return put(s, v, marks);        /* let the columns say what it is not */
    if (is_date(s)
        && xlsx_date(str_of(number), s->x->from_1904, date))
        return put(s, str_of(date), marks & CSV_FIELD_FORMULA);
    return put(s, str_of(number), marks);
}

static bool
put_value(struct sheet *s, struct str v)
{
    unsigned marks = s->formula ? CSV_FIELD_FORMULA : 0;
    struct str shared = { NULL, 0 };
    int64_t i = 0;

    s->valued = true;
    switch (s->type) {
    case CELL_NUMBER:
        return put_number(s, v, marks);
    case CELL_SHARED:
        if (str_i64(&i, str_trim(v)) < 0 || !xlsx_string(s->x, i, &shared))
            return damaged(s, "a cell names a text that is not there");
        return put(s, shared, marks);
    case CELL_TEXT:
        return put(s, v, marks);
    case CELL_BOOL:
        return put(s, v.len == 1 && v.p[0] == '1' ? STR("TRUE") : STR("FALSE"),
                   marks);
    }
    return true;
}

static enum cell_type
type_of(const char *t)
{
    if (t == NULL || strcmp(t, "n") == 0)
        return CELL_NUMBER;
    if (strcmp(t, "s") == 0)
        return CELL_SHARED;
    return strcmp(t, "b") == 0 ? CELL_BOOL : CELL_TEXT;
}

static bool
begin_cell(struct sheet *s, const char **atts)
{
    int64_t row = 0, style = -1;
    int column = read_place(xmlread_att(atts, "r"), &row);
    const char *styled = xmlread_att(atts, "s");

    if (column == 0)
        column = s->column + 1;         /* the next one, when it has no name */
    if (column <= s->column || (row != 0 && row != s->row))
        return damaged(s, "its cells are not in order");
    s->column = column;
    s->in_cell = true;
    s->formula = s->valued = false;
    s->type = type_of(xmlread_att(atts, "t"));
    s->style = styled != NULL && str_i64(&style, str_of(styled)) == 0 ? style
                                                                      : -1;
    return true;
}

/* --- rows --------------------------------------------------------------- */

static bool
begin_row(struct sheet *s, const char **atts)
{
    const char *r = xmlread_att(atts, "r");
    const char *hidden = xmlread_att(atts, "hidden");
    int64_t row = s->row + 1;

    if (r != NULL && (str_i64(&row, str_of(r)) < 0 || row <= s->row))
        return damaged(s, "its rows are not in order");
    s->row = row;
    s->column = 0;
    s->n = 0;
    s->text_len = 0;
    s->any = false;
    s->hidden = hidden != NULL && (strcmp(hidden, "1") == 0
                                   || strcmp(hidden, "true") == 0);
    return true;
}

static bool
end_row(struct sheet *s)
{
    struct csv_record rec = { .line = s->row, .line_end = s->row,
                              .hidden = s->hidden, .fields = s->fields };

    if (!s->any)
        return true;
    if (s->width == 0)
        s->width = s->n;
    (void)pad_to(s, s->width);
    rec.n = s->n;
    s->stopped = !s->x->sink.record(s->x->sink.owner, &rec);
    return !s->stopped;
}

/* --- elements ----------------------------------------------------------- */

static bool
on_start(void *owner, const char *name, const char **atts)
{
    struct sheet *s = owner;
    const char *hidden = xmlread_att(atts, "hidden");

    if (strcmp(name, "c") == 0)
        return begin_cell(s, atts);
    if (strcmp(name, "row") == 0)
        return begin_row(s, atts);
    if (strcmp(name, "f") == 0 && s->in_cell)
        s->formula = true;
    else if (strcmp(name, "col") == 0)
        s->hidden_columns += hidden != NULL && strcmp(hidden, "0") != 0
                             && strcmp(hidden, "false") != 0;
    else if (strcmp(name, "mergeCell") == 0 && s->merged++ == 0) {
        const char *ref = xmlread_att(atts, "ref");

        s->row = 0;             /* behind all rows: about the sheet */
        note(s, "PR-XLS-014", 0, str_of(ref), "the first of them; only their "
             "upper left cell has a value");
    }
    return true;
}

static bool
on_end(void *owner, const char *name, struct str text)
{
    struct sheet *s = owner;

    if (strcmp(name, "row") == 0)
        return end_row(s);
    if (!s->in_cell)
        return true;
    if (strcmp(name, "v") == 0)
        return put_value(s, text);
    if (strcmp(name, "t") == 0)
        return put_value(s, text);
    if (strcmp(name, "c") == 0) {
        s->in_cell = false;
        if (s->formula && !s->valued)
            return put(s, EMPTY, CSV_FIELD_FORMULA);
    }
    return true;
}

int
xlsx_sheet(struct xlsx *x, const struct xlsx_sheet_name *which)
{
    struct sheet *s = calloc(1, sizeof(*s));
    const struct xmlread_sink sink = { on_start, on_end, s };
    int rc = -1;

    if (s == NULL)
        return err_oom(x->e);
    s->x = x;
    rc = xlsx_part(x, which->part, true, &sink);
    if (rc == 0 && s->hidden_columns > 0) {
        s->row = 0;
        note(s, "PR-XLS-013", 0, EMPTY, "what is in them is used all the "
             "same");
    }
    if (s->failed)
        rc = err_set(x->e, ERR_DATA, "the workbook is damaged");
    free(s);
    return rc;
}
