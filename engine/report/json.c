/*
 * Written by hand and streamed: a tree of a million payments would not be.
 * Amounts are exact decimal text, times ISO 8601, texts that are empty are
 * left out.
 */
#include "base/clock.h"
#include "money/money.h"
#include "providers/jscan.h"
#include "report/render.h"

struct json_report {
    struct model *m;
    struct out *o;
    struct buf *b;
    int decimals;
    bool comma;             /* something stands before in this level */
};

/* --- pieces -------------------------------------------------------------- */

static void
next(struct json_report *j)
{
    if (j->comma)
        buf_char(j->b, ',');
    j->comma = true;
}

static void
key(struct json_report *j, const char *name)
{
    next(j);
    buf_json(j->b, str_of(name));
    buf_char(j->b, ':');
}

/* ${name} NULL: an element of a list. */
static void
open_level(struct json_report *j, const char *name, char bracket)
{
    if (name != NULL)
        key(j, name);
    else
        next(j);
    buf_char(j->b, bracket);
    j->comma = false;
}

static void
close_level(struct json_report *j, char bracket)
{
    buf_char(j->b, bracket);
    j->comma = true;
}

/* A list is a line an element, so that it can be read and compared. */
static void
open_item(struct json_report *j)
{
    next(j);
    buf_text(j->b, "\n{");
    j->comma = false;
}

static int
close_item(struct json_report *j)
{
    close_level(j, '}');
    return out_turn(j->o);
}

static void
add_str(struct json_report *j, const char *name, struct str s)
{
    key(j, name);
    buf_json(j->b, s);
}

static void
add_text(struct json_report *j, const char *name, const char *text)
{
    add_str(j, name, str_of(text));
}

static void
add_some(struct json_report *j, const char *name, struct str s)
{
    if (s.len > 0)
        add_str(j, name, s);
}

static void
add_i64(struct json_report *j, const char *name, int64_t n)
{
    key(j, name);
    buf_i64(j->b, n);
}

static void
add_bool(struct json_report *j, const char *name, bool is)
{
    key(j, name);
    buf_text(j->b, is ? "true" : "false");
}

static void
add_amount(struct json_report *j, const char *name, int64_t minor)
{
    key(j, name);
    buf_char(j->b, '"');
    buf_minor(j->b, minor, j->decimals);
    buf_char(j->b, '"');
}

static void
add_time(struct json_report *j, const char *name, int64_t us)
{
    char iso[CLOCK_ISO_BYTES];

    if (us == 0)
        return;
    clock_iso(us, iso);
    add_text(j, name, iso);
}

static void
add_part(struct json_report *j, const char *name, int64_t rows, int64_t minor)
{
    open_level(j, name, '{');
    add_i64(j, "count", rows);
    add_amount(j, "amount", minor);
    close_level(j, '}');
}

/* --- the head ------------------------------------------------------------ */

static void
file(struct json_report *j)
{
    const struct model *m = j->m;

    open_level(j, "file", '{');
    add_text(j, "name", m->run.file_name);
    add_text(j, "sha256", m->file_sha256);
    add_i64(j, "bytes", m->file_bytes);
    add_i64(j, "rows", m->file_rows);
    add_text(j, "encoding", m->encoding);
    add_time(j, "uploaded_at", m->uploaded_us);
    close_level(j, '}');
}

static void
run(struct json_report *j)
{
    const struct model *m = j->m;
    const struct run *r = &m->run;
    char digest[SHA256_HEX];

    hex_of(r->digest, SHA256_BYTES, digest);
    open_level(j, "run", '{');
    add_text(j, "run", r->ref);
    add_text(j, "state", run_state_name(r->state));
    add_text(j, "state_text", words_run(r->state));
    add_time(j, "state_at", m->state_us);
    add_text(j, "why", r->state_why);
    add_bool(j, "live", r->live);
    add_text(j, "account", r->account);
    add_text(j, "provider", m->provider_name);
    add_text(j, "wallet", m->wallet);
    add_text(j, "period", r->period);
    add_text(j, "kind", r->kind);
    add_text(j, "pay_date", r->pay_date);
    add_text(j, "narration", r->narration);
    add_text(j, "currency", r->ccy);
    add_i64(j, "rows", r->rows);
    add_amount(j, "total", r->minor);
    add_i64(j, "held_rows", r->held_rows);
    add_i64(j, "batches", r->batches);
    add_text(j, "made_by", r->made_by);
    add_time(j, "made_at", m->made_us);
    add_text(j, "approved_by", m->approver);
    add_time(j, "approved_at", m->approved_us);
    if (m->approved_us != 0)
        add_amount(j, "approved_total", m->approved_minor);
    add_text(j, "override", r->override);
    add_text(j, "digest", digest);
    file(j);
    close_level(j, '}');
}

