#include "tracker/settle.h"

#include "dispatch/send.h"
#include "providers/reference.h"

/* What a person must look into, in the order of the rules below. */
enum our_code {
    OTHER_ACCOUNT, OTHER_AMOUNT, LISTED_TWICE, NOT_LISTED, NO_RECEIPT,
    NEVER_FINISHED, CUT_OFF, UNKNOWN_CODE, STILL_WAITING, NOT_FOUND, NO_RESULT
};

const struct code_row settle_codes[] = {
    [OTHER_ACCOUNT] = { "PR-TRK-001",
      "the provider shows another account than the one that was asked for",
      "Do not pay it again. Ask the provider where the money went.", "",
      ITEM_IN_DOUBT, false },
    [OTHER_AMOUNT] = { "PR-TRK-002",
      "the provider shows another amount than the one that was asked for",
      "Do not pay it again. Ask the provider what was paid.", "",
      ITEM_IN_DOUBT, false },
    [LISTED_TWICE] = { "PR-TRK-003",
      "the provider lists this payment more than once",
      "Ask the provider whether it was paid once or more often.", "",
      ITEM_IN_DOUBT, false },
    [NOT_LISTED] = { "PR-TRK-004",
      "the provider calls the file finished and does not list this payment",
      "Do not pay it again before the provider says that it never was paid.",
      "", ITEM_IN_DOUBT, false },
    [NO_RECEIPT] = { "PR-TRK-005",
      "the provider says paid and names no receipt",
      "Ask the provider or the payee for the receipt.", "", ITEM_IN_DOUBT,
      false },
    [NEVER_FINISHED] = { "PR-TRK-006",
      "the provider calls the file finished, but not this payment",
      "Do not pay it again. Ask the provider what became of it.", "",
      ITEM_IN_DOUBT, false },
    [CUT_OFF] = { "PR-TRK-007",
      "the file ended while this payment was being made",
      "Do not pay it again. Ask the provider what became of it.", "",
      ITEM_IN_DOUBT, false },
    [UNKNOWN_CODE] = { "PR-TRK-008",
      "the provider uses a code that payrun does not know",
      "Ask the provider what it means.", "", ITEM_IN_DOUBT, false },
    [STILL_WAITING] = { "PR-TRK-009",
      "the provider took the approval, but the file still waits for it",
      "Look at the file on the provider's page; do not approve it there.", "",
      ITEM_IN_DOUBT, false },
    [NOT_FOUND] = { SETTLE_NOT_FOUND,
      "it was sent, no answer came, and the provider does not list it",
      "Do not pay it again: that it is not listed proves nothing. Look at the "
      "provider's own page or the statement.", "", ITEM_IN_DOUBT, false },
    [NO_RESULT] = { SETTLE_NO_RESULT,
      "the provider has it, but names no result",
      "Do not pay it again. Ask the provider what became of it.", "",
      ITEM_IN_DOUBT, false },
    { NULL, NULL, NULL, NULL, 0, false }
};

const struct code_row *
settle_code(const char *code)
{
    for (const struct code_row *row = settle_codes; row->code != NULL; row++)
        if (strcmp(row->code, code) == 0)
            return row;
    return NULL;
}

#define UNDECIDED (-1)
#define NOBODY    0             /* no item yet for this instruction */
#define TWICE     (-1)          /* more than one                    */

struct verdict {
    int         state;          /* enum outcome_state, or UNDECIDED */
    const char *code, *reason, *receipt;
    int64_t     charge_minor;
    bool        differs;
};

static struct verdict
in_doubt(enum our_code code)
{
    return (struct verdict){ .state = OUTCOME_IN_DOUBT,
                             .code = settle_codes[code].code,
                             .reason = settle_codes[code].meaning };
}

/* One that lists phones may spell them in its own way; everything else is the
 * text that was sent, or it is something else. */
static bool
same_as_asked(const struct provider *p, const struct asked *a,
              const struct item_answer *item)
{
    return item->minor == a->minor
        && (p->two_phase ? str_eq(str_trim(item->account), a->account)
                         : send_same_payee(item->account, a->account));
}

/* The seq that ${item} is about, or NOBODY. */
static int
seq_of(const struct settle *s, const struct item_answer *item)
{
    int64_t batch_id = 0;
    int seq = 0;

    if (item->reference[0] != '\0') {
        if (reference_read(str_of(item->reference), &batch_id, &seq) < 0
            || batch_id != s->batch_id || seq < 1 || seq > s->rows)
            return NOBODY;
        return seq;
    }
    /* Nothing says that the provider keeps the order, so a position counts
     * only where it cannot be told from the right one. */
    if (s->nitems != s->rows || item->position < 1
        || item->position > s->rows
        || !same_as_asked(s->provider, &s->asked[item->position], item))
        return NOBODY;
    return item->position;
}

/* A reason for people: the provider's own words, else what its code means. */
static const char *
reason_of(const struct settle *s, const struct item_answer *item)
{
    const struct code_row *row = provider_item_code(s->provider, item->code);

    if (item->reason[0] != '\0')
        return item->reason;
    return row != NULL ? row->meaning
        : item->fate == ITEM_IN_DOUBT ? settle_codes[UNKNOWN_CODE].meaning
        : "";
}

static struct verdict
by_item(const struct settle *s, const struct item_answer *item, int state)
{
    return (struct verdict){ .state = state, .code = item->code,
                             .reason = reason_of(s, item) };
}

