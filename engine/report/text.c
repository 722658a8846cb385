/*
 * For a terminal: 80 to 100 columns, colour only when asked, and nothing from
 * a payroll file that could steer the terminal.
 */
#include "base/text.h"
#include "money/money.h"
#include "report/render.h"
#include "report/when.h"

#define WIDTH 92            /* columns; what is longer goes on below          */
#define LABEL 12            /* of the words on the left of the head           */
#define NAME  32            /* of the rows of a sum                           */
#define INSET 12            /* of the lines below a payment                   */
#define AFTER 33            /* where what to do about a reason begins         */

struct text {
    struct model *m;
    struct out *o;
    bool color;
    int64_t rows;           /* of the list under way */
};

/* --- pieces -------------------------------------------------------------- */

enum ink { INK_PLAIN, INK_BOLD, INK_GOOD, INK_BAD, INK_CARE, INK_DIM };

static void
ink(struct out *o, bool color, enum ink i)
{
    static const char *const codes[] = {
        [INK_PLAIN] = "\x1b[0m", [INK_BOLD] = "\x1b[1m",
        [INK_GOOD] = "\x1b[32m", [INK_BAD] = "\x1b[1;31m",
        [INK_CARE] = "\x1b[33m", [INK_DIM] = "\x1b[2m"
    };

    if (color)
        buf_text(&o->b, codes[i]);
}

static void
inked(struct out *o, bool color, enum ink i, const char *text)
{
    ink(o, color, i);
    buf_text(&o->b, text);
    ink(o, color, INK_PLAIN);
}

static void
pad(struct buf *b, int columns)
{
    while (columns-- > 0)
        buf_char(b, ' ');
}

/* ${s} safely, and blanks up to ${columns}. */
static void
add_padded(struct buf *b, struct str s, int columns)
{
    size_t from = b->len;
    int width = 0;

    render_safe(b, s);
    width = text_width((struct str){ b->p + from, b->len - from });
    pad(b, columns - (width < 0 ? 0 : width));
}

/* ${s} safely, from column ${at} on, broken between words at WIDTH. */
static void
add_wrapped(struct buf *b, struct str s, int at, int indent)
{
    size_t i = 0;

    while (i < s.len) {
        const char *end = memchr(s.p + i, ' ', s.len - i);
        size_t n = end != NULL ? (size_t)(end - s.p) - i : s.len - i;
        int width = text_width((struct str){ s.p + i, n });

        if (i > 0 && at + 1 + width > WIDTH) {
            buf_char(b, '\n');
            pad(b, indent);
            at = indent;
        } else if (i > 0) {
            buf_char(b, ' ');
            at++;
        }
        render_safe(b, (struct str){ s.p + i, n });
        at += width;
        i += n + 1;
    }
}

/* No blanks at the end of a line: files of reports are compared. */
static void
end_line(struct buf *b)
{
    while (b->len > 0 && b->p[b->len - 1] == ' ')
        b->len--;
    buf_char(b, '\n');
}

static void
title(struct text *t, const char *name)
{
    buf_char(&t->o->b, '\n');
    inked(t->o, t->color, INK_BOLD, name);
    buf_char(&t->o->b, '\n');
}

static void
label(struct text *t, const char *name)
{
    add_padded(&t->o->b, str_of(name), LABEL);
}

/* "  paid     4,805     KES 312,101,200.00" */
static void
sum_line(struct out *o, const char *mark, const char *name, int64_t rows,
         const char *amount)
{
    char count[MONEY_TEXT_BYTES];

    money_count(rows, count);
    buf_printf(&o->b, "  %-2s%-*s %11s %24s", mark, NAME, name, count, amount);
}

/* --- the proof ----------------------------------------------------------- */

static void
proof_part(struct out *o, const char *mark, const struct proof_hop *h,
           const struct proof_part *p, const char *ccy)
{
    char amount[MONEY_TEXT_BYTES] = "";

    if (h->by_amount)
        render_money(p->minor, ccy, amount);
    sum_line(o, mark, p->name, p->rows, amount);
}

