#include "reconcile/inside.h"

#include "db/sql.h"

static enum db_status
keep_head(struct pass *p)
{
    const struct reconcile_order *o = p->order;
    struct reconcile_result *r = p->out;
    const struct db_arg args[] = {
        A_I64(o->run_id), A_I64(o->run_id != 0 ? 0 : o->account_id),
        A_TEXT(r->from), A_TEXT(r->until), A_TEXT(o->person),
        A_I64(o->tolerance_minor), A_I64(o->late_days), A_I64(o->watch_days),
        A_I64(r->payments), A_I64(r->payments_minor), A_I64(r->lines),
        A_I64(r->lines_minor), A_I64(r->matched), A_I64(r->matched_minor),
        A_I64(r->findings), A_I64(r->findings_minor)
    };
    const struct db_col cols[] = { C_I64("reconciliation_id", &r->id) };

    return db_one(p->db, sql_reconcile_keep, args, LEN(args), cols, 1);
}

static enum db_status
keep_finding(struct pass *p, const struct found *f)
{
    const struct db_arg args[] = {
        A_I64(p->out->id), A_I64(f->nr), A_TEXT(f->kind), A_TEXT(f->account),
        A_TEXT(f->book), A_TEXT(f->run_ref), A_I64(f->batch_id),
        A_I64(f->seq), A_I64(f->line_id), A_I64(f->ours_minor),
        A_I64(f->theirs_minor), A_I64(f->minor), A_I64(f->moved_minor),
        A_TEXT(f->ccy), A_TEXT(f->heals_until), A_TEXT(f->about),
        A_TEXT(f->detail),
        A_BYTES(((struct str){ (const char *)f->key, sizeof(f->key) }))
    };

    return db_do(p->db, sql_reconcile_keep_finding, args, LEN(args));
}

static enum db_status
keep_proof(struct pass *p, const struct proof *v)
{
    const struct db_arg args[] = {
        A_I64(p->out->id), A_TEXT(v->account), A_TEXT(v->book),
        A_TEXT(v->ccy), A_TEXT(v->from), A_TEXT(v->until),
        A_BOOL(v->has_balances), A_I64(v->opening), A_I64(v->in),
        A_I64(v->paid), A_I64(v->charges), A_I64(v->returned),
        A_I64(v->closing), A_I64(v->difference), A_I64(v->ours),
        A_I64(v->off), A_I64(v->explained), A_I64(v->tolerated),
        A_I64(v->tolerated_charges)
    };

    return db_do(p->db, sql_reconcile_keep_proof, args, LEN(args));
}

static enum db_status
keep_hop(struct pass *p, const struct hop *h)
{
    const struct db_arg args[] = {
        A_I64(p->out->id), A_I64(h->run_id), A_TEXT(h->hop), A_I64(h->rows),
        A_I64(h->minor)
    };

    return db_do(p->db, sql_reconcile_keep_hop, args, LEN(args));
}

static enum db_status
keep_hits(struct pass *p)
{
    const struct db_arg args[] = { A_I64(p->out->id) };
    enum db_status st = db_do(p->db, sql_reconcile_drop_hits, NULL, 0);

    if (st >= 0)
        st = db_do(p->db, sql_reconcile_keep_hits, args, LEN(args));
    return st < 0 ? st
        : db_do(p->db, sql_reconcile_keep_ties, args, LEN(args));
}

/* What is found is a break until it is found no more. */
static enum db_status
keep_breaks(struct pass *p)
{
    struct reconcile_result *r = p->out;
    const struct db_arg args[] = {
        A_I64(r->id), A_TEXT(p->order->person), A_I64(p->order->run_id),
        A_I64S(r->accounts, (size_t)r->naccounts), A_TEXT(r->from),
        A_TEXT(r->until)
    };
    const struct db_arg whose[] = {
        A_I64(p->order->run_id),
        A_I64S(r->accounts, (size_t)r->naccounts)
    };
    const struct db_col fresh[] = { C_I64("fresh", &r->new_breaks) };
    const struct db_col healed[] = { C_I64("healed", &r->healed_breaks) };
    const struct db_col open[] = { C_I64("n", &r->open_breaks) };
    enum db_status st = db_one(p->db, sql_break_take, args, 2, fresh, 1);

    if (st >= 0)
        st = db_one(p->db, sql_break_heal, args, LEN(args), healed, 1);
    return st < 0 ? st : db_one(p->db, sql_break_open, whose, LEN(whose),
                                open, 1);
}

enum db_status
keep_all(struct pass *p)
{
    struct reconcile_result *r = p->out;
    enum db_status st = keep_head(p);

    for (int i = 0; i < r->nfound && st >= 0; i++)
        st = keep_finding(p, &r->found[i]);
    for (int i = 0; i < r->nproofs && st >= 0; i++)
        st = keep_proof(p, &r->proofs[i]);
    for (int i = 0; i < r->nhops && st >= 0; i++)
        st = keep_hop(p, &r->hops[i]);
    if (st >= 0)
        st = keep_hits(p);
    return st < 0 ? st : keep_breaks(p);
}
