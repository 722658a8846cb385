#include "intake/lost.h"

#include "db/sql.h"

struct lost {
    struct pass *pass;
    const char *how;                /* who says so                            */
    int64_t line, minor, total, named, rows;
    struct str account, name, at, payer, receipt;
    char ref[RUN_REF_BYTES];        /* by a journal: the run that is lost     */
};

/* How many there are, before the first. */
static void
head(const struct lost *l)
{
    char n[MONEY_TEXT_BYTES];

    money_count(l->total, n);
    problem_add(l->pass->problems, "PR-DUP-007", 0, 0, "", STR(""), NULL,
                "the database was put back, and %s row%s of this file %s like "
                "what %s meanwhile", n, l->total == 1 ? "" : "s",
                l->total == 1 ? "is" : "are", l->how);
}

static void
amount_of(const struct lost *l, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = l->minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(l->pass->order->account->ccy));
    money_text(m, out);
}

static int
listed_row(void *owner)
{
    struct lost *l = owner;
    char amount[MONEY_TEXT_BYTES];

    if (l->named++ == 0)
        head(l);
    amount_of(l, amount);
    problem_add(l->pass->problems, "PR-DUP-007", l->line, 0, "", l->account,
                NULL, "%.*s got %s from account %.*s on %.*s%s%.*s, which no "
                "run here knows of", STR_ARG(l->name), amount,
                STR_ARG(l->payer), STR_ARG(l->at),
                l->receipt.len > 0 ? ", receipt " : "", STR_ARG(l->receipt));
    return 0;
}

static enum db_status
find_listed(struct db *db, struct pass *p, int64_t run_id)
{
    struct lost l = { .pass = p, .how = "the provider says was paid" };
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXT(p->order->period), A_I64(PROBLEMS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("line_no", &l.line), C_STR("account", &l.account),
        C_STR("name", &l.name), C_I64("minor", &l.minor), C_STR("at", &l.at),
        C_STR("payer", &l.payer), C_STR("receipt", &l.receipt),
        C_I64("total", &l.total)
    };

    return db_each(db, sql_dup_lineage, args, LEN(args), cols, LEN(cols),
                   listed_row, &l);
}

static int
left_row(void *owner)
{
    struct lost *l = owner;
    char amount[MONEY_TEXT_BYTES];

    if (l->named++ == 0)
        head(l);
    amount_of(l, amount);
    problem_add(l->pass->problems, "PR-DUP-007", l->line, 0, "", l->account,
                NULL, "%s for %.*s left account %.*s on %.*s with run %s, "
                "which this database has lost; nobody knows here whether it "
                "was paid", amount, STR_ARG(l->name), STR_ARG(l->payer),
                STR_ARG(l->at), l->ref);
    return 0;
}

static enum db_status
find_left(struct db *db, struct pass *p, int64_t run_id)
{
    struct lost l = { .pass = p, .how = "left" };
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXT(p->order->period), A_I64(PROBLEMS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("line_no", &l.line), C_STR("account", &l.account),
        C_STR("name", &l.name), C_I64("minor", &l.minor), C_STR("at", &l.at),
        C_STR("payer", &l.payer), C_TEXT("other_ref", l.ref),
        C_I64("total", &l.total)
    };

    return db_each(db, sql_dup_left, args, LEN(args), cols, LEN(cols),
                   left_row, &l);
}

static int
run_row(void *owner)
{
    struct lost *l = owner;
    char n[MONEY_TEXT_BYTES];

    money_count(l->rows, n);
    problem_add(l->pass->problems, "PR-DUP-007", 0, 0, "", str_of(l->ref),
                NULL, "%s payment%s of run %s, of the same account, period and "
                "kind, left on %.*s; the database was put back and has lost "
                "that run", n, l->rows == 1 ? "" : "s", l->ref,
                STR_ARG(l->at));
    return 0;
}

/* An amount that was changed since hides a payee, but not the whole run. */
static enum db_status
find_runs(struct db *db, struct pass *p)
{
    struct lost l = { .pass = p };
    const struct db_arg args[] = {
        A_TEXT(p->order->account->name), A_TEXT(p->order->period),
        A_TEXT(p->order->kind)
    };
    const struct db_col cols[] = {
        C_TEXT("run_ref", l.ref), C_STR("at", &l.at), C_I64("rows", &l.rows)
    };

    return db_each(db, sql_dup_left_runs, args, LEN(args), cols, LEN(cols),
                   run_row, &l);
}

enum db_status
lost_find(struct db *db, struct pass *p, int64_t run_id)
{
    enum db_status st = find_listed(db, p, run_id);

    if (st >= DB_NONE && p->order->retry == NULL)
        st = find_runs(db, p);
    return st < DB_NONE ? st : find_left(db, p, run_id);
}