static void
proof_hop(struct out *o, int number, const struct proof_hop *h,
          const char *ccy, bool color)
{
    char says[RENDER_SAYS_BYTES];

    buf_printf(&o->b, "%d. %s\n", number, h->title);
    proof_part(o, "", h, &h->whole, ccy);
    end_line(&o->b);
    for (int i = 0; i < h->nparts; i++) {
        proof_part(o, i == 0 ? "=" : "+", h, &h->part[i], ccy);
        if (i < h->nparts - 1)
            end_line(&o->b);
    }
    render_hop_says(h, ccy, says);
    buf_text(&o->b, "  ");
    inked(o, color, proof_hop_ties(h) ? INK_GOOD : INK_BAD, says);
    buf_char(&o->b, '\n');
}

void
text_proof(struct out *o, const struct proof *p, const char *ccy, bool color)
{
    const char *says = p->counters_tie ? "ties" : "DIFFERS";
    char line[80];

    for (int i = 0; i < PROOF_HOPS; i++)
        proof_hop(o, i + 1, &p->hop[i], ccy, color);
    snprintf(line, sizeof(line), "%d. Each batch's own count agrees with its "
             "payments", PROOF_HOPS + 1);
    buf_printf(&o->b, "%-75s", line);
    inked(o, color, p->counters_tie ? INK_GOOD : INK_BAD, says);
    buf_text(&o->b, "\n");
    inked(o, color, p->ties ? INK_GOOD : INK_BAD, render_proof_says(p));
    buf_char(&o->b, '\n');
}

/* --- the head ------------------------------------------------------------ */

static void
fact(struct text *t, const char *name, const char *value, const char *behind)
{
    if (value[0] == '\0')
        return;
    label(t, name);
    add_wrapped(&t->o->b, str_of(value), LABEL, LABEL);
    buf_printf(&t->o->b, "%s%s\n", behind[0] != '\0' ? ", " : "", behind);
}

static void
people(struct text *t)
{
    const struct model *m = t->m;
    char when[WHEN_BYTES], amount[MONEY_TEXT_BYTES];
    char behind[WHEN_BYTES + MONEY_TEXT_BYTES + 8];

    when_text(m->made_us, when);
    fact(t, "Made by", m->run.made_by, when);
    when_text(m->approved_us, when);
    render_money(m->approved_minor, m->run.ccy, amount);
    snprintf(behind, sizeof(behind), "%s, %s", when, amount);
    if (m->approver[0] != '\0')
        fact(t, "Approved by", m->approver, behind);
    else
        fact(t, "Approved by", "nobody", "");
    fact(t, "Override", m->run.override, "");
}

static void
file_facts(struct text *t)
{
    const struct model *m = t->m;
    char bytes[MONEY_TEXT_BYTES], rows[RENDER_COUNT_BYTES], behind[256];
    char digest[SHA256_HEX];

    money_count(m->file_bytes, bytes);
    render_count(m->file_rows, "row", "rows", rows);
    snprintf(behind, sizeof(behind), "%s, %s bytes, %.100s", rows, bytes,
             m->encoding);
    fact(t, "File", m->run.file_name, behind);
    fact(t, "SHA-256", m->file_sha256, "");
    hex_of(m->run.digest, SHA256_BYTES, digest);
    fact(t, "Digest", digest, "");
}

static void
head(struct text *t)
{
    const struct model *m = t->m;
    const struct run *r = &m->run;
    char period[WHEN_BYTES], when[WHEN_BYTES], day[WHEN_BYTES];
    struct buf *b = &t->o->b;

    inked(t->o, t->color, INK_BOLD, r->ref);
    buf_text(b, "  ");
    inked(t->o, t->color, r->live ? INK_BAD : INK_CARE,
          r->live ? "LIVE" : "SANDBOX");
    when_date(r->period, period);
    buf_printf(b, "  %s, %s, from ", period, words_kind(r->kind));
    if (model_several(m)) {
        buf_printf(b, "%d account%s\n", m->naccounts,
                   m->naccounts == 1 ? "" : "s");
    } else {
        buf_char(b, '"');
        render_safe(b, str_of(r->account));
        buf_printf(b, "\" through %s\n", words_provider(m->provider_name));
    }
    when_text(m->now_us, when);
    fact(t, "As of", when, "Nairobi time");
    when_text(m->state_us, when);
    fact(t, "State", words_run(r->state), "");
    fact(t, "since", when, r->state_why);
    when_date(r->pay_date, day);
    fact(t, "Pay date", day, "");
    people(t);
    file_facts(t);
}

