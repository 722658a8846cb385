#include "intake/plan.h"

#include "intake/cut.h"

#define NEAR_PERCENT 90     /* of the most: one raise away from too much */

static const char *const sorts[] = {
    [PLAN_REFUSED] = "refused", [PLAN_SPLIT] = "split", [PLAN_NEAR] = "near",
    [PLAN_LOOK] = "look"
};

const char *
plan_sort_name(enum plan_sort s)
{
    return s < PLAN_SORTS ? sorts[s] : "";
}

/* --- what it takes -------------------------------------------------------- */

int64_t
plan_requests(const struct plan *p)
{
    int64_t n = 0;

    for (int i = 0; i < p->nshares; i++)
        n += p->share[i].batches * (p->share[i].two_phase ? 2 : 1);
    return n;
}

/* One share, when ${in_flight} batches are under way at a time. */
static int64_t
share_ms(const struct plan_share *s)
{
    int64_t lanes = s->in_flight > 0 ? s->in_flight : NET_INFLIGHT_DEFAULT;
    int64_t each = s->two_phase ? PLAN_FILE_MS : PLAN_SEND_MS;
    int64_t all = s->batches * each
        + s->payments * (s->two_phase ? PLAN_ROW_MS : 0);

    if (lanes > s->batches)
        lanes = s->batches;
    return lanes > 0 ? all / lanes : 0;
}

int64_t
plan_seconds(const struct plan *p)
{
    int64_t most = 0;

    for (int i = 0; i < p->nshares; i++) {
        int64_t ms = 0;

        for (int k = 0; k < p->nshares; k++)
            if (strcmp(p->share[k].account, p->share[i].account) == 0)
                ms += share_ms(&p->share[k]);
        most = ms > most ? ms : most;
    }
    return (most + 999) / 1000;
}

/* --- rows to look at ------------------------------------------------------ */

void
plan_cut_text(char *to, size_t bytes, struct str s)
{
    if (s.len >= bytes) {
        s.len = bytes - 1;
        while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xC0) == 0x80)
            s.len--;
    }
    if (str_copy(to, bytes, s) < 0)
        to[0] = '\0';
}

struct plan_note *
plan_add(struct plan *p, enum plan_sort sort)
{
    p->count[sort]++;
    if (p->named[sort] == PLAN_NOTES_MAX)
        return NULL;
    return &p->note[sort][p->named[sort]++];
}

int64_t
plan_near_from(int64_t max_minor)
{
    return max_minor / 100 * NEAR_PERCENT;
}

void
plan_note_near(struct plan *p, struct str name, int64_t line,
               const char *rail, int64_t minor, int64_t max_minor)
{
    struct plan_note *n = plan_add(p, PLAN_NEAR);
    struct money m = { minor, { 0 } }, most = { max_minor, { 0 } };
    char is[MONEY_TEXT_BYTES], may[MONEY_TEXT_BYTES];

    if (n == NULL)
        return;
    memcpy(m.ccy, p->ccy, sizeof(m.ccy));
    memcpy(most.ccy, p->ccy, sizeof(most.ccy));
    money_text(m, is);
    money_text(most, may);
    n->line = line;
    plan_cut_text(n->name, sizeof(n->name), name);
    plan_cut_text(n->rail, sizeof(n->rail), str_of(rail));
    snprintf(n->reason, sizeof(n->reason), "%s; %s pays %s at most in one "
             "payment", is, rail, may);
    snprintf(n->fix, sizeof(n->fix), "nothing today; a raise may need "
             "--split or a bank account");
}

