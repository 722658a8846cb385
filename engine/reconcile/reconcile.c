#include "reconcile/reconcile.h"

#include "db/sql.h"
#include "db/txn.h"
#include "reconcile/claims.h"
#include "reconcile/inside.h"

#define RESULT_BYTES_MAX ((size_t)256 * 1024 * 1024)    /* a million findings
                                   are a broken book, not a list to print     */

/* A utility statement, which a query of schema/queries cannot be. */
static const char sql_snapshot[] =
"-- reconcile_snapshot: first in its transaction: all of it sees one moment\n"
"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";

/* --- what is looked at ---------------------------------------------------- */

struct days {
    struct pass *p;
    int64_t account_id;
};

static int
day_row(void *owner)
{
    struct days *d = owner;
    struct reconcile_result *r = d->p->out;

    for (int i = 0; i < r->naccounts; i++)
        if (r->accounts[i] == d->account_id)
            return 0;
    if (r->naccounts == RECONCILE_ACCOUNTS_MAX)
        return -1;
    r->accounts[r->naccounts++] = d->account_id;
    return 0;
}

/* The days on which something of a run left, or those that were asked for. */
static enum db_status
find_days(struct pass *p)
{
    const struct reconcile_order *o = p->order;
    struct reconcile_result *r = p->out;
    struct days d = { .p = p };
    const struct db_arg args[] = { A_I64(o->run_id), A_I64(o->watch_days) };
    const struct db_col cols[] = {
        C_TEXT_NULL("from_day", r->from), C_TEXT_NULL("until_day", r->until),
        C_I64("account_id", &d.account_id)
    };

    if (o->run_id != 0)
        return db_each(p->db, sql_reconcile_days, args, LEN(args), cols,
                       LEN(cols), day_row, &d);
    str_copy(r->from, sizeof(r->from), str_of(o->from));
    str_copy(r->until, sizeof(r->until), str_of(o->until));
    r->accounts[r->naccounts++] = o->account_id;
    return DB_OK;
}

static enum db_status
find_scope(struct pass *p)
{
    const struct reconcile_result *r = p->out;
    const struct db_arg args[] = {
        A_I64(p->order->run_id), A_I64S(r->accounts, (size_t)r->naccounts),
        A_TEXT(r->from), A_TEXT(r->until), A_I64(p->order->watch_days)
    };
    const struct db_arg late[] = {
        A_TEXT(r->until), A_I64(p->order->late_days)
    };
    const struct db_col cols[] = { C_TEXT("day", p->tail) };
    enum db_status st = db_do(p->db, sql_reconcile_scope, args, LEN(args));

    return st < 0 ? st : db_one(p->db, sql_reconcile_tail, late, LEN(late),
                                cols, 1);
}

/* --- what is found ------------------------------------------------------- */

static enum db_status
find(struct pass *p)
{
    const struct db_arg args[] = {
        A_I64(p->order->late_days), A_I64(p->order->tolerance_minor)
    };
    enum db_status st = db_do(p->db, sql_reconcile_against, args, LEN(args));

    if (st >= 0)
        st = match_lines(p, sql_reconcile_lines, p->out->until);
    if (st >= 0)
        st = match_step(p, sql_reconcile_uncovered);
    if (st >= 0)
        st = match_step(p, sql_reconcile_engine);
    if (st >= 0)
        st = match_step(p, sql_reconcile_book);
    if (st >= 0)
        st = match_lines(p, sql_reconcile_statements, p->out->until);
    return st < 0 ? st : content_find(p);
}

static enum db_status
count(struct pass *p)
{
    struct reconcile_result *r = p->out;
    const struct db_arg args[] = { A_TEXT(r->until) };
    const struct db_col cols[] = {
        C_I64("payments", &r->payments),
        C_I64("payments_minor", &r->payments_minor),
        C_I64("lines", &r->lines), C_I64("lines_minor", &r->lines_minor),
        C_I64("matched", &r->matched),
        C_I64("matched_minor", &r->matched_minor),
        C_I64("findings", &r->findings),
        C_I64("findings_minor", &r->findings_minor)
    };

    return db_one(p->db, sql_reconcile_counts, args, LEN(args), cols,
                  LEN(cols));
}

static enum db_status
all_txn(struct db *db, void *cls)
{
    struct pass *p = cls;
    enum db_status st = db_do(db, sql_snapshot, NULL, 0);

    reconcile_release(p->out);          /* this may run more than once */
    arena_init(&p->out->arena, RESULT_BYTES_MAX);
    if (st < 0 || (st = db_do(db, sql_reconcile_open, NULL, 0)) < 0
        || (st = find_days(p)) < 0 || (st = find_scope(p)) < 0
        || (st = claims_read(db)) < 0
        || (st = db_do(db, sql_reconcile_ready, NULL, 0)) < 0
        || (st = match_all(p)) < 0 || (st = find(p)) < 0 || (st = count(p)) < 0
        || (st = read_results(p)) < 0)
        return st;
    if (p->order->keep && (st = keep_all(p)) < 0)
        return st;
    return DB_OK;
}

int
reconcile(struct db *db, const struct reconcile_order *o,
          struct reconcile_result *out, struct err *e)
{
    struct pass p = { .db = db, .order = o, .out = out };

    *out = (struct reconcile_result){ 0 };
    return db_txn(db, all_txn, &p) == DB_OK ? 0
        : db_fail(db, e, "reconciling");
}

int
reconcile_days(struct db *db, const char *from, const char *until,
               struct reconcile_order *o, struct err *e)
{
    const struct db_arg args[] = { A_TEXT(from), A_TEXT(until) };
    const struct db_col cols[] = {
        C_TEXT("from_day", o->from), C_TEXT("until_day", o->until)
    };
    enum db_status st = db_one(db, sql_reconcile_period, args, LEN(args),
                               cols, LEN(cols));

    if (st == DB_OK)
        return 0;
    if (st < 0 && strncmp(db_state(db), "22", 2) != 0)
        return db_fail(db, e, "reading the days");
    err_set(e, ERR_USAGE, "from \"%s\" to \"%s\" are not days, or the first is "
            "the later one", from != NULL ? from : "",
            until != NULL ? until : "");
    return err_fix(e, "--from YYYY-MM-DD --to YYYY-MM-DD");
}

void
reconcile_release(struct reconcile_result *r)
{
    arena_release(&r->arena);
    *r = (struct reconcile_result){ 0 };
}
