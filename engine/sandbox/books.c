#include "sandbox/books.h"

#include "sandbox/ids.h"

void
books_release(struct books *b)
{
    for (uint32_t i = 0; i < b->nfiles; i++)
        payfile_free(b->files[i]);
    free(b->files);
    free(b->payments);
    wallets_release(&b->wallets);
    statement_release(&b->statement);
    shelf_release(&b->invoices);
    shelf_release(&b->checkouts);
    shelf_release(&b->chargebacks);
    shelf_release(&b->transfers);
    lookup_release(&b->by_tracking);
    lookup_release(&b->by_file);
    lookup_release(&b->by_key);
    lookup_release(&b->paid_accounts);
    lookup_release(&b->paid_keys);
    lookup_release(&b->paid_same);
    *b = (struct books){ 0 };
}

void
books_begin(struct books *b, uint64_t salt, int64_t balance_minor,
            int64_t now_us)
{
    struct wallet *w = wallets_add(&b->wallets, salt);

    b->salt = salt;
    if (w == NULL) {
        b->short_of_memory = true;
        return;
    }
    memcpy(w->ccy, "KES", sizeof("KES"));
    snprintf(w->label, sizeof(w->label), "default");
    books_set_balance(b, 0, balance_minor, now_us);
}

struct wallet *
books_wallet(const struct books *b, uint32_t n)
{
    return b->wallets.list[n];
}

bool
books_ties(const struct books *b)
{
    struct wallet all = wallets_sum(&b->wallets);

    return all.given_minor + b->collected_minor + b->back_minor
        == all.current_minor + b->paid_minor + b->charged_minor
         - b->unsettled_minor + b->collect_charges_minor + b->refunded_minor;
}

/* Double the room of an array that is full.  Return 0 or -1. */
static int
array_room(void **array, uint32_t *cap, uint32_t used, size_t bytes_each)
{
    uint32_t wide = *cap == 0 ? 64 : *cap * 2;
    void *p;

    if (used < *cap)
        return 0;
    if (wide < *cap || (p = reallocarray(*array, wide, bytes_each)) == NULL)
        return -1;
    *array = p;
    *cap = wide;
    return 0;
}

/* Without these, 200 files of 5000 would be searched one by one. */
static int
books_index(struct books *b, const struct payfile *f)
{
    uint32_t *tracking = lookup_put(&b->by_tracking, str_of(f->tracking_id));
    uint32_t *file = lookup_put(&b->by_file, str_of(f->file_id));

    if (tracking == NULL || file == NULL)
        return -1;
    *tracking = f->n;
    *file = f->n;
    for (int i = 0; i < f->nitems; i++) {
        const char *key = payfile_of(f, f->items[i].idempotency_key);
        uint32_t *last;

        if (key == NULL)
            continue;
        if ((last = lookup_put(&b->by_key, str_of(key))) == NULL)
            return -1;
        *last = f->n;
    }
    return 0;
}

int
books_take(struct books *b, struct payfile *f, int64_t now_us)
{
    void *files = b->files;

    if (f->text.failed
        || array_room(&files, &b->files_cap, b->nfiles, sizeof(*b->files)) < 0)
        return -1;
    b->files = files;
    f->n = b->nfiles;
    f->first = b->nitems + 1;
    f->code = f->read_slowly ? FILE_BP101 : FILE_BP103;
    f->created_us = f->updated_us = now_us;
    f->total_minor = f->charges_minor = 0;
    ids_alias(b->salt, IDS_FILE, f->n + 1, f->file_id);
    ids_uuid(b->salt, IDS_FILE, f->n + 1, f->tracking_id);
    ids_nonce(b->salt, f->n + 1, f->nonce);
    for (int i = 0; i < f->nitems; i++) {
        f->total_minor += f->items[i].amount_minor;
        f->charges_minor += f->items[i].charge_minor;
        f->items[i].updated_us = now_us;
    }
    if (books_index(b, f) < 0)
        return -1;
    b->files[b->nfiles++] = f;
    b->nitems += (uint64_t)f->nitems;
    b->states[f->code]++;
    return 0;
}