static void
note_problem(struct plan *p, const struct problem *pr, struct str name,
             const char *rail)
{
    enum plan_sort sort = pr->severity != SEV_WARNING ? PLAN_REFUSED
        : strcmp(pr->kind->code, "PR-CSV-077") == 0 ? PLAN_SPLIT : PLAN_LOOK;
    struct plan_note *n = plan_add(p, sort);
    size_t used = 0;

    if (n == NULL)
        return;
    n->line = pr->line;
    plan_cut_text(n->name, sizeof(n->name), name);
    plan_cut_text(n->rail, sizeof(n->rail), str_of(rail));
    plan_cut_text(n->code, sizeof(n->code), str_of(pr->kind->code));
    plan_cut_text(n->value, sizeof(n->value), pr->value);
    used = (size_t)snprintf(n->reason, sizeof(n->reason), "%s%s",
                            pr->kind->cause, pr->detail.len > 0 ? ": " : "");
    if (used < sizeof(n->reason))
        plan_cut_text(n->reason + used, sizeof(n->reason) - used, pr->detail);
    plan_cut_text(n->fix, sizeof(n->fix),
                  pr->fix.len > 0 ? pr->fix : str_of(pr->kind->fix));
}

/* --- a file, row by row --------------------------------------------------- */

void
plan_header(struct plan *p, const struct problems *ps)
{
    p->problems_seen = (int64_t)ps->n;
}

static struct plan_share *
share_of(struct plan *p, const char *account, const char *rail)
{
    for (int i = 0; i < p->nshares; i++)
        if (strcmp(p->share[i].account, account) == 0
            && strcmp(p->share[i].rail, rail) == 0)
            return &p->share[i];
    if (p->nshares == PLAN_SHARES_MAX)
        return NULL;
    return &p->share[p->nshares++];
}

void
plan_row(struct plan *p, const struct payroll_row *r,
         const struct problems *ps)
{
    if (r->part > 1)
        return;                     /* the first one told everything */
    for (; p->problems_seen < (int64_t)ps->n; p->problems_seen++)
        note_problem(p, &ps->list[p->problems_seen], r->name, r->rail->name);
    if (r->parts <= 1 && r->rail->max_minor > 0
        && r->minor > plan_near_from(r->rail->max_minor))
        plan_note_near(p, r->name, r->line, r->rail->name, r->minor,
                       r->rail->max_minor);
}

void
plan_reject(struct plan *p, int64_t line, struct str name,
            const struct problem *first, const struct problems *ps)
{
    struct problem at = *first;

    at.line = at.line > 0 ? at.line : line;
    at.severity = SEV_ERROR;
    note_problem(p, &at, name, "");
    p->problems_seen = (int64_t)ps->n;
}

static void
take_rail(struct plan_share *s, const struct rail_rule *rail)
{
    s->has_limits = true;
    s->min_minor = rail->min_minor;
    s->max_minor = rail->max_minor;
    s->payee_day_max_minor = rail->payee_day_max_minor;
}

void
plan_end(struct plan *p, const struct cut *c, const struct payroll_facts *f)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct cut_batch *b = &c->list[i];
        struct plan_share *s = share_of(p, b->account->name, b->rail->name);

        if (s == NULL)
            continue;
        str_copy(s->account, sizeof(s->account), str_of(b->account->name));
        str_copy(s->provider, sizeof(s->provider),
                 str_of(b->account->provider->name));
        str_copy(s->rail, sizeof(s->rail), str_of(b->rail->name));
        s->two_phase = b->account->provider->two_phase;
        s->in_flight = b->account->inflight_max;
        s->canary = b->account->canary.proof[0] != '\0' ? PLAN_CANARY_MAY
                                                         : PLAN_CANARY_NO;
        s->payments += b->rows;
        s->minor += b->minor;
        s->charge_minor += b->charge_minor;
        s->batches++;
        s->split_rows += b->split_rows;
        if (b->largest_minor > s->largest_minor)
            s->largest_minor = b->largest_minor;
        take_rail(s, b->rail);
    }
    p->rows = f->rows;
    p->held_rows = f->bad_rows;
    p->payments = f->payments;
    p->minor = f->good_minor;
    p->charge_minor = c->charge_minor;
    p->batches = (int64_t)c->n;
}
