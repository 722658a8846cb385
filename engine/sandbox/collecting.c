#include "sandbox/collecting.h"

#include "money/money.h"
#include "sandbox/ask.h"
#include "sandbox/ids.h"
#include "sandbox/pages.h"

#define TROUBLE "https://intasend.com/troubleshooting"

/* Members of a body. */

struct wallet *
exchange_wallet(struct exchange *x, const char *key)
{
    const struct books *b = &x->sandbox->ledger.books;
    struct str id = ask_text(x->body, key);
    struct wallet *w = id.p == NULL ? books_wallet(b, 0)
                                    : wallets_find(&b->wallets, id);

    if (w == NULL)
        refusal_field(&x->refusal, key, "Wallet with specified id does not "
                      "exist");
    return w;
}

int
exchange_amount(struct exchange *x, int64_t *minor)
{
    struct str text = ask_text(x->body, "amount");
    struct money amount = { 0, "" };

    if (json_object_get(x->body, "amount") == NULL)
        return refusal_field(&x->refusal, "amount",
                             "This field is required.");
    if (text.p == NULL || money_parse(&amount, text, "KES") < 0)
        return refusal_field(&x->refusal, "amount",
                             "A valid number is required.");
    if (amount.minor <= 0)
        return refusal_field(&x->refusal, "amount", "Ensure this value is "
                             "greater than or equal to 0.10.");
    *minor = amount.minor;
    return 0;
}

int
exchange_text(struct exchange *x, char *out, size_t bytes, const char *key,
              bool needed)
{
    const json_t *v = json_object_get(x->body, key);

    out[0] = '\0';
    if (v == NULL || json_is_null(v))
        return needed ? refusal_field(&x->refusal, key,
                                      "This field is required.") : 0;
    if (!json_is_string(v))
        return refusal_field(&x->refusal, key, "Not a valid string.");
    if (needed && json_string_length(v) == 0)
        return refusal_field(&x->refusal, key,
                             "This field may not be blank.");
    if (str_copy(out, bytes, ask_text(x->body, key)) < 0)
        return refusal_field(&x->refusal, key, "Ensure this field has no more "
                             "than %zu characters.", bytes - 1);
    return 0;
}

/* Shapes. */

void
collecting_invoice(struct buf *out, const struct exchange *x,
                   const struct invoice *v, bool bare)
{
    enum numbers numbers = x != NULL ? x->manner.numbers : NUMBERS_RECORDED;
    bool open = v->state == INVOICE_PENDING || v->state == INVOICE_PROCESSING;

    shape_text(out, "{\"invoice_id\":", v->id);
    shape_text(out, ",\"state\":", invoice_state_name(v->state));
    shape_text(out, ",\"provider\":", v->provider);
    shape_money(out, ",\"charges\":", v->charge_minor,
                shape_bare(numbers, bare));
    shape_money(out, ",\"net_amount\":", v->value_minor - v->charge_minor,
                shape_bare(numbers, false));
    shape_text(out, ",\"currency\":", "KES");
    shape_money(out, ",\"value\":", v->value_minor, shape_bare(numbers, bare));
    shape_or_null(out, ",\"account\":", v->account);
    shape_or_null(out, ",\"api_ref\":", v->api_ref);
    shape_text(out, ",\"clearing_status\":", open ? "CLEARING" : "AVAILABLE");
    shape_or_null(out, ",\"mpesa_reference\":", v->receipt);
    shape_text(out, ",\"host\":", "https://sandbox.intasend.com");
    buf_text(out, ",\"card_info\":{\"bin_country\":null,\"card_type\":null},"
             "\"retry_count\":0");
    shape_text(out, ",\"failed_reason\":", decline_text(v->why));
    shape_text(out, ",\"failed_code\":", decline_code(v->why));
    shape_text(out, ",\"failed_code_link\":", TROUBLE);
    shape_stamp(out, ",\"created_at\":", v->created_us);
    shape_stamp(out, ",\"updated_at\":", v->updated_us);
    buf_char(out, '}');
}

