#include "money/money.h"
#include "sandbox/ask.h"
#include "sandbox/ids.h"
#include "sandbox/inside.h"
#include "sandbox/pages.h"

/* Wallets. */

static bool
query_fits(struct exchange *x, const char *key, const char *value)
{
    const char *asked = httpd_query(x->request, key);

    return asked == NULL || strcmp(asked, value) == 0;
}

static bool
wallet_asked(struct exchange *x, const struct wallet *w)
{
    return query_fits(x, "label", w->label)
        && query_fits(x, "currency", w->ccy)
        && query_fits(x, "wallet_type", w->working ? "WORKING" : "SETTLEMENT")
        && query_fits(x, "can_disburse", w->can_disburse ? "true" : "false");
}

/* The shape of 2020 to 2022: an array, a numeric id, balances as numbers. */
static void
old_wallet(struct buf *out, const struct wallet *w)
{
    shape_count(out, "{\"id\":", (int64_t)w->n + 101, NUMBERS_RECORDED);
    shape_text(out, ",\"wallet_id\":", w->id);
    shape_text(out, ",\"label\":", w->label);
    shape_bool(out, ",\"can_disburse\":", w->can_disburse);
    shape_text(out, ",\"currency\":", w->ccy);
    shape_text(out, ",\"wallet_type\":", w->working ? "WORKING"
                                                    : "SETTLEMENT");
    shape_money(out, ",\"current_balance\":", w->current_minor, true);
    shape_money(out, ",\"available_balance\":", wallet_available_minor(w),
                true);
    shape_stamp(out, ",\"updated_at\":", w->updated_us);
    buf_char(out, '}');
}

int
purses_do_list(struct exchange *x)
{
    const struct wallets *all = &x->sandbox->ledger.books.wallets;
    bool old = x->sandbox->switches.bare_wallets, first = true;
    struct page p = { .take = UINT64_MAX };
    uint64_t n = 0;

    for (uint32_t i = 0; i < all->n; i++)
        n += wallet_asked(x, all->list[i]);
    if (!old && pages_read(x, &p, n) < 0)
        return -1;
    if (old)
        buf_char(&x->out, '[');
    else
        pages_head(x, &p);
    for (uint32_t i = 0; i < all->n && p.take > 0; i++) {
        if (!wallet_asked(x, all->list[i]) || (p.skip > 0 && p.skip--))
            continue;
        p.take--;
        pages_next(&x->out, &first);
        if (old)
            old_wallet(&x->out, all->list[i]);
        else
            answers_wallet(&x->out, all->list[i], x->manner.numbers);
    }
    buf_text(&x->out, old ? "]" : "]}");
    return 0;
}

/* The wallet of the path, or NULL with a 404. */
static struct wallet *
named_wallet(struct exchange *x)
{
    struct wallet *w = wallets_find(&x->sandbox->ledger.books.wallets,
                                    str_of(x->name));

    if (w == NULL)
        refusal_flat(&x->refusal, 404, "Not found.");
    return w;
}

int
purses_do_one(struct exchange *x)
{
    const struct wallet *w = named_wallet(x);

    if (w == NULL)
        return -1;
    answers_wallet(&x->out, w, x->manner.numbers);
    return 0;
}

/* ^[a-zA-Z0-9-_ ]+$ (5.1). */
static bool
label_fits(const char *label)
{
    for (; *label != '\0'; label++)
        if (strchr("-_ ", *label) == NULL
            && !(*label >= '0' && *label <= '9')
            && !((*label | 32) >= 'a' && (*label | 32) <= 'z'))
            return false;
    return true;
}

int
purses_do_create(struct exchange *x)
{
    static const char *const known[] = { "KES", "USD", "EUR", "GBP" };
    struct str ccy = ask_text(x->body, "currency");
    struct str type = ask_text(x->body, "wallet_type");
    const json_t *can = json_object_get(x->body, "can_disburse");
    struct wallet draft = { .working = true };
    const struct wallet *w;

    if (exchange_text(x, draft.label, FIGURE_LABEL_MAX + 1, "label", true) < 0)
        return -1;
    if (!label_fits(draft.label))
        return refusal_field(&x->refusal, "label", "This value does not match "
                             "the required pattern.");
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (str_eq(str_of(known[i]), ccy))
            memcpy(draft.ccy, known[i], sizeof(draft.ccy));
    if (draft.ccy[0] == '\0')
        return refusal_field(&x->refusal, "currency",
                             "This is not a valid choice.");
    if (type.p != NULL && !str_eq(type, STR("WORKING")))
        return refusal_field(&x->refusal, "wallet_type",
                             "This is not a valid choice.");
    draft.can_disburse = json_is_true(can)
        || str_ieq(ask_text(x->body, "can_disburse"), STR("true"));
    w = ledger_wallet(&x->sandbox->ledger, &draft, x->now_us);
    if (w == NULL) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    x->http = 201;
    answers_wallet(&x->out, w, x->manner.numbers);
    return 0;
}

/* ^[^<>%;$]+$, and the other wallet, and the money. */
static int
check_transfer(struct exchange *x, struct wallet *from, struct wallet *to,
               const struct transfer *draft)
{
    if (strpbrk(draft->narrative, "<>%;$") != NULL)
        return refusal_field(&x->refusal, "narrative", "This value does not "
                             "match the required pattern.");
    if (from == to || strcmp(from->ccy, to->ccy) != 0)
        return refusal_request(&x->refusal, "The wallets must be two, of the "
                               "same currency");
    if (draft->value_minor > FIGURE_TRANSFER_MAX_MINOR)
        return refusal_field(&x->refusal, "amount", "Ensure this value is "
                             "less than or equal to 999999.00.");
    /* What is held or promised for files is not there to be moved. */
    if (draft->value_minor > wallet_free_minor(from))
        return refusal_request(&x->refusal, "You have insufficient balance to "
                               "complete this request.");
    return 0;
}

int
purses_do_transfer(struct exchange *x)
{
    struct transfer draft = { .at_us = x->now_us };
    struct wallet *from = named_wallet(x), *to;

    if (from == NULL)
        return -1;
    if (ask_text(x->body, "wallet_id").len == 0)
        return refusal_field(&x->refusal, "wallet_id",
                             "This field is required.");
    if ((to = exchange_wallet(x, "wallet_id")) == NULL
        || exchange_amount(x, &draft.value_minor) < 0
        || exchange_text(x, draft.narrative, sizeof(draft.narrative),
                         "narrative", true) < 0
        || check_transfer(x, from, to, &draft) < 0)
        return -1;
    draft.from = from->n;
    draft.to = to->n;
    if (ledger_transfer(&x->sandbox->ledger, &draft) == NULL) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    /* Two sources, two shapes (8). */
    if (x->sandbox->switches.one_wallet) {
        answers_wallet(&x->out, from, x->manner.numbers);
        return 0;
    }
    buf_text(&x->out, "{\"origin\":");
    answers_wallet(&x->out, from, x->manner.numbers);
    buf_text(&x->out, ",\"destination\":");
    answers_wallet(&x->out, to, x->manner.numbers);
    buf_char(&x->out, '}');
    return 0;
}
