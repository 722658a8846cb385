#include "sandbox/cash_ledger.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/log.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const char *const kinds[] = {
    [ROW_PAYOUT] = "b2c", [ROW_INVOICE] = "invoice", [ROW_RECEIPT] = "receipt",
    [ROW_POSTED] = "posted",
};
static const char *const stages[] = {
    [STAGE_WAITING] = "waiting", [STAGE_SENT] = "sent",
    [STAGE_TIMEOUT] = "timeout", [STAGE_PAID] = "paid",
    [STAGE_FAILED] = "failed", [STAGE_REVERSED] = "reversed",
};
static const char *const ipneds[] = {
    [IPNED_RECEIVED] = "received", [IPNED_NO] = "no",
    [IPNED_SUCCESS] = "success", [IPNED_ERROR] = "error",
    [IPNED_UNRECONCILED] = "unreconciled",
};

static const char *const moneys[] = {
    [MONEY_STAYS] = "stays", [MONEY_HOLD] = "hold", [MONEY_FREE] = "free",
    [MONEY_PAY] = "pay", [MONEY_BACK] = "back", [MONEY_COLLECT] = "collect",
};

static int
place(const char *const *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(names[i]), name))
            return (int)i;
    return -1;
}

const char *
cash_ledger_kind(enum cash_kind kind)
{
    return kinds[kind];
}

const char *
cash_ledger_stage(enum cash_stage stage)
{
    return stages[stage];
}

const char *
cash_ledger_ipned_name(enum cash_ipned ipned)
{
    return ipneds[ipned];
}

int
cash_ledger_read_kind(enum cash_kind *out, struct str name)
{
    int at = place(kinds, LEN(kinds), name);

    *out = at < 0 ? ROW_PAYOUT : (enum cash_kind)at;
    return at < 0 ? -1 : 0;
}

int
cash_ledger_read_stage(enum cash_stage *out, struct str name)
{
    int at = place(stages, LEN(stages), name);

    *out = at < 0 ? STAGE_WAITING : (enum cash_stage)at;
    return at < 0 ? -1 : 0;
}

int
cash_ledger_read_ipned(enum cash_ipned *out, struct str name)
{
    int at = place(ipneds, LEN(ipneds), name);

    *out = at < 0 ? IPNED_RECEIVED : (enum cash_ipned)at;
    return at < 0 ? -1 : 0;
}

int
cash_ledger_read_money(enum cash_money *out, struct str name)
{
    int at = place(moneys, LEN(moneys), name);

    *out = at < 0 ? MONEY_STAYS : (enum cash_money)at;
    return at < 0 ? -1 : 0;
}

static int
ledger_line(void *owner, struct str line, struct err *e)
{
    return cash_replay_line(owner, line, e);
}

static void
ledger_begin(struct cash_ledger *l, int64_t minor, int64_t now_us)
{
    uint64_t salt = 0;

    while (salt == 0)
        crypto_random(&salt, sizeof(salt));
    cash_books_begin(&l->books, salt, minor);
    buf_printf(&l->journal.out, "{\"t\":\"sapama\",\"v\":1,\"salt\":\"%016"
               PRIx64 "\",\"balance\":%" PRId64 ",\"at\":%" PRId64 "}\n",
               salt, minor, now_us);
}

int
cash_ledger_open(struct cash_ledger *l, const char *dir, int64_t minor,
                 int64_t now_us, struct err *e)
{
    *l = (struct cash_ledger){ .journal = { .fd = -1 } };
    if (journal_open(&l->journal, dir, "sapama.jsonl", ledger_line, &l->books,
                     e) < 0)
        goto fail;
    if (l->books.salt == 0)
        ledger_begin(l, minor, now_us);
    if (l->books.short_of_memory) {
        err_oom(e);
        goto fail;
    }
    if (cash_ledger_sync(l) < 0) {
        err_set(e, ERR_IO, "The books in %s cannot be written.", dir);
        goto fail;
    }
    return 0;
fail:
    cash_ledger_close(l);
    return -1;
}

void
cash_ledger_close(struct cash_ledger *l)
{
    journal_close(&l->journal);
    cash_books_release(&l->books);
}