static void
put_customer(struct exchange *x, const struct invoice *v)
{
    const struct books *b = &x->sandbox->ledger.books;
    char alias[FIGURE_ALIAS_BYTES];

    ids_alias(b->salt, IDS_CUSTOMER, v->n + 1, alias);
    shape_text(&x->out, ",\"customer\":{\"customer_id\":", alias);
    shape_or_null(&x->out, ",\"phone_number\":", v->account);
    shape_or_null(&x->out, ",\"email\":", v->email);
    shape_or_null(&x->out, ",\"first_name\":", v->name);
    buf_text(&x->out, ",\"last_name\":null,\"country\":\"KE\",\"zipcode\":null"
             ",\"provider\":");
    shape_text(&x->out, "", v->provider);
    shape_stamp(&x->out, ",\"created_at\":", v->created_us);
    shape_stamp(&x->out, ",\"updated_at\":", v->created_us);
    buf_text(&x->out, "},\"payment_link\":null,\"customer_comment\":null");
}

static void
put_id(struct exchange *x, const struct invoice *v)
{
    char uuid[FIGURE_UUID_BYTES];

    ids_uuid(x->sandbox->ledger.books.salt, IDS_INVOICE, v->n + 1, uuid);
    shape_text(&x->out, "{\"id\":", uuid);
}

void
collecting_answer(struct exchange *x, const struct invoice *v)
{
    put_id(x, v);
    buf_text(&x->out, ",\"invoice\":");
    collecting_invoice(&x->out, x, v, true);
    put_customer(x, v);
    buf_text(&x->out, ",\"refundable\":false");
    shape_stamp(&x->out, ",\"created_at\":", v->created_us);
    shape_stamp(&x->out, ",\"updated_at\":", v->updated_us);
    buf_char(&x->out, '}');
}

/* STK push. */

int64_t
collecting_charge_minor(const struct sandbox *s, int64_t minor)
{
    /* Whole cents, and no overflow: the largest amount times 1000 is too
     * large, so the thousands are taken apart. */
    return minor / 1000 * s->switches.collect_per_mille
         + minor % 1000 * s->switches.collect_per_mille / 1000;
}

/* Twelve digits and no plus sign (6.3). */
static bool
phone_fits(const char *phone)
{
    return strlen(phone) == FIGURE_PHONE_DIGITS
        && strspn(phone, "0123456789") == FIGURE_PHONE_DIGITS
        && strncmp(phone, "254", 3) == 0
        && (phone[3] == '7' || phone[3] == '1');
}

/* The schema's pattern and the colon of the newer one (5.3). */
static bool
reference_fits(const char *text)
{
    for (; *text != '\0'; text++)
        if (strchr("-_: ", *text) == NULL
            && !(*text >= '0' && *text <= '9')
            && !((*text | 32) >= 'a' && (*text | 32) <= 'z'))
            return false;
    return true;
}

int
collecting_do_push(struct exchange *x)
{
    struct sandbox *s = x->sandbox;
    struct invoice draft = { .provider = "M-PESA" };
    const struct invoice *v;
    const struct wallet *w = exchange_wallet(x, "wallet_id");

    if (w == NULL || exchange_amount(x, &draft.value_minor) < 0
        || exchange_text(x, draft.account, sizeof(draft.account),
                         "phone_number", true) < 0
        || exchange_text(x, draft.api_ref, sizeof(draft.api_ref), "api_ref",
                         false) < 0
        || exchange_text(x, draft.name, sizeof(draft.name), "name", false) < 0
        || exchange_text(x, draft.email, sizeof(draft.email), "email",
                         false) < 0)
        return -1;
    if (!phone_fits(draft.account))
        return refusal_field(&x->refusal, "phone_number",
                             "Enter a valid phone number, such as "
                             "254712345678.");
    if (!reference_fits(draft.api_ref))
        return refusal_field(&x->refusal, "api_ref", "This value does not "
                             "match the required pattern.");
    if (strcmp(w->ccy, "KES") != 0)
        return refusal_field(&x->refusal, "wallet_id", "The wallet is not in "
                             "KES.");
    /* Its charge is fixed when it is asked for, as the answer tells it. */
    draft.wallet = w->n;
    draft.charge_minor = collecting_charge_minor(s, draft.value_minor);
    v = ledger_invoice(&s->ledger, &draft, x->now_us);
    if (v == NULL) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    webhook_invoice(&s->hooks, v, x->now_us);
    timeline_collect(&s->timeline, v);
    collecting_answer(x, v);
    return 0;
}

