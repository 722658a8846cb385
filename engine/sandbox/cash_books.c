#include "sandbox/cash_books.h"

#include "base/buf.h"

struct cash_row *
cash_row_new(enum cash_kind kind, const struct str words[WORD_COUNT])
{
    struct cash_row *row;
    size_t bytes = 1;
    char *to;

    for (int i = 0; i < WORD_COUNT; i++)
        bytes += words[i].len > 0 ? words[i].len + 1 : 0;
    if (bytes > CASH_TEXT_MAX
        || (row = calloc(1, sizeof(*row) + bytes)) == NULL)
        return NULL;
    row->kind = kind;
    /* Place 0 is the empty text, which most columns are. */
    to = row->text + 1;
    for (int i = 0; i < WORD_COUNT; i++) {
        if (words[i].len == 0)
            continue;
        row->at[i] = (uint16_t)(to - row->text);
        memcpy(to, words[i].p, words[i].len);
        to += words[i].len + 1;
    }
    return row;
}

const char *
cash_row_word(const struct cash_row *row, enum cash_word word)
{
    return row->text + row->at[word];
}

uint32_t
cash_row_id(const struct cash_row *row)
{
    return CASH_ROW_FIRST + row->n;
}

void
cash_books_begin(struct cash_books *b, uint64_t salt, int64_t minor)
{
    b->salt = salt;
    b->tills[0] = (struct cash_till){ CASH_TILL, CASH_TILL_CODE, minor, 0 };
    b->tills[1] = (struct cash_till){ CASH_TILL_OTHER, CASH_TILL_OTHER_CODE,
                                      0, 0 };
    b->given_minor = minor;
}

void
cash_books_release(struct cash_books *b)
{
    for (uint32_t i = 0; i < b->nrows; i++)
        free(b->rows[i]);
    free(b->rows);
    free(b->paid);
    free(b->transfers);
    lookup_release(&b->phones);
    lookup_release(&b->ids);
    lookup_release(&b->once);
    *b = (struct cash_books){ 0 };
}

/* ${list} with room for one more, or NULL. */
static void *
grown(struct cash_books *b, void *list, uint32_t n, uint32_t *cap, size_t each)
{
    uint32_t wide = *cap == 0 ? 256 : *cap * 2;
    void *p;

    if (n < *cap)
        return list;
    if ((p = reallocarray(list, wide, each)) == NULL) {
        b->short_of_memory = true;
        return NULL;
    }
    *cap = wide;
    return p;
}

/* Who was paid how much for what: the question that the books are for. */
static void
once_key(struct buf *out, const struct cash_row *row)
{
    buf_init(out, CASH_TEXT_MAX * 2);
    buf_printf(out, "%s|%lld|%s", cash_row_word(row, WORD_PHONE),
               (long long)row->minor, cash_row_word(row, WORD_TRANS_ID));
}

static void
row_link(struct cash_books *b, struct cash_row *row)
{
    struct str phone = str_of(cash_row_word(row, WORD_PHONE));
    struct str id = str_of(cash_row_word(row, WORD_TRANS_ID));
    uint32_t *last = lookup_put(&b->phones, phone);
    uint32_t *known = lookup_put(&b->ids, id);

    if (last == NULL || known == NULL) {
        b->short_of_memory = true;
        return;
    }
    row->phone_before = *last;
    *last = row->n + 1;
    (*known)++;
}

int
cash_books_take(struct cash_books *b, struct cash_row *row)
{
    struct cash_row **wide = grown(b, b->rows, b->nrows, &b->rows_cap,
                                   sizeof(*b->rows));

    if (wide == NULL)
        return -1;
    b->rows = wide;
    row->n = b->nrows;
    b->rows[b->nrows++] = row;
    b->last_us = row->created_us;
    row->stepped_us = row->created_us;
    row->utility_minor = b->tills[row->till].current_minor;
    if (row->kind == ROW_RECEIPT)       /* its invoice collects it right now */
        row->utility_minor += row->minor;
    row_link(b, row);
    if (row->kind == ROW_PAYOUT) {
        b->npayouts++;
        b->running++;
        b->running_minor += row->minor;
    }
    if (row->pair > 0 && row->pair <= b->nrows)
        b->rows[row->pair - 1]->pair = row->n + 1;
    return 0;
}

