#include "reconcile/claims.h"

#include "db/copy.h"
#include "db/sql.h"
#include "dispatch/token.h"
#include "providers/provider.h"
#include "providers/reference.h"

#define CLAIMS_AT_ONCE 20000    /* gathered before they are given to COPY:
                                   some 5 MB */

struct claim {
    int64_t     batch_id, minor, charge_minor;
    int         seq, listed, event_no;
    const char *fate;           /* NULL: nothing said yet                     */
    char account[64];
    char code[16], receipt[64], id[PAYMENT_ID_BYTES];
};

struct claims {
    struct db *db;
    int64_t   *batches;
    char     (*providers)[24];
    size_t     nbatches, cap;

    struct claim *list;
    size_t        n, room;
    size_t        first;        /* row 0 of the batch at hand                 */
    int64_t       batch_id;     /* the batch at hand                          */
    const struct provider *provider;

    int64_t    batch_col;       /* columns are read into these                */
    char       provider_col[24], kind[16];
    int        rows, event_no, http;
    bool       mine;
    struct str body;
};

/* --- one answer ----------------------------------------------------------- */

static struct claim *
place_of(struct claims *k, int seq)
{
    return seq >= 1 && seq <= k->rows ? &k->list[k->first + (size_t)seq]
                                      : NULL;
}

static const char *
fate_name(const struct item_answer *item, bool dead)
{
    switch (item->fate) {
    case ITEM_PAID:
        return item->receipt[0] != '\0' ? "paid" : "open";
    case ITEM_FAILED:
        return "failed";
    case ITEM_CANCELLED:
        return "cancelled";
    case ITEM_UNTOUCHED:
        return dead ? "dead" : "open";
    case ITEM_MOVING:
    case ITEM_IN_DOUBT:
        return "open";
    }
    return "open";
}

static void
claim_end(struct claim *c, const struct claims *k,
          const struct item_answer *item, const char *fate)
{
    c->fate = fate;
    c->event_no = k->event_no;
    c->charge_minor = item->charge_minor > 0 ? item->charge_minor : 0;
    memcpy(c->code, item->code, sizeof(c->code));
    memcpy(c->receipt, item->receipt, sizeof(c->receipt));
}

/* Answers come newest first.  Paid is paid, whatever was said before or
 * after; a second receipt is a second payment. */
static void
claim_take(struct claims *k, int seq, const struct item_answer *item,
           bool dead)
{
    struct claim *c = place_of(k, seq);
    const char *fate = fate_name(item, dead);
    bool paid = strcmp(fate, "paid") == 0;

    if (c == NULL)
        return;
    if (c->id[0] == '\0')
        memcpy(c->id, item->id, sizeof(c->id));
    if (c->account[0] == '\0' && item->minor >= 0) {
        c->minor = item->minor;
        str_copy(c->account, sizeof(c->account), item->account);
    }
    if (c->fate == NULL || (strcmp(c->fate, "open") == 0
                            && strcmp(fate, "open") != 0)
        || (paid && strcmp(c->fate, "paid") != 0)) {
        claim_end(c, k, item, fate);
        c->listed = paid;
    } else if (paid && strcmp(c->receipt, item->receipt) != 0) {
        c->listed++;
    }
}

/* The file as a whole: its ids; its charges only where a status tells them. */
static void
take_file(struct claims *k, const struct file_answer *file)
{
    struct claim *c = &k->list[k->first];

    if (c->fate != NULL || file->tracking_id[0] == '\0')
        return;
    c->fate = "open";
    c->event_no = k->event_no;
    c->minor = file->total_minor;
    c->charge_minor = strcmp(k->kind, "status") == 0 ? file->charge_minor : -1;
    str_copy(c->receipt, sizeof(c->receipt), str_of(file->tracking_id));
    str_copy(c->id, sizeof(c->id), str_of(file->file_alias));
    str_copy(c->code, sizeof(c->code), str_of(file->code));
}

static int
seq_of(const struct claims *k, const struct item_answer *item, int count)
{
    int64_t batch_id = 0;
    int seq = 0;

    if (item->reference[0] == '\0')
        return count == k->rows ? item->position : 0;
    if (reference_read(str_of(item->reference), &batch_id, &seq) < 0
        || batch_id != k->batch_id)
        return 0;
    return seq;
}

static void
read_file_answer(struct claims *k)
{
    struct file_answer file;
    struct item_answer item;
    struct err e = { 0 };
    size_t at = 0;

    if (k->provider->read_file(&file, k->body, &e) < 0)
        return;
    take_file(k, &file);
    /* an orphan of an earlier try says nothing about the file that was paid */
    if (strcmp(file.tracking_id, k->list[k->first].receipt) != 0)
        return;
    at = file.items_at;
    for (int n = 1; k->provider->read_item(&item, k->body, &at, n) > 0; n++)
        claim_take(k, seq_of(k, &item, file.count), &item,
                   file.phase == FILE_DEAD);
}