static void
summary(struct json_report *j)
{
    const struct model *m = j->m;
    struct model_part p[MODEL_PARTS], back = model_came_back(m);

    model_parts(m, p);
    open_level(j, "summary", '{');
    add_part(j, "total", m->run.rows, m->run.minor);
    for (int i = 0; i < MODEL_PARTS; i++)
        add_part(j, pay_state_key(p[i].state), p[i].rows, p[i].minor);
    add_part(j, "returned_or_reversed", back.rows, back.minor);
    add_amount(j, "charges", m->sums.charge_minor);
    add_amount(j, "charges_estimate", m->sums.charge_estimate_minor);
    close_level(j, '}');
}

static void
sums(struct json_report *j)
{
    const struct run_sums *s = &j->m->sums;

    open_level(j, "sums", '{');
    add_part(j, "parsed", s->parsed_rows, s->parsed_minor);
    add_i64(j, "held_rows", s->held_rows);
    add_i64(j, "further_parts", s->more_rows);
    add_part(j, "approved", s->approved_rows, s->approved_minor);
    add_part(j, "stored", s->book_rows, s->book_minor);
    add_part(j, "sent", s->sent_rows, s->sent_minor);
    add_part(j, "waiting", s->waiting_rows, s->waiting_minor);
    add_part(j, "cancelled_before_sending", s->withdrawn_rows,
             s->withdrawn_minor);
    add_part(j, "in_flight", s->flight_rows, s->flight_minor);
    add_part(j, "paid", s->paid_rows, s->paid_minor);
    add_part(j, "failed", s->failed_rows, s->failed_minor);
    add_part(j, "in_doubt", s->doubt_rows, s->doubt_minor);
    add_part(j, "cancelled", s->cancelled_rows, s->cancelled_minor);
    add_bool(j, "counters_tie", s->counters_tie);
    add_bool(j, "tie", j->m->proof.ties);
    close_level(j, '}');
}

static void
proof_part(struct json_report *j, const struct proof_hop *h,
           const struct proof_part *p)
{
    add_text(j, "name", p->name);
    add_i64(j, "count", p->rows);
    if (h->by_amount)
        add_amount(j, "amount", p->minor);
}

static void
proof(struct json_report *j)
{
    open_level(j, "proof", '[');
    for (int i = 0; i < PROOF_HOPS; i++) {
        const struct proof_hop *h = &j->m->proof.hop[i];

        open_item(j);
        add_text(j, "hop", h->key);
        add_text(j, "title", h->title);
        open_level(j, "whole", '{');
        proof_part(j, h, &h->whole);
        close_level(j, '}');
        open_level(j, "parts", '[');
        for (int k = 0; k < h->nparts; k++) {
            open_level(j, NULL, '{');
            proof_part(j, h, &h->part[k]);
            close_level(j, '}');
        }
        close_level(j, ']');
        add_i64(j, "off_count", h->off_rows);
        if (h->by_amount)
            add_amount(j, "off_amount", h->off_minor);
        add_bool(j, "ties", proof_hop_ties(h));
        close_level(j, '}');
    }
    close_level(j, ']');
}

static void
account(struct json_report *j, const struct model_account *a, bool several)
{
    const struct run_account *p = &a->payer;
    const struct run_sums *s = &a->sums;

    open_item(j);
    add_text(j, "account", p->account);
    add_text(j, "provider", p->provider);
    add_text(j, "wallet", p->wallet);
    add_text(j, "rails", p->rails);
    add_i64(j, "batches", p->batches);
    add_part(j, "total", p->rows, p->minor);
    add_amount(j, "charges", p->charge_minor);
    add_amount(j, "charges_estimate", p->charge_estimate_minor);
    add_bool(j, "funds_seen", p->funds_seen);
    add_text(j, "funds_note", p->funds_note);
    if (several) {
        add_part(j, "stored", s->book_rows, s->book_minor);
        add_part(j, "sent", s->sent_rows, s->sent_minor);
        add_part(j, "waiting", s->waiting_rows, s->waiting_minor);
        add_part(j, "cancelled_before_sending", s->withdrawn_rows,
                 s->withdrawn_minor);
        add_part(j, "in_flight", s->flight_rows, s->flight_minor);
        add_part(j, "paid", s->paid_rows, s->paid_minor);
        add_part(j, "failed", s->failed_rows, s->failed_minor);
        add_part(j, "in_doubt", s->doubt_rows, s->doubt_minor);
        add_part(j, "cancelled", s->cancelled_rows, s->cancelled_minor);
        add_bool(j, "tie", a->ties);
    }
    close_level(j, '}');
}

