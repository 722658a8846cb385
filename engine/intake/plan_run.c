#include "intake/plan.h"

#include "db/sql.h"

/* --- who pays how much ---------------------------------------------------- */

struct shares {
    struct plan *plan;
    struct plan_share now;
};

static int
shares_row(void *owner)
{
    struct shares *s = owner;
    struct plan *p = s->plan;

    if (p->nshares == PLAN_SHARES_MAX)
        return -1;                      /* a plan of some would mislead */
    p->share[p->nshares++] = s->now;
    p->payments += s->now.payments;
    p->minor += s->now.minor;
    p->charge_minor += s->now.charge_minor;
    p->batches += s->now.batches;
    return 0;
}

static enum db_status
read_shares(struct db *db, int64_t run_id, struct plan *p)
{
    struct shares s = { .plan = p };
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_TEXT("account", s.now.account), C_TEXT("provider", s.now.provider),
        C_BOOL("two_phase", &s.now.two_phase), C_TEXT("rail", s.now.rail),
        C_I64("payments", &s.now.payments), C_I64("minor", &s.now.minor),
        C_I64("charge_minor", &s.now.charge_minor),
        C_I64("batches", &s.now.batches),
        C_I64("split_rows", &s.now.split_rows),
        C_I64("largest_minor", &s.now.largest_minor)
    };

    return db_each(db, sql_plan_shares, args, LEN(args), cols, LEN(cols),
                   shares_row, &s);
}

/* What the rules and the configuration say today. */
static void
take_settings(struct plan *p, const struct run *run,
              const struct account *accounts, int n,
              const struct rules *rules)
{
    for (int i = 0; i < p->nshares; i++) {
        struct plan_share *s = &p->share[i];
        const struct rail_rule *found = rules_rail(rules, str_of(s->rail));
        struct rail_rule rail;

        for (int k = 0; k < n; k++)
            if (strcmp(accounts[k].name, s->account) == 0)
                s->in_flight = accounts[k].inflight_max;
        if (found == NULL)
            continue;
        rail = *found;
        (void)rules_limit(&rail, rules, s->account, run->pay_date);
        s->has_limits = true;
        s->min_minor = rail.min_minor;
        s->max_minor = rail.max_minor;
        s->payee_day_max_minor = rail.payee_day_max_minor;
    }
}

static enum db_status
read_canaries(struct db *db, const struct run *run,
              const struct account *accounts, int n, struct plan *p)
{
    for (int i = 0; i < p->nshares; i++)
        for (int k = 0; k < n; k++) {
            bool first = false;

            if (strcmp(accounts[k].name, p->share[i].account) == 0
                && canary_first(db, accounts[k].name, &accounts[k].canary,
                                run->run_id, &first) < DB_NONE)
                return DB_HARD;
            if (first)
                p->share[i].canary = PLAN_CANARY_WILL;
        }
    return DB_OK;
}

/* --- rows to look at ------------------------------------------------------ */

struct noticed {
    struct plan *plan;
    bool held;
    char code[16];
    int64_t line, minor, most, total;
    struct str value, detail, name;
    char rail[24];
};

static int
problem_row(void *owner)
{
    struct noticed *at = owner;
    const struct problem_kind *kind = problem_kind(at->code);
    enum plan_sort sort = at->held ? PLAN_REFUSED
        : strcmp(at->code, "PR-CSV-077") == 0 ? PLAN_SPLIT : PLAN_LOOK;
    struct plan_note *n = plan_add(at->plan, sort);
    size_t used = 0;

    if (n == NULL)
        return 0;
    n->line = at->line;
    plan_cut_text(n->name, sizeof(n->name), at->name);
    memcpy(n->rail, at->rail, sizeof(n->rail));
    memcpy(n->code, at->code, sizeof(n->code));
    plan_cut_text(n->value, sizeof(n->value), at->value);
    used = (size_t)snprintf(n->reason, sizeof(n->reason), "%s%s",
                            kind != NULL ? kind->cause : "",
                            kind != NULL && at->detail.len > 0 ? ": " : "");
    if (used < sizeof(n->reason))
        plan_cut_text(n->reason + used, sizeof(n->reason) - used, at->detail);
    if (kind != NULL)
        plan_cut_text(n->fix, sizeof(n->fix), str_of(kind->fix));
    return 0;
}

static enum db_status
read_problems(struct db *db, int64_t run_id, struct plan *p)
{
    struct noticed at = { .plan = p };
    const struct db_arg args[] = { A_I64(run_id), A_I64(PROBLEMS_MAX) };
    const struct db_col cols[] = {
        C_BOOL("held", &at.held), C_TEXT("code", at.code),
        C_I64("line_no", &at.line), C_STR("value", &at.value),
        C_STR("detail", &at.detail), C_STR("name", &at.name),
        C_TEXT("rail", at.rail)
    };

    return db_each(db, sql_plan_problems, args, LEN(args), cols, LEN(cols),
                   problem_row, &at);
}

static int
near_row(void *owner)
{
    struct noticed *at = owner;

    plan_note_near(at->plan, at->name, at->line, at->rail, at->minor,
                   at->most);
    return 0;
}

static enum db_status
read_near(struct db *db, int64_t run_id, struct plan *p)
{
    struct str accounts[PLAN_SHARES_MAX], rails[PLAN_SHARES_MAX];
    int64_t above[PLAN_SHARES_MAX], most[PLAN_SHARES_MAX];
    struct noticed at = { .plan = p };
    size_t n = 0;
    enum db_status st;

    for (int i = 0; i < p->nshares; i++) {
        if (p->share[i].max_minor <= 0)
            continue;
        accounts[n] = str_of(p->share[i].account);
        rails[n] = str_of(p->share[i].rail);
        above[n] = plan_near_from(p->share[i].max_minor);
        most[n++] = p->share[i].max_minor;
    }
    if (n == 0)
        return DB_NONE;
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXTS(accounts, n), A_TEXTS(rails, n),
        A_I64S(above, n), A_I64S(most, n), A_I64(PLAN_NOTES_MAX)
    };
    const struct db_col cols[] = {
        C_I64("line_no", &at.line), C_STR("name", &at.name),
        C_TEXT("rail", at.rail), C_I64("minor", &at.minor),
        C_I64("most", &at.most), C_I64("total", &at.total)
    };

    st = db_each(db, sql_plan_near, args, LEN(args), cols, LEN(cols), near_row,
                 &at);
    if (at.total > p->count[PLAN_NEAR])
        p->count[PLAN_NEAR] = at.total;
    return st;
}

/* --- all of it ------------------------------------------------------------ */

int
plan_run(struct db *db, const struct run *run, const struct account *accounts,
         int n, const struct rules *rules, struct plan *p, struct err *e)
{
    struct run_sums sums;

    *p = (struct plan){ 0 };
    memcpy(p->ccy, run->ccy, sizeof(p->ccy));
    p->held_rows = run->held_rows;
    if (read_shares(db, run->run_id, p) < 0
        || read_problems(db, run->run_id, p) < 0)
        return db_fail(db, e, "planning the run");
    take_settings(p, run, accounts, n, rules);
    if (read_canaries(db, run, accounts, n, p) < 0
        || read_near(db, run->run_id, p) < 0)
        return db_fail(db, e, "planning the run");
    if (run_sums(db, run->run_id, &sums, e) < 0)
        return -1;
    p->rows = sums.parsed_rows;
    return 0;
}
