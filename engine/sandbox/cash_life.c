#include "base/crypto.h"
#include "sandbox/cash_inside.h"
#include "sandbox/ids.h"

#define CHANCES 1024

/* The step's delay: half to one and a half of what it usually takes, but the
 * same again for the same row and step. */
static int64_t
wait_us(const struct cash *s, const struct cash_row *row,
        const struct cash_step *step)
{
    uint64_t text[3] = { s->play.seed, row->n, (uint64_t)row->steps };
    uint64_t chance = hash64((struct str){ (const char *)text, sizeof(text) })
        % CHANCES;
    int64_t us = cash_fate_us(&s->play, s->rules.is[RULE_LATENCY_MS])
        * step->percent / 100;

    /* The gateway takes them in their order: who meets an empty till first
     * must not depend on chance. */
    if (step->act == ACT_SEND)
        return us;
    return us / 2 + us / CHANCES * (int64_t)chance;
}

/* Up to the next tick, so that results share syncs. */
static int64_t
tick_us(int64_t us)
{
    return (us + CASH_TICK_US - 1) / CASH_TICK_US * CASH_TICK_US;
}

void
cash_life_plan(struct cash *s, const struct cash_row *row)
{
    const struct cash_step *step = cash_fate_step(row->script, row->steps);

    if (step == NULL)
        return;
    if (cash_due_put(&s->life, tick_us(row->stepped_us
                                       + wait_us(s, row, step)),
                     row->n, NULL) < 0)
        s->ledger.books.short_of_memory = true;
}

void
cash_life_plan_transfer(struct cash *s, uint32_t n)
{
    int64_t at_us = s->ledger.books.transfers[n].at_us
        + cash_fate_us(&s->play, s->rules.is[RULE_LATENCY_MS]);

    if (cash_due_put(&s->life, tick_us(at_us), n, &s->transferring) < 0)
        s->ledger.books.short_of_memory = true;
}

void
cash_life_resume(struct cash *s)
{
    const struct cash_books *b = &s->ledger.books;

    for (uint32_t i = 0; i < b->nrows; i++)
        cash_life_plan(s, b->rows[i]);
    for (uint32_t i = 0; i < b->ntransfers; i++)
        if (!b->transfers[i].done)
            cash_life_plan_transfer(s, i);
}

/* Stamps of rows never repeat: their uuid is made of them. */
int
cash_life_take(struct cash *s, struct cash_row *row, int64_t now_us)
{
    struct cash_books *b = &s->ledger.books;

    row->created_us = now_us > b->last_us ? now_us : b->last_us + 1;
    row->seen_us = row->created_us;
    if (row->kind == ROW_PAYOUT)
        row->seen_us += cash_fate_us(&s->play, s->rules.is[RULE_ROW_DELAY_MS]);
    if (cash_ledger_take(&s->ledger, row) < 0)
        return -1;
    cash_life_plan(s, row);
    return 0;
}

/* Results. */

static void
receipt_of(const struct cash *s, const struct cash_row *row, bool placeholder,
           int64_t now_us, char *out, size_t bytes)
{
    char receipt[FIGURE_RECEIPT_BYTES];

    /* An Equitel receipt's form is unknown: twelve digits here. */
    if (strcmp(cash_row_word(row, WORD_GATEWAY), "equitel") == 0) {
        snprintf(out, bytes, "%012llu",
                 (unsigned long long)((uint64_t)row->n * 7919
                                      + s->ledger.books.salt % 1000000007)
                 % 1000000000000ULL);
        return;
    }
    ids_receipt(s->ledger.books.salt, placeholder ? 0 : row->n + 1, now_us,
                receipt);
    snprintf(out, bytes, "%s", receipt);
}

static bool
pays_later(const struct cash_row *row)
{
    const struct cash_step *step;

    for (int i = row->steps + 1;
         (step = cash_fate_step(row->script, i)) != NULL; i++)
        if (step->pays)
            return true;
    return false;
}

static bool
plays_only(const struct cash *s, const struct cash_row *row)
{
    return s->rules.is[RULE_SANDBOX_PAYS] == 0
        && strcmp(cash_row_word(row, WORD_MODE), "sandbox") == 0;
}

/* Money is held when the gateway takes the payout, in the order of the ids:
 * where it runs out, that item and the ones after it fail with code 1. */
static void
act_send(const struct cash *s, const struct cash_row *row,
         const struct cash_step *step, struct cash_change *c)
{
    const struct cash_till *till = &s->ledger.books.tills[row->till];
    const char *code = step->code != NULL ? step->code : row->code;

    c->stage = STAGE_SENT;
    str_copy(c->out_code, sizeof(c->out_code), str_of(code));
    if (row->minor + row->charge_minor
        <= till->current_minor - till->held_minor)
        c->money = MONEY_HOLD;
}

static enum cash_tell
act_result(const struct cash *s, const struct cash_row *row,
           const struct cash_step *step, int64_t now_us,
           struct cash_change *c)
{
    const char *code = step->code != NULL ? step->code : row->code;
    bool pays = step->pays, placeholder = row->script == SCRIPT_FAILED_RECEIPT;
    enum cash_tell tell = step->tell;