static void
accounts(struct json_report *j)
{
    open_level(j, "accounts", '[');
    for (int i = 0; i < j->m->naccounts; i++)
        account(j, &j->m->accounts[i], model_several(j->m));
    close_level(j, ']');
}

static void
reasons(struct json_report *j, const char *name, bool (*is)(enum pay_state))
{
    open_level(j, name, '[');
    for (int i = 0; i < j->m->nreasons; i++) {
        const struct reason *r = &j->m->reasons[i];

        if (!is(r->state))
            continue;
        open_item(j);
        add_text(j, "state", pay_state_key(r->state));
        add_text(j, "code", r->code);
        add_str(j, "reason", r->rest ? STR("other reasons") : r->text);
        add_text(j, "what_to_do", r->todo);
        add_i64(j, "count", r->rows);
        add_amount(j, "amount", r->minor);
        close_level(j, '}');
    }
    close_level(j, ']');
}

static bool
is_cancelled(enum pay_state s)
{
    return s == PAY_CANCELLED;
}

/* --- lists --------------------------------------------------------------- */

/* What was not written by our loader could break the whole document. */
static bool
is_json_object(struct str s)
{
    struct jscan js;
    struct jscan_value v;

    jscan_start(&js, s, 0);
    return jscan_skip(&js, &v) == JSCAN_OBJECT && jscan_ended(&js);
}

static void
payment_answer(struct json_report *j, const struct payment *p)
{
    add_text(j, "state", pay_state_key(p->state));
    add_some(j, "code", p->code);
    add_some(j, "reason", p->reason);
    add_some(j, "what_to_do", str_of(p->todo));
    add_some(j, "receipt", p->receipt);
    if (p->at_us != 0)
        add_amount(j, "charge", p->charge_minor);
    add_time(j, "decided_at", p->at_us);
}

static int
payment(void *owner, const struct payment *p)
{
    struct json_report *j = owner;

    open_item(j);
    add_text(j, "payrun_reference", p->reference);
    add_i64(j, "line", p->line_no);
    add_i64(j, "batch", p->number);
    add_i64(j, "seq", p->seq);
    if (p->parts > 1) {
        add_i64(j, "part", p->part);
        add_i64(j, "parts", p->parts);
    }
    add_str(j, "rail", p->rail);
    add_text(j, "pay_from", p->payer);
    add_some(j, "employee_no", p->employee_no);
    add_str(j, "name", p->name);
    add_str(j, "account", p->account);
    add_some(j, "bank_code", p->bank_code);
    add_some(j, "account_reference", p->account_reference);
    add_amount(j, "amount", p->minor);
    add_text(j, "currency", j->m->run.ccy);
    payment_answer(j, p);
    add_some(j, "tracking_id", p->tracking_id);
    add_some(j, "reference", p->maker_reference);
    add_some(j, "narration", p->narration);
    add_some(j, "id_number", p->id_number);
    add_some(j, "kra_pin", p->kra_pin);
    add_some(j, "department", p->department);
    add_some(j, "branch", p->branch);
    if (p->extra.len > 0 && is_json_object(p->extra)) {
        key(j, "extra");
        buf_str(j->b, p->extra);
    }
    return close_item(j);
}

