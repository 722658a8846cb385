/*
 * The long tables of the page: payments, batches, what was noticed, history.
 * Every text that came from a file or a provider goes through html_text().
 */
#include "loaders/problem.h"
#include "report/html.h"
#include "report/when.h"

#define FAILED_OPEN 100     /* a longer list waits behind its heading */

static const char *const payment_head[] = {
    "Payee", "Account", "r:Amount", "State", "What is known", "Reference",
    NULL
};

/* --- payments ------------------------------------------------------------ */

static void
cell_payee(struct page *g, const struct payment *p)
{
    struct buf *b = g->b;

    buf_text(b, "<tr><td>");
    html_text(b, p->name);
    buf_text(b, "<small>");
    if (p->employee_no.len > 0) {
        html_text(b, p->employee_no);
        buf_text(b, ", ");
    }
    buf_printf(b, "line %lld", (long long)p->line_no);
    if (p->parts > 1)
        buf_printf(b, ", part %lld of %lld", (long long)p->part,
                   (long long)p->parts);
    buf_text(b, "</small></td><td>");
    html_text(b, p->account);
    if (p->bank_code.len > 0) {
        buf_text(b, "<small>bank ");
        html_text(b, p->bank_code);
        buf_text(b, "</small>");
    }
    if (p->account_reference.len > 0) {
        buf_text(b, "<small>for ");
        html_text(b, p->account_reference);
        buf_text(b, "</small>");
    }
    buf_text(b, "</td><td class=\"n\">");
    html_money(g, p->minor);
    buf_text(b, "</td><td>");
}

static void
cell_known(struct page *g, const struct payment *p)
{
    struct buf *b = g->b;
    char when[WHEN_BYTES];

    when_text(p->at_us, when);
    buf_text(b, "</td><td>");
    if (p->receipt.len > 0) {
        buf_text(b, "<b class=\"code\">");
        html_text(b, p->receipt);
        buf_text(b, "</b> ");
    }
    if (p->reason.len > 0)
        html_text(b, p->reason);
    buf_printf(b, "<small>%s", when);
    if (p->code.len > 0) {
        buf_text(b, when[0] != '\0' ? ", " : "");
        html_text(b, p->code);
    }
    buf_text(b, "</small></td><td class=\"code\">");
}

static int
payment_row(void *owner, const struct payment *p)
{
    struct page *g = owner;

    g->rows++;
    cell_payee(g, p);
    html_chip(g->b, p->state);
    cell_known(g, p);
    buf_printf(g->b, "%s<small>batch %d", p->reference, p->number);
    if (model_several(g->m)) {
        buf_text(g->b, ", from ");
        html_text(g->b, str_of(p->payer));
        buf_text(g->b, " by ");
        html_text(g->b, p->rail);
    }
    buf_text(g->b, "</small></td></tr>\n");
    return out_turn(g->o);
}

static void
open_payments(struct page *g)
{
    g->rows = 0;
    buf_text(g->b, "<div class=\"scroll\"><table class=\"pay\">");
    html_head_cells(g->b, payment_head);
}

/* Closes the table; says where the others are when there are more. */
static void
close_payments(struct page *g, int64_t all)
{
    buf_text(g->b, "</tbody></table></div>\n");
    if (all <= g->rows)
        return;
    buf_text(g->b, "<p class=\"more\">The first ");
    html_count(g->b, g->rows);
    buf_text(g->b, " of ");
    html_count(g->b, all);
    buf_printf(g->b, ". All of them are in the CSV: <code>payrun report %s "
               "--format csv &gt; %s.csv</code></p>\n", g->m->run.ref,
               g->m->run.ref);
}

static int
outcome_table(struct page *g, const enum pay_state *states, size_t n,
              int64_t all, struct err *e)
{
    open_payments(g);
    if (model_outcomes(g->m, states, n, REPORT_HTML_ROWS, payment_row, g, e)
        < 0)
        return -1;
    close_payments(g, all);
    return 0;
}

