/*
 * Tables on the page: what the workbook and the PDF show, in the page's style.
 */
#include "report/html.h"
#include "report/svg.h"
#include "report/table.h"

static int
begin(void *owner, const struct table *t)
{
    struct page *g = owner;

    g->rows = 0;
    buf_printf(g->b, "<section id=\"t-%s\"><h2>%s</h2>\n", t->key, t->title);
    if (t->note != NULL)
        buf_printf(g->b, "<p class=\"note\">%s</p>\n", t->note);
    buf_text(g->b, "<div class=\"scroll\"><table class=\"beside\"><thead><tr>");
    for (int i = 0; i < t->ncols; i++)
        if (t->cols[i].paper > 0)
            buf_printf(g->b, "<th scope=\"col\"%s>%s</th>",
                       table_number(t->cols[i].kind) ? " class=\"n\"" : "",
                       t->cols[i].title);
    buf_text(g->b, "</tr></thead>\n<tbody>\n");
    return 0;
}

static void
cell(struct page *g, const struct table_col *c, const struct cell *cell)
{
    struct buf text;

    if (c->kind == CELL_MONEY && cell->set) {
        html_money(g, cell->n);
        return;
    }
    buf_init(&text, REPORT_BUF_BYTES_MAX);
    table_cell(&text, c->kind, cell, 0);
    if (c->kind == CELL_TEXT || c->kind == CELL_CODE)
        html_text(g->b, buf_view(&text));
    else
        buf_html(g->b, buf_view(&text));
    buf_release(&text);
}

static int
row(void *owner, const struct table *t, enum table_row kind,
    const struct cell *cells)
{
    struct page *g = owner;
    int cols = 0;

    g->rows++;
    for (int i = 0; i < t->ncols; i++)
        cols += t->cols[i].paper > 0;
    if (kind == ROW_HEAD) {
        buf_printf(g->b, "<tr><th colspan=\"%d\" scope=\"rowgroup\">", cols);
        buf_html(g->b, cells[0].text);
        buf_text(g->b, "</th></tr>\n");
        return out_turn(g->o);
    }
    buf_text(g->b, kind == ROW_SUM ? "<tr class=\"all\">" : "<tr>");
    for (int i = 0; i < t->ncols; i++) {
        if (t->cols[i].paper == 0)
            continue;
        buf_text(g->b, table_number(t->cols[i].kind) ? "<td class=\"n\">"
                 : t->cols[i].kind == CELL_CODE ? "<td class=\"t\">"
                 : "<td>");
        cell(g, &t->cols[i], &cells[i]);
        if (i == t->chart && i > 0 && cells[i].set)
            svg_bar(g->b, PAY_PAID, cells[i].n, 1000);
        buf_text(g->b, "</td>");
    }
    buf_text(g->b, "</tr>\n");
    return out_turn(g->o);
}

static int
end(void *owner, const struct table *t)
{
    struct page *g = owner;

    (void)t;
    buf_text(g->b, "</tbody></table></div></section>\n");
    return out_turn(g->o);
}

int
html_tables(struct page *g, const enum table_id *ids, size_t n, struct err *e)
{
    const struct table_sink sink = { g, begin, row, end };

    for (size_t i = 0; i < n; i++)
        if (table_write(g->m, ids[i], REPORT_HTML_ROWS, &sink, e) < 0)
            return -1;
    return 0;
}
