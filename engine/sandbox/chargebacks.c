#include "sandbox/chargebacks.h"

#include "sandbox/ask.h"
#include "sandbox/collecting.h"
#include "sandbox/pages.h"

/* Refunds of collections (contract 4.5, 5.5).  Nothing that was paid out comes
 * back this way. */

static const char *const reasons[] = {
    "Unavailable service", "Delayed delivery", "Wrong service",
    "Duplicate payment", "Other",
};

void
chargebacks_object(struct buf *out, const struct books *b,
                   const struct chargeback *c, const char *challenge)
{
    const struct invoice *v = b->invoices.list[c->invoice];

    shape_text(out, "{\"chargeback_id\":", c->id);
    buf_text(out, ",\"transaction\":null,\"invoice\":");
    collecting_invoice(out, NULL, v, false);
    shape_money(out, ",\"amount\":", c->value_minor, false);
    shape_text(out, ",\"reason\":", c->reason);
    shape_or_null(out, ",\"reason_details\":", c->details);
    shape_text(out, ",\"status\":", chargeback_state_name(c->state));
    buf_text(out, ",\"resolution\":null,\"staff_created\":false");
    shape_stamp(out, ",\"created_at\":", c->created_us);
    shape_stamp(out, ",\"updated_at\":", c->updated_us);
    if (challenge != NULL)
        shape_text(out, ",\"challenge\":", challenge);
    buf_char(out, '}');
}

/* Three names for the same: the SDKs', one client's, the schema's. */
static struct invoice *
asked_invoice(struct exchange *x)
{
    static const char *const keys[] = { "invoice", "invoice_id",
                                        "transaction" };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct str id = ask_text(x->body, keys[i]);
        struct invoice *v;

        if (id.len == 0)
            continue;
        v = income_invoice_of(&x->sandbox->ledger.books, id);
        if (v == NULL)
            refusal_field(&x->refusal, keys[i],
                          "Invoice with specified id does not exist");
        return v;
    }
    refusal_field(&x->refusal, "invoice", "This field is required.");
    return NULL;
}

static int
read_reason(struct exchange *x, struct chargeback *draft)
{
    if (exchange_text(x, draft->reason, sizeof(draft->reason), "reason",
                      true) < 0
        || exchange_text(x, draft->details, sizeof(draft->details),
                         "reason_details", false) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strcmp(draft->reason, reasons[i]) == 0)
            return 0;
    return refusal_field(&x->refusal, "reason", "This is not a valid choice.");
}

int
chargebacks_do_create(struct exchange *x)
{
    struct sandbox *s = x->sandbox;
    struct chargeback draft = { 0 };
    const struct invoice *v = asked_invoice(x);
    const struct chargeback *c;

    if (v == NULL || read_reason(x, &draft) < 0)
        return -1;
    draft.value_minor = v->value_minor;
    if (json_object_get(x->body, "amount") != NULL
        && exchange_amount(x, &draft.value_minor) < 0)
        return -1;
    if (v->state != INVOICE_COMPLETE)
        return refusal_request(&x->refusal, "Only a completed payment can be "
                               "refunded");
    /* Refunds that are still pending count, too. */
    if (draft.value_minor > v->value_minor - v->refunded_minor)
        return refusal_field(&x->refusal, "amount", "More than is left of the "
                             "payment.");
    draft.invoice = v->n;
    c = ledger_chargeback(&s->ledger, &draft, x->now_us);
    if (c == NULL) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    webhook_chargeback(&s->hooks, c, x->now_us);
    timeline_refund(&s->timeline, c);
    x->http = 201;
    chargebacks_object(&x->out, &s->ledger.books, c, NULL);
    return 0;
}

int
chargebacks_do_one(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    const struct chargeback *c = income_chargeback_of(b, str_of(x->name));

    if (c == NULL)
        return refusal_flat(&x->refusal, 404, "Not found.");
    chargebacks_object(&x->out, b, c, NULL);
    return 0;
}

int
chargebacks_do_list(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    const struct shelf *all = &b->chargebacks;
    bool first = true;
    struct page p;

    if (pages_read(x, &p, all->n) < 0)
        return -1;
    pages_head(x, &p);
    for (uint64_t i = 0; i < p.take; i++) {
        pages_next(&x->out, &first);
        chargebacks_object(&x->out, b, all->list[all->n - 1 - p.skip - i],
                           NULL);
    }
    pages_tail(&x->out);
    return 0;
}