int
html_failed(struct page *g, struct err *e)
{
    static const enum pay_state states[] = { PAY_FAILED, PAY_RETURNED,
                                             PAY_REVERSED };
    int64_t all = g->m->sums.failed_rows;

    if (all == 0)
        return 0;
    buf_printf(g->b, "<section id=\"failed\"><h2>Failed payments</h2>\n"
               "<p class=\"note\">These people certainly do not have the "
               "money.</p>\n<details%s><summary>Show ",
               all <= FAILED_OPEN ? " open" : "");
    html_count(g->b, all);
    buf_text(g->b, all == 1 ? " failed payment</summary>\n"
                            : " failed payments</summary>\n");
    if (outcome_table(g, states, LEN(states), all, e) < 0)
        return -1;
    buf_text(g->b, "</details></section>\n");
    return 0;
}

int
html_doubt(struct page *g, struct err *e)
{
    static const enum pay_state states[] = { PAY_DOUBT };
    int64_t all = g->m->sums.doubt_rows;

    if (all == 0)
        return 0;
    buf_text(g->b, "<section id=\"doubt\" class=\"doubts\"><h2>In doubt</h2>\n"
             "<p class=\"note\">Nobody knows yet whether these were paid. "
             "<strong>Do not pay them again</strong> before the provider has "
             "said what became of them.</p>\n");
    if (outcome_table(g, states, LEN(states), all, e) < 0)
        return -1;
    buf_text(g->b, "</section>\n");
    return 0;
}

int
html_payments(struct page *g, struct err *e)
{
    buf_text(g->b, "<section id=\"payments\"><h2>Payments</h2>\n<details>"
             "<summary>Show ");
    html_count(g->b, g->m->run.rows < REPORT_HTML_ROWS ? g->m->run.rows
                                                       : REPORT_HTML_ROWS);
    buf_text(g->b, " of ");
    html_count(g->b, g->m->run.rows);
    buf_text(g->b, " payments, in the order of the file</summary>\n");
    open_payments(g);
    if (model_payments(g->m, REPORT_HTML_ROWS, payment_row, g, e) < 0)
        return -1;
    close_payments(g, g->m->sums.book_rows);
    buf_text(g->b, "</details></section>\n");
    return 0;
}

/* --- batches ------------------------------------------------------------- */

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

static int
batch_row(void *owner, const struct batch_line *l)
{
    struct page *g = owner;
    char when[WHEN_BYTES];

    if (g->rows++ >= REPORT_HTML_ROWS)
        return 0;
    when_text(l->state_us, when);
    buf_printf(g->b, "<tr><td class=\"n\">%d</td><td>", l->number);
    html_text(g->b, model_batch_words(g->m, l));
    buf_printf(g->b, "<small>%s</small></td><td>", when);
    html_text(g->b, l->rail);
    if (model_several(g->m)) {
        buf_text(g->b, "<small>from ");
        html_text(g->b, str_of(l->payer));
        buf_text(g->b, "</small>");
    }
    buf_text(g->b, "<small class=\"code\">");
    html_text(g->b, l->tracking_id);
    buf_text(g->b, "</small></td>");
    part_cell(g, l->rows, l->minor);
    part_cell(g, l->paid_rows, l->paid_minor);
    part_cell(g, l->failed_rows, l->failed_minor);
    part_cell(g, l->doubt_rows, l->doubt_minor);
    part_cell(g, l->cancelled_rows, l->cancelled_minor);
    buf_text(g->b, "</tr>\n");
    return out_turn(g->o);
}

int
html_batches(struct page *g, struct err *e)
{
    static const char *const names[] = {
        "r:Batch", "State", "Rail and file at the provider", "r:Payments",
        "r:Paid", "r:Failed", "r:In doubt", "r:Cancelled", NULL
    };
    bool few = g->m->run.batches <= REPORT_TEXT_ROWS;

    buf_printf(g->b, "<section id=\"batches\"><h2>Batches</h2>\n<details%s>"
               "<summary>Show ", few ? " open" : "");
    html_count(g->b, g->m->run.batches);
    buf_text(g->b, g->m->run.batches == 1 ? " batch" : " batches");
    buf_text(g->b, "</summary>\n<div class=\"scroll\"><table class=\"wide\">");
    html_head_cells(g->b, names);
    g->rows = 0;
    if (model_batches(g->m, batch_row, g, e) < 0)
        return -1;
    buf_text(g->b, "</tbody></table></div></details></section>\n");
    return 0;
}

