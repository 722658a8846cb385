#include "base/clock.h"
#include "sandbox/ask.h"
#include "sandbox/collecting.h"
#include "sandbox/ids.h"

/* Checkout links: a page of the provider's where somebody pays.  There is no
 * such page in here; POST /_pay is the person who opens it. */

static void
put_checkout(struct exchange *x, const struct checkout *c)
{
    const struct books *b = &x->sandbox->ledger.books;
    const struct invoice *v = c->invoice > 0
        ? b->invoices.list[c->invoice - 1] : NULL;
    const char *host = httpd_header(x->request, "Host");
    char url[512];

    snprintf(url, sizeof(url), "http://%s/checkout/%s/express/",
             host != NULL ? host : "", c->id);
    shape_text(&x->out, "{\"id\":", c->id);
    shape_text(&x->out, ",\"url\":", url);
    shape_text(&x->out, ",\"signature\":", c->signature);
    shape_or_null(&x->out, ",\"first_name\":", c->name);
    buf_text(&x->out, ",\"last_name\":null");
    shape_or_null(&x->out, ",\"phone_number\":", c->phone);
    shape_or_null(&x->out, ",\"email\":", c->email);
    shape_money(&x->out, ",\"amount\":", c->value_minor,
                shape_bare(x->manner.numbers, false));
    shape_text(&x->out, ",\"currency\":", "KES");
    shape_or_null(&x->out, ",\"api_ref\":", c->api_ref);
    shape_or_null(&x->out, ",\"redirect_url\":", c->redirect_url);
    shape_bool(&x->out, ",\"paid\":", v != NULL
               && v->state == INVOICE_COMPLETE);
    shape_text(&x->out, ",\"invoice_id\":", v != NULL ? v->id : NULL);
    shape_stamp(&x->out, ",\"created_at\":", c->created_us);
    shape_stamp(&x->out, ",\"updated_at\":", v != NULL ? v->updated_us
                                                      : c->created_us);
    buf_char(&x->out, '}');
}

int
checkouts_do_create(struct exchange *x)
{
    struct checkout draft = { 0 };
    const struct checkout *c;
    const struct wallet *w = exchange_wallet(x, "wallet_id");

    if (w == NULL || exchange_amount(x, &draft.value_minor) < 0
        || exchange_text(x, draft.email, sizeof(draft.email), "email",
                         false) < 0
        || exchange_text(x, draft.phone, sizeof(draft.phone), "phone_number",
                         false) < 0
        || exchange_text(x, draft.name, sizeof(draft.name), "first_name",
                         false) < 0
        || exchange_text(x, draft.api_ref, sizeof(draft.api_ref), "api_ref",
                         false) < 0
        || exchange_text(x, draft.redirect_url, sizeof(draft.redirect_url),
                         "redirect_url", false) < 0)
        return -1;
    if (!str_eq(ask_text(x->body, "currency"), STR("KES"))
        || strcmp(w->ccy, "KES") != 0)
        return refusal_field(&x->refusal, "currency",
                             "This stand-in collects KES only.");
    draft.wallet = w->n;
    c = ledger_checkout(&x->sandbox->ledger, &draft, x->now_us);
    if (c == NULL) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    x->http = 201;
    put_checkout(x, c);
    return 0;
}

int
checkouts_do_details(struct exchange *x)
{
    const struct checkout *c =
        income_checkout_of(&x->sandbox->ledger.books,
                           ask_text(x->body, "checkout_id"));

    if (c == NULL || !str_eq(ask_text(x->body, "signature"),
                             str_of(c->signature)))
        return refusal_flat(&x->refusal, 404, "Not found.");
    put_checkout(x, c);
    return 0;
}

/* Somebody pays, at once; nobody's money is too short in here. */
int
checkouts_pay(struct sandbox *s, const json_t *body, struct buf *out,
              struct refusal *no)
{
    struct books *b = &s->ledger.books;
    struct checkout *c = income_checkout_of(b, ask_text(body, "checkout_id"));
    struct str method = ask_text(body, "method");
    struct invoice draft = { .provider = "M-PESA" };
    struct invoice *v;

    if (c == NULL)
        return refusal_flat(no, 404, "Not found.");
    if (method.p != NULL
        && str_copy(draft.provider, sizeof(draft.provider), method) < 0)
        return refusal_field(no, "method", "M-PESA, CARD-PAYMENT ...");
    draft.wallet = c->wallet;
    draft.checkout = c->n + 1;
    draft.value_minor = c->value_minor;
    draft.charge_minor = collecting_charge_minor(s, c->value_minor);
    memcpy(draft.account, c->phone[0] != '\0' ? c->phone : c->email,
           sizeof(draft.account));
    memcpy(draft.email, c->email, sizeof(draft.email));
    memcpy(draft.name, c->name, sizeof(draft.name));
    memcpy(draft.api_ref, c->api_ref, sizeof(draft.api_ref));
    v = ledger_invoice(&s->ledger, &draft, clock_wall_us());
    if (v == NULL) {
        refusal_http(no, 500);
        return -1;
    }
    /* PENDING is told before it is paid, as with an STK push. */
    webhook_invoice(&s->hooks, v, clock_wall_us());
    timeline_pay(&s->timeline, v, clock_wall_us());
    if (ledger_sync(&s->ledger) < 0) {
        refusal_http(no, 500);
        return -1;
    }
    collecting_invoice(out, NULL, v, false);
    return 0;
}
