#include "sandbox/answers.h"

#include "sandbox/ids.h"

static void
put_kept(struct buf *out, const char *key, const struct payfile *f, file_text t)
{
    shape_text(out, key, payfile_of(f, t));
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

/* As it stood at some moment. */
static void
put_wallet(struct buf *out, const struct wallet *w, const struct view *v,
           bool bare)
{
    shape_text(out, "{\"wallet_id\":", w->id);
    shape_text(out, ",\"label\":", w->label);
    shape_bool(out, ",\"can_disburse\":", w->can_disburse);
    shape_text(out, ",\"currency\":", w->ccy);
    shape_text(out, ",\"wallet_type\":", w->working ? "WORKING"
                                                    : "SETTLEMENT");
    shape_money(out, ",\"current_balance\":", v->current_minor, bare);
    shape_money(out, ",\"available_balance\":", v->available_minor, bare);
    shape_stamp(out, ",\"updated_at\":", v->wallet_us);
    buf_char(out, '}');
}

static void
view_wallet(struct view *v, const struct wallet *w)
{
    v->current_minor = w->current_minor;
    v->available_minor = wallet_available_minor(w);
    v->wallet_us = w->updated_us;
}

void
answers_wallet(struct buf *out, const struct wallet *w, enum numbers numbers)
{
    struct view v = { 0 };

    view_wallet(&v, w);
    put_wallet(out, w, &v, shape_bare(numbers, false));
}

/* Names of a file that nobody has, for a fault; else its own. */
static void
put_names(struct buf *out, const struct books *b, const struct payfile *f,
          const struct manner *m, bool device)
{
    char alias[FIGURE_ALIAS_BYTES], uuid[FIGURE_UUID_BYTES];

    ids_alias(b->salt + 1, IDS_FILE, f->n + 1, alias);
    ids_uuid(b->salt + 1, IDS_FILE, f->n + 1, uuid);
    shape_text(out, "{\"file_id\":", m->twisted ? alias : f->file_id);
    if (device)
        buf_text(out, ",\"device_id\":null");
    shape_text(out, ",\"tracking_id\":", m->twisted ? uuid : f->tracking_id);
    if (m->wrong_ref)
        shape_text(out, ",\"batch_reference\":", "SOMEBODY-ELSES-FILE");
    else
        put_kept(out, ",\"batch_reference\":", f, f->batch_reference);
}

/* Which item stands at place ${i}, and how many places there are. */
static int
item_at(const struct payfile *f, const struct manner *m, int i)
{
    return m->reorder ? f->nitems - 1 - i : i;
}

static int
items_told(const struct payfile *f, const struct manner *m)
{
    return m->missing ? f->nitems - 1 : f->nitems;
}

/* An item as it was born, whatever became of it since. */
static void
put_new_item(struct buf *out, const struct books *b, const struct payfile *f,
             int i, bool bare)
{
    const struct item *it = &f->items[i];

    put_item_ids(out, "{\"transaction_id\":", false, b, f, i);
    shape_text(out, ",\"status\":", wording_item_text(it->began));
    shape_text(out, ",\"status_code\":", wording_item_name(it->began));
    shape_text(out, ",\"status_description\":", it->began == ITEM_TF103
             ? wording_reason_text(REASON_DETAILS) : NULL);
    put_item_ids(out, ",\"request_reference_id\":", true, b, f, i);
    put_kept(out, ",\"name\":", f, it->name);
    put_kept(out, ",\"account\":", f, it->account);
    put_kept(out, ",\"id_number\":", f, it->id_number);
    put_kept(out, ",\"bank_code\":", f, it->bank_code);
    shape_money(out, ",\"amount\":", it->amount_minor, bare);
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
                 const struct payfile *f, const struct manner *m)
{
    bool bare = shape_bare(m->numbers, true);
    struct view now;

    answers_view(&now, b, f);
    put_names(out, b, f, m, true);
    shape_text(out, ",\"status\":", wording_file_text(f->code));
    shape_text(out, ",\"status_code\":", wording_file_name(f->code));
    shape_text(out, ",\"nonce\":", f->nonce);
    buf_text(out, ",\"wallet\":");
    put_wallet(out, books_wallet(b, f->wallet), &now, bare);
    buf_text(out, ",\"transactions\":[");
    for (int i = 0; i < items_told(f, m); i++) {
        if (i > 0)
            buf_char(out, ',');
        put_new_item(out, b, f, item_at(f, m, i), bare);
    }
    shape_money(out, "],\"charge_estimate\":", f->charges_minor, bare);
    shape_money(out, ",\"total_amount_estimate\":",
                f->total_minor + f->charges_minor, bare);
    shape_money(out, ",\"total_amount\":", f->total_minor, bare);
    shape_count(out, ",\"transactions_count\":", f->nitems, m->numbers);
    shape_stamp(out, ",\"created_at\":", f->created_us);
    shape_stamp(out, ",\"updated_at\":", f->updated_us);
    buf_char(out, '}');
}

void
answers_view(struct view *v, const struct books *b, const struct payfile *f)
{
    *v = (struct view){
        .file = f,
        .code = f->code,
        .updated_us = f->updated_us,
    };
    view_wallet(v, books_wallet(b, f->wallet));
}

/* What M-Pesa calls the payee: with a blank in front, and not always. */
static void
put_payee(struct buf *out, const struct payfile *f, int i, bool paid)
{
    const char *name = payfile_of(f, f->items[i].name);
    struct buf text = { 0 };

    if (!paid || name == NULL || (f->first + (uint64_t)i) % 7 == 0) {
        shape_text(out, ",\"provider_account_name\":", NULL);
        return;
    }
    buf_init(&text, FIGURE_NAME_MAX * 4 + 2);
    buf_char(&text, ' ');
    buf_text(&text, name);
    shape_text(out, ",\"provider_account_name\":", text.p);
    buf_release(&text);
}

static enum item_code
told_code(enum item_code code, const struct manner *m)
{
    if (!m->contradict)
        return code;
    return code == ITEM_TS100 ? ITEM_TF106
        : code == ITEM_TF106 ? ITEM_TS100 : code;
}

static void
put_file_of_item(struct buf *out, const struct books *b,
                 const struct view *v)
{
    char alias[FIGURE_ALIAS_BYTES];

    ids_alias(b->salt + 2, IDS_FILE, v->file->n + 1, alias);
    shape_text(out, ",\"file_id\":", v->manner.inner_file_id ? alias
                                                          : v->file->file_id);
}

/* One payment in the status shape (2.5): money as text, the charge filled in
 * from the start. */
void
answers_item(struct buf *out, const struct books *b, const struct view *v,
             int i)
{
    const struct payfile *f = v->file;
    const struct item *it = &f->items[i];
    enum item_code code = told_code(v->fresh ? it->began : it->code,
                                    &v->manner);
    bool bare = shape_bare(v->manner.numbers, false);
    enum reason why = !v->fresh ? it->reason
        : code == ITEM_TF103 ? REASON_DETAILS : REASON_NONE;
    bool shown = !v->fresh && it->shown && it->receipt[0] != '\0';

    put_item_ids(out, "{\"transaction_id\":", false, b, f, i);
    shape_text(out, ",\"status\":", wording_item_text(code));
    shape_text(out, ",\"status_code\":", wording_item_name(code));
    shape_text(out, ",\"status_description\":", wording_reason_text(why));
    put_item_ids(out, ",\"request_reference_id\":", true, b, f, i);
    shape_text(out, ",\"provider\":", f->rail->name);
    put_kept(out, ",\"bank_code\":", f, it->bank_code);
    put_kept(out, ",\"name\":", f, it->name);
    put_kept(out, ",\"account\":", f, it->account);
    put_kept(out, ",\"account_type\":", f, it->account_type);
    put_kept(out, ",\"account_reference\":", f, it->account_reference);
    shape_text(out, ",\"provider_reference\":", shown ? it->receipt : NULL);
    put_payee(out, f, i, shown && code == ITEM_TS100);
    shape_money(out, ",\"amount\":", it->amount_minor, bare);
    shape_money(out, ",\"charge\":", it->charge_minor, bare);
    put_kept(out, ",\"narrative\":", f, it->narrative);
    put_file_of_item(out, b, v);
    put_kept(out, ",\"idempotency_key\":", f, it->idempotency_key);
    shape_stamp(out, ",\"currency\":\"KES\",\"created_at\":", f->created_us);
    shape_stamp(out, ",\"updated_at\":",
              v->fresh ? f->created_us : it->updated_us);
    buf_char(out, '}');
}

/* Three sums that are known when the file is complete, and not before. */
static void
put_sums(struct buf *out, const struct view *v)
{
    enum numbers numbers = v->manner.numbers;
    bool bare = shape_bare(numbers, false);
    int64_t paid = 0, charges = 0, failed = 0;

    for (int i = 0; v->code == FILE_BC100 && i < v->file->nitems; i++) {
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
    if (v->code != FILE_BC100 && !bare) {
        buf_text(out, ",\"actual_charges\":\"0.0\",\"paid_amount\":\"0.0\"");
    } else {
        shape_money(out, ",\"actual_charges\":", charges, bare);
        shape_money(out, ",\"paid_amount\":", paid, bare);
    }
    /* The one number among the texts, in every recording. */
    shape_money(out, ",\"failed_amount\":", failed,
                shape_bare(numbers, true));
    if (numbers != NUMBERS_TEXT && failed % 100 == 0)
        buf_text(out, ".0");
}

void
answers_status(struct buf *out, const struct books *b, const struct view *v)
{
    const struct payfile *f = v->file;
    const struct manner *m = &v->manner;
    bool bare = shape_bare(m->numbers, false);

    put_names(out, b, f, m, false);
    shape_text(out, ",\"status\":", wording_file_text(v->code));
    shape_text(out, ",\"status_code\":", wording_file_name(v->code));
    buf_text(out, ",\"transactions\":[");
    for (int i = 0; i < items_told(f, m); i++) {
        if (i > 0)
            buf_char(out, ',');
        answers_item(out, b, v, item_at(f, m, i));
    }
    buf_char(out, ']');
    put_sums(out, v);
    buf_text(out, ",\"wallet\":");
    put_wallet(out, books_wallet(b, f->wallet), v, bare);
    shape_money(out, ",\"charge_estimate\":", f->charges_minor, bare);
    shape_money(out, ",\"total_amount_estimate\":",
                f->total_minor + f->charges_minor, bare);
    shape_money(out, ",\"total_amount\":", f->total_minor, bare);
    shape_count(out, ",\"transactions_count\":", f->nitems, m->numbers);
    shape_stamp(out, ",\"created_at\":", f->created_us);
    shape_stamp(out, ",\"updated_at\":", v->updated_us);
    if (v->challenge != NULL)
        shape_text(out, ",\"challenge\":", v->challenge);
    buf_char(out, '}');
}
