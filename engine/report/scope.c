/*
 * Several runs as one model: those of a month, of an account, or both.
 */
#include "report/scope.h"

#include "db/sql.h"

struct gather {
    const struct scope *scope;
    struct model *m;
    int64_t *ids;
    bool other_ccy;             /* a run in another currency fits as well     */
};

/* --- which runs ----------------------------------------------------------- */

static int
run_row(void *owner, const struct run *r)
{
    struct gather *g = owner;
    const struct scope *s = g->scope;
    struct model *m = g->m;

    if (r->live != s->live || m->nruns == REPORT_RUNS_MAX
        || (s->period != NULL && strcmp(r->period, s->period) != 0))
        return 0;
    m->runs[m->nruns].run = *r;
    g->ids[m->nruns++] = r->run_id;
    return 0;
}

struct paying {
    struct gather *g;
    bool ours;                  /* the account that was asked for pays        */
};

static struct model_account *
account_of(struct model *m, const struct run_account *a)
{
    struct model_account *to = NULL;

    for (int i = 0; i < m->naccounts; i++)
        if (m->accounts[i].payer.account_id == a->account_id)
            return &m->accounts[i];
    if (m->naccounts == MODEL_ACCOUNTS)
        return NULL;
    to = &m->accounts[m->naccounts++];
    to->payer = *a;
    to->payer.rows = to->payer.minor = 0;
    to->payer.charge_minor = to->payer.charge_estimate_minor = 0;
    to->payer.funds_note[0] = '\0';
    to->provider = provider_named(a->provider);
    to->ties = true;
    return to;
}

static int
seek_row(void *owner, const struct run_account *a)
{
    struct paying *p = owner;

    p->ours = p->ours || strcmp(a->account, p->g->scope->account) == 0;
    return 0;
}

static int
payer_row(void *owner, const struct run_account *a)
{
    struct paying *p = owner;
    struct model_account *to = account_of(p->g->m, a);

    if (to == NULL)
        return -1;
    to->payer.rows += a->rows;
    to->payer.minor += a->minor;
    to->payer.charge_minor += a->charge_minor;
    to->payer.charge_estimate_minor += a->charge_estimate_minor;
    return 0;
}

/* Only the runs that the account pays, wholly or in part, stay. */
static int
keep_account(struct gather *g, struct err *e)
{
    struct model *m = g->m;
    size_t kept = 0;

    for (size_t i = 0; g->scope->account != NULL && i < m->nruns; i++) {
        struct paying p = { .g = g };

        if (run_account_each(m->db, g->ids[i], seek_row, &p) < 0)
            return db_fail(m->db, e, "reading which accounts pay");
        if (!p.ours)
            continue;
        m->runs[kept] = m->runs[i];
        g->ids[kept++] = g->ids[i];
    }
    if (g->scope->account != NULL)
        m->nruns = kept;
    for (size_t i = 0; i < m->nruns; i++) {
        struct paying p = { .g = g };

        if (run_account_each(m->db, g->ids[i], payer_row, &p) < 0)
            return db_fail(m->db, e, "reading which accounts pay");
        g->other_ccy = g->other_ccy || strcmp(m->runs[i].run.ccy,
                                              m->runs[0].run.ccy) != 0;
    }
    return 0;
}

/* --- their sums ----------------------------------------------------------- */

struct sums_row {
    struct model *m;
    size_t nr;
    struct run_sums s;
};

static void
add(struct run_sums *to, const struct run_sums *s)
{
    to->approved_rows += s->approved_rows;
    to->approved_minor += s->approved_minor;
    to->paid_rows += s->paid_rows;
    to->paid_minor += s->paid_minor;
    to->failed_rows += s->failed_rows;
    to->failed_minor += s->failed_minor;
    to->doubt_rows += s->doubt_rows;
    to->doubt_minor += s->doubt_minor;
    to->cancelled_rows += s->cancelled_rows;
    to->cancelled_minor += s->cancelled_minor;
    to->waiting_rows += s->waiting_rows;
    to->waiting_minor += s->waiting_minor;
    to->flight_rows += s->flight_rows;
    to->flight_minor += s->flight_minor;
    to->charge_minor += s->charge_minor;
    to->charge_estimate_minor += s->charge_estimate_minor;
}

