#include "book/evidence.h"

#include "db/sql.h"

/* --- what is on the desk -------------------------------------------------- */

struct items {
    struct evidence_item it;
    int (*row)(void *, const struct evidence_item *);
    void *owner;
};

static int
item_row(void *owner)
{
    struct items *l = owner;

    return l->row(l->owner, &l->it);
}

#define ITEM_COLS 41

/* In two halves, so that each is short enough to be read. */
static void
item_cols(struct evidence_item *i, struct db_col cols[ITEM_COLS])
{
    const struct db_col payment[] = {
        C_I64("batch_id", &i->batch_id), C_INT("seq", &i->seq),
        C_INT("number", &i->number), C_I64("line_no", &i->line_no),
        C_STR("name", &i->name), C_STR("payee", &i->payee),
        C_STR_NULL("bank_code", &i->bank_code),
        C_STR_NULL("payee_reference", &i->payee_reference),
        C_I64("minor", &i->minor), C_STR("rail", &i->rail),
        C_STR("payer", &i->payer), C_STR("provider", &i->provider),
        C_STR_NULL("tracking_id", &i->tracking_id),
        C_STR_NULL("provider_id", &i->provider_id),
        C_STR("batch_state", &i->batch_state),
        C_BOOL("decidable", &i->decidable), C_STR("state", &i->state),
        C_STR_NULL("code", &i->code), C_STR_NULL("reason", &i->reason),
        C_STR_NULL("receipt", &i->receipt), C_I64_NULL("at_us", &i->at_us)
    };
    const struct db_col known[] = {
        C_I64_NULL("sent_us", &i->sent_us),
        C_I64_NULL("next_us", &i->next_us), C_INT("asked", &i->asked),
        C_I64_NULL("heard_us", &i->heard_us),
        { DB_C_INT, "heard_http", &i->heard_http, 0, true },
        C_STR_NULL("said", &i->said), C_STR_NULL("said_code", &i->said_code),
        C_STR_NULL("said_reason", &i->said_reason),
        C_STR_NULL("said_receipt", &i->said_receipt),
        C_I64_NULL("said_us", &i->said_us),
        C_I64_NULL("evidence_id", &i->evidence_id),
        C_STR_NULL("says", &i->says),
        C_STR_NULL("says_receipt", &i->says_receipt),
        C_STR_NULL("says_reason", &i->says_reason),
        C_STR_NULL("note", &i->note),
        C_STR_NULL("file_name", &i->file_name),
        C_STR_NULL("file_sha256", &i->file_sha256),
        C_STR_NULL("proposed_by", &i->proposed_by),
        C_I64_NULL("proposed_us", &i->proposed_us),
        C_I64("total", &i->total)
    };

    _Static_assert(LEN(payment) + LEN(known) == ITEM_COLS, "columns");
    memcpy(cols, payment, sizeof(payment));
    memcpy(cols + LEN(payment), known, sizeof(known));
}

int
evidence_items(struct db *db, int64_t run_id, int64_t batch_id, int seq,
               int64_t most,
               int (*row)(void *, const struct evidence_item *), void *owner,
               struct err *e)
{
    struct items l = { .row = row, .owner = owner };
    const struct db_arg args[] = {
        A_I64(run_id), A_I64(batch_id), A_I64(seq), A_I64(most)
    };
    struct db_col cols[ITEM_COLS];

    item_cols(&l.it, cols);
    if (db_each(db, sql_desk_items, args, LEN(args), cols, ITEM_COLS,
                item_row, &l) < 0)
        return db_fail(db, e, "reading what is in doubt");
    return 0;
}

struct attempts {
    struct evidence_attempt at;
    int (*row)(void *, const struct evidence_attempt *);
    void *owner;
};

static int
attempt_row(void *owner)
{
    struct attempts *l = owner;

    return l->row(l->owner, &l->at);
}

int
evidence_attempts(struct db *db, int64_t batch_id,
                  int (*row)(void *, const struct evidence_attempt *),
                  void *owner, struct err *e)
{
    struct attempts l = { .row = row, .owner = owner };
    const struct db_arg args[] = { A_I64(batch_id) };
    const struct db_col cols[] = {
        C_INT("attempt_no", &l.at.attempt_no), C_STR("step", &l.at.step),
        C_STR("worker", &l.at.worker), C_I64("made_us", &l.at.made_us),
        C_I64_NULL("left_us", &l.at.left_us),
        C_I64_NULL("answered_us", &l.at.answered_us),
        { DB_C_INT, "http", &l.at.http, 0, true },
        C_STR_NULL("answer", &l.at.answer), C_STR("detail", &l.at.detail)
    };

    if (db_each(db, sql_desk_attempts, args, LEN(args), cols, LEN(cols),
                attempt_row, &l) < 0)
        return db_fail(db, e, "reading what was sent");
    return 0;
}

int
evidence_ask(struct db *db, int64_t run_id, int64_t *batches, struct err *e)
{
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = { C_I64("batches", batches) };

    if (db_one(db, sql_desk_ask, args, LEN(args), cols, LEN(cols)) != DB_OK)
        return db_fail(db, e, "having the provider asked");
    return 0;
}
