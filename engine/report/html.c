/*
 * One page, complete in itself: it can be mailed, printed, signed and filed.
 * No script, no font or picture from elsewhere; its own policy forbids both.
 */
#include "report/html.h"

#include "report/style.h"
#include "report/svg.h"
#include "report/when.h"

/* --- frame --------------------------------------------------------------- */

static void
frame_open(struct page *g)
{
    const struct run *r = &g->m->run;
    struct buf *b = g->b;

    buf_text(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
             "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
             "content=\"width=device-width, initial-scale=1\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" "
             "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
             "<meta name=\"robots\" content=\"noindex\">\n<title>");
    buf_html(b, str_of(r->ref));
    buf_printf(b, " pay run report%s</title>\n<style>\n",
               r->live ? "" : " (sandbox)");
    buf_text(b, file_report_css);
    buf_printf(b, "</style>\n</head>\n<body class=\"%s\">\n"
               "<div class=\"band\">%s</div>\n<main>\n",
               r->live ? "live" : "sandbox",
               r->live ? "<b>LIVE</b> real money"
                       : "<b>SANDBOX</b> a rehearsal: no real money moved");
    svg_patterns(b);
}

/* What stands in the corner of the page, and how it looks. */
static const char *
stamp_class(const struct model *m)
{
    if (!m->proof.ties)
        return "bad";
    if (m->sums.doubt_rows > 0)
        return "care";
    return m->run.state == RUN_CLOSED ? "good" : "open";
}

static void
masthead(struct page *g)
{
    const struct model *m = g->m;
    const struct run *r = &m->run;
    struct buf *b = g->b;
    char period[WHEN_BYTES], when[WHEN_BYTES];

    when_date(r->period, period);
    when_text(m->now_us, when);
    buf_text(b, "<header>\n<div><p class=\"kicker\">Pay run report</p>\n<h1>");
    buf_html(b, str_of(r->ref));
    if (m->runs != NULL) {
        buf_text(b, "</h1>\n<p class=\"sub\">");
        render_subtitle(b, m);
        buf_text(b, "</p></div>\n</header>\n<p class=\"lead\">");
        render_headline(b, m, " ");
        buf_text(b, "</p>\n");
        return;
    }
    buf_printf(b, "</h1>\n<p class=\"sub\">%s, %s, from ", period,
               words_kind(r->kind));
    if (model_several(m)) {
        buf_printf(b, "%d account%s", m->naccounts,
                   m->naccounts == 1 ? "" : "s");
    } else {
        buf_text(b, "\xE2\x80\x9C");
        html_text(b, str_of(r->account));
        buf_printf(b, "\xE2\x80\x9D through %s",
                   words_provider(m->provider_name));
    }
    buf_printf(b, "<br>As of %s, Nairobi time</p></div>"
               "\n<p class=\"stamp %s\"><b>%s</b>%s</p>\n</header>\n",
               when, stamp_class(m), run_state_name(r->state),
               m->proof.ties ? "all sums tie" : "SUMS DO NOT TIE");
    buf_text(b, "<p class=\"lead\">");
    render_headline(b, m, " ");
    buf_text(b, "</p>\n");
}

/* --- tiles --------------------------------------------------------------- */

static void
tile(struct page *g, const char *name, const char *class, const char *link,
     int64_t rows, int64_t minor)
{
    buf_printf(g->b, "<a class=\"tile %s\" href=\"#%s\"><span>%s</span><b>",
               rows > 0 ? class : "none", link, name);
    html_count(g->b, rows);
    buf_text(g->b, "</b><span>");
    html_money(g, minor);
    buf_text(g->b, "</span></a>\n");
}

