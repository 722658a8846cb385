#include "book/run_account.h"

#include "book/account.h"
#include "db/sql.h"

enum db_status
run_account_add(struct db *db, int64_t run_id, const struct run_account *a)
{
    const struct db_arg args[] = {
        A_I64(run_id), A_I64(a->account_id), A_I64(a->rows), A_I64(a->minor),
        A_I64(a->charge_estimate_minor)
    };

    return db_do(db, sql_run_account_add, args, LEN(args));
}

struct each {
    struct run_account a;
    int (*row)(void *, const struct run_account *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *e = owner;

    return e->row(e->owner, &e->a);
}

enum db_status
run_account_each(struct db *db, int64_t run_id,
                 int (*row)(void *, const struct run_account *), void *owner)
{
    struct each e = { .row = row, .owner = owner };
    struct run_account *a = &e.a;
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_I64("account_id", &a->account_id), C_TEXT("account", a->account),
        C_TEXT("provider", a->provider), C_TEXT("wallet", a->wallet),
        C_BOOL("own", &a->own), C_BOOL("two_phase", &a->two_phase),
        C_I64("rows", &a->rows), C_I64("minor", &a->minor),
        C_I64("charge_estimate_minor", &a->charge_estimate_minor),
        C_BOOL("funds_seen", &a->funds_seen),
        C_TEXT("funds_note", a->funds_note),
        C_BOOL("lane_closed", &a->lane_closed),
        C_TEXT("lane_why", a->lane_why), C_I64("batches", &a->batches),
        C_TEXT("rails", a->rails), C_I64("paid_rows", &a->paid_rows),
        C_I64("paid_minor", &a->paid_minor),
        C_I64("failed_rows", &a->failed_rows),
        C_I64("failed_minor", &a->failed_minor),
        C_I64("doubt_rows", &a->doubt_rows),
        C_I64("doubt_minor", &a->doubt_minor),
        C_I64("cancelled_rows", &a->cancelled_rows),
        C_I64("cancelled_minor", &a->cancelled_minor),
        C_I64("charge_minor", &a->charge_minor)
    };

    return db_each(db, sql_run_accounts, args, LEN(args), cols, LEN(cols),
                   each_row, &e);
}

enum db_status
run_account_seen(struct db *db, int64_t run_id, int64_t account_id,
                 const char *note, bool *all)
{
    const struct db_arg seen[] = {
        A_I64(run_id), A_I64(account_id), A_TEXT(note)
    };
    const struct db_arg run[] = { A_I64(run_id) };
    enum db_status st = db_do(db, sql_run_account_seen, seen, LEN(seen));

    *all = false;
    if (st != DB_OK)
        return st;
    if ((st = db_do(db, sql_run_funds_all, run, LEN(run))) < 0)
        return st;
    *all = st == DB_OK;
    return DB_OK;
}

/* --- lanes ---------------------------------------------------------------- */

#define RUN_ACCOUNTS_MAX 64     /* twice what can be configured */

struct ids {
    int64_t list[RUN_ACCOUNTS_MAX];
    int n;
};

static int
id_row(void *owner, const struct run_account *a)
{
    struct ids *ids = owner;

    if (ids->n < RUN_ACCOUNTS_MAX)
        ids->list[ids->n++] = a->account_id;
    return 0;
}

enum db_status
run_account_lanes_open(struct db *db, int64_t run_id, const char *actor)
{
    struct ids ids = { .n = 0 };
    enum db_status st = run_account_each(db, run_id, id_row, &ids);

    for (int i = 0; i < ids.n && st >= 0; i++)
        st = lane_open(db, ids.list[i], actor);
    return st < 0 ? st : DB_OK;
}
