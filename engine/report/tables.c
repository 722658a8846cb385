/*
 * The tables of what the model keeps: sums by state, the proof, the accounts,
 * the reasons.  They read nothing.
 */
#include "report/render.h"
#include "report/table_feed.h"

static const struct table_col runs_cols[] = {
    { "run", "Run", CELL_CODE, 16, 14 },
    { "account", "Account", CELL_TEXT, 20, 14 },
    { "kind", "Kind", CELL_TEXT, 12, 0 },
    { "state", "State", CELL_TEXT, 12, 10 },
    { "count", "Payments", CELL_COUNT, 11, 10 },
    { "amount", "Amount", CELL_MONEY, 18, 17 },
    { "paid_count", "Paid", CELL_COUNT, 9, 8 },
    { "paid", "Paid amount", CELL_MONEY, 18, 17 },
    { "failed_count", "Failed", CELL_COUNT, 9, 8 },
    { "failed", "Failed amount", CELL_MONEY, 16, 0 },
    { "in_doubt_count", "In doubt", CELL_COUNT, 10, 9 },
    { "in_doubt", "In doubt amount", CELL_MONEY, 16, 0 },
    { "open_count", "Open", CELL_COUNT, 9, 8 },
    { "open", "Open amount", CELL_MONEY, 16, 0 },
    { "cancelled_count", "Cancelled", CELL_COUNT, 11, 0 },
    { "cancelled", "Cancelled amount", CELL_MONEY, 16, 0 },
    { "charges", "Charges", CELL_MONEY, 14, 0 }
};

static const struct table_col states_cols[] = {
    { "state", "State", CELL_TEXT, 26, 40 },
    { "count", "Payments", CELL_COUNT, 12, 18 },
    { "share", "Share", CELL_SHARE, 10, 14 },
    { "amount", "Amount", CELL_MONEY, 20, 28 }
};

static const struct table_col proof_cols[] = {
    { "part", "Proof of sums", CELL_TEXT, 62, 46 },
    { "count", "Payments", CELL_COUNT, 12, 14 },
    { "amount", "Amount", CELL_MONEY, 20, 22 },
    { "verdict", "Verdict", CELL_TEXT, 40, 18 }
};

static const struct table_col accounts_cols[] = {
    { "account", "Account", CELL_TEXT, 24, 22 },
    { "provider", "Provider", CELL_TEXT, 16, 14 },
    { "rails", "Rails", CELL_TEXT, 26, 20 },
    { "count", "Payments", CELL_COUNT, 12, 12 },
    { "amount", "Amount", CELL_MONEY, 18, 18 },
    { "charges", "Charges", CELL_MONEY, 14, 12 },
    { "charges_estimate", "Estimated charges", CELL_MONEY, 18, 14 },
    { "ties", "Sums", CELL_TEXT, 10, 8 },
    { "funds", "What was seen of its funds", CELL_TEXT, 50, 0 }
};

static const struct table_col reasons_cols[] = {
    { "state", "State", CELL_TEXT, 12, 10 },
    { "code", "Code", CELL_CODE, 14, 11 },
    { "reason", "Reason", CELL_TEXT, 50, 30 },
    { "count", "Payments", CELL_COUNT, 12, 10 },
    { "amount", "Amount", CELL_MONEY, 18, 15 },
    { "what_to_do", "What to do", CELL_TEXT, 60, 36 }
};

#define COLS(a) (a), (int)LEN(a)

const struct table tables_of_head[] = {
    { "runs", "Runs", NULL, COLS(runs_cols), false, 0 },
    { "states", "Where the money is", NULL, COLS(states_cols), false, 2 },
    { "proof_of_sums", "Proof of sums", NULL, COLS(proof_cols), false, 0 },
    { "paying_accounts", "Accounts and charges",
      "Charges as far as the providers say; the estimate is by our table.",
      COLS(accounts_cols), false, 0 },
    { "not_paid", "Not paid, by reason", NULL, COLS(reasons_cols), false, 0 }
};

/* --- runs of a period ----------------------------------------------------- */

static int
run_line(struct feed *f, const struct run *r, const struct run_sums *s,
         enum table_row kind)
{
    feed_words(f, 0, r != NULL ? r->ref : "all of them");
    if (r != NULL) {
        feed_words(f, 1, r->account);
        feed_words(f, 2, words_kind(r->kind));
        feed_words(f, 3, run_state_name(r->state));
    }
    feed_n(f, 4, s->approved_rows);
    feed_n(f, 5, s->approved_minor);
    feed_n(f, 6, s->paid_rows);
    feed_n(f, 7, s->paid_minor);
    feed_n(f, 8, s->failed_rows);
    feed_n(f, 9, s->failed_minor);
    feed_n(f, 10, s->doubt_rows);
    feed_n(f, 11, s->doubt_minor);
    feed_n(f, 12, s->flight_rows + s->waiting_rows);
    feed_n(f, 13, s->flight_minor + s->waiting_minor);
    feed_n(f, 14, s->cancelled_rows);
    feed_n(f, 15, s->cancelled_minor);
    feed_n(f, 16, s->charge_minor);
    return feed_row(f, kind);
}