/* --- noticed in the file ------------------------------------------------- */

static int
problem_row(void *owner, const struct problem_line *p)
{
    struct page *g = owner;
    struct buf *b = g->b;
    const struct problem_kind *kind = NULL;
    char code[32];

    if (g->rows++ == 0) {
        static const char *const names[] = { "r:Line", "What", "Value", NULL };

        buf_text(b, "<section id=\"noticed\"><h2>Noticed in the file</h2>\n"
                 "<div class=\"scroll\"><table>");
        html_head_cells(b, names);
    }
    if (str_copy(code, sizeof(code), p->code) == 0)
        kind = problem_kind(code);
    buf_text(b, "<tr><td class=\"n\">");
    if (p->line_no > 0)
        html_count(b, p->line_no);
    buf_printf(b, "</td><td><span class=\"chip %s\">%s</span> ",
               p->held ? "failed" : "sent", p->held ? "held back" : "accepted");
    html_text(b, kind != NULL ? str_of(kind->cause) : p->detail);
    buf_text(b, "<small>");
    html_text(b, p->code);
    if (kind != NULL && p->detail.len > 0) {
        buf_text(b, ", ");
        html_text(b, p->detail);
    }
    buf_text(b, "</small></td><td>");
    html_text(b, p->value);
    buf_text(b, "</td></tr>\n");
    return out_turn(g->o);
}

int
html_noticed(struct page *g, struct err *e)
{
    g->rows = 0;
    if (model_problems(g->m, REPORT_NOTES_MAX, problem_row, g, e) < 0)
        return -1;
    if (g->rows == 0)
        return 0;
    buf_text(g->b, "</tbody></table></div>\n");
    if (g->rows == REPORT_NOTES_MAX)
        buf_printf(g->b, "<p class=\"more\">Only the first are shown; all are "
                   "in <code>payrun report %s --format json</code></p>\n",
                   g->m->run.ref);
    buf_text(g->b, "</section>\n");
    return 0;
}

/* --- history ------------------------------------------------------------- */

static int
history_row(void *owner, const struct history_line *h)
{
    struct page *g = owner;
    struct buf *b = g->b;
    char when[WHEN_BYTES];

    g->rows++;
    when_text(h->at_us, when);
    buf_printf(b, "<tr><td class=\"t\">%s</td><td>", when);
    if (h->number > 0)
        buf_printf(b, "Batch %d", h->number);
    else
        buf_text(b, "The run");
    buf_text(b, " <small>");
    html_text(b, h->number > 0 ? words_batch(h->from) : h->from);
    if (!str_eq(h->from, h->to)) {
        buf_text(b, " \xE2\x86\x92 ");
        html_text(b, h->number > 0 ? words_batch(h->to) : h->to);
    }
    buf_text(b, "</small></td><td>");
    html_text(b, h->why);
    buf_text(b, "</td><td>");
    html_text(b, h->actor);
    buf_text(b, "</td></tr>\n");
    return out_turn(g->o);
}

int
html_history(struct page *g, struct err *e)
{
    static const char *const names[] = { "When", "What", "Why", "Who", NULL };

    buf_text(g->b, "<section id=\"history\"><h2>Timeline</h2>\n"
             "<div class=\"scroll\"><table class=\"log\">");
    html_head_cells(g->b, names);
    g->rows = 0;
    if (model_history(g->m, REPORT_NOTES_MAX, history_row, g, e) < 0)
        return -1;
    buf_text(g->b, "</tbody></table></div></section>\n");
    return 0;
}