/* The file ended before this item was touched: it was certainly not paid. */
static struct verdict
by_file(const struct settle *s)
{
    const struct code_row *row = provider_file_code(s->provider,
                                                    s->file->code);
    bool cancelled = row != NULL && strcmp(row->iso, "CUST") == 0;

    return (struct verdict){
        .state = cancelled ? OUTCOME_CANCELLED : OUTCOME_FAILED,
        .code = s->file->code,
        .reason = row != NULL ? row->meaning : s->file->text
    };
}

/* What an item that is not final means depends on what its file is doing. */
static struct verdict
decide_open(const struct settle *s, const struct item_answer *item)
{
    struct verdict open = { .state = UNDECIDED };

    switch (s->file->phase) {
    case FILE_DEAD:
        return item->fate == ITEM_UNTOUCHED ? by_file(s) : in_doubt(CUT_OFF);
    case FILE_DONE:
        return s->last_call ? in_doubt(NEVER_FINISHED) : open;
    case FILE_WAITING:
        return s->last_call ? in_doubt(STILL_WAITING) : open;
    case FILE_READING:
    case FILE_MOVING:
    case FILE_UNKNOWN:
        return open;
    }
    return open;
}

static struct verdict
decide_item(const struct settle *s, int seq, const struct item_answer *item)
{
    bool ended = s->file->phase == FILE_DONE || s->file->phase == FILE_DEAD;
    struct verdict v = { .state = UNDECIDED };

    if (!same_as_asked(s->provider, &s->asked[seq], item)) {
        v = in_doubt(item->minor != s->asked[seq].minor ? OTHER_AMOUNT
                                                        : OTHER_ACCOUNT);
        v.differs = true;
        return v;
    }
    switch (item->fate) {
    case ITEM_PAID:
        if (item->receipt[0] == '\0')
            return ended && s->last_call ? in_doubt(NO_RECEIPT) : v;
        v = by_item(s, item, OUTCOME_PAID);
        v.reason = "";
        v.receipt = item->receipt;
        v.charge_minor = item->charge_minor > 0 ? item->charge_minor : 0;
        return v;
    case ITEM_FAILED:
        return by_item(s, item, OUTCOME_FAILED);
    case ITEM_CANCELLED:
        return by_item(s, item, OUTCOME_CANCELLED);
    case ITEM_IN_DOUBT:
        /* The provider's own "cannot tell" is an answer; a code nobody knows
         * may still be a step on the way while the file moves.  A list has
         * no file that ends, so there a person hears of it now. */
        if (provider_item_code(s->provider, item->code) != NULL
            || !s->provider->two_phase)
            return by_item(s, item, OUTCOME_IN_DOUBT);
        return !ended ? v : item->code[0] == '\0' ? in_doubt(UNKNOWN_CODE)
            : by_item(s, item, OUTCOME_IN_DOUBT);
    case ITEM_UNTOUCHED:
    case ITEM_MOVING:
        return decide_open(s, item);
    }
    return v;
}

static struct verdict
decide(const struct settle *s, int seq, int at)
{
    bool ended = s->file->phase == FILE_DONE || s->file->phase == FILE_DEAD;

    if (at == TWICE)
        return in_doubt(LISTED_TWICE);
    if (at == NOBODY)
        return ended && s->last_call ? in_doubt(NOT_LISTED)
                                     : (struct verdict){ .state = UNDECIDED };
    return decide_item(s, seq, &s->items[at - 1]);
}

/*
 * What a verdict adds to what is known.  Nothing goes backwards: a final
 * answer is never in doubt again, and "paid" does not undo "returned".
 */
static void
verdict_count(struct verdicts *out, int seq, int known,
              const struct verdict *v)
{
    bool is_final = known != UNDECIDED && known != OUTCOME_IN_DOUBT;
    bool is_news = v->state != UNDECIDED && v->state != known;

    out->differs += v->differs;
    if (is_final && (v->state == OUTCOME_IN_DOUBT
                    || ((known == OUTCOME_RETURNED || known == OUTCOME_REVERSED)
                         && v->state == OUTCOME_PAID)))
        is_news = false;
    if (is_news) {
        out->list[out->n++] = (struct outcome){
            .seq = seq, .state = (enum outcome_state)v->state,
            .code = v->code, .reason = v->reason, .receipt = v->receipt,
            .charge_minor = v->charge_minor
        };
        if (is_final)
            out->conflicts++;
    }
    if (is_final)
        return;
    if (v->state == OUTCOME_IN_DOUBT
        || (v->state == UNDECIDED && known == OUTCOME_IN_DOUBT))
        out->doubt++;
    else if (v->state == UNDECIDED)
        out->open++;
}

int
settle_file(const struct settle *s, struct arena *arena, struct verdicts *out)
{
    size_t places = (size_t)s->rows + 1;
    int *at = arena_alloc(arena, places * sizeof(*at));

    *out = (struct verdicts){ 0 };
    out->list = arena_alloc(arena, places * sizeof(*out->list));
    if (at == NULL || out->list == NULL)
        return -1;
    for (int i = 0; i < s->nitems; i++) {
        int seq = seq_of(s, &s->items[i]);

        if (seq == NOBODY)
            out->strangers++;
        else
            at[seq] = at[seq] == NOBODY ? i + 1 : TWICE;
    }
    for (int seq = 1; seq <= s->rows; seq++) {
        struct verdict v = decide(s, seq, at[seq]);

        verdict_count(out, seq, s->known[seq], &v);
    }
    return 0;
}
