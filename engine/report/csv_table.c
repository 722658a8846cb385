/*
 * One table as CSV: by the keys of its columns, safe to open in a spreadsheet.
 */
#include "money/money.h"
#include "report/render.h"
#include "report/when.h"

struct csv_table {
    struct out *o;
    int decimals;
};

static int
begin(void *owner, const struct table *t)
{
    struct csv_table *c = owner;
    struct buf *b = &c->o->b;
    bool comma = false;

    buf_text(b, "\xEF\xBB\xBF");
    for (int i = 0; i < t->ncols; i++) {
        if (t->cols[i].width == 0)
            continue;
        buf_text(b, comma ? "," : "");
        comma = true;
        buf_csv(b, str_of(t->cols[i].key), ',');
    }
    buf_char(b, '\n');
    return 0;
}

static void
value(struct csv_table *c, enum cell_kind kind, const struct cell *cell)
{
    struct buf *b = &c->o->b;
    char when[WHEN_BYTES];

    switch (kind) {
    case CELL_TEXT: case CELL_CODE:
        buf_csv(b, cell->text, ',');
        break;
    case CELL_COUNT:
        buf_i64(b, cell->n);
        break;
    case CELL_MONEY:
        buf_minor(b, cell->n, c->decimals);
        break;
    case CELL_SHARE:
        buf_minor(b, cell->n, 3);
        break;
    case CELL_TIME:
        when_cell(cell->n, when);
        buf_text(b, when);
        break;
    }
}

/* Sums are left out: who adds up a column must not count twice. */
static int
row(void *owner, const struct table *t, enum table_row kind,
    const struct cell *cells)
{
    struct csv_table *c = owner;
    bool comma = false;

    if (kind != ROW_PLAIN)
        return 0;
    for (int i = 0; i < t->ncols; i++) {
        if (t->cols[i].width == 0)
            continue;
        buf_text(&c->o->b, comma ? "," : "");
        comma = true;
        if (cells[i].set)
            value(c, t->cols[i].kind, &cells[i]);
    }
    buf_char(&c->o->b, '\n');
    return out_turn(c->o);
}

static int
end(void *owner, const struct table *t)
{
    (void)owner;
    (void)t;
    return 0;
}

int
csv_table(struct model *m, struct out *o, enum table_id id, struct err *e)
{
    struct csv_table c = { o, ccy_decimals(m->run.ccy) };
    const struct table_sink sink = { &c, begin, row, end };

    return table_write(m, id, RUN_ROWS_MAX, &sink, e);
}