static void
tiles(struct page *g)
{
    const struct model *m = g->m;
    const struct run_sums *s = &m->sums;

    buf_text(g->b, "<nav class=\"tiles\" aria-label=\"Summary\">\n");
    tile(g, "In the run", "all", "where", m->run.rows, m->run.minor);
    tile(g, "Paid", "paid", "payments", s->paid_rows, s->paid_minor);
    tile(g, "Failed", "failed", s->failed_rows > 0 ? "failed" : "where",
         s->failed_rows, s->failed_minor);
    tile(g, "In doubt", "in_doubt", s->doubt_rows > 0 ? "doubt" : "where",
         s->doubt_rows, s->doubt_minor);
    tile(g, "Still open", "sent", "where", s->flight_rows + s->waiting_rows,
         s->flight_minor + s->waiting_minor);
    buf_text(g->b, "</nav>\n");
}

/* --- where the money is -------------------------------------------------- */

static void
state_row(struct page *g, const struct model_part *p)
{
    struct buf *b = g->b;
    char share[SVG_SHARE_BYTES];

    svg_share(p->rows, g->m->run.rows, share);
    buf_text(b, "<tr><td>");
    svg_swatch(b, p->state);
    buf_printf(b, " %s</td><td class=\"n\">", p->name);
    html_count(b, p->rows);
    buf_text(b, "</td><td class=\"n dim\">");
    buf_html(b, str_of(share));
    buf_text(b, "</td><td class=\"n\">");
    html_money(g, p->minor);
    buf_text(b, "</td></tr>\n");
    if (p->state == PAY_FAILED && model_came_back(g->m).rows > 0) {
        struct model_part back = model_came_back(g->m);

        buf_text(b, "<tr class=\"dim\"><td>of it returned or reversed</td>"
                 "<td class=\"n\">");
        html_count(b, back.rows);
        buf_text(b, "</td><td></td><td class=\"n\">");
        html_money(g, back.minor);
        buf_text(b, "</td></tr>\n");
    }
}

static void
where(struct page *g)
{
    static const char *const names[] = { "State", "r:Payments", "r:Share",
                                         "r:Amount", NULL };
    const struct model *m = g->m;
    struct model_part p[MODEL_PARTS];
    struct buf *b = g->b;

    model_parts(m, p);
    buf_text(b, "<section id=\"where\"><h2>Where the money is</h2>\n"
             "<div class=\"chart\"><span>Payments</span>");
    svg_states(b, p, MODEL_PARTS, false, "Payments by state");
    buf_text(b, "<span>Amount</span>");
    svg_states(b, p, MODEL_PARTS, true, "Amount by state");
    buf_text(b, "</div>\n<table class=\"sum\">");
    html_head_cells(b, names);
    for (int i = 0; i < MODEL_PARTS; i++)
        state_row(g, &p[i]);
    buf_text(b, "</tbody><tfoot><tr><td>in the run</td><td class=\"n\">");
    html_count(b, m->run.rows);
    buf_text(b, "</td><td></td><td class=\"n\">");
    html_money(g, m->run.minor);
    buf_text(b, "</td></tr></tfoot></table>\n<p class=\"note\">Charges, as "
             "far as the provider says: ");
    html_money(g, m->sums.charge_minor);
    buf_text(b, " (estimated ");
    html_money(g, m->sums.charge_estimate_minor);
    buf_text(b, ").</p></section>\n");
}

/* --- the proof ----------------------------------------------------------- */

static void
proof_row(struct page *g, const struct proof_hop *h,
          const struct proof_part *p, const char *mark)
{
    struct buf *b = g->b;

    buf_printf(b, "<tr><td><i>%s</i>%s</td><td class=\"n\">", mark, p->name);
    html_count(b, p->rows);
    buf_text(b, "</td><td class=\"n\">");
    if (h->by_amount)
        html_money(g, p->minor);
    buf_text(b, "</td></tr>\n");
}

static void
verdict(struct buf *b, bool ties, const char *says)
{
    buf_printf(b, "<span class=\"verdict %s\">", ties ? "good" : "bad");
    buf_html(b, str_of(says));
    buf_text(b, "</span>");
}