/* --- where the money is -------------------------------------------------- */

static enum ink
ink_of(enum pay_state s)
{
    switch (s) {
    case PAY_PAID:
        return INK_GOOD;
    case PAY_FAILED: case PAY_RETURNED: case PAY_REVERSED:
        return INK_BAD;
    case PAY_DOUBT:
        return INK_CARE;
    case PAY_SENT: case PAY_WAITING: case PAY_CANCELLED:
        return INK_PLAIN;
    }
    return INK_PLAIN;
}

static void
money_line(struct text *t, const char *name, int64_t rows, int64_t minor,
           enum ink i)
{
    char amount[MONEY_TEXT_BYTES];

    render_money(minor, t->m->run.ccy, amount);
    if (rows > 0)
        ink(t->o, t->color, i);
    sum_line(t->o, "", name, rows, amount);
    if (rows > 0)
        ink(t->o, t->color, INK_PLAIN);
    buf_char(&t->o->b, '\n');
}

static void
summary(struct text *t)
{
    const struct model *m = t->m;
    struct model_part p[MODEL_PARTS], back = model_came_back(m);
    char charged[MONEY_TEXT_BYTES], estimate[MONEY_TEXT_BYTES];

    title(t, "Where the money is");
    model_parts(m, p);
    for (int i = 0; i < MODEL_PARTS; i++) {
        money_line(t, p[i].name, p[i].rows, p[i].minor, ink_of(p[i].state));
        if (p[i].state == PAY_FAILED && back.rows > 0)
            money_line(t, "  of it returned or reversed", back.rows,
                       back.minor, INK_BAD);
    }
    money_line(t, "in the run", m->run.rows, m->run.minor, INK_BOLD);
    render_money(m->sums.charge_minor, m->run.ccy, charged);
    render_money(m->sums.charge_estimate_minor, m->run.ccy, estimate);
    buf_printf(&t->o->b, "  charges, as far as the provider says: %s"
               " (estimated %s)\n", charged, estimate);
}

/* --- accounts ------------------------------------------------------------ */

static void
account_line(struct text *t, const struct model_account *a)
{
    const struct run_sums *s = &a->sums;
    struct buf *b = &t->o->b;
    char amount[MONEY_TEXT_BYTES], paid[MONEY_TEXT_BYTES], says[512];

    render_money(a->payer.minor, t->m->run.ccy, amount);
    render_money(s->paid_minor, t->m->run.ccy, paid);
    sum_line(t->o, "", a->payer.account, a->payer.rows, amount);
    buf_text(b, "  ");
    inked(t->o, t->color, a->ties ? INK_GOOD : INK_BAD,
          a->ties ? "ties" : "DIFFERS");
    snprintf(says, sizeof(says), "%s, %.250s; paid %lld (%s), failed %lld, in "
             "doubt %lld, sent without answer %lld, waiting %lld, cancelled "
             "%lld", words_provider(a->payer.provider), a->payer.rails,
             (long long)s->paid_rows, paid, (long long)s->failed_rows,
             (long long)s->doubt_rows, (long long)s->flight_rows,
             (long long)s->waiting_rows, (long long)s->cancelled_rows);
    buf_text(b, "\n    ");
    add_wrapped(b, str_of(says), 4, 4);
    buf_char(b, '\n');
    if (a->payer.funds_note[0] != '\0') {
        pad(b, 4);
        add_wrapped(b, str_of(a->payer.funds_note), 4, 4);
        buf_char(b, '\n');
    }
}

static void
accounts(struct text *t)
{
    const struct model *m = t->m;

    if (!model_several(m))
        return;
    title(t, "Proof of sums, by account");
    for (int i = 0; i < m->naccounts; i++)
        account_line(t, &m->accounts[i]);
    inked(t->o, t->color, m->accounts_tie ? INK_GOOD : INK_BAD,
          m->accounts_tie ? "The accounts add up to the run."
                          : "THE ACCOUNTS DO NOT ADD UP TO THE RUN.");
    buf_char(&t->o->b, '\n');
}

