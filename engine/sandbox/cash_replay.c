#include <jansson.h>

#include "sandbox/cash_ledger.h"

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

static bool
of_bool(const json_t *line, const char *key)
{
    return json_is_true(json_object_get(line, key));
}

static int
replay_books(struct cash_books *b, const json_t *line)
{
    const char *salt = json_string_value(json_object_get(line, "salt"));

    if (b->salt != 0 || salt == NULL || of_i64(line, "v") != 1)
        return -1;
    cash_books_begin(b, strtoull(salt, NULL, 16), of_i64(line, "balance"));
    return b->salt != 0 ? 0 : -1;
}

static int
replay_row(struct cash_books *b, const json_t *line)
{
    const json_t *texts = json_object_get(line, "texts");
    struct str words[WORD_COUNT];
    enum cash_kind kind;
    struct cash_row *row;
    int64_t pair = of_i64(line, "pair");
    int till = cash_books_till(b, of_i64(line, "till"));

    if (json_array_size(texts) != WORD_COUNT || till < 0 || pair < 0
        || pair > b->nrows || of_i64(line, "id") != CASH_ROW_FIRST + b->nrows
        || cash_ledger_read_kind(&kind, of_text(line, "kind")) < 0)
        return -1;
    for (size_t i = 0; i < WORD_COUNT; i++) {
        const json_t *v = json_array_get(texts, i);

        words[i] = (struct str){ json_string_value(v), json_string_length(v) };
    }
    if ((row = cash_row_new(kind, words)) == NULL)
        return -1;
    row->till = till;
    row->pair = (uint32_t)pair;
    row->created_us = of_i64(line, "at");
    row->seen_us = of_i64(line, "seen");
    row->minor = of_i64(line, "minor");
    row->charge_minor = of_i64(line, "charge");
    if (cash_fate_read(&row->script, of_text(line, "script")) < 0
        || str_copy(row->code, sizeof(row->code), of_text(line, "code")) < 0
        || str_copy(row->receipt, sizeof(row->receipt),
                    of_text(line, "receipt")) < 0
        || cash_books_take(b, row) < 0) {
        free(row);
        return -1;
    }
    return 0;
}

static int
replay_step(struct cash_books *b, const json_t *line)
{
    struct cash_row *row = cash_books_row(b, of_i64(line, "id"));
    struct cash_change c = { .shown = of_bool(line, "shown") };

    if (row == NULL
        || cash_ledger_read_stage(&c.stage, of_text(line, "stage")) < 0
        || cash_ledger_read_money(&c.money, of_text(line, "money")) < 0
        || str_copy(c.in_code, sizeof(c.in_code), of_text(line, "in")) < 0
        || str_copy(c.out_code, sizeof(c.out_code), of_text(line, "out")) < 0
        || str_copy(c.receipt, sizeof(c.receipt),
                    of_text(line, "receipt")) < 0
        || cash_fate_step(row->script, row->steps) == NULL)
        return -1;
    cash_books_step(b, row, &c, of_i64(line, "at"));
    return 0;
}

static int
replay_ipned(struct cash_books *b, const json_t *line)
{
    struct cash_row *row = cash_books_row(b, of_i64(line, "id"));
    enum cash_ipned to;

    if (row == NULL || cash_ledger_read_ipned(&to, of_text(line, "to")) < 0)
        return -1;
    cash_books_ipned(b, row, to, of_i64(line, "at"));
    return 0;
}

static int
replay_balance(struct cash_books *b, const json_t *line)
{
    int till = cash_books_till(b, of_i64(line, "till"));

    if (till < 0 || !json_is_integer(json_object_get(line, "to")))
        return -1;
    cash_books_set_balance(b, till, of_i64(line, "to"));
    return 0;
}

static int
replay_transfer(struct cash_books *b, const json_t *line)
{
    struct cash_transfer t = {
        .from = cash_books_till(b, of_i64(line, "from")),
        .to = cash_books_till(b, of_i64(line, "to")),
        .minor = of_i64(line, "minor"), .at_us = of_i64(line, "at"),
    };

    return t.from >= 0 && t.to >= 0 ? cash_books_transfer(b, &t) : -1;
}

static int
replay_transferred(struct cash_books *b, const json_t *line)
{
    int64_t n = of_i64(line, "n");

    if (n < 0 || n >= b->ntransfers || b->transfers[n].done)
        return -1;
    cash_books_transferred(b, (uint32_t)n, of_bool(line, "ok"));
    return 0;
}

static int
replay_sms(struct cash_books *b, const json_t *line)
{
    (void)line;
    b->nsms++;
    return 0;
}

/* Each record goes through the same function that live code used. */
static const struct record {
    const char *t;
    int (*play)(struct cash_books *, const json_t *);
} records[] = {
    { "sapama", replay_books },
    { "row", replay_row },
    { "step", replay_step },
    { "ipned", replay_ipned },
    { "balance", replay_balance },
    { "transfer", replay_transfer },
    { "transferred", replay_transferred },
    { "sms", replay_sms },
};

int
cash_replay_line(struct cash_books *b, struct str text, struct err *e)
{
    json_t *line = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES
                                | JSON_ALLOW_NUL, NULL);
    struct str t = of_text(line, "t");
    int rc = -1;

    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        if (str_eq(str_of(records[i].t), t) && (b->salt != 0 || i == 0)) {
            rc = records[i].play(b, line);
            break;
        }
    }
    json_decref(line);
    return rc == 0 ? 0 : err_set(e, ERR_DATA, "The sandbox's Sapama books "
                                 "hold a line that no sandbox wrote.");
}