    if (pays && !row->held) {
        code = "1";
        pays = false;
        if (tell == TELL_PAID)
            tell = TELL_FAILED;
    }
    str_copy(c->in_code, sizeof(c->in_code), str_of(code));
    c->stage = strcmp(code, "0") == 0 ? STAGE_PAID : STAGE_FAILED;
    c->shown = c->stage == STAGE_PAID || placeholder;
    if (pays || placeholder)
        receipt_of(s, row, !pays, now_us, c->receipt, sizeof(c->receipt));
    if (pays && !plays_only(s, row))
        c->money = MONEY_PAY;
    else if (!pays_later(row))
        c->money = MONEY_FREE;
    return tell;
}

static void
act_silent(const struct cash *s, const struct cash_row *row,
           const struct cash_step *step, int64_t now_us,
           struct cash_change *c)
{
    c->money = MONEY_FREE;
    if (!step->pays || !row->held)
        return;
    receipt_of(s, row, false, now_us, c->receipt, sizeof(c->receipt));
    c->money = MONEY_PAY;
}

/* The customer has paid a checkout: its receipt is a row of its own. */
static void
collect(struct cash *s, struct cash_row *invoice, struct cash_change *c,
        int64_t now_us)
{
    struct str words[WORD_COUNT] = { { NULL, 0 } };
    static const enum cash_word same[] = { WORD_PHONE, WORD_FIRST, WORD_MIDDLE,
        WORD_LAST, WORD_DESCRIPTION, WORD_REFERENCE };
    char bill[300], code[16];
    struct cash_row *row;

    c->stage = STAGE_PAID;
    c->money = MONEY_COLLECT;
    c->shown = true;
    receipt_of(s, invoice, false, now_us, c->receipt, sizeof(c->receipt));
    /* A write that was torn between the two lines left the receipt behind. */
    if (invoice->pair != 0)
        return;
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        words[same[i]] = str_of(cash_row_word(invoice, same[i]));
    snprintf(bill, sizeof(bill), "%.250s-%u",
             cash_row_word(invoice, WORD_BILL_REF), cash_row_id(invoice));
    snprintf(code, sizeof(code), "%d",
             s->ledger.books.tills[invoice->till].short_code);
    words[WORD_BILL_REF] = str_of(bill);
    words[WORD_SHORT_CODE] = str_of(code);
    words[WORD_TRANS_TYPE] = STR("Pay Bill");
    words[WORD_GATEWAY] = STR("mpesa");
    words[WORD_MODE] = STR("live");
    words[WORD_AGENT] = STR("Agent");
    words[WORD_IP] = STR("127.0.0.1");
    if ((row = cash_row_new(ROW_RECEIPT, words)) == NULL) {
        s->ledger.books.short_of_memory = true;
        return;
    }
    row->till = invoice->till;
    row->minor = invoice->minor;
    row->pair = invoice->n + 1;
    memcpy(row->receipt, c->receipt, sizeof(row->receipt));
    if (cash_life_take(s, row, now_us) < 0)
        free(row);
}

static void
row_turn(struct cash *s, struct cash_row *row, int64_t now_us)
{
    const struct cash_step *step = cash_fate_step(row->script, row->steps);
    struct cash_change c = { .stage = row->stage, .shown = row->shown };
    enum cash_tell tell = step->tell;

    memcpy(c.in_code, row->in_code, sizeof(c.in_code));
    memcpy(c.out_code, row->out_code, sizeof(c.out_code));
    memcpy(c.receipt, row->receipt, sizeof(c.receipt));
    switch (step->act) {
    case ACT_SEND:
        act_send(s, row, step, &c);
        break;
    case ACT_SEND_REFUSED:
        c.stage = STAGE_FAILED;
        memcpy(c.out_code, row->code, sizeof(c.out_code));
        break;
    case ACT_RESULT:
        tell = act_result(s, row, step, now_us, &c);
        break;
    case ACT_SILENT:
        act_silent(s, row, step, now_us, &c);
        break;
    case ACT_TIMEOUT:
        c.stage = STAGE_TIMEOUT;
        if (s->rules.is[RULE_CALLBACK_PENDING] == 0)
            tell = TELL_NOTHING;
        break;
    case ACT_REVERSE:
        if (!row->moved) {
            tell = TELL_NOTHING;        /* it had failed for want of money */
            break;
        }
        c.money = MONEY_BACK;
        c.stage = STAGE_REVERSED;
        break;
    case ACT_TELL:
        break;
    case ACT_COLLECT:
        collect(s, row, &c, now_us);
        break;
    case ACT_DECLINE:
        c.stage = STAGE_FAILED;
        str_copy(c.in_code, sizeof(c.in_code), str_of(step->code));
        break;
    }
    cash_ledger_step(&s->ledger, row, &c, now_us);
    if (tell != TELL_NOTHING)
        cash_callback_note(s, row, tell, now_us);
    cash_life_plan(s, row);
}

static void
transfer_turn(struct cash *s, uint32_t n, int64_t now_us)
{
    const struct cash_transfer *t = &s->ledger.books.transfers[n];
    const struct cash_till *from = &s->ledger.books.tills[t->from];

    cash_ledger_transferred(&s->ledger, n, t->minor
                            <= from->current_minor - from->held_minor, now_us);
}

void
cash_life_turn(struct cash *s, int64_t now_us)
{
    /* With no latency a payout could run through in one turn; what this turn
     * plans waits for the next one, so that callers get their say between. */
    uint64_t before = s->life.turns;
    struct cash_due d;

    while (cash_due_take(&s->life, now_us, before, &d)) {
        if (d.what != NULL)
            transfer_turn(s, d.n, now_us);
        else
            row_turn(s, s->ledger.books.rows[d.n], now_us);
    }
}