/* The rows of a list that are this batch's: their tokens say whose. */
static void
read_rows_answer(struct claims *k)
{
    struct row_answer row;
    size_t at = 1;                      /* behind the bracket */

    if (strcmp(k->kind, "status") != 0)
        return;
    while (k->provider->read_row(&row, k->body, &at) > 0) {
        int64_t batch_id = 0;
        int seq = 0;

        if (token_read(str_of(row.token), &batch_id, &seq) == 0
            && batch_id == k->batch_id)
            claim_take(k, seq, &row.item, false);
    }
}

/* --- one batch ------------------------------------------------------------ */

static int
begin_batch(struct claims *k)
{
    size_t need = k->n + (size_t)k->rows + 1;

    if (need > k->room) {
        struct claim *more = reallocarray(k->list, need * 2, sizeof(*more));

        if (more == NULL)
            return -1;
        k->list = more;
        k->room = need * 2;
    }
    k->first = k->n;
    memset(&k->list[k->n], 0, ((size_t)k->rows + 1) * sizeof(*k->list));
    for (int i = 0; i <= k->rows; i++) {
        k->list[k->n + (size_t)i].batch_id = k->batch_id;
        k->list[k->n + (size_t)i].seq = i;
        k->list[k->n + (size_t)i].minor = -1;
    }
    k->n = need;
    return 0;
}

static int
event_row(void *owner)
{
    struct claims *k = owner;

    if ((k->n == k->first || k->list[k->first].batch_id != k->batch_id)
        && begin_batch(k) < 0)
        return -1;
    if (k->provider == NULL || k->http < 200 || k->http > 299
        || strcmp(k->kind, "statement") == 0)
        return 0;
    if (k->provider->two_phase)
        read_file_answer(k);
    else
        read_rows_answer(k);
    return 0;
}

static enum db_status
flush(struct claims *k)
{
    struct db_copy c;
    enum db_status st = DB_OK;

    if (k->n == 0)
        return DB_OK;
    st = db_copy_begin(&c, k->db, sql_copy_reconcile_claim, 11);
    if (st < 0)
        return st;
    for (size_t i = 0; i < k->n; i++) {
        const struct claim *a = &k->list[i];

        if (a->fate == NULL)
            continue;
        db_copy_row(&c);
        db_copy_i64(&c, a->batch_id);
        db_copy_i32(&c, a->seq);
        db_copy_text(&c, str_of(a->fate));
        db_copy_i32(&c, a->listed);
        db_copy_i64(&c, a->minor);
        db_copy_text(&c, str_of(a->account));
        db_copy_text(&c, str_of(a->code));
        db_copy_text(&c, str_of(a->receipt));
        db_copy_text(&c, str_of(a->id));
        db_copy_i64(&c, a->charge_minor);
        db_copy_i32(&c, a->event_no);
    }
    k->n = k->first = 0;
    return db_copy_end(&c);
}

static enum db_status
read_batch(struct claims *k, size_t nr)
{
    const struct db_arg args[] = { A_I64(k->batches[nr]) };
    const struct db_col cols[] = {
        C_INT("rows", &k->rows), C_INT("event_no", &k->event_no),
        C_TEXT("kind", k->kind), C_INT("http", &k->http),
        C_BYTES("body", &k->body)
    };
    enum db_status st = DB_OK;

    k->batch_id = k->batches[nr];
    k->first = k->n;
    k->provider = provider_named(k->providers[nr]);
    st = db_each(k->db, sql_reconcile_events, args, LEN(args), cols,
                 LEN(cols), event_row, k);
    return st < 0 ? st : k->n >= CLAIMS_AT_ONCE ? flush(k) : DB_OK;
}

/* --- all of them ---------------------------------------------------------- */

static int
batch_row(void *owner)
{
    struct claims *k = owner;

    if (k->nbatches == k->cap) {
        size_t wide = k->cap == 0 ? 256 : k->cap * 2;
        int64_t *ids = reallocarray(k->batches, wide, sizeof(*ids));
        void *names = NULL;

        if (ids == NULL)
            return -1;
        k->batches = ids;
        names = reallocarray(k->providers, wide, sizeof(*k->providers));
        if (names == NULL)
            return -1;
        k->providers = names;
        k->cap = wide;
    }
    k->batches[k->nbatches] = k->batch_col;
    memcpy(k->providers[k->nbatches++], k->provider_col,
           sizeof(k->provider_col));
    return 0;
}

enum db_status
claims_read(struct db *db)
{
    struct claims k = { .db = db };
    const struct db_col cols[] = {
        C_I64("batch_id", &k.batch_col), C_TEXT("provider", k.provider_col)
    };
    enum db_status st = db_each(db, sql_reconcile_batches, NULL, 0, cols,
                                LEN(cols), batch_row, &k);

    for (size_t i = 0; i < k.nbatches && st >= 0; i++)
        st = read_batch(&k, i);
    if (st >= 0)
        st = flush(&k);
    free(k.batches);
    free(k.providers);
    free(k.list);
    return st < 0 ? st : DB_OK;
}
