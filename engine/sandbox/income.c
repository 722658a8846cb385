#include "sandbox/income.h"

#include "sandbox/ids.h"

/* Receipts are made from numbers; those of collections begin behind any number
 * that a payment will have, so that no two receipts are the same. */
#define RECEIPTS_FROM UINT64_C(1000000000)

/* Copy a draft to where it stays. */
static void *
income_keep(struct books *b, struct shelf *shelf, const void *draft,
            size_t bytes)
{
    void *kept = malloc(bytes);

    if (kept != NULL)
        memcpy(kept, draft, bytes);
    if (kept == NULL || shelf_add(shelf, kept) < 0) {
        free(kept);
        b->short_of_memory = true;
        return NULL;
    }
    return kept;
}

struct wallet *
income_wallet(struct books *b, const struct wallet *draft, int64_t now_us)
{
    struct wallet *w = wallets_add(&b->wallets, b->salt);

    if (w == NULL) {
        b->short_of_memory = true;
        return NULL;
    }
    memcpy(w->label, draft->label, sizeof(w->label));
    memcpy(w->ccy, draft->ccy, sizeof(w->ccy));
    w->working = draft->working;
    w->can_disburse = draft->can_disburse;
    w->updated_us = now_us;
    return w;
}

struct transfer *
income_transfer(struct books *b, const struct transfer *draft)
{
    struct transfer *t = income_keep(b, &b->transfers, draft, sizeof(*t));
    struct entry e = { .kind = ENTRY_TRANSFER };

    if (t == NULL)
        return NULL;
    /* Two lines, one on each statement; together they are nothing. */
    e.about = b->transfers.n - 1;
    e.at_us = t->at_us;
    e.value_minor = -t->value_minor;
    books_enter(b, &e, books_wallet(b, t->from));
    e.value_minor = t->value_minor;
    books_enter(b, &e, books_wallet(b, t->to));
    return t;
}

struct invoice *
income_invoice(struct books *b, const struct invoice *draft, int64_t now_us)
{
    struct invoice *v = income_keep(b, &b->invoices, draft, sizeof(*v));

    if (v == NULL)
        return NULL;
    v->n = b->invoices.n - 1;
    v->state = INVOICE_PENDING;
    v->created_us = v->updated_us = now_us;
    ids_alias(b->salt, IDS_INVOICE, v->n + 1, v->id);
    if (v->checkout > 0) {
        struct checkout *c = b->checkouts.list[v->checkout - 1];

        c->invoice = v->n + 1;
    }
    return v;
}

struct checkout *
income_checkout(struct books *b, const struct checkout *draft, int64_t now_us)
{
    struct checkout *c = income_keep(b, &b->checkouts, draft, sizeof(*c));

    if (c == NULL)
        return NULL;
    c->n = b->checkouts.n - 1;
    c->created_us = now_us;
    ids_uuid(b->salt, IDS_CHECKOUT, c->n + 1, c->id);
    ids_uuid(b->salt, IDS_SIGNATURE, c->n + 1, c->signature);
    return c;
}

struct chargeback *
income_chargeback(struct books *b, const struct chargeback *draft,
                  int64_t now_us)
{
    struct chargeback *c = income_keep(b, &b->chargebacks, draft, sizeof(*c));
    struct invoice *v;

    if (c == NULL)
        return NULL;
    c->n = b->chargebacks.n - 1;
    c->state = CHARGEBACK_PENDING;
    c->created_us = c->updated_us = now_us;
    ids_alias(b->salt, IDS_CHARGEBACK, c->n + 1, c->id);
    v = b->invoices.list[c->invoice];
    /* From the moment it is asked for, or two refunds could both fit. */
    v->refunded_minor += c->value_minor;
    return c;
}

void
income_move(struct books *b, struct invoice *v, enum invoice_state to,
            enum decline why, int64_t now_us)
{
    struct wallet *w = books_wallet(b, v->wallet);
    struct entry e = { .kind = ENTRY_SALE, .about = v->n, .at_us = now_us,
                       .value_minor = v->value_minor };

    v->state = to;
    v->why = why;
    v->updated_us = now_us;
    /* Only then is there money: what is pending is on no balance. */
    if (to != INVOICE_COMPLETE)
        return;
    ids_receipt(b->salt, RECEIPTS_FROM + v->n, now_us, v->receipt);
    b->collections++;
    b->collected_minor += v->value_minor;
    b->collect_charges_minor += v->charge_minor;
    books_enter(b, &e, w);
    e.kind = ENTRY_SALE_CHARGE;
    e.value_minor = -v->charge_minor;
    books_enter(b, &e, w);
}

void
income_refund(struct books *b, struct chargeback *c, enum chargeback_state to,
              int64_t now_us)
{
    struct invoice *v = b->invoices.list[c->invoice];
    struct entry e = { .kind = ENTRY_REFUND, .about = c->n, .at_us = now_us,
                       .value_minor = -c->value_minor };

    c->state = to;
    c->updated_us = now_us;
    if (to == CHARGEBACK_COMPLETED) {
        b->refunded_minor += c->value_minor;
        books_enter(b, &e, books_wallet(b, v->wallet));
    } else if (to == CHARGEBACK_CANCELLED) {
        /* It may be asked for again. */
        v->refunded_minor -= c->value_minor;
    }
}

/* There are few of these; a search is enough. */

struct invoice *
income_invoice_of(const struct books *b, struct str id)
{
    for (uint32_t i = 0; i < b->invoices.n; i++) {
        struct invoice *v = b->invoices.list[i];

        if (str_eq(str_of(v->id), id))
            return v;
    }
    return NULL;
}

struct checkout *
income_checkout_of(const struct books *b, struct str id)
{
    for (uint32_t i = 0; i < b->checkouts.n; i++) {
        struct checkout *c = b->checkouts.list[i];

        if (str_eq(str_of(c->id), id))
            return c;
    }
    return NULL;
}

struct chargeback *
income_chargeback_of(const struct books *b, struct str id)
{
    for (uint32_t i = 0; i < b->chargebacks.n; i++) {
        struct chargeback *c = b->chargebacks.list[i];

        if (str_eq(str_of(c->id), id))
            return c;
    }
    return NULL;
}
