#include "statements/store.h"

#include "db/sql.h"

#define COLUMNS 27

/* PostgreSQL counts days and microseconds from 2000-01-01. */
#define PG_EPOCH_DAYS 10957
#define PG_EPOCH_US   (INT64_C(86400000000) * PG_EPOCH_DAYS)

enum db_status
store_open(struct store *s, int64_t first)
{
    enum db_status st = db_do(s->db, sql_statement_stage_open, NULL, 0);

    if (st < 0)
        return st;
    s->nr = first - 1;
    s->staged = 0;
    st = db_copy_begin(&s->copy, s->db, sql_copy_statement_stage, COLUMNS);
    s->open = st >= 0;
    return st;
}

int64_t
store_number(struct store *s)
{
    return ++s->nr;
}

static void
put_null(struct db_copy *c)
{
    db_copy_text(c, (struct str){ NULL, 0 });
}

static void
put_text(struct db_copy *c, struct str s)
{
    db_copy_text(c, s.len > 0 ? s : STR(""));
}

static void
put_i64_or_null(struct db_copy *c, bool there, int64_t v)
{
    if (there)
        db_copy_i64(c, v);
    else
        put_null(c);
}

static void
put_day(struct db_copy *c, int64_t day)
{
    db_copy_i32(c, (int32_t)(day - PG_EPOCH_DAYS));
}

static void
put_when(struct db_copy *c, const struct movement *m)
{
    put_day(c, m->booked_on);
    put_i64_or_null(c, m->has_time, m->booked_us - PG_EPOCH_US);
    if (m->has_value)
        put_day(c, m->value_on);
    else
        put_null(c);
}

void
store_put(struct store *s, int64_t nr, const struct movement *m,
          const unsigned char identity[MOVEMENT_IDENTITY_BYTES])
{
    struct db_copy *c = &s->copy;

    db_copy_row(c);
    db_copy_i64(c, nr);
    db_copy_bytes(c, (struct str){ (const char *)identity,
                                   MOVEMENT_IDENTITY_BYTES });
    db_copy_i64(c, m->line_no);
    put_when(c, m);
    db_copy_i64(c, m->minor);
    db_copy_text(c, str_of(m->ccy));
    db_copy_text(c, str_of(m->kind));
    db_copy_i32(c, m->part);
    db_copy_i32(c, m->parts);
    put_i64_or_null(c, m->bulk_nr > 0, m->bulk_nr);
    put_text(c, m->bulk_id);
    db_copy_i64(c, m->charge_minor);
    put_i64_or_null(c, m->has_balance, m->balance_minor);
    put_text(c, m->provider_id);
    put_text(c, m->receipt);
    put_text(c, m->reference);
    put_text(c, m->linked);
    put_i64_or_null(c, m->batch_id > 0, m->batch_id);
    if (m->batch_id > 0)
        db_copy_i32(c, m->seq);
    else
        put_null(c);
    put_text(c, m->account);
    put_text(c, m->name);
    put_text(c, m->type);
    put_text(c, m->text);
    put_text(c, m->status);
    put_text(c, m->raw);
    s->staged++;
}

void
store_abort(struct store *s)
{
    if (s->open)
        db_copy_abort(&s->copy, "the statement is not taken in");
    s->open = false;
}

enum db_status
store_end(struct store *s)
{
    s->open = false;
    return db_copy_end(&s->copy);
}

enum db_status
store_keep(struct store *s, int64_t statement_id, int64_t *fresh)
{
    int64_t lines = 0, parts = 0;
    const struct db_arg args[] = {
        A_I64(statement_id), A_I64(s->account_id), A_TEXT(s->book)
    };
    const struct db_col line_cols[] = { C_I64("n", &lines) };
    const struct db_col part_cols[] = { C_I64("n", &parts) };
    enum db_status st = DB_OK;

    *fresh = 0;
    if (s->staged == 0)
        return DB_OK;
    st = db_one(s->db, sql_statement_keep, args, LEN(args), line_cols, 1);
    if (st >= 0 && lines < s->staged)
        st = db_one(s->db, sql_statement_keep_parts, args, LEN(args),
                    part_cols, 1);
    *fresh = lines + parts;
    if (st >= 0 && *fresh < s->staged)
        st = db_do(s->db, sql_statement_keep_again, args, LEN(args));
    return st < 0 ? st : DB_OK;
}
