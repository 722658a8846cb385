/*
 * What was really paid, for tests and people; no provider offers this.  It is
 * read from the books alone, never from what was answered.
 */
#include <inttypes.h>

#include "money/money.h"
#include "sandbox/answers.h"
#include "sandbox/ids.h"
#include "sandbox/inside.h"

static void
put_minor(struct buf *out, const char *key, int64_t minor)
{
    buf_printf(out, ",\"%s\":\"", key);
    buf_minor(out, minor, 2);
    buf_char(out, '"');
}

static void
put_i64(struct buf *out, const char *key, int64_t n)
{
    buf_printf(out, ",\"%s\":%" PRId64, key, n);
}

static void
summary_files(struct buf *out, const struct books *b)
{
    buf_printf(out, "{\"files\":%" PRIu32, b->nfiles);
    put_i64(out, "files_waiting", b->states[FILE_BP103]);
    put_i64(out, "files_running", (int64_t)b->states[FILE_BP104]
            + b->states[FILE_BP101] + b->states[FILE_BP106]
            + b->states[FILE_BP108] + b->states[FILE_BP109]
            + b->states[FILE_BP110]);
    put_i64(out, "files_completed", b->states[FILE_BC100]);
    put_i64(out, "files_failed", (int64_t)b->states[FILE_BF102]
            + b->states[FILE_BF105] + b->states[FILE_BF107]);
    put_i64(out, "files_cancelled", b->states[FILE_BE111]);
    put_i64(out, "items", (int64_t)b->nitems);
    put_i64(out, "approvals", b->approvals);
}

static void
summary_money(struct buf *out, const struct books *b)
{
    struct wallet all = wallets_sum(&b->wallets);

    put_i64(out, "payments", b->npayments);
    put_minor(out, "paid_total", b->paid_minor);
    put_i64(out, "paid_minor", b->paid_minor);
    put_minor(out, "charges_total", b->charged_minor);
    put_i64(out, "accounts_paid", (int64_t)b->paid_accounts.used);
    put_i64(out, "accounts_paid_again", b->accounts_again);
    put_i64(out, "accounts_paid_twice", b->accounts_twice);
    put_i64(out, "doubles", b->doubles);
    put_minor(out, "given_total", all.given_minor);
    put_minor(out, "current_balance", all.current_minor);
    put_minor(out, "available_balance", wallet_available_minor(&all));
    put_minor(out, "held", all.held_minor);
    put_minor(out, "unsettled_total", b->unsettled_minor);
    put_i64(out, "returned", b->backs);
    put_minor(out, "returned_total", b->back_minor);
    put_i64(out, "collections", b->collections);
    put_minor(out, "collected_total", b->collected_minor);
    put_minor(out, "collection_charges_total", b->collect_charges_minor);
    put_minor(out, "refunded_total", b->refunded_minor);
    put_i64(out, "transfers", b->transfers.n);
    shape_bool(out, ",\"ties\":", books_ties(b));
}

/* Each wallet, for a look; the sums above are of all. */
static void
summary_wallets(struct buf *out, const struct books *b)
{
    buf_text(out, ",\"wallet_id\":");
    buf_json(out, str_of(books_wallet(b, 0)->id));
    buf_text(out, ",\"wallets\":[");
    for (uint32_t i = 0; i < b->wallets.n; i++) {
        if (i > 0)
            buf_char(out, ',');
        answers_wallet(out, b->wallets.list[i], NUMBERS_RECORDED);
    }
    buf_char(out, ']');
}

static void
summary_requests(struct buf *out, const struct diary *d)
{
    buf_text(out, ",\"requests\":{\"");
    for (int on = 0; on < ON_ANY; on++)
        buf_printf(out, "%s%s\":%" PRId64, on > 0 ? ",\"" : "",
                   faults_endpoint_name((enum endpoint)on), d->counts[on]);
    buf_char(out, '}');
}

/* Flat members, so that a shell script needs only jq -r .payments. */
void
bookview_summary(struct buf *out, const struct sandbox *s)
{
    const struct webhooks *w = &s->hooks;

    summary_files(out, &s->ledger.books);
    summary_money(out, &s->ledger.books);
    summary_wallets(out, &s->ledger.books);
    put_i64(out, "syncs", s->ledger.journal.syncs);
    summary_requests(out, &s->diary);
    buf_printf(out, ",\"webhooks\":{\"delivered\":%" PRId64, w->delivered);
    put_i64(out, "failed", w->failed);
    put_i64(out, "dropped", w->dropped);
    buf_printf(out, ",\"dashboard_on\":%s,\"callbacks_on\":%s}}",
               w->dashboard.off ? "false" : "true",
               w->callback.off ? "false" : "true");
}

