#include "sandbox/replay_income.h"

#include "sandbox/income.h"

static struct str
of_text(const json_t *line, const char *key)
{
    const json_t *v = json_object_get(line, key);

    return (struct str){ json_string_value(v), json_string_length(v) };
}

static int64_t
of_i64(const json_t *line, const char *key)
{
    return json_integer_value(json_object_get(line, key));
}

/* A text member into an array; null is the empty text. */
static int
of_copy(char *out, size_t bytes, const json_t *line, const char *key)
{
    return str_copy(out, bytes, of_text(line, key));
}

/* The journal's members have the names of the struct's. */
#define COPY(draft, member, line) \
    (of_copy((draft).member, sizeof((draft).member), line, #member) < 0)

static int
of_wallet(uint32_t *out, const struct books *b, const json_t *line,
          const char *key)
{
    const struct wallet *w = wallets_find(&b->wallets, of_text(line, key));

    if (w == NULL)
        return -1;
    *out = w->n;
    return 0;
}

int
replay_wallet(struct books *b, const json_t *line)
{
    struct wallet draft = { 0 };
    const struct wallet *w;

    if (COPY(draft, label, line) || COPY(draft, ccy, line))
        return -1;
    draft.working = json_is_true(json_object_get(line, "working"));
    draft.can_disburse = json_is_true(json_object_get(line, "can_disburse"));
    w = income_wallet(b, &draft, of_i64(line, "at"));
    /* Ids follow from the salt; another one means that this was edited. */
    return w != NULL && str_eq(of_text(line, "wallet"), str_of(w->id))
        ? 0 : -1;
}

int
replay_transfer(struct books *b, const json_t *line)
{
    struct transfer draft = { .value_minor = of_i64(line, "value"),
                              .at_us = of_i64(line, "at") };

    if (of_wallet(&draft.from, b, line, "from") < 0
        || of_wallet(&draft.to, b, line, "to") < 0
        || COPY(draft, narrative, line))
        return -1;
    return income_transfer(b, &draft) != NULL ? 0 : -1;
}

int
replay_invoice(struct books *b, const json_t *line)
{
    struct invoice draft = { .value_minor = of_i64(line, "value"),
                             .charge_minor = of_i64(line, "charge"),
                             .checkout = (uint32_t)of_i64(line, "checkout") };
    const struct invoice *v;

    if (of_wallet(&draft.wallet, b, line, "wallet") < 0
        || COPY(draft, provider, line) || COPY(draft, account, line)
        || COPY(draft, api_ref, line) || COPY(draft, name, line)
        || COPY(draft, email, line) || draft.checkout > b->checkouts.n)
        return -1;
    v = income_invoice(b, &draft, of_i64(line, "at"));
    return v != NULL && str_eq(of_text(line, "invoice_id"), str_of(v->id))
        ? 0 : -1;
}

int
replay_income(struct books *b, const json_t *line)
{
    struct invoice *v = income_invoice_of(b, of_text(line, "invoice_id"));
    enum invoice_state to;

    if (v == NULL || invoice_state_read(&to, of_text(line, "to")) < 0)
        return -1;
    income_move(b, v, to, decline_read(of_text(line, "why")),
                of_i64(line, "at"));
    return 0;
}

int
replay_checkout(struct books *b, const json_t *line)
{
    struct checkout draft = { .value_minor = of_i64(line, "value") };
    const struct checkout *c;

    if (of_wallet(&draft.wallet, b, line, "wallet") < 0
        || COPY(draft, email, line) || COPY(draft, phone, line)
        || COPY(draft, name, line) || COPY(draft, api_ref, line)
        || COPY(draft, redirect_url, line))
        return -1;
    c = income_checkout(b, &draft, of_i64(line, "at"));
    return c != NULL && str_eq(of_text(line, "checkout_id"), str_of(c->id))
        ? 0 : -1;
}

int
replay_chargeback(struct books *b, const json_t *line)
{
    struct invoice *v = income_invoice_of(b, of_text(line, "invoice_id"));
    struct chargeback draft = { .value_minor = of_i64(line, "value") };
    const struct chargeback *c;

    if (v == NULL || COPY(draft, reason, line) || COPY(draft, details, line))
        return -1;
    draft.invoice = v->n;
    c = income_chargeback(b, &draft, of_i64(line, "at"));
    return c != NULL && str_eq(of_text(line, "chargeback_id"), str_of(c->id))
        ? 0 : -1;
}

int
replay_refund(struct books *b, const json_t *line)
{
    struct chargeback *c =
        income_chargeback_of(b, of_text(line, "chargeback_id"));
    enum chargeback_state to;

    if (c == NULL || chargeback_state_read(&to, of_text(line, "to")) < 0)
        return -1;
    income_refund(b, c, to, of_i64(line, "at"));
    return 0;
}
