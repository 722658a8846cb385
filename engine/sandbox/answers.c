#include "sandbox/answers.h"

#include "money/money.h"
#include "sandbox/ids.h"

/* KES 1000 as 1000, 98668.49 as 98668.49, 0.5 as 0.5. */
static void
put_number(struct buf *out, int64_t minor)
{
    if (minor % 100 == 0) {
        buf_i64(out, minor / 100);
        return;
    }
    buf_minor(out, minor, 2);
    if (minor % 10 == 0 && !out->failed)
        out->p[--out->len] = '\0';
}

/* "1000.00": everywhere but in the answer to initiate. */
static void
put_money(struct buf *out, const char *key, int64_t minor)
{
    buf_text(out, key);
    buf_char(out, '"');
    buf_minor(out, minor, 2);
    buf_char(out, '"');
}

static void
put_stamp(struct buf *out, const char *key, int64_t us)
{
    char stamp[IDS_STAMP_BYTES];

    ids_stamp(us, stamp);
    buf_text(out, key);
    buf_char(out, '"');
    buf_text(out, stamp);
    buf_char(out, '"');
}

/* ${key} carries its comma, quotes and colon; NULL text is null. */
static void
put_text(struct buf *out, const char *key, const char *text)
{
    buf_text(out, key);
    if (text == NULL)
        buf_text(out, "null");
    else
        buf_json(out, str_of(text));
}

static void
put_kept(struct buf *out, const char *key, const struct payfile *f, file_text t)
{
    put_text(out, key, payfile_of(f, t));
}

/* Ids of items are computed, not stored: a million of them cost no memory. */
static void
put_item_ids(struct buf *out, const char *key, bool uuid,
             const struct books *b, const struct payfile *f, int i)
{
    uint64_t n = f->first + (uint64_t)i;
    char alias[FIGURE_ALIAS_BYTES];
    char id[FIGURE_UUID_BYTES];

    buf_text(out, key);
    if (uuid)
        ids_uuid(b->salt, IDS_ITEM, n, id);
    else
        ids_alias(b->salt, IDS_ITEM, n, alias);
    buf_char(out, '"');
    buf_text(out, uuid ? id : alias);
    buf_char(out, '"');
}

/* The wallet without its money and time, which differ from shape to shape. */
static void
put_wallet_head(struct buf *out, const struct books *b)
{
    put_text(out, "{\"wallet_id\":", b->wallet.id);
    buf_text(out, ",\"label\":\"default\",\"can_disburse\":false,"
             "\"currency\":\"KES\",\"wallet_type\":\"SETTLEMENT\"");
}

static void
put_wallet(struct buf *out, const struct books *b, int64_t current_minor,
           int64_t available_minor, int64_t updated_us)
{
    put_wallet_head(out, b);
    put_money(out, ",\"current_balance\":", current_minor);
    put_money(out, ",\"available_balance\":", available_minor);
    put_stamp(out, ",\"updated_at\":", updated_us);
    buf_char(out, '}');
}

/* An item as it was born, whatever became of it since. */
static void
put_new_item(struct buf *out, const struct books *b, const struct payfile *f,
             int i)
{
    const struct item *it = &f->items[i];

    put_item_ids(out, "{\"transaction_id\":", false, b, f, i);
    put_text(out, ",\"status\":", wording_item_text(it->began));
    put_text(out, ",\"status_code\":", wording_item_name(it->began));
    put_text(out, ",\"status_description\":", it->began == ITEM_TF103
             ? wording_reason_text(REASON_DETAILS) : NULL);
    put_item_ids(out, ",\"request_reference_id\":", true, b, f, i);
    put_kept(out, ",\"name\":", f, it->name);
    put_kept(out, ",\"account\":", f, it->account);
    put_kept(out, ",\"id_number\":", f, it->id_number);
    put_kept(out, ",\"bank_code\":", f, it->bank_code);
    buf_text(out, ",\"amount\":");
    put_number(out, it->amount_minor);
    put_kept(out, ",\"narrative\":", f, it->narrative);
    put_kept(out, ",\"idempotency_key\":", f, it->idempotency_key);
    buf_char(out, '}');
}

