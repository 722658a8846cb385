#include "sandbox/ledger.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/log.h"
#include "sandbox/replay.h"

static int
ledger_line(void *owner, struct str line, struct err *e)
{
    return replay_line(owner, line, e);
}

/* The first line of new books. */
static void
ledger_begin(struct ledger *l, int64_t balance_minor, int64_t now_us)
{
    uint64_t salt = 0;

    while (salt == 0)
        crypto_random(&salt, sizeof(salt));
    books_begin(&l->books, salt, balance_minor, now_us);
    if (l->books.short_of_memory)
        return;
    buf_printf(&l->journal.out,
               "{\"t\":\"books\",\"v\":2,\"salt\":\"%016" PRIx64 "\","
               "\"wallet\":\"%s\",\"balance\":%" PRId64 ",\"at\":%" PRId64
               "}\n", salt, books_wallet(&l->books, 0)->id, balance_minor,
               now_us);
}

int
ledger_open(struct ledger *l, const char *dir, int64_t balance_minor,
            int64_t now_us, struct err *e)
{
    *l = (struct ledger){ .journal = { .fd = -1 } };
    if (journal_open(&l->journal, dir, "books.jsonl", ledger_line, &l->books,
                     e) < 0)
        goto fail;
    if (l->books.salt == 0)
        ledger_begin(l, balance_minor, now_us);
    if (l->books.short_of_memory) {
        err_oom(e);
        goto fail;
    }
    if (ledger_sync(l) < 0) {
        err_set(e, ERR_IO, "The books in %s cannot be written.", dir);
        goto fail;
    }
    return 0;
fail:
    ledger_close(l);
    return -1;
}

void
ledger_close(struct ledger *l)
{
    journal_close(&l->journal);
    books_release(&l->books);
}

/* One results record holds all results of one file in one tick. */
void
ledger_end_group(struct ledger *l)
{
    if (l->group != NULL)
        buf_text(&l->journal.out, "]}\n");
    l->group = NULL;
}

static void
ledger_text(struct buf *out, const struct payfile *f, file_text t)
{
    const char *text = payfile_of(f, t);

    buf_char(out, ',');
    if (text == NULL)
        buf_text(out, "null");
    else
        buf_json(out, str_of(text));
}

/* The order of these members is the one replay.c reads. */
static void
ledger_item(struct buf *out, const struct payfile *f, const struct item *it)
{
    buf_char(out, '[');
    buf_json(out, str_of(payfile_of(f, it->account)));
    buf_char(out, ',');
    buf_i64(out, it->amount_minor);
    buf_char(out, ',');
    buf_i64(out, it->charge_minor);
    buf_char(out, ',');
    buf_json(out, str_of(wording_item_name(it->began)));
    ledger_text(out, f, it->name);
    ledger_text(out, f, it->narrative);
    ledger_text(out, f, it->id_number);
    ledger_text(out, f, it->bank_code);
    ledger_text(out, f, it->account_type);
    ledger_text(out, f, it->account_reference);
    ledger_text(out, f, it->idempotency_key);
    buf_printf(out, ",\"%s\"]", plot_name(it->plot));
}

/* Texts are kept as they came; ids are written for people and as a check, the
 * replay computes them again. */
int
ledger_take(struct ledger *l, struct payfile *f, int64_t now_us)
{
    struct buf *out = &l->journal.out;

    if (books_take(&l->books, f, now_us) < 0)
        return -1;
    ledger_end_group(l);
    buf_printf(out, "{\"t\":\"file\",\"at\":%" PRId64 ",\"file_id\":\"%s\","
               "\"tracking_id\":\"%s\",\"provider\":\"%s\",\"approval\":\"%s\","
               "\"wallet\":\"%s\",\"begins\":\"%s\"",
               now_us, f->file_id, f->tracking_id, f->rail->name,
               f->approves_itself ? "NO" : "YES",
               books_wallet(&l->books, f->wallet)->id,
               wording_file_name(f->code));
    buf_text(out, ",\"texts\":[0");
    ledger_text(out, f, f->batch_reference);
    ledger_text(out, f, f->callback_url);
    buf_text(out, "],\"items\":[");
    for (int i = 0; i < f->nitems; i++) {
        if (i > 0)
            buf_char(out, ',');
        ledger_item(out, f, &f->items[i]);
    }
    buf_text(out, "]}\n");
    return 0;
}

void
ledger_move(struct ledger *l, struct payfile *f, enum file_code code, bool mark,
            int64_t now_us)
{
    books_move(&l->books, f, code, mark, now_us);
    ledger_end_group(l);
    buf_printf(&l->journal.out,
               "{\"t\":\"move\",\"at\":%" PRId64 ",\"file_id\":\"%s\","
               "\"to\":\"%s\",\"mark\":%s}\n", now_us, f->file_id,
               wording_file_name(code), mark ? "true" : "false");
}

/* Results are written out with their receipts although most of it could be
 * computed again: the books must be readable without this program. */
void
ledger_result(struct ledger *l, struct payfile *f, int i,
              const struct result *r, int64_t now_us)
{
    struct buf *out = &l->journal.out;

    books_result(&l->books, f, i, r, now_us);
    if (l->group == f && l->group_us == now_us) {
        buf_char(out, ',');
    } else {
        ledger_end_group(l);
        buf_printf(out, "{\"t\":\"results\",\"at\":%" PRId64
                   ",\"file_id\":\"%s\",\"items\":[", now_us, f->file_id);
        l->group = f;
        l->group_us = now_us;
    }
    buf_printf(out, "[%d,\"%s\",\"%s\",%s,%s,\"%s\"]", i,
               wording_item_name(r->code), wording_reason_key(r->reason),
               r->moved ? "true" : "false", r->shown ? "true" : "false",
               r->receipt);
}

void
ledger_set_balance(struct ledger *l, uint32_t wallet, int64_t minor,
                   int64_t now_us)
{
    books_set_balance(&l->books, wallet, minor, now_us);
    ledger_end_group(l);
    buf_printf(&l->journal.out, "{\"t\":\"balance\",\"at\":%" PRId64
               ",\"to\":%" PRId64 ",\"wallet\":\"%s\"}\n", now_us, minor,
               books_wallet(&l->books, wallet)->id);
}

int
ledger_sync(struct ledger *l)
{
    if (l->broken)
        return -1;
    ledger_end_group(l);
    if (!l->books.short_of_memory && journal_sync(&l->journal) == 0)
        return 0;
    /* Memory is ahead of the disk now.  A stand-in that goes on would tell
     * things that its books will not know after a restart. */
    l->broken = true;
    log_event(LOG_BUG, "sandbox_books_broken",
              L_I64("files", l->books.nfiles));
    return -1;
}
