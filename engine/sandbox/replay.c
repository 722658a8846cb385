#include "sandbox/replay.h"

#include <jansson.h>

#include "sandbox/replay_income.h"

/* The text at ${i} of an array, or the empty one. */
static struct str
at_text(const json_t *array, size_t i)
{
    const json_t *v = json_array_get(array, i);

    return (struct str){ json_string_value(v), json_string_length(v) };
}

static int64_t
at_i64(const json_t *array, size_t i)
{
    return json_integer_value(json_array_get(array, i));
}

static file_text
at_kept(struct payfile *f, const json_t *array, size_t i)
{
    if (!json_is_string(json_array_get(array, i)))
        return 0;
    return payfile_keep(f, at_text(array, i));
}

static struct str
of_text(const json_t *line, const char *key)
{
    const json_t *v = json_object_get(line, key);

    return (struct str){ json_string_value(v), json_string_length(v) };
}

static int64_t
of_i64(const json_t *line, const char *key)
{
    return json_integer_value(json_object_get(line, key));
}

/* The salt decides every id, so a wallet of another name means that this line
 * was edited. */
static int
replay_books(struct books *b, const json_t *line)
{
    const char *salt = json_string_value(json_object_get(line, "salt"));

    if (b->salt != 0 || salt == NULL || of_i64(line, "v") != 2)
        return -1;
    books_begin(b, strtoull(salt, NULL, 16), of_i64(line, "balance"),
                of_i64(line, "at"));
    return b->salt != 0 && b->wallets.n > 0
        && str_eq(of_text(line, "wallet"), str_of(books_wallet(b, 0)->id))
        ? 0 : -1;
}

/* In the order of ledger_item(). */
static int
replay_item(struct payfile *f, struct item *it, const json_t *v)
{
    if (json_array_size(v) != 12
        || wording_item_read(&it->began, at_text(v, 3)) < 0
        || plot_read(&it->plot, at_text(v, 11)) < 0)
        return -1;
    it->account = at_kept(f, v, 0);
    it->amount_minor = at_i64(v, 1);
    it->charge_minor = at_i64(v, 2);
    it->code = it->began;
    it->reason = it->began == ITEM_TF103 ? REASON_DETAILS : REASON_NONE;
    it->name = at_kept(f, v, 4);
    it->narrative = at_kept(f, v, 5);
    it->id_number = at_kept(f, v, 6);
    it->bank_code = at_kept(f, v, 7);
    it->account_type = at_kept(f, v, 8);
    it->account_reference = at_kept(f, v, 9);
    it->idempotency_key = at_kept(f, v, 10);
    return it->account != 0 ? 0 : -1;
}

static int
replay_file(struct books *b, const json_t *line)
{
    const json_t *items = json_object_get(line, "items");
    const json_t *texts = json_object_get(line, "texts");
    struct payfile *f = payfile_new((int)json_array_size(items));
    const struct wallet *w;
    int rc = -1;

    if (f == NULL
        || (f->rail = rails_find(of_text(line, "provider"))) == NULL)
        goto out;
    if ((w = wallets_find(&b->wallets, of_text(line, "wallet"))) == NULL)
        goto out;
    f->wallet = w->n;
    f->read_slowly = str_eq(of_text(line, "begins"), STR("BP101"));
    f->approves_itself = str_eq(of_text(line, "approval"), STR("NO"));
    f->batch_reference = at_kept(f, texts, 1);
    f->callback_url = at_kept(f, texts, 2);
    for (int i = 0; i < f->nitems; i++)
        if (replay_item(f, &f->items[i], json_array_get(items, (size_t)i)) < 0)
            goto out;
    if (books_take(b, f, of_i64(line, "at")) < 0)
        goto out;
    /* The names follow from the salt; another one means damaged books. */
    if (str_eq(of_text(line, "tracking_id"), str_of(f->tracking_id)))
        rc = 0;
    f = NULL;
out:
    payfile_free(f);
    return rc;
}

static int
replay_move(struct books *b, const json_t *line)
{
    struct payfile *f = books_by_file(b, of_text(line, "file_id"));
    enum file_code to;

    if (f == NULL || wording_file_read(&to, of_text(line, "to")) < 0)
        return -1;
    books_move(b, f, to, json_is_true(json_object_get(line, "mark")),
               of_i64(line, "at"));
    return 0;
}

static int
replay_results(struct books *b, const json_t *line)
{
    struct payfile *f = books_by_file(b, of_text(line, "file_id"));
    const json_t *items = json_object_get(line, "items");

    if (f == NULL)
        return -1;
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *v = json_array_get(items, i);
        struct result r = { 0 };
        int64_t n = at_i64(v, 0);

        if (json_array_size(v) != 6 || n < 0 || n >= f->nitems
            || wording_item_read(&r.code, at_text(v, 1)) < 0
            || wording_reason_read(&r.reason, at_text(v, 2)) < 0
            || str_copy(r.receipt, sizeof(r.receipt), at_text(v, 5)) < 0)
            return -1;
        r.moved = json_is_true(json_array_get(v, 3));
        r.shown = json_is_true(json_array_get(v, 4));
        books_result(b, f, (int)n, &r, of_i64(line, "at"));
    }
    return 0;
}

static int
replay_balance(struct books *b, const json_t *line)
{
    const struct wallet *w = wallets_find(&b->wallets,
                                          of_text(line, "wallet"));

    if (!json_is_integer(json_object_get(line, "to")) || w == NULL)
        return -1;
    books_set_balance(b, w->n, of_i64(line, "to"), of_i64(line, "at"));
    return 0;
}

/*
 * Each record goes through the same function of books.c or income.c that live
 * code used.  There is no second way to change the books, and so no way in
 * which a restarted sandbox could disagree with itself.
 */
static const struct record {
    const char *t;
    int (*play)(struct books *, const json_t *);
} records[] = {
    { "books", replay_books },
    { "file", replay_file },
    { "move", replay_move },
    { "results", replay_results },
    { "balance", replay_balance },
    { "wallet", replay_wallet },
    { "transfer", replay_transfer },
    { "invoice", replay_invoice },
    { "income", replay_income },
    { "checkout", replay_checkout },
    { "chargeback", replay_chargeback },
    { "refund", replay_refund },
};

int
replay_line(struct books *b, struct str text, struct err *e)
{
    json_t *line = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
    struct str t = of_text(line, "t");
    int rc = -1;

    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        /* Nothing can stand before the line that opens the books. */
        if (str_eq(str_of(records[i].t), t) && (b->salt != 0 || i == 0)) {
            rc = records[i].play(b, line);
            break;
        }
    }
    json_decref(line);
    return rc == 0 ? 0 : err_set(e, ERR_DATA, "The sandbox's books hold a "
                                 "line that no sandbox wrote.");
}
