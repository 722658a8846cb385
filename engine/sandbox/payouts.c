#include "sandbox/answers.h"
#include "sandbox/ask.h"
#include "sandbox/inside.h"

#include "money/money.h"

/* Initiate. */

/* There is one wallet, and it is what null means. */
static int
check_wallet(struct exchange *x)
{
    struct str id = ask_text(x->body, "wallet_id");

    if (id.p == NULL || str_eq(id, str_of(x->sandbox->ledger.books.wallet.id)))
        return 0;
    return refusal_field(&x->refusal, "wallet_id", "Wallet with specified id "
                         "does not exist");
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
            || other->code == FILE_BF105)
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
    const struct books *b = &x->sandbox->ledger.books;
    int64_t cost = 0, charges = 0;
    char fee[MONEY_TEXT_BYTES], have[MONEY_TEXT_BYTES];

    if (!(x->draft->approves_itself ? sw->check_no : sw->check_yes))
        return 0;
    for (int i = 0; i < x->draft->nitems; i++) {
        cost += x->draft->items[i].amount_minor;
        charges += x->draft->items[i].charge_minor;
    }
    if (cost + charges <= books_free_minor(b))
        return 0;
    money_plain((struct money){ charges, "KES" }, fee);
    money_plain((struct money){ books_available_minor(b), "KES" }, have);
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

int
payouts_do_initiate(struct exchange *x)
{
    struct sandbox *s = x->sandbox;
    struct payfile *f = x->draft;

    if (ledger_take(&s->ledger, f, x->now_us) < 0) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    x->draft = NULL;
    x->file = f;
    webhook_note(&s->hooks, f, x->now_us);
    if (f->approves_itself)
        timeline_move(&s->timeline, f, FILE_BP104, false, x->now_us);
    x->http = 201;
    answers_initiate(&x->out, &s->ledger.books, f);
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

    answers_view(&v, &x->sandbox->ledger.books, x->file);
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

/* Status, cancel, wallets. */

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

int
payouts_do_wallets(struct exchange *x)
{
    answers_wallets(&x->out, &x->sandbox->ledger.books);
    return 0;
}

int
payouts_do_wallet(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    struct str path = str_of(httpd_path(x->request));
    struct str id = str_of(b->wallet.id);
    const size_t tail = id.len + 1;     /* "0XDLWNK/" */

    if (path.len < tail
        || !str_eq(str_cut((struct str){ path.p + path.len - tail, tail },
                           id.len), id))
        return refusal_flat(&x->refusal, 404, "Not found.");
    answers_wallet(&x->out, b);
    return 0;
}
