#include "reconcile/inside.h"

#include "db/sql.h"

/* A list that grows in the arena: what it held before stays there unused. */
static void *
grown(struct arena *a, void *old, int n, size_t size)
{
    void *more = NULL;

    if (n > 0 && (n < 16 || (n & (n - 1)) != 0))
        return old;
    more = arena_alloc(a, size * (size_t)(n < 16 ? 16 : n * 2));
    if (more != NULL && n > 0)
        memcpy(more, old, size * (size_t)n);
    return more;
}

static const char *
kept(struct arena *a, struct str s)
{
    return s.len == 0 ? "" : arena_str(a, s).p;
}

/* --- findings ------------------------------------------------------------- */

struct find_cols {
    struct pass *p;
    struct found f;
    struct str kind, account, book, run_ref, ccy, heals, about, detail, key;
};

static int
find_row(void *owner)
{
    struct find_cols *c = owner;
    struct reconcile_result *r = c->p->out;
    struct found *f = grown(&r->arena, r->found, r->nfound, sizeof(*f));

    if (f == NULL || c->key.len != sizeof(c->f.key))
        return -1;
    r->found = f;
    f = &r->found[r->nfound++];
    *f = c->f;
    f->kind = kept(&r->arena, c->kind);
    f->account = kept(&r->arena, c->account);
    f->book = kept(&r->arena, c->book);
    f->run_ref = kept(&r->arena, c->run_ref);
    f->ccy = kept(&r->arena, c->ccy);
    f->heals_until = kept(&r->arena, c->heals);
    f->about = kept(&r->arena, c->about);
    f->detail = kept(&r->arena, c->detail);
    memcpy(f->key, c->key.p, sizeof(f->key));
    return f->kind == NULL || f->account == NULL || f->book == NULL
        || f->run_ref == NULL || f->ccy == NULL || f->heals_until == NULL
        || f->about == NULL || f->detail == NULL ? -1 : 0;
}

static enum db_status
read_findings(struct pass *p)
{
    struct find_cols c = { .p = p };
    struct found *f = &c.f;
    const struct db_col cols[] = {
        C_INT("nr", &f->nr), C_STR("kind", &c.kind),
        C_STR("account", &c.account), C_STR("book", &c.book),
        C_STR("run_ref", &c.run_ref), C_I64("batch_id", &f->batch_id),
        C_I64("seq", &f->seq), C_I64("line_id", &f->line_id),
        C_I64("ours_minor", &f->ours_minor),
        C_I64("theirs_minor", &f->theirs_minor), C_I64("minor", &f->minor),
        C_I64("moved_minor", &f->moved_minor), C_STR("ccy", &c.ccy),
        C_STR("heals_until", &c.heals), C_STR("about", &c.about),
        C_STR("detail", &c.detail), C_BYTES("key", &c.key)
    };

    return db_each(p->db, sql_reconcile_named, NULL, 0, cols, LEN(cols),
                   find_row, &c);
}

/* --- balances ------------------------------------------------------------- */

struct proof_cols {
    struct pass *p;
    struct proof v;
    struct str account, book, ccy, from, until;
};

static int
proof_row(void *owner)
{
    struct proof_cols *c = owner;
    struct reconcile_result *r = c->p->out;
    struct proof *v = grown(&r->arena, r->proofs, r->nproofs, sizeof(*v));

    if (v == NULL)
        return -1;
    r->proofs = v;
    v = &r->proofs[r->nproofs++];
    *v = c->v;
    v->account = kept(&r->arena, c->account);
    v->book = kept(&r->arena, c->book);
    v->ccy = kept(&r->arena, c->ccy);
    v->from = kept(&r->arena, c->from);
    v->until = kept(&r->arena, c->until);
    return v->account == NULL || v->book == NULL || v->ccy == NULL
        || v->from == NULL || v->until == NULL ? -1 : 0;
}

static enum db_status
read_proofs(struct pass *p)
{
    struct reconcile_result *r = p->out;
    struct proof_cols c = { .p = p };
    struct proof *v = &c.v;
    const struct db_arg args[] = {
        A_I64S(r->accounts, (size_t)r->naccounts), A_TEXT(r->from),
        A_TEXT(r->until)
    };
    const struct db_col cols[] = {
        C_STR("account", &c.account), C_STR("book", &c.book),
        C_STR("ccy", &c.ccy), C_STR("from_day", &c.from),
        C_STR("until_day", &c.until), C_BOOL("has_balances", &v->has_balances),
        C_I64("opening_minor", &v->opening), C_I64("in_minor", &v->in),
        C_I64("paid_minor", &v->paid), C_I64("charge_minor", &v->charges),
        C_I64("returned_minor", &v->returned),
        C_I64("closing_minor", &v->closing),
        C_I64("difference_minor", &v->difference),
        C_I64("ours_minor", &v->ours), C_I64("off_minor", &v->off),
        C_I64("explained_minor", &v->explained),
        C_I64("tolerated_minor", &v->tolerated),
        C_I64("tolerated", &v->tolerated_charges)
    };

    return db_each(p->db, sql_reconcile_balance, args, LEN(args), cols,
                   LEN(cols), proof_row, &c);
}

/* --- three ways ----------------------------------------------------------- */

struct hop_cols {
    struct pass *p;
    struct hop h;
    struct str run_ref, ccy, hop;
};

static int
hop_row(void *owner)
{
    struct hop_cols *c = owner;
    struct reconcile_result *r = c->p->out;
    struct hop *h = grown(&r->arena, r->hops, r->nhops, sizeof(*h));

    if (h == NULL)
        return -1;
    r->hops = h;
    h = &r->hops[r->nhops++];
    *h = c->h;
    h->run_ref = kept(&r->arena, c->run_ref);
    h->ccy = kept(&r->arena, c->ccy);
    h->hop = kept(&r->arena, c->hop);
    return h->run_ref == NULL || h->ccy == NULL || h->hop == NULL ? -1 : 0;
}

static enum db_status
read_hops(struct pass *p)
{
    struct hop_cols c = { .p = p };
    const struct db_col cols[] = {
        C_I64("run_id", &c.h.run_id), C_STR("run_ref", &c.run_ref),
        C_STR("ccy", &c.ccy), C_STR("hop", &c.hop), C_I64("rows", &c.h.rows),
        C_I64("minor", &c.h.minor)
    };

    return db_each(p->db, sql_reconcile_hops, NULL, 0, cols, LEN(cols),
                   hop_row, &c);
}

enum db_status
read_results(struct pass *p)
{
    enum db_status st = read_proofs(p);

    if (st >= 0)
        st = read_hops(p);
    if (st >= 0)
        st = match_joins(p, "keys");
    return st < 0 ? st : read_findings(p);
}