static int
batch(void *owner, const struct batch_line *l)
{
    struct json_report *j = owner;

    open_item(j);
    add_i64(j, "batch", l->number);
    add_text(j, "account", l->payer);
    add_str(j, "rail", l->rail);
    add_str(j, "state", l->state);
    add_time(j, "state_at", l->state_us);
    add_some(j, "why", l->state_why);
    add_some(j, "tracking_id", l->tracking_id);
    add_some(j, "provider_code", l->provider_code);
    add_part(j, "total", l->rows, l->minor);
    add_part(j, "paid", l->paid_rows, l->paid_minor);
    add_part(j, "failed", l->failed_rows, l->failed_minor);
    add_part(j, "in_doubt", l->doubt_rows, l->doubt_minor);
    add_part(j, "cancelled", l->cancelled_rows, l->cancelled_minor);
    add_amount(j, "charges", l->charge_minor);
    add_i64(j, "attempts", l->attempts);
    add_i64(j, "enquiries", l->polls);
    return close_item(j);
}

static int
problem(void *owner, const struct problem_line *p)
{
    struct json_report *j = owner;

    open_item(j);
    add_bool(j, "held_back", p->held);
    add_str(j, "code", p->code);
    add_i64(j, "line", p->line_no);
    add_i64(j, "column", p->column_no);
    if (p->other_line > 0)
        add_i64(j, "other_line", p->other_line);
    add_some(j, "value", p->value);
    add_str(j, "detail", p->detail);
    return close_item(j);
}

static int
history(void *owner, const struct history_line *h)
{
    struct json_report *j = owner;

    open_item(j);
    add_time(j, "at", h->at_us);
    if (h->number > 0)
        add_i64(j, "batch", h->number);
    add_str(j, "from", h->from);
    add_str(j, "to", h->to);
    add_str(j, "on", h->on);
    add_str(j, "why", h->why);
    add_str(j, "actor", h->actor);
    return close_item(j);
}

static int
lists(struct json_report *j, struct err *e)
{
    static const enum pay_state doubt[] = { PAY_DOUBT };

    open_level(j, "in_doubt", '[');
    if (model_outcomes(j->m, doubt, LEN(doubt), RUN_ROWS_MAX, payment, j, e)
        < 0)
        return -1;
    close_level(j, ']');
    open_level(j, "noticed", '[');
    if (model_problems(j->m, PROBLEMS_MAX, problem, j, e) < 0)
        return -1;
    close_level(j, ']');
    open_level(j, "batches", '[');
    if (model_batches(j->m, batch, j, e) < 0)
        return -1;
    close_level(j, ']');
    open_level(j, "history", '[');
    if (model_history(j->m, RUN_BATCHES_MAX, history, j, e) < 0)
        return -1;
    close_level(j, ']');
    open_level(j, "payments", '[');
    if (model_payments(j->m, RUN_ROWS_MAX, payment, j, e) < 0)
        return -1;
    close_level(j, ']');
    return 0;
}

/* Of several runs: which they are, and their tables; no payments. */
static int
several(struct json_report *j, struct err *e)
{
    static const enum table_id runs[] = { TABLE_RUNS };
    const struct run *r = &j->m->run;

    open_level(j, "scope", '{');
    add_some(j, "period", str_of(r->period));
    add_some(j, "account", str_of(r->account));
    add_bool(j, "live", r->live);
    add_text(j, "currency", r->ccy);
    add_i64(j, "runs", (int64_t)j->m->nruns);
    close_level(j, '}');
    summary(j);
    reasons(j, "failures", pay_state_failed);
    reasons(j, "cancellations", is_cancelled);
    key(j, "list");
    if (json_tables(j->m, j->o, runs, LEN(runs), e) < 0)
        return -1;
    key(j, "tables");
    return json_tables(j->m, j->o, render_insight, render_insights, e);
}

static int
one(struct json_report *j, struct err *e)
{
    run(j);
    summary(j);
    sums(j);
    proof(j);
    accounts(j);
    reasons(j, "failures", pay_state_failed);
    reasons(j, "cancellations", is_cancelled);
    key(j, "tables");
    if (json_tables(j->m, j->o, render_insight, render_insights, e) < 0)
        return -1;
    return lists(j, e);
}

int
json_render(struct model *m, struct out *o, struct err *e)
{
    struct json_report j = {
        .m = m, .o = o, .b = &o->b, .decimals = ccy_decimals(m->run.ccy)
    };

    buf_char(j.b, '{');
    add_i64(&j, "schema", 1);
    add_time(&j, "as_of", m->now_us);
    if ((m->runs != NULL ? several(&j, e) : one(&j, e)) < 0)
        return -1;
    buf_text(j.b, "}\n");
    return 0;
}