static struct payfile *
books_find(const struct books *b, const struct lookup *m, struct str key)
{
    const uint32_t *n = lookup_get(m, key);

    /* An index entry can be left of a file that was then not taken. */
    return n != NULL && *n < b->nfiles ? b->files[*n] : NULL;
}

struct payfile *
books_by_tracking(const struct books *b, struct str id)
{
    return books_find(b, &b->by_tracking, id);
}

struct payfile *
books_by_file(const struct books *b, struct str id)
{
    return books_find(b, &b->by_file, id);
}

struct payfile *
books_by_key(const struct books *b, struct str key)
{
    return books_find(b, &b->by_key, key);
}

void
books_enter(struct books *b, struct entry *e, struct wallet *w)
{
    /* A line of nothing is no line. */
    if (e->value_minor == 0)
        return;
    e->wallet = w->n;
    e->running_minor = w->current_minor;
    w->current_minor += e->value_minor;
    w->updated_us = e->at_us;
    if (e->payouts + e->charges == 0)
        e->payouts = 1;
    if (statement_add(&b->statement, e) < 0)
        b->short_of_memory = true;
}

void
books_set_balance(struct books *b, uint32_t wallet, int64_t minor,
                  int64_t now_us)
{
    struct wallet *w = books_wallet(b, wallet);
    struct entry e = { .kind = ENTRY_GIVEN, .at_us = now_us,
                       .value_minor = minor - w->current_minor };

    w->given_minor += e.value_minor;
    w->updated_us = now_us;
    books_enter(b, &e, w);
}

/* Recorded: current_balance falls here, not at the single result. */
static void
books_settle(struct books *b, struct payfile *f, struct wallet *w,
             int64_t now_us)
{
    struct entry e = { .kind = ENTRY_FILE, .about = f->n, .at_us = now_us };

    w->held_minor -= f->held_minor;
    f->held_minor = 0;
    w->updated_us = now_us;
    e.value_minor = -(f->moved_minor + f->moved_charges_minor);
    b->unsettled_minor += e.value_minor;
    for (int i = 0; i < f->nitems; i++) {
        if (!f->items[i].moved)
            continue;
        e.payouts++;
        e.charges += f->items[i].charge_minor > 0;
    }
    books_enter(b, &e, w);
}

static void
books_cancel_items(struct payfile *f, int64_t now_us)
{
    for (int i = 0; i < f->nitems; i++) {
        if (f->items[i].code != ITEM_TP101)
            continue;
        f->items[i].code = ITEM_TC108;
        f->items[i].reason = REASON_CANCELLED;
        f->items[i].updated_us = now_us;
    }
}

/*
 * The recorded run (2.9): nothing is touched while a file waits, the hold of
 * amount and charge shows at BP110, the balance falls at BC100.  What is
 * promised between BP109 and BP110 is invisible to callers, but two files may
 * not both pass the check of the balance on the same money.
 */
void
books_move(struct books *b, struct payfile *f, enum file_code code, bool mark,
           int64_t now_us)
{
    struct wallet *w = books_wallet(b, f->wallet);
    int64_t cost = f->total_minor + f->charges_minor;

    switch (code) {
    case FILE_BP104:
        b->approvals++;
        break;
    case FILE_BP109:
        w->promised_minor += cost;
        break;
    case FILE_BP110:
        w->promised_minor -= cost;
        f->held_minor = cost;
        w->held_minor += cost;
        w->updated_us = now_us;
        break;
    case FILE_BC100:
        books_settle(b, f, w, now_us);
        break;
    case FILE_BE111:
        if (mark)
            books_cancel_items(f, now_us);
        break;
    case FILE_BP101:
    case FILE_BF102:
    case FILE_BP103:
    case FILE_BF105:
    case FILE_BP106:
    case FILE_BF107:
    case FILE_BP108:
        break;
    }
    b->states[f->code]--;
    b->states[code]++;
    f->code = code;
    f->updated_us = now_us;
}