/*
 * Recorded live (2.3), with the three members of newer answers: money as JSON
 * numbers, and no member per item that the status shape has in addition.  A
 * client must send these very bytes back to approve.
 */
void
answers_initiate(struct buf *out, const struct books *b,
                 const struct payfile *f)
{
    put_text(out, "{\"file_id\":", f->file_id);
    put_text(out, ",\"device_id\":null,\"tracking_id\":", f->tracking_id);
    put_kept(out, ",\"batch_reference\":", f, f->batch_reference);
    put_text(out, ",\"status\":", wording_file_text(f->code));
    put_text(out, ",\"status_code\":", wording_file_name(f->code));
    put_text(out, ",\"nonce\":", f->nonce);
    buf_text(out, ",\"wallet\":");
    put_wallet_head(out, b);
    buf_text(out, ",\"current_balance\":");
    put_number(out, b->wallet.current_minor);
    buf_text(out, ",\"available_balance\":");
    put_number(out, books_available_minor(b));
    put_stamp(out, ",\"updated_at\":", b->wallet.updated_us);
    buf_text(out, "},\"transactions\":[");
    for (int i = 0; i < f->nitems; i++) {
        if (i > 0)
            buf_char(out, ',');
        put_new_item(out, b, f, i);
    }
    buf_text(out, "],\"charge_estimate\":");
    put_number(out, f->charges_minor);
    buf_text(out, ",\"total_amount_estimate\":");
    put_number(out, f->total_minor + f->charges_minor);
    buf_text(out, ",\"total_amount\":");
    put_number(out, f->total_minor);
    buf_text(out, ",\"transactions_count\":");
    buf_i64(out, f->nitems);
    put_stamp(out, ",\"created_at\":", f->created_us);
    put_stamp(out, ",\"updated_at\":", f->updated_us);
    buf_char(out, '}');
}

void
answers_view(struct view *v, const struct books *b, const struct payfile *f)
{
    *v = (struct view){
        .file = f,
        .code = f->code,
        .updated_us = f->updated_us,
        .current_minor = b->wallet.current_minor,
        .available_minor = books_available_minor(b),
        .wallet_us = b->wallet.updated_us,
    };
}

/* What M-Pesa calls the payee: with a blank in front, and not always. */
static void
put_payee(struct buf *out, const struct payfile *f, int i, bool paid)
{
    const char *name = payfile_of(f, f->items[i].name);
    struct buf text = { 0 };

    if (!paid || name == NULL || (f->first + (uint64_t)i) % 7 == 0) {
        put_text(out, ",\"provider_account_name\":", NULL);
        return;
    }
    buf_init(&text, FIGURE_NAME_MAX * 4 + 2);
    buf_char(&text, ' ');
    buf_text(&text, name);
    put_text(out, ",\"provider_account_name\":", text.p);
    buf_release(&text);
}

/* One payment in the status shape (2.5): money as text, the charge filled in
 * from the start. */
