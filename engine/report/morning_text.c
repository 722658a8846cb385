/* For a letter and a terminal: plain text, 80 columns or a little more. */
#include "report/morning.h"

#include "report/render.h"
#include "report/when.h"

static void
safe(struct buf *b, struct str s)
{
    render_safe(b, s);
}

static void
part(struct buf *b, const char *name, int64_t rows, int64_t minor,
     const char *ccy)
{
    char amount[MONEY_TEXT_BYTES], count[MONEY_TEXT_BYTES];

    render_money(minor, ccy, amount);
    money_count(rows, count);
    buf_printf(b, "    %-10s %9s  %22s\n", name, count, amount);
}

static void
why(struct buf *b, const struct model *r)
{
    for (int i = 0; i < r->nreasons; i++) {
        const struct reason *x = &r->reasons[i];
        char count[MONEY_TEXT_BYTES];

        if (!pay_state_failed(x->state) && x->state != PAY_DOUBT)
            continue;
        money_count(x->rows, count);
        buf_printf(b, "      %s %s: ", count, pay_state_name(x->state));
        if (x->rest)
            buf_text(b, "for other reasons");
        safe(b, x->text);
        if (x->code != NULL && x->code[0] != '\0')
            buf_printf(b, " (%s)", x->code);
        buf_char(b, '\n');
        if (x->todo != NULL && x->todo[0] != '\0')
            buf_printf(b, "        %s\n", x->todo);
    }
}

static void
one_run(struct buf *b, const struct model *r)
{
    const struct run_sums *s = &r->sums;
    char day[WHEN_BYTES];

    when_date(r->run.pay_date, day);
    buf_printf(b, "\n  %s  %s  %s%s%s%s\n", r->run.ref, r->run.account,
               run_state_name(r->run.state),
               r->run.live ? "  LIVE" : "  sandbox",
               day[0] != '\0' ? "  to be paid " : "", day);
    part(b, "asked", r->run.rows, r->run.minor, r->run.ccy);
    part(b, "paid", s->paid_rows, s->paid_minor, r->run.ccy);
    part(b, "failed", s->failed_rows, s->failed_minor, r->run.ccy);
    part(b, "in doubt", s->doubt_rows, s->doubt_minor, r->run.ccy);
    part(b, "open", morning_open_rows(r), morning_open_minor(r), r->run.ccy);
    if (s->cancelled_rows > 0)
        part(b, "cancelled", s->cancelled_rows, s->cancelled_minor,
             r->run.ccy);
    if (!r->proof.ties)
        buf_printf(b, "    %s\n", render_proof_says(&r->proof));
    if (r->run.state == RUN_PAUSED || r->run.state == RUN_CANCELLED) {
        buf_text(b, "    ");
        safe(b, str_of(r->run.state_why));
        buf_char(b, '\n');
    }
    why(b, r);
}

static void
all_runs(const struct morning *m, struct buf *b)
{
    buf_text(b, "\nDUE OR UNDER WAY\n");
    if (m->nruns == 0)
        buf_text(b, "  nothing\n");
    for (int i = 0; i < m->nruns; i++)
        one_run(b, m->runs[i]);
    if (m->more_runs > 0)
        buf_printf(b, "\n  and %lld more runs: payrun list\n",
                   (long long)m->more_runs);
    for (int i = 0; i < m->nsums && m->nruns > 1; i++) {
        const struct morning_sum *s = &m->sums[i];

        buf_printf(b, "\n  all of it in %s\n", s->ccy);
        part(b, "asked", s->rows, s->minor, s->ccy);
        part(b, "paid", s->paid_rows, s->paid_minor, s->ccy);
        part(b, "failed", s->failed_rows, s->failed_minor, s->ccy);
        part(b, "in doubt", s->doubt_rows, s->doubt_minor, s->ccy);
        part(b, "open", s->open_rows, s->open_minor, s->ccy);
    }
}

static void
planned(const struct morning *m, struct buf *b)
{
    char at[WHEN_BYTES];

    if (m->nslots > 0)
        buf_text(b, "\nPLANNED TIMES\n");
    for (int i = 0; i < m->nslots; i++) {
        const struct morning_slot *s = &m->slots[i];

        when_text(s->due_us, at);
        buf_printf(b, "  %s  ", at);
        safe(b, s->name);
        buf_text(b, str_eq(s->state, STR("asks")) ? ": MISSED; a person decides"
                                                  : ": ");
        if (!str_eq(s->state, STR("asks")))
            safe(b, s->state);
        if (s->runs.len > 0) {
            buf_char(b, ' ');
            safe(b, s->runs);
        }
        if (s->note.len > 0) {
            buf_text(b, "\n      ");
            safe(b, s->note);
        }
        buf_char(b, '\n');
    }
}

static void
in_doubt(const struct morning *m, struct buf *b)
{
    char since[WHEN_BYTES], next[WHEN_BYTES], amount[MONEY_TEXT_BYTES];

    buf_text(b, "\nIN DOUBT\n");
    if (m->ndoubts == 0)
        buf_text(b, "  nothing\n");
    for (int i = 0; i < m->ndoubts; i++) {
        const struct morning_doubt *d = &m->doubts[i];

        when_text(d->since_us, since);
        when_text(d->next_us, next);
        render_money(d->minor, d->ccy, amount);
        buf_text(b, "  ");
        safe(b, d->ref);
        buf_printf(b, " batch %d, ", d->number);
        safe(b, d->account);
        buf_printf(b, ": %lld payment%s, %s\n      since %s; asked next: %s\n",
                   (long long)d->rows, d->rows == 1 ? "" : "s", amount, since,
                   next[0] != '\0' ? next : "as soon as payrun works");
    }
    if (m->ndoubts > 0)
        buf_text(b, "  Do not pay these people in another way.\n");
}

static void
waits(const struct morning *m, struct buf *b)
{
    char since[WHEN_BYTES];

    buf_text(b, "\nWAITS FOR SOMEBODY\n");
    if (m->nwaits == 0)
        buf_text(b, "  nothing\n");
    for (int i = 0; i < m->nwaits; i++) {
        const struct morning_wait *w = &m->waits[i];

        when_text(w->since_us, since);
        buf_text(b, "  ");
        safe(b, w->who);
        buf_text(b, ": ");
        safe(b, w->what);
        buf_printf(b, "\n      since %s; ", since);
        safe(b, w->todo);
        buf_char(b, '\n');
    }
}

static void
alerts(const struct morning *m, struct buf *b)
{
    char at[WHEN_BYTES];

    if (m->nalerts > 0)
        buf_text(b, "\nALERTS\n");
    for (int i = 0; i < m->nalerts; i++) {
        const struct morning_alert *a = &m->alerts[i];

        when_text(a->at_us, at);
        buf_printf(b, "  %s  ", at);
        safe(b, a->title);
        buf_text(b, a->told.len > 0 ? "\n      told: " : "\n      NOBODY WAS "
                 "TOLD");
        safe(b, a->told);
        buf_char(b, '\n');
    }
}

void
morning_text(const struct morning *m, struct buf *b)
{
    char title[MORNING_TITLE_BYTES], from[WHEN_BYTES], until[WHEN_BYTES];
    char now[WHEN_BYTES];

    morning_title(m, title);
    when_text(m->from_us, from);
    when_text(m->until_us, until);
    when_text(m->now_us, now);
    buf_printf(b, "%s\nfrom %s to %s; numbers as of %s, Nairobi time\n",
               title, from, until, now);
    all_runs(m, b);
    planned(m, b);
    in_doubt(m, b);
    waits(m, b);
    alerts(m, b);
}