/*
 * What makes two payments "the same": who, how much, and the name the client
 * gave it.  A client that gives no names can only be judged by the rest.
 */
/* "account|amount|key" for the maps; without amount when ${minor} is 0. */
static void
payment_key(struct buf *out, const struct payfile *f, const struct item *it,
            int64_t minor)
{
    const char *key = payfile_of(f, it->idempotency_key);

    if (key == NULL)
        key = payfile_of(f, f->batch_reference);
    buf_init(out, 4096);
    buf_text(out, payfile_of(f, it->account));
    buf_char(out, '|');
    buf_i64(out, minor);
    buf_char(out, '|');
    buf_text(out, key != NULL ? key : "");
}

/* Count one more under ${key}; return the new count, 0 when out of memory. */
static uint32_t
books_count(struct lookup *m, struct str key)
{
    uint32_t *n = lookup_put(m, key);

    return n != NULL ? ++*n : 0;
}

/* Money leaves.  Repeats are counted here, at the moment they happen, so that
 * asking for them costs nothing. */
static void
books_pay(struct books *b, struct payfile *f, int i, int64_t now_us)
{
    const struct item *it = &f->items[i];
    struct buf same = { 0 }, key = { 0 };
    void *payments = b->payments;

    payment_key(&same, f, it, it->amount_minor);
    payment_key(&key, f, it, 0);
    if (same.failed || key.failed
        || array_room(&payments, &b->payments_cap, b->npayments,
                      sizeof(*b->payments)) < 0) {
        b->short_of_memory = true;
        goto out;
    }
    b->payments = payments;
    b->payments[b->npayments++] =
        (struct payment){ f->n, (uint32_t)i, now_us };
    b->paid_minor += it->amount_minor;
    b->charged_minor += it->charge_minor;
    b->unsettled_minor += it->amount_minor + it->charge_minor;
    f->moved_minor += it->amount_minor;
    f->moved_charges_minor += it->charge_minor;
    if (books_count(&b->paid_same, buf_view(&same)) > 1)
        b->doubles++;
    if (books_count(&b->paid_keys, buf_view(&key)) == 2)
        b->accounts_twice++;
    if (books_count(&b->paid_accounts, str_of(payfile_of(f, it->account))) == 2)
        b->accounts_again++;
out:
    buf_release(&same);
    buf_release(&key);
}

/* Taken back after the end of its file: the amount returns, the charge does
 * not.  The payment stays in the books, since it was made. */
static void
books_give_back(struct books *b, struct payfile *f, int i, int64_t now_us)
{
    struct entry e = { .kind = ENTRY_BACK, .about = f->n, .item = i,
                       .at_us = now_us,
                       .value_minor = f->items[i].amount_minor };

    f->items[i].back = true;
    b->backs++;
    b->back_minor += e.value_minor;
    books_enter(b, &e, books_wallet(b, f->wallet));
}

void
books_result(struct books *b, struct payfile *f, int i, const struct result *r,
             int64_t now_us)
{
    struct item *it = &f->items[i];
    bool pays = r->moved && !it->moved;

    it->code = r->code;
    it->reason = r->reason;
    it->shown = r->shown;
    it->updated_us = now_us;
    if (r->receipt[0] != '\0')
        memcpy(it->receipt, r->receipt, sizeof(it->receipt));
    if (pays) {
        it->moved = true;
        books_pay(b, f, i, now_us);
    }
    if (r->reason == REASON_REVERSED && it->moved && !it->back) {
        f->updated_us = now_us;
        books_give_back(b, f, i, now_us);
    }
}

uint32_t
books_repeats(const struct books *b, const struct payment *p)
{
    const struct payfile *f = b->files[p->file];
    const struct item *it = &f->items[p->item];
    const uint32_t *n;
    struct buf key = { 0 };

    payment_key(&key, f, it, it->amount_minor);
    n = lookup_get(&b->paid_same, buf_view(&key));
    buf_release(&key);
    return n != NULL ? *n : 0;
}
