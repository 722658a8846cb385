/* The same as a page: complete in itself, no script, nothing from elsewhere. */
#include "report/html.h"
#include "report/morning.h"
#include "report/style.h"
#include "report/when.h"

static void
cell(struct buf *b, struct str s)
{
    buf_text(b, "<td>");
    html_text(b, s);
    buf_text(b, "</td>");
}

static void
when_in(struct buf *b, int64_t us)
{
    char at[WHEN_BYTES];

    when_text(us, at);
    buf_printf(b, "<td class=\"t\">%s</td>", at);
}

static void
sum_cell(struct buf *b, int64_t rows, int64_t minor, const char *ccy)
{
    char amount[MONEY_TEXT_BYTES];

    render_money(minor, ccy, amount);
    buf_text(b, "<td class=\"n\">");
    html_count(b, rows);
    buf_text(b, "<small>");
    buf_html(b, str_of(amount));
    buf_text(b, "</small></td>");
}

static void
open_table(struct buf *b, const char *name, const char *const *heads)
{
    buf_printf(b, "<section><h2>%s</h2>\n<div class=\"scroll\"><table>", name);
    html_head_cells(b, heads);
}

static void
close_table(struct buf *b)
{
    buf_text(b, "</tbody></table></div></section>\n");
}

static void
nothing(struct buf *b, const char *name)
{
    buf_printf(b, "<section><h2>%s</h2><p class=\"note\">Nothing.</p>"
               "</section>\n", name);
}

static void
why(struct buf *b, const struct model *r)
{
    for (int i = 0; i < r->nreasons; i++) {
        const struct reason *x = &r->reasons[i];

        if (!pay_state_failed(x->state) && x->state != PAY_DOUBT)
            continue;
        buf_text(b, "<tr class=\"dim\"><td colspan=\"6\">");
        html_count(b, x->rows);
        buf_char(b, ' ');
        html_chip(b, x->state);
        buf_char(b, ' ');
        html_text(b, x->rest ? STR("for other reasons") : x->text);
        if (x->code != NULL && x->code[0] != '\0') {
            buf_text(b, " <span class=\"code\">");
            buf_html(b, str_of(x->code));
            buf_text(b, "</span>");
        }
        if (x->todo != NULL && x->todo[0] != '\0') {
            buf_text(b, "<small>");
            buf_html(b, str_of(x->todo));
            buf_text(b, "</small>");
        }
        buf_text(b, "</td></tr>\n");
    }
}

static void
sums(struct buf *b, const struct morning_sum *s)
{
    sum_cell(b, s->rows, s->minor, s->ccy);
    sum_cell(b, s->paid_rows, s->paid_minor, s->ccy);
    sum_cell(b, s->failed_rows, s->failed_minor, s->ccy);
    sum_cell(b, s->doubt_rows, s->doubt_minor, s->ccy);
    sum_cell(b, s->open_rows, s->open_minor, s->ccy);
}

static void
one_run(struct buf *b, const struct model *r)
{
    struct morning_sum s = {
        .rows = r->run.rows, .minor = r->run.minor,
        .paid_rows = r->sums.paid_rows, .paid_minor = r->sums.paid_minor,
        .failed_rows = r->sums.failed_rows,
        .failed_minor = r->sums.failed_minor,
        .doubt_rows = r->sums.doubt_rows, .doubt_minor = r->sums.doubt_minor,
        .open_rows = morning_open_rows(r), .open_minor = morning_open_minor(r)
    };

    memcpy(s.ccy, r->run.ccy, sizeof(s.ccy));
    buf_text(b, "<tr><td><b>");
    html_text(b, str_of(r->run.ref));
    buf_printf(b, "</b><small>%s%s, ", r->run.live ? "LIVE, " : "sandbox, ",
               run_state_name(r->run.state));
    html_text(b, str_of(r->run.account));
    buf_printf(b, "%s</small></td>", r->proof.ties ? "" :
               ", <strong>SUMS DO NOT TIE</strong>");
    sums(b, &s);
    buf_text(b, "</tr>\n");
    why(b, r);
}

static void
all_runs(const struct morning *m, struct buf *b)
{
    static const char *const heads[] = {
        "Run", "r:Asked", "r:Paid", "r:Failed", "r:In doubt", "r:Open", NULL
    };

    if (m->nruns == 0) {
        nothing(b, "Due or under way");
        return;
    }
    open_table(b, "Due or under way", heads);
    for (int i = 0; i < m->nruns; i++)
        one_run(b, m->runs[i]);
    for (int i = 0; i < m->nsums && m->nruns > 1; i++) {
        buf_printf(b, "<tr><td><b>All in %s</b></td>", m->sums[i].ccy);
        sums(b, &m->sums[i]);
        buf_text(b, "</tr>\n");
    }
    close_table(b);
    if (m->more_runs > 0)
        buf_printf(b, "<p class=\"more\">and %lld more runs</p>\n",
                   (long long)m->more_runs);
}