/* The order of the texts is the one of enum cash_word. */
int
cash_ledger_take(struct cash_ledger *l, struct cash_row *row)
{
    struct buf *out = &l->journal.out;

    if (cash_books_take(&l->books, row) < 0)
        return -1;
    buf_printf(out, "{\"t\":\"row\",\"id\":%" PRIu32 ",\"kind\":\"%s\","
               "\"at\":%" PRId64 ",\"seen\":%" PRId64 ",\"till\":%d,"
               "\"minor\":%" PRId64 ",\"charge\":%" PRId64 ",\"pair\":%"
               PRIu32 ",\"script\":\"%s\",\"code\":\"%s\",\"receipt\":\"%s\","
               "\"texts\":[", cash_row_id(row),
               cash_ledger_kind(row->kind), row->created_us, row->seen_us,
               l->books.tills[row->till].location, row->minor,
               row->charge_minor, row->pair, cash_fate_name(row->script),
               row->code, row->receipt);
    for (int i = 0; i < WORD_COUNT; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_json(out, str_of(cash_row_word(row, (enum cash_word)i)));
    }
    buf_text(out, "]}\n");
    return 0;
}

void
cash_ledger_step(struct cash_ledger *l, struct cash_row *row,
                 const struct cash_change *c, int64_t now_us)
{
    cash_books_step(&l->books, row, c, now_us);
    buf_printf(&l->journal.out, "{\"t\":\"step\",\"id\":%" PRIu32 ",\"at\":%"
               PRId64 ",\"stage\":\"%s\",\"money\":\"%s\",\"shown\":%s,"
               "\"in\":\"%s\",\"out\":\"%s\",\"receipt\":\"%s\"}\n",
               cash_row_id(row), now_us, cash_ledger_stage(c->stage),
               moneys[c->money], c->shown ? "true" : "false", c->in_code,
               c->out_code, c->receipt);
}

void
cash_ledger_ipned(struct cash_ledger *l, struct cash_row *row,
                  enum cash_ipned to, int64_t now_us)
{
    cash_books_ipned(&l->books, row, to, now_us);
    buf_printf(&l->journal.out, "{\"t\":\"ipned\",\"id\":%" PRIu32 ",\"at\":%"
               PRId64 ",\"to\":\"%s\"}\n", cash_row_id(row), now_us,
               cash_ledger_ipned_name(to));
}

void
cash_ledger_set_balance(struct cash_ledger *l, int till, int64_t minor,
                        int64_t now_us)
{
    cash_books_set_balance(&l->books, till, minor);
    buf_printf(&l->journal.out, "{\"t\":\"balance\",\"at\":%" PRId64
               ",\"till\":%d,\"to\":%" PRId64 "}\n", now_us,
               l->books.tills[till].location, minor);
}

int
cash_ledger_transfer(struct cash_ledger *l, const struct cash_transfer *t,
                     struct str description, struct str type)
{
    struct buf *out = &l->journal.out;

    if (cash_books_transfer(&l->books, t) < 0)
        return -1;
    buf_printf(out, "{\"t\":\"transfer\",\"at\":%" PRId64 ",\"from\":%d,"
               "\"to\":%d,\"minor\":%" PRId64 ",\"description\":", t->at_us,
               l->books.tills[t->from].location,
               l->books.tills[t->to].location, t->minor);
    buf_json(out, description);
    buf_text(out, ",\"type\":");
    buf_json(out, type);
    buf_text(out, "}\n");
    return 0;
}

void
cash_ledger_transferred(struct cash_ledger *l, uint32_t n, bool ok,
                        int64_t now_us)
{
    cash_books_transferred(&l->books, n, ok);
    buf_printf(&l->journal.out, "{\"t\":\"transferred\",\"at\":%" PRId64
               ",\"n\":%" PRIu32 ",\"ok\":%s}\n", now_us, n,
               ok ? "true" : "false");
}

void
cash_ledger_sms(struct cash_ledger *l, struct str phone, struct str message,
                int64_t now_us)
{
    struct buf *out = &l->journal.out;

    l->books.nsms++;
    buf_printf(out, "{\"t\":\"sms\",\"at\":%" PRId64 ",\"phone\":", now_us);
    buf_json(out, phone);
    buf_text(out, ",\"message\":");
    buf_json(out, message);
    buf_text(out, "}\n");
}

int
cash_ledger_sync(struct cash_ledger *l)
{
    if (l->broken)
        return -1;
    if (!l->books.short_of_memory && journal_sync(&l->journal) == 0)
        return 0;
    l->broken = true;
    log_event(LOG_BUG, "sandbox_books_broken",
              L_I64("rows", l->books.nrows));
    return -1;
}
