#include <inttypes.h>

#include "sandbox/ledger.h"

/* Live changes of income.h and their lines: first done, then written, both
 * before anybody hears of it. */

static struct buf *
line_begin(struct ledger *l, const char *t, int64_t now_us)
{
    ledger_end_group(l);
    buf_printf(&l->journal.out, "{\"t\":\"%s\",\"at\":%" PRId64, t, now_us);
    return &l->journal.out;
}

static void
line_text(struct buf *out, const char *key, const char *text)
{
    buf_printf(out, ",\"%s\":", key);
    buf_json(out, str_of(text));
}

static void
line_i64(struct buf *out, const char *key, int64_t n)
{
    buf_printf(out, ",\"%s\":%" PRId64, key, n);
}

static void
line_bool(struct buf *out, const char *key, bool yes)
{
    buf_printf(out, ",\"%s\":%s", key, yes ? "true" : "false");
}

static void
line_end(struct buf *out)
{
    buf_text(out, "}\n");
}

struct wallet *
ledger_wallet(struct ledger *l, const struct wallet *draft, int64_t now_us)
{
    struct wallet *w = income_wallet(&l->books, draft, now_us);
    struct buf *out;

    if (w == NULL)
        return NULL;
    out = line_begin(l, "wallet", now_us);
    line_text(out, "wallet", w->id);
    line_text(out, "label", w->label);
    line_text(out, "ccy", w->ccy);
    line_bool(out, "working", w->working);
    line_bool(out, "can_disburse", w->can_disburse);
    line_end(out);
    return w;
}

struct transfer *
ledger_transfer(struct ledger *l, const struct transfer *draft)
{
    struct transfer *t = income_transfer(&l->books, draft);
    struct buf *out;

    if (t == NULL)
        return NULL;
    out = line_begin(l, "transfer", t->at_us);
    line_text(out, "from", books_wallet(&l->books, t->from)->id);
    line_text(out, "to", books_wallet(&l->books, t->to)->id);
    line_i64(out, "value", t->value_minor);
    line_text(out, "narrative", t->narrative);
    line_end(out);
    return t;
}

struct invoice *
ledger_invoice(struct ledger *l, const struct invoice *draft, int64_t now_us)
{
    struct invoice *v = income_invoice(&l->books, draft, now_us);
    struct buf *out;

    if (v == NULL)
        return NULL;
    out = line_begin(l, "invoice", now_us);
    line_text(out, "invoice_id", v->id);
    line_text(out, "wallet", books_wallet(&l->books, v->wallet)->id);
    line_i64(out, "checkout", v->checkout);
    line_i64(out, "value", v->value_minor);
    line_i64(out, "charge", v->charge_minor);
    line_text(out, "provider", v->provider);
    line_text(out, "account", v->account);
    line_text(out, "api_ref", v->api_ref);
    line_text(out, "name", v->name);
    line_text(out, "email", v->email);
    line_end(out);
    return v;
}

struct checkout *
ledger_checkout(struct ledger *l, const struct checkout *draft, int64_t now_us)
{
    struct checkout *c = income_checkout(&l->books, draft, now_us);
    struct buf *out;

    if (c == NULL)
        return NULL;
    out = line_begin(l, "checkout", now_us);
    line_text(out, "checkout_id", c->id);
    line_text(out, "wallet", books_wallet(&l->books, c->wallet)->id);
    line_i64(out, "value", c->value_minor);
    line_text(out, "email", c->email);
    line_text(out, "phone", c->phone);
    line_text(out, "name", c->name);
    line_text(out, "api_ref", c->api_ref);
    line_text(out, "redirect_url", c->redirect_url);
    line_end(out);
    return c;
}

struct chargeback *
ledger_chargeback(struct ledger *l, const struct chargeback *draft,
                  int64_t now_us)
{
    struct chargeback *c = income_chargeback(&l->books, draft, now_us);
    const struct invoice *v;
    struct buf *out;

    if (c == NULL)
        return NULL;
    v = l->books.invoices.list[c->invoice];
    out = line_begin(l, "chargeback", now_us);
    line_text(out, "chargeback_id", c->id);
    line_text(out, "invoice_id", v->id);
    line_i64(out, "value", c->value_minor);
    line_text(out, "reason", c->reason);
    line_text(out, "details", c->details);
    line_end(out);
    return c;
}

void
ledger_income(struct ledger *l, struct invoice *v, enum invoice_state to,
              enum decline why, int64_t now_us)
{
    struct buf *out;

    income_move(&l->books, v, to, why, now_us);
    out = line_begin(l, "income", now_us);
    line_text(out, "invoice_id", v->id);
    line_text(out, "to", invoice_state_name(to));
    line_text(out, "why", decline_code(why));
    line_end(out);
}

void
ledger_refund(struct ledger *l, struct chargeback *c, enum chargeback_state to,
              int64_t now_us)
{
    struct buf *out;

    income_refund(&l->books, c, to, now_us);
    out = line_begin(l, "refund", now_us);
    line_text(out, "chargeback_id", c->id);
    line_text(out, "to", chargeback_state_name(to));
    line_end(out);
}