static void
note_paid(struct cash_books *b, struct cash_row *row)
{
    uint32_t *wide = grown(b, b->paid, b->npaid, &b->paid_cap,
                           sizeof(*b->paid));
    struct buf key = { 0 };
    uint32_t *times;

    if (wide == NULL)
        return;
    b->paid = wide;
    b->paid[b->npaid++] = row->n;
    once_key(&key, row);
    if (key.failed || (times = lookup_put(&b->once, buf_view(&key))) == NULL)
        b->short_of_memory = true;
    else if ((*times)++ > 0)
        b->doubles++;
    buf_release(&key);
}

static void
money_moves(struct cash_books *b, struct cash_row *row, enum cash_money money,
            int64_t now_us)
{
    struct cash_till *till = &b->tills[row->till];
    int64_t whole = row->minor + row->charge_minor;

    if (row->held && (money == MONEY_FREE || money == MONEY_PAY)) {
        till->held_minor -= whole;
        row->held = false;
    }
    switch (money) {
    case MONEY_STAYS:
    case MONEY_FREE:
        break;
    case MONEY_HOLD:
        till->held_minor += whole;
        row->held = true;
        break;
    case MONEY_PAY:
        till->current_minor -= whole;
        b->paid_minor += row->minor;
        b->charged_minor += row->charge_minor;
        row->moved = true;
        row->paid_us = now_us;
        note_paid(b, row);
        break;
    case MONEY_BACK:
        till->current_minor += row->minor;
        b->returned_minor += row->minor;
        break;
    case MONEY_COLLECT:
        till->current_minor += row->minor;
        b->collected_minor += row->minor;
        break;
    }
}

void
cash_books_step(struct cash_books *b, struct cash_row *row,
                const struct cash_change *c, int64_t now_us)
{
    row->stage = c->stage;
    row->shown = c->shown;
    row->steps++;
    row->stepped_us = now_us;
    memcpy(row->in_code, c->in_code, sizeof(row->in_code));
    memcpy(row->out_code, c->out_code, sizeof(row->out_code));
    memcpy(row->receipt, c->receipt, sizeof(row->receipt));
    money_moves(b, row, c->money, now_us);
    row->utility_minor = b->tills[row->till].current_minor;
    if (row->kind == ROW_PAYOUT
        && cash_fate_step(row->script, row->steps) == NULL) {
        b->running--;
        b->running_minor -= row->minor;
    }
}

void
cash_books_ipned(struct cash_books *b, struct cash_row *row,
                 enum cash_ipned to, int64_t now_us)
{
    (void)b;
    row->ipned = to;
    row->ipned_us = now_us;
}

void
cash_books_set_balance(struct cash_books *b, int till, int64_t minor)
{
    b->given_minor += minor - b->tills[till].current_minor;
    b->tills[till].current_minor = minor;
}

int
cash_books_transfer(struct cash_books *b, const struct cash_transfer *t)
{
    struct cash_transfer *wide = grown(b, b->transfers, b->ntransfers,
                                       &b->transfers_cap, sizeof(*wide));

    if (wide == NULL)
        return -1;
    b->transfers = wide;
    b->transfers[b->ntransfers++] = *t;
    return 0;
}

void
cash_books_transferred(struct cash_books *b, uint32_t n, bool ok)
{
    struct cash_transfer *t = &b->transfers[n];

    t->done = true;
    t->failed = !ok;
    if (!ok)
        return;
    b->tills[t->from].current_minor -= t->minor;
    b->tills[t->to].current_minor += t->minor;
}

struct cash_row *
cash_books_row(const struct cash_books *b, int64_t id)
{
    if (id < CASH_ROW_FIRST || id - CASH_ROW_FIRST >= b->nrows)
        return NULL;
    return b->rows[id - CASH_ROW_FIRST];
}

int
cash_books_till(const struct cash_books *b, int64_t location)
{
    for (int i = 0; i < CASH_TILLS; i++)
        if (b->tills[i].location == location)
            return i;
    return -1;
}

uint32_t
cash_books_known(const struct cash_books *b, struct str trans_id)
{
    const uint32_t *n = lookup_get(&b->ids, trans_id);

    return n != NULL ? *n : 0;
}

uint32_t
cash_books_twice(const struct cash_books *b, const struct cash_row *row)
{
    struct buf key = { 0 };
    const uint32_t *n;

    once_key(&key, row);
    n = lookup_get(&b->once, buf_view(&key));
    buf_release(&key);
    return n != NULL ? *n : 0;
}