/* --- reasons ------------------------------------------------------------- */

static void
reason_line(struct text *t, const struct reason *r, const struct reason *next)
{
    struct buf *b = &t->o->b;
    size_t from = 0;
    char count[MONEY_TEXT_BYTES], amount[MONEY_TEXT_BYTES];

    money_count(r->rows, count);
    render_money(r->minor, t->m->run.ccy, amount);
    from = b->len;
    buf_printf(b, "  %7s %22s %s ", count, amount, pay_state_name(r->state));
    render_safe(b, r->rest ? STR("for other reasons") : str_of(r->code));
    if (r->text.len > 0)
        buf_text(b, ": ");
    add_wrapped(b, r->text, (int)(b->len - from), AFTER);
    buf_char(b, '\n');
    /* reasons in a row that ask for the same say it once, at the end */
    if (r->todo[0] == '\0'
        || (next != NULL && strcmp(next->todo, r->todo) == 0))
        return;
    pad(b, AFTER);
    ink(t->o, t->color, INK_DIM);
    add_wrapped(b, str_of(r->todo), AFTER, AFTER);
    ink(t->o, t->color, INK_PLAIN);
    buf_char(b, '\n');
}

static void
reasons(struct text *t)
{
    if (t->m->nreasons == 0)
        return;
    title(t, "Not paid, by reason");
    for (int i = 0; i < t->m->nreasons; i++)
        reason_line(t, &t->m->reasons[i],
                    i + 1 < t->m->nreasons ? &t->m->reasons[i + 1] : NULL);
}

/* --- lists --------------------------------------------------------------- */

static int
payment_row(void *owner, const struct payment *p)
{
    struct text *t = owner;
    struct buf *b = &t->o->b;
    char amount[MONEY_TEXT_BYTES], when[WHEN_BYTES];

    if (t->rows++ >= REPORT_TEXT_ROWS)
        return out_turn(t->o);
    render_money(p->minor, t->m->run.ccy, amount);
    when_text(p->at_us, when);
    buf_printf(b, "  %-9s ", p->reference);
    add_padded(b, p->account, 14);
    buf_printf(b, "%18s  ", amount);
    add_padded(b, p->name, 26);
    buf_printf(b, "  line %lld", (long long)p->line_no);
    if (p->parts > 1)
        buf_printf(b, ", part %lld of %lld", (long long)p->part,
                   (long long)p->parts);
    buf_char(b, '\n');
    buf_printf(b, "%*s%s, %s, ", INSET, "", pay_state_name(p->state), when);
    render_safe(b, p->code);
    if (p->tracking_id.len > 0) {
        buf_printf(b, ", %s file ", p->provider != NULL
                   ? words_provider(p->provider->name) : "the provider's");
        render_safe(b, p->tracking_id);
    }
    if (model_several(t->m)) {
        buf_text(b, ", from ");
        render_safe(b, str_of(p->payer));
        buf_text(b, " by ");
        render_safe(b, p->rail);
    }
    buf_char(b, '\n');
    if (p->reason.len > 0) {
        pad(b, INSET);
        add_wrapped(b, p->reason, INSET, INSET);
        buf_char(b, '\n');
    }
    return out_turn(t->o);
}

/* A correction may pay what certainly failed: it is no duplicate. */
static void
pay_again(struct text *t)
{
    const struct run *r = &t->m->run;
    char how[ERR_TEXT_BYTES];

    if (t->m->sums.failed_rows == 0 || t->m->runs != NULL)
        return;
    snprintf(how, sizeof(how), "To pay them again: payrun report %s --format "
             "csv; keep the failed rows, correct them, then payrun upload "
             "FILE --period %s --kind correction", r->ref, r->period);
    buf_text(&t->o->b, "  ");
    add_wrapped(&t->o->b, str_of(how), 2, 2);
    buf_char(&t->o->b, '\n');
}

static void
more(struct text *t, int64_t all)
{
    char count[MONEY_TEXT_BYTES];

    if (all <= REPORT_TEXT_ROWS)
        return;
    money_count(all - REPORT_TEXT_ROWS, count);
    buf_printf(&t->o->b, "  ... and %s more: payrun report %s --format csv\n",
               count, t->m->run.ref);
}

