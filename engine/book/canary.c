#include "book/canary.h"

#include "db/sql.h"

/* Most claims are of no canary: the statement then writes nothing, and that is
 * as good. */
enum db_status
canary_note(struct db *db, const struct canary_rule *c, int64_t account_id,
            int64_t batch_id)
{
    const struct db_arg args[] = {
        A_I64(account_id), A_I64(batch_id), A_TEXT(c->proof),
        A_BOOL(c->each_run)
    };
    enum db_status st = db_do(db, sql_canary_note, args, LEN(args));

    return st == DB_NONE ? DB_OK : st;
}

enum db_status
canary_first(struct db *db, const char *account, const struct canary_rule *c,
             int64_t run_id, bool *first)
{
    const struct db_arg args[] = {
        A_TEXT(account), A_TEXT(c->proof), A_BOOL(c->each_run), A_I64(run_id)
    };
    const struct db_col cols[] = { C_BOOL("first", first) };

    *first = false;
    if (c->proof[0] == '\0')
        return DB_NONE;
    return db_one(db, sql_canary_first, args, LEN(args), cols, LEN(cols));
}

enum db_status
canary_of_due(struct db *db, int64_t account_id, struct canary_lost *out)
{
    const struct db_arg args[] = { A_I64(account_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &out->run_id), C_I64("batch_id", &out->batch_id),
        C_TEXT("run_ref", out->run_ref),
        C_INT("number", &out->number), C_I64("rows", &out->rows),
        C_I64("paid", &out->paid), C_I64("doubt", &out->doubt),
        C_TEXT("said", out->said)
    };

    *out = (struct canary_lost){ 0 };
    return db_one(db, sql_canary_of_due, args, LEN(args), cols, LEN(cols));
}

enum db_status
canary_tell(struct db *db, int64_t batch_id)
{
    const struct db_arg args[] = { A_I64(batch_id) };

    return db_do(db, sql_canary_tell, args, LEN(args));
}

enum db_status
canary_accept(struct db *db, int64_t run_id, const char *who)
{
    const struct db_arg args[] = { A_I64(run_id), A_TEXT(who) };

    return db_do(db, sql_canary_accept, args, LEN(args));
}