static void
proof(struct page *g)
{
    const struct proof *p = &g->m->proof;
    struct buf *b = g->b;
    char says[RENDER_SAYS_BYTES];

    buf_text(b, "<section id=\"proof\"><h2>Proof of sums</h2>\n"
             "<table class=\"sum proof\">\n");
    for (int i = 0; i < PROOF_HOPS; i++) {
        const struct proof_hop *h = &p->hop[i];

        buf_printf(b, "<tbody><tr><th colspan=\"3\" scope=\"rowgroup\">%d. %s ",
                   i + 1, h->title);
        render_hop_says(h, g->m->run.ccy, says);
        verdict(b, proof_hop_ties(h), says);
        buf_text(b, "</th></tr>\n");
        proof_row(g, h, &h->whole, "");
        for (int k = 0; k < h->nparts; k++)
            proof_row(g, h, &h->part[k], k == 0 ? "=" : "+");
        buf_text(b, "</tbody>\n");
    }
    buf_printf(b, "<tbody><tr><th colspan=\"3\" scope=\"rowgroup\">%d. Each "
               "batch\xE2\x80\x99s own count agrees with its payments ",
               PROOF_HOPS + 1);
    verdict(b, p->counters_tie, p->counters_tie ? "ties" : "DIFFERS");
    buf_printf(b, "</th></tr></tbody></table>\n<p class=\"total %s\">%s</p>"
               "</section>\n", p->ties ? "good" : "bad", render_proof_says(p));
}

/* --- reasons ------------------------------------------------------------- */

static void
reason_row(struct page *g, const struct reason *r, int64_t most)
{
    struct buf *b = g->b;

    buf_text(b, "<tr><td>");
    html_text(b, r->rest ? STR("other reasons") : r->text);
    buf_text(b, "<small>");
    html_chip(b, r->state);
    buf_text(b, " ");
    html_text(b, str_of(r->code));
    buf_text(b, "</small>");
    svg_bar(b, r->state, r->rows, most);
    buf_text(b, "</td><td class=\"n\">");
    html_count(b, r->rows);
    buf_text(b, "</td><td class=\"n\">");
    html_money(g, r->minor);
    buf_text(b, "</td><td>");
    html_text(b, str_of(r->todo));
    buf_text(b, "</td></tr>\n");
}

static void
reasons(struct page *g)
{
    static const char *const names[] = { "Reason", "r:Payments", "r:Amount",
                                         "What to do", NULL };
    const struct model *m = g->m;
    int64_t most = 0;

    if (m->nreasons == 0)
        return;
    for (int i = 0; i < m->nreasons; i++)
        most = m->reasons[i].rows > most ? m->reasons[i].rows : most;
    buf_text(g->b, "<section id=\"reasons\"><h2>Not paid, by reason</h2>\n"
             "<div class=\"scroll\"><table class=\"why\">");
    html_head_cells(g->b, names);
    for (int i = 0; i < m->nreasons; i++)
        reason_row(g, &m->reasons[i], most);
    buf_text(g->b, "</tbody></table></div></section>\n");
}

/* --- who, when, from what ------------------------------------------------ */

static void
fact(struct page *g, const char *name, const char *value, const char *behind)
{
    if (value[0] == '\0')
        return;
    buf_printf(g->b, "<div><dt>%s</dt><dd>", name);
    html_text(g->b, str_of(value));
    if (behind[0] != '\0') {
        buf_text(g->b, "<small>");
        buf_html(g->b, str_of(behind));
        buf_text(g->b, "</small>");
    }
    buf_text(g->b, "</dd></div>\n");
}

static void
fact_hex(struct page *g, const char *name, const char *hex)
{
    buf_printf(g->b, "<div><dt>%s</dt><dd class=\"hex\">", name);
    for (size_t i = 0; hex[i] != '\0'; i++) {
        if (i > 0 && i % 8 == 0)
            buf_char(g->b, ' ');        /* to be read aloud and compared */
        buf_char(g->b, hex[i]);
    }
    buf_text(g->b, "</dd></div>\n");
}