/* Is ${p} asked for?  An empty ${account} asks for all. */
static bool
payment_asked(const struct books *b, const struct payment *p,
              struct str account, bool twice_only)
{
    const struct payfile *f = b->files[p->file];

    if (account.len > 0
        && !str_eq(str_of(payfile_of(f, f->items[p->item].account)), account))
        return false;
    return !twice_only || books_repeats(b, p) > 1;
}

static void
put_kept(struct buf *out, const char *key, const struct payfile *f, file_text t)
{
    const char *text = payfile_of(f, t);

    buf_printf(out, ",\"%s\":", key);
    if (text != NULL)
        buf_json(out, str_of(text));
    else
        buf_text(out, "null");
}

static void
put_wallet(struct buf *out, const struct books *b, const struct payfile *f)
{
    buf_printf(out, ",\"wallet_id\":\"%s\",\"provider\":\"%s\"",
               books_wallet(b, f->wallet)->id, f->rail->name);
}

/* "told" is what status says of it: a TF105 may have been paid after all, and
 * that is to be seen only here. */
static void
put_payment(struct buf *out, const struct books *b, const struct payment *p)
{
    const struct payfile *f = b->files[p->file];
    const struct item *it = &f->items[p->item];
    char stamp[IDS_STAMP_BYTES];

    ids_stamp(p->at_us, stamp);
    buf_text(out, "{\"account\":");
    buf_json(out, str_of(payfile_of(f, it->account)));
    put_minor(out, "amount", it->amount_minor);
    put_minor(out, "charge", it->charge_minor);
    buf_printf(out, ",\"receipt\":\"%s\",\"file_id\":\"%s\","
               "\"tracking_id\":\"%s\"", it->receipt, f->file_id,
               f->tracking_id);
    put_kept(out, "batch_reference", f, f->batch_reference);
    put_kept(out, "narrative", f, it->narrative);
    put_kept(out, "idempotency_key", f, it->idempotency_key);
    put_wallet(out, b, f);
    buf_printf(out, ",\"told\":\"%s\",\"returned\":%s,\"at\":\"%s\"}",
               wording_item_name(it->code), it->back ? "true" : "false",
               stamp);
}

void
bookview_payments(struct buf *out, const struct books *b, struct str account,
                  bool twice_only)
{
    bool any = false;

    buf_char(out, '[');
    /* Usually there are none, and then nothing needs to be searched. */
    for (uint32_t i = 0; i < b->npayments; i++) {
        const struct payment *p = &b->payments[i];

        if ((twice_only && b->doubles == 0)
            || !payment_asked(b, p, account, twice_only))
            continue;
        if (any)
            buf_char(out, ',');
        any = true;
        put_payment(out, b, p);
    }
    buf_char(out, ']');
}

static void
put_csv(struct buf *out, const struct payfile *f, file_text t)
{
    buf_char(out, ',');
    buf_csv(out, str_of(payfile_of(f, t)), ',');
}

void
bookview_csv(struct buf *out, const struct books *b, struct str account)
{
    buf_text(out, "account,amount,charge,receipt,file_id,tracking_id,at,"
             "batch_reference,narrative,idempotency_key\n");
    for (uint32_t i = 0; i < b->npayments; i++) {
        const struct payment *p = &b->payments[i];
        const struct payfile *f = b->files[p->file];
        const struct item *it = &f->items[p->item];
        char stamp[IDS_STAMP_BYTES];

        if (!payment_asked(b, p, account, false))
            continue;
        ids_stamp(p->at_us, stamp);
        buf_csv(out, str_of(payfile_of(f, it->account)), ',');
        buf_char(out, ',');
        buf_minor(out, it->amount_minor, 2);
        buf_char(out, ',');
        buf_minor(out, it->charge_minor, 2);
        buf_printf(out, ",%s,%s,%s,%s", it->receipt, f->file_id,
                   f->tracking_id, stamp);
        put_csv(out, f, f->batch_reference);
        put_csv(out, f, it->narrative);
        put_csv(out, f, it->idempotency_key);
        buf_char(out, '\n');
    }
}
