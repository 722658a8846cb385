#include "sandbox/answers.h"
#include "sandbox/ask.h"
#include "sandbox/inside.h"

#include "money/money.h"

/* Initiate. */

/* Which wallet pays; one of the customer's own making must be allowed to. */
static int
check_wallet(struct exchange *x)
{
    const struct wallet *w = exchange_wallet(x, "wallet_id");

    if (w == NULL)
        return -1;
    if (strcmp(w->ccy, "KES") != 0 || (w->working && !w->can_disburse))
        return refusal_field(&x->refusal, "wallet_id", "This wallet can not "
                             "disburse");
    x->draft->wallet = w->n;
    return 0;
}

/* Switched on: an idempotency_key that a living file has is not taken. */
static int
check_keys(struct exchange *x)
{
    const struct payfile *f = x->draft;

    for (int i = 0; x->sandbox->switches.keys_once && i < f->nitems; i++) {
        const char *key = payfile_of(f, f->items[i].idempotency_key);
        const struct payfile *other = key == NULL ? NULL
            : books_by_key(&x->sandbox->ledger.books, str_of(key));
        char attr[64];

        if (other == NULL || other->code == FILE_BE111
            || other->code == FILE_BF102 || other->code == FILE_BF105
            || other->code == FILE_BF107)
            continue;
        snprintf(attr, sizeof(attr), "transactions.%d.idempotency_key", i);
        return refusal_field(&x->refusal, attr,
                             "idempotency_key has been used before");
    }
    return 0;
}

/* Seen with "NO" only; whether "YES" is checked here is unknown (9.4), so both
 * are switches.  The text is the published part of the real one. */
static int
check_float(struct exchange *x)
{
    const struct switches *sw = &x->sandbox->switches;
    const struct wallet *w =
        books_wallet(&x->sandbox->ledger.books, x->draft->wallet);
    int64_t cost = 0, charges = 0;
    char fee[MONEY_TEXT_BYTES], have[MONEY_TEXT_BYTES];

    if (!(x->draft->approves_itself ? sw->check_no : sw->check_yes))
        return 0;
    for (int i = 0; i < x->draft->nitems; i++) {
        cost += x->draft->items[i].amount_minor;
        charges += x->draft->items[i].charge_minor;
    }
    if (cost + charges <= wallet_free_minor(w))
        return 0;
    money_plain((struct money){ charges, "KES" }, fee);
    money_plain((struct money){ wallet_available_minor(w), "KES" }, have);
    return refusal_request(&x->refusal, "You have insufficient balance to "
                           "complete this request. Transaction charge "
                           "estimate is KES %s. Your current balance is KES "
                           "%s.", fee, have);
}

int
payouts_read_initiate(struct exchange *x)
{
    const struct switches *sw = &x->sandbox->switches;

    if (ask_file(&x->draft, x->body, &x->sandbox->play, &x->refusal) < 0)
        return -1;
    if (sw->items_max > 0 && x->draft->nitems > sw->items_max)
        return refusal_field(&x->refusal, "transactions", "Ensure this field "
                             "has no more than %lld elements.",
                             (long long)sw->items_max);
    if (check_wallet(x) < 0 || check_keys(x) < 0)
        return -1;
    return check_float(x);
}

/* Item faults are drawn when a file is made, not when it is only asked for. */
static void
plot_items(struct sandbox *s, struct payfile *f)
{
    for (int i = 0; i < f->nitems; i++) {
        struct item *it = &f->items[i];

        it->plot = faults_plot(&s->faults, str_of(payfile_of(f, it->account)),
                               it->amount_minor, it->plot);
        if (it->plot != PLOT_TF103 || it->began == ITEM_TF103)
            continue;
        it->began = it->code = ITEM_TF103;
        it->reason = REASON_DETAILS;
    }
}

/* The file that an answer is about: another one, when a fault says so. */
static const struct payfile *
told_file(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    const struct payfile *f = x->file;

    if (!x->manner.twisted || b->nfiles < 2)
        return f;
    x->manner.twisted = false;
    return b->files[f->n > 0 ? f->n - 1 : 1];
}

int
payouts_do_initiate(struct exchange *x)
{
    struct sandbox *s = x->sandbox;
    struct payfile *f = x->draft;

    plot_items(s, f);
    f->read_slowly = s->switches.bp101;
    if (ledger_take(&s->ledger, f, x->now_us) < 0) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    x->draft = NULL;
    x->file = f;
    webhook_note(&s->hooks, f, x->now_us);
    if (f->read_slowly)
        timeline_begin(&s->timeline, f);
    else if (f->approves_itself)
        timeline_move(&s->timeline, f, FILE_BP104, false, x->now_us);
    x->http = (int)s->switches.initiate_http;
    answers_initiate(&x->out, &s->ledger.books, told_file(x), &x->manner);
    return 0;
}

/* Approve. */

/* Find the file by tracking_id; leave x->file alone when that fails. */
static int
find_tracked(struct exchange *x)
{
    struct str id = ask_text(x->body, "tracking_id");

    if (id.len == 0)
        return refusal_request(&x->refusal, "tracking_id is required");
    x->file = books_by_tracking(&x->sandbox->ledger.books, id);
    if (x->file == NULL)
        return refusal_flat(&x->refusal, 404, "Not found.");
    return 0;
}

/* State first: a second approve hears the recorded refusal even when its body
 * is wrong as well. */
int
payouts_read_approve(struct exchange *x)
{
    if (find_tracked(x) < 0)
        return -1;
    if (x->file->code != FILE_BP103)
        return refusal_request(&x->refusal, REFUSAL_STATE);
    return ask_release(x->body, x->file, x->sandbox->switches.lenient,
                       &x->refusal);
}

static int
answer_file(struct exchange *x)
{
    struct view v;

    answers_view(&v, &x->sandbox->ledger.books, told_file(x));
    v.manner = x->manner;
    answers_status(&x->out, &x->sandbox->ledger.books, &v);
    return 0;
}

/* Nothing is paid here.  The float check and the sending come by themselves
 * (timeline.c), as with the provider. */
int
payouts_do_approve(struct exchange *x)
{
    timeline_move(&x->sandbox->timeline, x->file, FILE_BP104, false,
                  x->now_us);
    return answer_file(x);
}

/* Status, cancel. */

int
payouts_read_status(struct exchange *x)
{
    return find_tracked(x);
}

int
payouts_do_status(struct exchange *x)
{
    return answer_file(x);
}

int
payouts_read_cancel(struct exchange *x)
{
    struct str id = ask_text(x->body, "file_id");

    if (id.len == 0)
        return refusal_field(&x->refusal, "file_id",
                             "This field is required.");
    x->file = books_by_file(&x->sandbox->ledger.books, id);
    if (x->file == NULL)
        return refusal_flat(&x->refusal, 404, "Not found.");
    if (x->file->code != FILE_BP103)
        return refusal_request(&x->refusal, REFUSAL_STATE);
    return 0;
}

int
payouts_do_cancel(struct exchange *x)
{
    timeline_move(&x->sandbox->timeline, x->file, FILE_BE111,
                  x->sandbox->switches.cancel_marks, x->now_us);
    return answer_file(x);
}