static void
fact_file(struct page *g)
{
    const struct model *m = g->m;
    char rows[RENDER_COUNT_BYTES], bytes[RENDER_COUNT_BYTES];
    char when[WHEN_BYTES], behind[320];

    render_count(m->file_rows, "row", "rows", rows);
    render_count(m->file_bytes, "byte", "bytes", bytes);
    when_text(m->uploaded_us, when);
    snprintf(behind, sizeof(behind), "%s, %s, %.100s, uploaded %s", rows,
             bytes, m->encoding, when);
    fact(g, "File", m->run.file_name, behind);
    fact_hex(g, "SHA-256 of the file", m->file_sha256);
}

static void
facts(struct page *g)
{
    const struct model *m = g->m;
    char made[WHEN_BYTES], day[WHEN_BYTES], when[WHEN_BYTES];
    char amount[MONEY_TEXT_BYTES], digest[SHA256_HEX];
    char approved[WHEN_BYTES + MONEY_TEXT_BYTES + 16];

    when_text(m->made_us, made);
    when_text(m->approved_us, when);
    when_date(m->run.pay_date, day);
    render_money(m->approved_minor, m->run.ccy, amount);
    snprintf(approved, sizeof(approved), "%s, for %s", when, amount);
    when_text(m->state_us, when);
    hex_of(m->run.digest, SHA256_BYTES, digest);
    buf_text(g->b, "<section id=\"facts\"><h2>Who, when, from what</h2>\n"
             "<dl>\n");
    fact(g, "Made by", m->run.made_by, made);
    fact(g, "Approved by", m->approver[0] != '\0' ? m->approver : "nobody",
         m->approver[0] != '\0' ? approved : "");
    fact(g, "State", words_run(m->run.state), when);
    fact(g, "Last reason", m->run.state_why, "");
    fact(g, "Duplicates allowed because", m->run.override, "");
    fact(g, "Not to be paid before", day, "");
    fact(g, "Narration", m->run.narration, "");
    fact(g, "Wallet", m->wallet, "");
    fact_file(g);
    fact_hex(g, "Digest that was approved", digest);
    buf_text(g->b, "</dl></section>\n");
}

/* Only on paper, and early: what is signed are the sums, not the lists. */
static void
signatures(struct page *g)
{
    buf_text(g->b, "<section class=\"sign\">\n"
             "<div><span>Prepared by</span></div>"
             "<div><span>Checked by</span></div>"
             "<div><span>Date</span></div>\n</section>\n");
}

static void
frame_close(struct page *g)
{
    buf_text(g->b, "<footer>Made by payrun from one moment of its book. Paid "
             "means that the provider confirmed it; accepted is never shown "
             "as paid.</footer>\n</main>\n</body>\n</html>\n");
}

/* What only one run has: its proof, who made it, where to sign. */
static void
of_one(struct page *g)
{
    proof(g);
    html_accounts(g);
    reasons(g);
    facts(g);
    signatures(g);
}

int
html_render(struct model *m, struct out *o, struct err *e)
{
    static const enum table_id runs[] = { TABLE_RUNS, TABLE_ACCOUNTS };
    struct page g = { .m = m, .o = o, .b = &o->b };
    bool several = m->runs != NULL;

    frame_open(&g);
    masthead(&g);
    tiles(&g);
    where(&g);
    if (!several)
        of_one(&g);
    else if (html_tables(&g, runs, LEN(runs), e) < 0)
        return -1;
    else
        reasons(&g);
    if (html_doubt(&g, e) < 0
        || html_tables(&g, render_insight, render_insights, e) < 0
        || html_failed(&g, e) < 0)
        return -1;
    if (!several
        && (html_noticed(&g, e) < 0 || html_batches(&g, e) < 0
            || html_history(&g, e) < 0 || html_payments(&g, e) < 0))
        return -1;
    frame_close(&g);
    return 0;
}
