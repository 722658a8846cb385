#include "book/short.h"

#include <inttypes.h>
#include <stdio.h>

#include "db/sql.h"

void
short_words(const struct run_short *s, int64_t no, const char *name,
            char out[SHORT_WORDS_BYTES])
{
    snprintf(out, SHORT_WORDS_BYTES, "if short %s by %s: %" PRId64 " %s",
             s->policy, s->group_by, no, name);
}

enum db_status
short_add(struct db *db, int64_t run_id, const struct run_short *s)
{
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXT(s->policy), A_TEXT(s->group_by)
    };

    return db_do(db, sql_short_add, args, LEN(args));
}

enum db_status
short_group_add(struct db *db, int64_t run_id, const struct short_group *g,
                int64_t account_id)
{
    const struct db_arg args[] = {
        A_I64(run_id), A_I64(g->group_no), A_I64(account_id), A_TEXT(g->name),
        A_I64(g->rows), A_I64(g->minor)
    };

    return db_do(db, sql_short_group_add, args, LEN(args));
}

enum db_status
short_of_run(struct db *db, int64_t run_id, struct run_short *out)
{
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_TEXT("policy", out->policy), C_TEXT("group_by", out->group_by)
    };

    *out = (struct run_short){ 0 };
    return db_one(db, sql_short_of_run, args, LEN(args), cols, LEN(cols));
}

struct each {
    struct short_group g;
    int (*row)(void *, const struct short_group *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *e = owner;

    return e->row(e->owner, &e->g);
}

enum db_status
short_each(struct db *db, int64_t run_id,
           int (*row)(void *, const struct short_group *), void *owner)
{
    struct each e = { .row = row, .owner = owner };
    struct short_group *g = &e.g;
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_I64("group_no", &g->group_no), C_TEXT("name", g->name),
        C_I64("rows", &g->rows), C_I64("minor", &g->minor),
        C_I64("charges", &g->charges), C_I64("open_minor", &g->open_minor),
        C_I64("open_charges", &g->open_charges),
        C_I64("paid_rows", &g->paid_rows), C_BOOL("goes", &g->goes),
        C_TEXT("note", g->note)
    };

    return db_each(db, sql_short_groups, args, LEN(args), cols, LEN(cols),
                   each_row, &e);
}

enum db_status
short_look_now(struct db *db, const int64_t *account_ids, size_t n)
{
    const struct db_arg args[] = { A_I64S(account_ids, n) };

    return db_do(db, sql_short_look_now, args, LEN(args));
}