/* Asking for it. */

static int
put_payment(struct exchange *x, const struct invoice *v)
{
    if (v == NULL)
        return refusal_flat(&x->refusal, 404,
                            "Invoice with specified id does not exist");
    buf_text(&x->out, "{\"invoice\":");
    collecting_invoice(&x->out, x, v, false);
    buf_text(&x->out, ",\"meta\":");
    put_id(x, v);
    put_customer(x, v);
    shape_stamp(&x->out, ",\"created_at\":", v->created_us);
    shape_stamp(&x->out, ",\"updated_at\":", v->updated_us);
    buf_text(&x->out, "}}");
    return 0;
}

int
collecting_do_status(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    struct str id = ask_text(x->body, "invoice_id");
    struct str link = ask_text(x->body, "checkout_id");
    const struct checkout *c;

    if (id.len == 0)
        return refusal_field(&x->refusal, "invoice_id",
                             "This field is required.");
    if (link.len > 0) {
        c = income_checkout_of(b, link);
        if (c == NULL || !str_eq(ask_text(x->body, "signature"),
                                 str_of(c->signature)))
            return refusal_flat(&x->refusal, 404, "Not found.");
    }
    return put_payment(x, income_invoice_of(b, id));
}

int
collecting_do_invoice(struct exchange *x)
{
    const struct invoice *v =
        income_invoice_of(&x->sandbox->ledger.books, str_of(x->name));

    if (v == NULL)
        return refusal_flat(&x->refusal, 404, "Not found.");
    collecting_invoice(&x->out, x, v, false);
    return 0;
}

int
collecting_do_invoices(struct exchange *x)
{
    const struct shelf *all = &x->sandbox->ledger.books.invoices;
    const char *state = httpd_query(x->request, "state");
    bool first = true;
    struct page p;
    uint64_t n = 0;

    for (uint32_t i = 0; i < all->n; i++) {
        const struct invoice *v = all->list[i];

        n += state == NULL || strcmp(state, invoice_state_name(v->state)) == 0;
    }
    if (pages_read(x, &p, n) < 0)
        return -1;
    pages_head(x, &p);
    for (uint32_t i = all->n; i > 0 && p.take > 0; i--) {
        const struct invoice *v = all->list[i - 1];

        if (state != NULL && strcmp(state, invoice_state_name(v->state)) != 0)
            continue;
        if (p.skip > 0) {
            p.skip--;
            continue;
        }
        p.take--;
        pages_next(&x->out, &first);
        collecting_invoice(&x->out, x, v, false);
    }
    pages_tail(&x->out);
    return 0;
}

/* Its answer is not published; this says what it will cost. */
int
collecting_do_estimate(struct exchange *x)
{
    int64_t minor = 0, charge;
    bool bare = shape_bare(x->manner.numbers, true);

    if (exchange_amount(x, &minor) < 0)
        return -1;
    charge = collecting_charge_minor(x->sandbox, minor);
    shape_money(&x->out, "{\"amount\":", minor, bare);
    shape_money(&x->out, ",\"charges\":", charge, bare);
    shape_money(&x->out, ",\"net_amount\":", minor - charge, bare);
    shape_text(&x->out, ",\"currency\":", "KES");
    buf_char(&x->out, '}');
    return 0;
}
