#include "report/html.h"

static void
part_cell(struct page *g, int64_t rows, int64_t minor)
{
    buf_text(g->b, "<td class=\"n\">");
    html_count(g->b, rows);
    if (rows != 0) {
        buf_text(g->b, "<small>");
        html_money(g, minor);
        buf_text(g->b, "</small>");
    }
    buf_text(g->b, "</td>");
}

static void
account_row(struct page *g, const struct model_account *a)
{
    const struct run_sums *s = &a->sums;
    struct buf *b = g->b;

    buf_text(b, "<tr><td>");
    html_text(b, str_of(a->payer.account));
    buf_printf(b, "<small>%s, ", words_provider(a->payer.provider));
    html_text(b, str_of(a->payer.rails));
    buf_text(b, "</small><small>");
    html_text(b, str_of(a->payer.funds_note));
    buf_text(b, "</small></td>");
    part_cell(g, a->payer.rows, a->payer.minor);
    part_cell(g, s->paid_rows, s->paid_minor);
    part_cell(g, s->failed_rows, s->failed_minor);
    part_cell(g, s->doubt_rows, s->doubt_minor);
    part_cell(g, s->flight_rows + s->waiting_rows,
              s->flight_minor + s->waiting_minor);
    part_cell(g, s->cancelled_rows, s->cancelled_minor);
    buf_printf(b, "<td><span class=\"verdict %s\">%s</span></td></tr>\n",
               a->ties ? "good" : "bad", a->ties ? "ties" : "DIFFERS");
}

void
html_accounts(struct page *g)
{
    static const char *const names[] = {
        "Account", "r:In the run", "r:Paid", "r:Failed", "r:In doubt",
        "r:Still open", "r:Cancelled", "Sums", NULL
    };
    const struct model *m = g->m;

    if (!model_several(m))
        return;
    buf_text(g->b, "<section id=\"accounts\"><h2>Proof of sums, by account"
             "</h2>\n<div class=\"scroll\"><table class=\"wide\">");
    html_head_cells(g->b, names);
    for (int i = 0; i < m->naccounts; i++)
        account_row(g, &m->accounts[i]);
    buf_printf(g->b, "</tbody></table></div>\n<p class=\"total %s\">%s</p>"
               "</section>\n", m->accounts_tie ? "good" : "bad",
               m->accounts_tie ? "The accounts add up to the run."
                               : "THE ACCOUNTS DO NOT ADD UP TO THE RUN.");
}