static void
put_item(struct buf *out, const struct books *b, const struct view *v, int i)
{
    const struct payfile *f = v->file;
    const struct item *it = &f->items[i];
    enum item_code code = v->fresh ? it->began : it->code;
    enum reason why = !v->fresh ? it->reason
        : code == ITEM_TF103 ? REASON_DETAILS : REASON_NONE;
    bool shown = !v->fresh && it->shown && it->receipt[0] != '\0';

    put_item_ids(out, "{\"transaction_id\":", false, b, f, i);
    put_text(out, ",\"status\":", wording_item_text(code));
    put_text(out, ",\"status_code\":", wording_item_name(code));
    put_text(out, ",\"status_description\":", wording_reason_text(why));
    put_item_ids(out, ",\"request_reference_id\":", true, b, f, i);
    put_text(out, ",\"provider\":", f->rail->name);
    put_kept(out, ",\"bank_code\":", f, it->bank_code);
    put_kept(out, ",\"name\":", f, it->name);
    put_kept(out, ",\"account\":", f, it->account);
    put_kept(out, ",\"account_type\":", f, it->account_type);
    put_kept(out, ",\"account_reference\":", f, it->account_reference);
    put_text(out, ",\"provider_reference\":", shown ? it->receipt : NULL);
    put_payee(out, f, i, shown && code == ITEM_TS100);
    put_money(out, ",\"amount\":", it->amount_minor);
    put_money(out, ",\"charge\":", it->charge_minor);
    put_kept(out, ",\"narrative\":", f, it->narrative);
    put_text(out, ",\"file_id\":", f->file_id);
    put_kept(out, ",\"idempotency_key\":", f, it->idempotency_key);
    put_stamp(out, ",\"currency\":\"KES\",\"created_at\":", f->created_us);
    put_stamp(out, ",\"updated_at\":",
              v->fresh ? f->created_us : it->updated_us);
    buf_char(out, '}');
}

/* Three sums that are known when the file is complete, and not before. */
static void
put_sums(struct buf *out, const struct view *v)
{
    int64_t paid = 0, charges = 0, failed = 0;

    if (v->code != FILE_BC100) {
        buf_text(out, ",\"actual_charges\":\"0.0\",\"paid_amount\":\"0.0\","
                 "\"failed_amount\":0.0");
        return;
    }
    for (int i = 0; i < v->file->nitems; i++) {
        const struct item *it = &v->file->items[i];

        /* TF105 is in neither sum: nobody can tell, so the wallet may fall
         * by more than the file admits. */
        if (it->code == ITEM_TS100) {
            paid += it->amount_minor;
            charges += it->charge_minor;
        } else if (it->code == ITEM_TF103 || it->code == ITEM_TF106) {
            failed += it->amount_minor;
        }
    }
    put_money(out, ",\"actual_charges\":", charges);
    put_money(out, ",\"paid_amount\":", paid);
    /* The one number among the texts, in every recording. */
    buf_text(out, ",\"failed_amount\":");
    put_number(out, failed);
    if (failed % 100 == 0)
        buf_text(out, ".0");
}

void
answers_status(struct buf *out, const struct books *b, const struct view *v)
{
    const struct payfile *f = v->file;

    put_text(out, "{\"file_id\":", f->file_id);
    put_text(out, ",\"tracking_id\":", f->tracking_id);
    put_kept(out, ",\"batch_reference\":", f, f->batch_reference);
    put_text(out, ",\"status\":", wording_file_text(v->code));
    put_text(out, ",\"status_code\":", wording_file_name(v->code));
    buf_text(out, ",\"transactions\":[");
    for (int i = 0; i < f->nitems; i++) {
        if (i > 0)
            buf_char(out, ',');
        put_item(out, b, v, i);
    }
    buf_char(out, ']');
    put_sums(out, v);
    buf_text(out, ",\"wallet\":");
    put_wallet(out, b, v->current_minor, v->available_minor, v->wallet_us);
    put_money(out, ",\"charge_estimate\":", f->charges_minor);
    put_money(out, ",\"total_amount_estimate\":",
              f->total_minor + f->charges_minor);
    put_money(out, ",\"total_amount\":", f->total_minor);
    buf_text(out, ",\"transactions_count\":");
    buf_i64(out, f->nitems);
    put_stamp(out, ",\"created_at\":", f->created_us);
    put_stamp(out, ",\"updated_at\":", v->updated_us);
    if (v->challenge != NULL)
        put_text(out, ",\"challenge\":", v->challenge);
    buf_char(out, '}');
}

void
answers_wallet(struct buf *out, const struct books *b)
{
    put_wallet(out, b, b->wallet.current_minor, books_available_minor(b),
               b->wallet.updated_us);
}

void
answers_wallets(struct buf *out, const struct books *b)
{
    buf_text(out, "{\"count\":1,\"next\":null,\"previous\":null,"
             "\"results\":[");
    answers_wallet(out, b);
    buf_text(out, "]}");
}
