#include "book/batch.h"

#include "db/sql.h"

/* No lease, no epoch: asking moves no money, and asking twice harms nobody. */
enum db_status
batch_poll_claim(struct db *db, int64_t account_id, int64_t hold_ms,
                 struct batch *out)
{
    int64_t batch_id = 0;
    int misses = 0;
    const struct db_arg args[] = { A_I64(account_id), A_I64(hold_ms) };
    const struct db_col cols[] = {
        C_I64("batch_id", &batch_id), C_INT("misses", &misses)
    };
    enum db_status st;

    *out = (struct batch){ 0 };
    st = db_one(db, sql_batch_poll_claim, args, LEN(args), cols, LEN(cols));
    if (st == DB_OK)
        st = batch_by_id(db, batch_id, out);
    out->misses = misses;
    return st;
}

enum db_status
batch_poll_done(struct db *db, struct batch *b, const struct file_answer *f,
                int64_t next_ms, bool final_poll)
{
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_I64(b->epoch), A_I64(next_ms),
        A_BOOL(final_poll), A_TEXT(f != NULL ? f->code : ""),
        A_TEXT(f != NULL ? f->updated_at : ""),
        A_I64(f != NULL ? f->charge_minor : -1),
        A_I64(f != NULL ? f->charge_estimate_minor : -1)
    };
    const struct db_col cols[] = {
        C_INT("polls", &b->polls), C_INT("final_polls", &b->final_polls),
        C_TEXT("provider_code", b->provider_code),
        C_TEXT("provider_at", b->provider_at),
        C_I64("charge_estimate_minor", &b->charge_estimate_minor)
    };

    return db_one(db, sql_batch_poll_done, args, LEN(args), cols, LEN(cols));
}

enum db_status
batch_poll_now(struct db *db, int64_t batch_id)
{
    const struct db_arg args[] = { A_I64(batch_id) };

    return db_do(db, sql_batch_poll_now, args, LEN(args));
}

enum db_status
batch_next_due_ms(struct db *db, int64_t *ms)
{
    const struct db_col cols[] = { C_I64("ms", ms) };

    *ms = -1;
    return db_one(db, sql_batch_next_due, NULL, 0, cols, LEN(cols));
}