static void
planned(const struct morning *m, struct buf *b)
{
    static const char *const heads[] = {
        "Planned for", "Schedule", "What became of it", "Runs", NULL
    };

    if (m->nslots == 0)
        return;
    open_table(b, "Planned times", heads);
    for (int i = 0; i < m->nslots; i++) {
        const struct morning_slot *s = &m->slots[i];

        buf_text(b, "<tr>");
        when_in(b, s->due_us);
        cell(b, s->name);
        buf_text(b, "<td>");
        html_text(b, str_eq(s->state, STR("asks"))
                     ? STR("MISSED; a person decides") : s->state);
        buf_text(b, "<small>");
        html_text(b, s->note);
        buf_text(b, "</small></td>");
        cell(b, s->runs);
        buf_text(b, "</tr>\n");
    }
    close_table(b);
}

static void
in_doubt(const struct morning *m, struct buf *b)
{
    static const char *const heads[] = {
        "Run", "Account", "r:Payments", "Since", "Asked next", NULL
    };

    if (m->ndoubts == 0) {
        nothing(b, "In doubt");
        return;
    }
    open_table(b, "In doubt: do not pay these people in another way", heads);
    for (int i = 0; i < m->ndoubts; i++) {
        const struct morning_doubt *d = &m->doubts[i];

        buf_text(b, "<tr>");
        cell(b, d->ref);
        cell(b, d->account);
        sum_cell(b, d->rows, d->minor, d->ccy);
        when_in(b, d->since_us);
        if (d->next_us != 0)
            when_in(b, d->next_us);
        else
            buf_text(b, "<td>as soon as payrun works</td>");
        buf_text(b, "</tr>\n");
    }
    close_table(b);
}

static void
waits(const struct morning *m, struct buf *b)
{
    static const char *const heads[] = {
        "For whom", "What", "To do", "Since", NULL
    };

    if (m->nwaits == 0) {
        nothing(b, "Waits for somebody");
        return;
    }
    open_table(b, "Waits for somebody", heads);
    for (int i = 0; i < m->nwaits; i++) {
        buf_text(b, "<tr>");
        cell(b, m->waits[i].who);
        cell(b, m->waits[i].what);
        cell(b, m->waits[i].todo);
        when_in(b, m->waits[i].since_us);
        buf_text(b, "</tr>\n");
    }
    close_table(b);
}

static void
alerts(const struct morning *m, struct buf *b)
{
    static const char *const heads[] = { "At", "Alert", "Told", NULL };

    if (m->nalerts == 0)
        return;
    open_table(b, "Alerts", heads);
    for (int i = 0; i < m->nalerts; i++) {
        buf_text(b, "<tr>");
        when_in(b, m->alerts[i].at_us);
        cell(b, m->alerts[i].title);
        cell(b, m->alerts[i].told.len > 0 ? m->alerts[i].told
                                          : STR("nobody"));
        buf_text(b, "</tr>\n");
    }
    close_table(b);
}

void
morning_html(const struct morning *m, struct buf *b)
{
    char title[MORNING_TITLE_BYTES], from[WHEN_BYTES], until[WHEN_BYTES];

    morning_title(m, title);
    when_text(m->from_us, from);
    when_text(m->until_us, until);
    buf_text(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
             "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
             "content=\"width=device-width, initial-scale=1\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" "
             "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
             "<meta name=\"robots\" content=\"noindex\">\n<title>");
    buf_html(b, str_of(title));
    buf_printf(b, "</title>\n<style>\n%s</style>\n</head>\n<body class=\"%s\">\n"
               "<div class=\"band\">%s</div>\n<main>\n<header><div>"
               "<p class=\"kicker\">Morning report</p><h1>", file_report_css,
               m->live ? "live" : "sandbox",
               m->live ? "<b>LIVE</b> real money"
                       : "<b>SANDBOX</b> a rehearsal: no real money moved");
    buf_html(b, str_of(m->day));
    buf_printf(b, "</h1>\n<p class=\"sub\">%s to %s, Nairobi time</p></div>"
               "</header>\n<p class=\"lead\">", from, until);
    buf_html(b, str_of(title));
    buf_text(b, "</p>\n");
    all_runs(m, b);
    planned(m, b);
    in_doubt(m, b);
    waits(m, b);
    alerts(m, b);
    buf_text(b, "</main>\n</body>\n</html>\n");
}