static int
sums_row(void *owner)
{
    struct sums_row *r = owner;
    struct model *m = r->m;

    if (r->nr >= m->nruns)
        return -1;
    r->s.approved_rows = m->runs[r->nr].run.rows;
    r->s.approved_minor = m->runs[r->nr].run.minor;
    m->runs[r->nr++].sums = r->s;
    add(&m->sums, &r->s);
    return 0;
}

static int
sums_read(struct model *m, struct err *e)
{
    struct sums_row r = { .m = m };
    struct run_sums *s = &r.s;
    int64_t run_id = 0;
    const struct db_arg args[] = { A_I64S(m->run_ids, m->nruns) };
    const struct db_col cols[] = {
        C_I64("run_id", &run_id), C_I64("paid_rows", &s->paid_rows),
        C_I64("paid_minor", &s->paid_minor),
        C_I64("failed_rows", &s->failed_rows),
        C_I64("failed_minor", &s->failed_minor),
        C_I64("doubt_rows", &s->doubt_rows),
        C_I64("doubt_minor", &s->doubt_minor),
        C_I64("cancelled_rows", &s->cancelled_rows),
        C_I64("cancelled_minor", &s->cancelled_minor),
        C_I64("waiting_rows", &s->waiting_rows),
        C_I64("waiting_minor", &s->waiting_minor),
        C_I64("flight_rows", &s->flight_rows),
        C_I64("flight_minor", &s->flight_minor),
        C_I64("charge_minor", &s->charge_minor),
        C_I64("charge_estimate_minor", &s->charge_estimate_minor)
    };

    if (db_each(m->db, sql_report_runs, args, LEN(args), cols, LEN(cols),
                sums_row, &r) < 0)
        return db_fail(m->db, e, "adding up the runs");
    return 0;
}

/* --- the whole ------------------------------------------------------------ */

static int
none(const struct scope *s, struct err *e)
{
    err_set(e, ERR_USAGE, "there is no %s run%s%s%s%s",
            s->live ? "live" : "sandbox", s->period != NULL ? " of " : "",
            s->period != NULL ? s->period : "",
            s->account != NULL ? " paid from " : "",
            s->account != NULL ? s->account : "");
    return err_fix(e, "payrun list shows the runs there are%s",
                   s->live ? "" : "; --live asks for those with real money");
}

static void
name_it(struct model *m, const struct scope *s)
{
    struct run *r = &m->run;

    snprintf(r->ref, sizeof(r->ref), "%.31s",
             s->period != NULL ? s->period
             : s->account != NULL ? s->account : "all runs");
    (void)str_copy(r->period, sizeof(r->period), str_of(s->period));
    (void)str_copy(r->account, sizeof(r->account), str_of(s->account));
    memcpy(r->ccy, m->runs[0].run.ccy, sizeof(r->ccy));
    r->live = s->live;
    r->state = RUN_SETTLED;
    r->rows = m->sums.approved_rows;
    r->minor = m->sums.approved_minor;
    m->sums.book_rows = r->rows;
    m->proof.ties = true;
}

int
scope_read(struct model *m, struct db *db, const struct scope *s,
           struct err *e)
{
    struct gather g = { .scope = s, .m = m };

    *m = (struct model){ .db = db };
    arena_init(&m->arena, REPORT_MODEL_BYTES_MAX);
    m->runs = arena_alloc(&m->arena, REPORT_RUNS_MAX * sizeof(*m->runs));
    g.ids = arena_alloc(&m->arena, REPORT_RUNS_MAX * sizeof(*g.ids));
    if (m->runs == NULL || g.ids == NULL)
        return err_oom(e);
    m->run_ids = g.ids;
    m->provider_name = m->wallet = m->approver = m->encoding = "";
    if (run_each(db, run_row, &g, e) < 0 || keep_account(&g, e) < 0)
        return -1;
    if (m->nruns == 0)
        return none(s, e);
    if (g.other_ccy) {
        err_set(e, ERR_USAGE, "these runs are in several currencies, which "
                "cannot be added up");
        return err_fix(e, "name one account with --account");
    }
    if (sums_read(m, e) < 0)
        return -1;
    name_it(m, s);
    return model_finish(m, e);
}
