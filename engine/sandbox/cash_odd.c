#include "sandbox/cash_odd.h"

#include <stddef.h>

#define PLACES_APART 100000000  /* ids of their own, far from all others */

enum odd { ODD_ITSELF, ODD_CHARGE, ODD_REVERSAL, ODD_AGAIN, ODD_UNKNOWN,
           ODD_COUNT };

/* Every ${rule}th payout; 0: none. */
static bool
nth(const struct cash_look *look, const struct cash_row *row,
    enum cash_rule rule)
{
    int64_t n = look->rules->is[rule];

    return n > 0 && (row->n + 1) % n == 0;
}

static bool
shows(const struct cash_look *look, const struct cash_row *row, enum odd odd)
{
    const int64_t *is = look->rules->is;
    bool paid = row->kind == ROW_PAYOUT && row->moved && row->shown;

    switch (odd) {
    case ODD_ITSELF:
        return !paid || !nth(look, row, RULE_LINE_OMIT);
    case ODD_CHARGE:
        return paid && is[RULE_LINE_CHARGES] != 0 && row->charge_minor > 0;
    case ODD_REVERSAL:
        return paid && is[RULE_LINE_REVERSALS] != 0
            && row->stage == STAGE_REVERSED;
    case ODD_AGAIN:
        return paid && nth(look, row, RULE_LINE_AGAIN);
    case ODD_UNKNOWN:
        return paid && nth(look, row, RULE_LINE_UNKNOWN);
    case ODD_COUNT:
        break;
    }
    return false;
}

int
cash_odd_count(const struct cash_look *look, const struct cash_row *row)
{
    int n = 0;

    for (int odd = 0; odd < ODD_COUNT; odd++)
        n += shows(look, row, (enum odd)odd);
    return n;
}

/* Words that tie a row to what we sent are the payment's alone. */
static void
loosen(struct str words[WORD_COUNT], const char *type)
{
    static const enum cash_word ours[] = { WORD_TRANS_ID, WORD_CALLBACK_URL,
                                           WORD_BILL_REF, WORD_REFERENCE,
                                           WORD_DESCRIPTION, WORD_MESSAGE };

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        words[ours[i]] = (struct str){ NULL, 0 };
    words[WORD_TRANS_TYPE] = str_of(type);
}

static void
another(char *receipt)
{
    size_t n = strlen(receipt);

    if (n > 0)
        receipt[n - 1] = receipt[n - 1] == 'Z' ? 'Y' : 'Z';
}

static void
change_words(struct str words[WORD_COUNT], const struct cash_look *look,
             const struct cash_row *row, enum odd odd)
{
    switch (odd) {
    case ODD_ITSELF:
        if (nth(look, row, RULE_LINE_PAYEE))
            words[WORD_PHONE] = STR("254799000999");
        break;
    case ODD_CHARGE:
        loosen(words, "B2C Charge");
        break;
    case ODD_REVERSAL:
        loosen(words, "Transaction Reversal");
        break;
    case ODD_UNKNOWN:
        loosen(words, cash_row_word(row, WORD_TRANS_TYPE));
        words[WORD_PHONE] = STR("254799000111");
        words[WORD_FIRST] = STR("Nobody");
        break;
    case ODD_AGAIN: case ODD_COUNT:
        break;
    }
}

static void
change(struct cash_row *r, const struct cash_look *look,
       const struct cash_row *row, enum odd odd)
{
    switch (odd) {
    case ODD_ITSELF:
        if (row->kind != ROW_PAYOUT || !row->moved || !row->shown)
            return;
        if (nth(look, row, RULE_LINE_AMOUNT))
            r->minor += 100;
        r->created_us += look->rules->is[RULE_LINE_LATE_S] * 1000000;
        return;
    case ODD_CHARGE:
        r->minor = row->charge_minor
                   + (nth(look, row, RULE_LINE_CHARGE) ? 100 : 0);
        break;
    case ODD_REVERSAL:
        r->kind = ROW_RECEIPT;
        r->created_us = row->stepped_us;
        another(r->receipt);
        break;
    case ODD_UNKNOWN:
        another(r->receipt);
        break;
    case ODD_AGAIN: case ODD_COUNT:
        break;
    }
    r->n = row->n + PLACES_APART * (uint32_t)odd;
    r->stage = STAGE_PAID;
}

static void
write_odd(struct buf *out, const struct cash_look *look,
          const struct cash_row *row, enum odd odd)
{
    struct str words[WORD_COUNT];
    struct cash_row *r = NULL, fixed = *row;

    for (int i = 0; i < WORD_COUNT; i++)
        words[i] = str_of(cash_row_word(row, (enum cash_word)i));
    change_words(words, look, row, odd);
    if ((r = cash_row_new(row->kind, words)) == NULL) {
        out->failed = true;
        return;
    }
    memcpy(fixed.at, r->at, sizeof(fixed.at));
    memcpy(r, &fixed, offsetof(struct cash_row, text));
    change(r, look, row, odd);
    if (odd != ODD_ITSELF)
        r->pair = 0;
    cash_rows_write(out, look, r);
    free(r);
}

void
cash_odd_write(struct buf *out, const struct cash_look *look,
               const struct cash_row *row, int which)
{
    for (int odd = 0; odd < ODD_COUNT; odd++)
        if (shows(look, row, (enum odd)odd) && which-- == 0) {
            write_odd(out, look, row, (enum odd)odd);
            return;
        }
}

bool
cash_odd_beside(const struct cash_books *b, int64_t id)
{
    int64_t place = id - CASH_ROW_FIRST;

    return place >= PLACES_APART && place < (int64_t)PLACES_APART * ODD_COUNT
        && place % PLACES_APART < b->nrows;
}