static int
list(struct text *t, const char *name, const enum pay_state *states, size_t n,
     int64_t all, struct err *e)
{
    if (all == 0)
        return 0;
    title(t, name);
    t->rows = 0;
    if (model_outcomes(t->m, states, n, REPORT_TEXT_ROWS, payment_row, t, e)
        < 0)
        return -1;
    more(t, all);
    return 0;
}

static int
batch_row(void *owner, const struct batch_line *l)
{
    struct text *t = owner;
    struct buf *b = &t->o->b;
    char amount[MONEY_TEXT_BYTES], rows[MONEY_TEXT_BYTES];

    if (t->rows++ >= REPORT_TEXT_ROWS)
        return 0;
    render_money(l->minor, t->m->run.ccy, amount);
    money_count(l->rows, rows);
    buf_printf(b, "  %4d  ", l->number);
    add_padded(b, l->rail, 15);
    buf_printf(b, "%6s %22s  ", rows, amount);
    add_padded(b, model_batch_words(t->m, l), 10);
    buf_printf(b, "  paid %lld  failed %lld  in doubt %lld",
               (long long)l->paid_rows, (long long)l->failed_rows,
               (long long)l->doubt_rows);
    if (model_several(t->m)) {
        buf_text(b, "  ");
        render_safe(b, str_of(l->payer));
    }
    buf_char(b, '\n');
    return out_turn(t->o);
}

static int
problem_row(void *owner, const struct problem_line *p)
{
    struct text *t = owner;
    struct buf *b = &t->o->b;

    if (t->rows == 0)
        title(t, "Noticed in the file");
    if (t->rows++ >= REPORT_TEXT_ROWS)
        return 0;
    buf_text(b, p->held ? "  held back  " : "  accepted   ");
    add_padded(b, p->code, 12);
    if (p->line_no > 0)
        buf_printf(b, "line %lld: ", (long long)p->line_no);
    render_safe(b, p->detail);
    buf_char(b, '\n');
    return out_turn(t->o);
}

static int
lists(struct text *t, struct err *e)
{
    static const enum pay_state doubt[] = { PAY_DOUBT };
    static const enum pay_state failed[] = { PAY_FAILED, PAY_RETURNED,
                                             PAY_REVERSED };
    const struct run_sums *s = &t->m->sums;

    if (list(t, "In doubt: do not pay these again", doubt, LEN(doubt),
             s->doubt_rows, e) < 0
        || list(t, "Failed", failed, LEN(failed), s->failed_rows, e) < 0)
        return -1;
    pay_again(t);
    if (t->m->runs != NULL)
        return 0;
    t->rows = 0;
    if (model_problems(t->m, REPORT_NOTES_MAX, problem_row, t, e) < 0)
        return -1;
    more(t, t->rows);
    title(t, "Batches");
    t->rows = 0;
    if (model_batches(t->m, batch_row, t, e) < 0)
        return -1;
    more(t, t->rows);
    return 0;
}

/* Of several runs: which they are, instead of who made one and its proof. */
static int
several(struct text *t, struct err *e)
{
    static const enum table_id runs[] = { TABLE_RUNS };

    inked(t->o, t->color, INK_BOLD, t->m->run.ref);
    buf_text(&t->o->b, t->m->run.live ? "  LIVE  " : "  SANDBOX  ");
    render_subtitle(&t->o->b, t->m);
    buf_char(&t->o->b, '\n');
    return text_tables(t->m, t->o, runs, LEN(runs), e);
}

int
text_render(struct model *m, struct out *o, bool color, struct err *e)
{
    struct text t = { .m = m, .o = o, .color = color };

    if (m->runs != NULL) {
        if (several(&t, e) < 0)
            return -1;
    } else
        head(&t);
    buf_char(&o->b, '\n');
    render_headline(&o->b, m, "\n");
    buf_char(&o->b, '\n');
    summary(&t);
    if (m->runs == NULL) {
        title(&t, "Proof of sums");
        text_proof(o, &m->proof, m->run.ccy, color);
        accounts(&t);
    }
    reasons(&t);
    if (text_tables(m, o, render_insight, render_insights, e) < 0)
        return -1;
    return lists(&t, e);
}