int
tables_runs(struct feed *f, struct err *e)
{
    const struct model *m = f->m;

    (void)e;
    for (size_t i = 0; i < m->nruns && m->runs != NULL; i++)
        if (run_line(f, &m->runs[i].run, &m->runs[i].sums, ROW_PLAIN) < 0)
            return -1;
    return m->runs != NULL ? run_line(f, NULL, &m->sums, ROW_SUM) : 0;
}

/* --- states --------------------------------------------------------------- */

static int
state_line(struct feed *f, const char *name, int64_t rows, int64_t minor,
           enum table_row kind)
{
    feed_words(f, 0, name);
    feed_n(f, 1, rows);
    feed_share(f, 2, rows, f->m->run.rows);
    feed_n(f, 3, minor);
    return feed_row(f, kind);
}

int
tables_states(struct feed *f, struct err *e)
{
    struct model_part p[MODEL_PARTS], back = model_came_back(f->m);

    (void)e;
    model_parts(f->m, p);
    for (int i = 0; i < MODEL_PARTS; i++) {
        if (state_line(f, p[i].name, p[i].rows, p[i].minor, ROW_PLAIN) < 0)
            return -1;
        if (p[i].state == PAY_FAILED && back.rows > 0
            && state_line(f, "of it returned or reversed", back.rows,
                          back.minor, ROW_PLAIN) < 0)
            return -1;
    }
    return state_line(f, f->m->runs != NULL ? "in all runs" : "in the run",
                      f->m->run.rows, f->m->run.minor, ROW_SUM);
}

/* --- the proof ------------------------------------------------------------ */

static int
proof_line(struct feed *f, const struct proof_hop *h,
           const struct proof_part *p, const char *mark)
{
    char name[96];

    snprintf(name, sizeof(name), "%s%s", mark, p->name);
    feed_words(f, 0, name);
    feed_n(f, 1, p->rows);
    if (h->by_amount)
        feed_n(f, 2, p->minor);
    return feed_row(f, ROW_PLAIN);
}

static int
proof_hop(struct feed *f, int number, const struct proof_hop *h)
{
    char title[128], says[RENDER_SAYS_BYTES];

    snprintf(title, sizeof(title), "%d. %s", number, h->title);
    render_hop_says(h, f->m->run.ccy, says);
    feed_words(f, 3, says);
    if (feed_head(f, title) < 0 || proof_line(f, h, &h->whole, "") < 0)
        return -1;
    for (int i = 0; i < h->nparts; i++)
        if (proof_line(f, h, &h->part[i], i == 0 ? "= " : "+ ") < 0)
            return -1;
    return 0;
}

int
tables_proof(struct feed *f, struct err *e)
{
    const struct proof *p = &f->m->proof;
    char title[96];

    (void)e;
    if (f->m->runs != NULL)             /* a period: each run has its own */
        return 0;
    for (int i = 0; i < PROOF_HOPS; i++)
        if (proof_hop(f, i + 1, &p->hop[i]) < 0)
            return -1;
    snprintf(title, sizeof(title), "%d. Each batch's own count agrees with its "
             "payments", PROOF_HOPS + 1);
    feed_words(f, 3, p->counters_tie ? "ties" : "DIFFERS");
    if (feed_head(f, title) < 0)
        return -1;
    feed_words(f, 0, render_proof_says(p));
    return feed_row(f, ROW_SUM);
}

/* --- accounts and charges ------------------------------------------------- */

int
tables_accounts(struct feed *f, struct err *e)
{
    const struct model *m = f->m;

    (void)e;
    for (int i = 0; i < m->naccounts; i++) {
        const struct model_account *a = &m->accounts[i];

        feed_words(f, 0, a->payer.account);
        feed_words(f, 1, words_provider(a->payer.provider));
        feed_words(f, 2, a->payer.rails);
        feed_n(f, 3, a->payer.rows);
        feed_n(f, 4, a->payer.minor);
        feed_n(f, 5, a->payer.charge_minor);
        feed_n(f, 6, a->payer.charge_estimate_minor);
        if (model_several(m))
            feed_words(f, 7, a->ties ? "tie" : "DIFFER");
        feed_words(f, 8, a->payer.funds_note);
        if (feed_row(f, ROW_PLAIN) < 0)
            return -1;
    }
    feed_words(f, 0, "all of them");
    feed_n(f, 3, m->run.rows);
    feed_n(f, 4, m->run.minor);
    feed_n(f, 5, m->sums.charge_minor);
    feed_n(f, 6, m->sums.charge_estimate_minor);
    return feed_row(f, ROW_SUM);
}

/* --- reasons -------------------------------------------------------------- */

int
tables_reasons(struct feed *f, struct err *e)
{
    (void)e;
    for (int i = 0; i < f->m->nreasons; i++) {
        const struct reason *r = &f->m->reasons[i];

        feed_words(f, 0, pay_state_name(r->state));
        feed_words(f, 1, r->code);
        feed_text(f, 2, r->rest ? STR("other reasons") : r->text);
        feed_n(f, 3, r->rows);
        feed_n(f, 4, r->minor);
        feed_words(f, 5, r->todo);
        if (feed_row(f, ROW_PLAIN) < 0)
            return -1;
    }
    return 0;
}
