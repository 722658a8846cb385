#include "book/attempt.h"

#include "base/crypto.h"
#include "db/sql.h"

/*
 * Only the SHA-256 of the body is kept: the rows give the same bytes again, and
 * an approve's are the stored answer.
 */
enum db_status
attempt_make(struct db *db, const struct batch *b, const char *step,
             const char *worker, struct str body, struct attempt *out)
{
    unsigned char sum[SHA256_BYTES];
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_I64(b->epoch), A_TEXT(step), A_TEXT(worker),
        A_TEXT(b->tracking_id), A_I64((int64_t)body.len),
        A_BYTES(((struct str){ (const char *)sum, sizeof(sum) }))
    };
    const struct db_col cols[] = { C_INT("attempt_no", &out->attempt_no) };

    *out = (struct attempt){ b->batch_id, 0, b->epoch };
    sha256_of(body, sum);
    return db_one(db, sql_attempt_make, args, LEN(args), cols, LEN(cols));
}

enum db_status
attempt_key(struct db *db, const struct attempt *a,
            const unsigned char key[TOKEN_KEY_BYTES])
{
    const struct db_arg args[] = {
        A_I64(a->batch_id), A_I64(a->attempt_no),
        A_BYTES(((struct str){ (const char *)key, TOKEN_KEY_BYTES }))
    };

    return db_do(db, sql_attempt_key, args, LEN(args));
}

/* Everything is in the statement: between a look and a leap lies a pause. */
enum db_status
attempt_leave(struct db *db, const struct attempt *a, const struct lineage *l,
              struct lineage_step *step)
{
    const struct mark *m = &l->known;
    const struct db_arg args[] = {
        A_I64(a->batch_id), A_I64(a->attempt_no), A_I64(a->epoch),
        A_TEXT(m->installation), A_I64(m->epoch), A_I64(m->beat),
        A_TEXT(m->nonce), A_TEXT(m->place), A_TEXT(step->nonce)
    };
    const struct db_col cols[] = {
        C_I64("beat", &step->beat), C_I64("at_us", &step->at_us)
    };

    return db_one(db, sql_attempt_leave, args, LEN(args), cols, LEN(cols));
}

enum db_status
attempt_answer(struct db *db, const struct attempt *a, enum answer answer,
               int http, const char *detail, int event_no)
{
    const struct db_arg args[] = {
        A_I64(a->batch_id), A_I64(a->attempt_no), A_TEXT(answer_name(answer)),
        A_I64(http), A_TEXT(detail != NULL ? detail : ""), A_I64(event_no)
    };

    return db_do(db, sql_attempt_answer, args, LEN(args));
}

enum db_status
event_add(struct db *db, int64_t batch_id, const char *kind, int http,
          struct str body, int *event_no)
{
    /* bytea knows no difference between nothing and empty; NULL would. */
    struct str bytes = body.p != NULL ? body : STR("");
    const struct db_arg args[] = {
        A_I64(batch_id), A_TEXT(kind), A_I64(http), A_BYTES(bytes)
    };
    const struct db_col cols[] = { C_INT("event_no", event_no) };

    *event_no = 0;
    return db_one(db, sql_event_add, args, LEN(args), cols, LEN(cols));
}

enum db_status
event_body(struct db *db, int64_t batch_id, int event_no, struct buf *out)
{
    struct str body = { NULL, 0 };
    const struct db_arg args[] = { A_I64(batch_id), A_I64(event_no) };
    const struct db_col cols[] = { C_BYTES("body", &body) };
    enum db_status st = db_one(db, sql_event_body, args, LEN(args), cols,
                               LEN(cols));

    if (st == DB_OK)
        buf_str(out, body);
    return st == DB_OK && out->failed ? DB_HARD : st;
}
