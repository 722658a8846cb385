/*
 * Tables for a terminal: the first rows of each, as wide as they need to be.
 */
#include "base/text.h"
#include "report/render.h"
#include "report/table.h"

#define ROWS_MAX  60            /* a terminal is short; the workbook has all  */
#define CELL_MAX  34            /* columns of the screen                      */
#define LAST_MAX  60            /* ... of the last one                        */

struct text_tables {
    struct model *m;
    struct out *o;
    int decimals;
    struct buf b;               /* the texts of all cells                     */
    int rows, more;
    enum table_row kind[ROWS_MAX];
    size_t from[ROWS_MAX][TABLE_COLS_MAX], bytes[ROWS_MAX][TABLE_COLS_MAX];
    int wide[TABLE_COLS_MAX];
};

static int
begin(void *owner, const struct table *t)
{
    struct text_tables *x = owner;

    buf_clear(&x->b);
    x->rows = x->more = 0;
    for (int i = 0; i < t->ncols; i++)
        x->wide[i] = t->cols[i].paper == 0 ? 0
            : text_width(str_of(t->cols[i].title));
    return 0;
}

static int
row(void *owner, const struct table *t, enum table_row kind,
    const struct cell *cells)
{
    struct text_tables *x = owner;
    int r = x->rows;

    if (r == ROWS_MAX) {
        x->more++;
        return 0;
    }
    x->rows++;
    x->kind[r] = kind;
    for (int i = 0; i < t->ncols; i++) {
        int width, most = i == t->ncols - 1 ? LAST_MAX : CELL_MAX;

        x->from[r][i] = x->b.len;
        if (t->cols[i].paper > 0 && (kind != ROW_HEAD || i == 0))
            table_cell(&x->b, t->cols[i].kind, &cells[i], x->decimals);
        x->bytes[r][i] = x->b.len - x->from[r][i];
        width = text_width((struct str){ x->b.p + x->from[r][i],
                                         x->bytes[r][i] });
        if (kind == ROW_HEAD || (kind == ROW_SUM && i == 0))
            continue;
        if (width > x->wide[i])
            x->wide[i] = width < most ? width : most;
    }
    return x->b.failed ? -1 : 0;
}

/* ${s} safely in ${width} columns, cut with two dots when it has more. */
static void
put(struct text_tables *x, struct str s, int width, bool right)
{
    struct buf *b = &x->o->b;
    int has = text_width(s), blanks;
    bool cut = has > width;

    while (s.len > 0 && text_width(s) > width - (cut ? 2 : 0)) {
        s.len--;
        while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xC0) == 0x80)
            s.len--;
    }
    blanks = width - text_width(s) - (cut ? 2 : 0);
    for (int i = 0; right && i < blanks; i++)
        buf_char(b, ' ');
    render_safe(b, s);
    buf_text(b, cut ? ".." : "");
    for (int i = 0; !right && i < blanks; i++)
        buf_char(b, ' ');
}

static void
line(struct text_tables *x, const struct table *t, int r)
{
    struct buf *b = &x->o->b;

    buf_text(b, "  ");
    for (int i = 0; i < t->ncols; i++) {
        struct str s = str_of(t->cols[i].title);

        if (t->cols[i].paper == 0)
            continue;
        if (r >= 0)
            s = (struct str){ x->b.p + x->from[r][i], x->bytes[r][i] };
        if (r >= 0 && i == 0 && x->kind[r] != ROW_PLAIN
            && text_width(s) > x->wide[0])
            render_safe(b, s);
        else
            put(x, s, x->wide[i], table_number(t->cols[i].kind));
        buf_text(b, "  ");
    }
    while (b->len > 0 && b->p[b->len - 1] == ' ')
        b->len--;
    buf_char(b, '\n');
}

static int
end(void *owner, const struct table *t)
{
    struct text_tables *x = owner;

    buf_printf(&x->o->b, "\n%s\n", t->title);
    line(x, t, -1);
    for (int r = 0; r < x->rows; r++)
        line(x, t, r);
    if (x->more > 0)
        buf_printf(&x->o->b, "  ... and %d more: --format xlsx\n", x->more);
    return out_turn(x->o);
}

int
text_tables(struct model *m, struct out *o, const enum table_id *ids, size_t n,
            struct err *e)
{
    struct text_tables *x = calloc(1, sizeof(*x));
    struct table_sink sink = { x, begin, row, end };
    int rc = 0;

    if (x == NULL)
        return err_oom(e);
    x->m = m;
    x->o = o;
    x->decimals = ccy_decimals(m->run.ccy);
    buf_init(&x->b, REPORT_BUF_BYTES_MAX);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = table_write(m, ids[i], ROWS_MAX, &sink, e);
    buf_release(&x->b);
    free(x);
    return rc;
}
