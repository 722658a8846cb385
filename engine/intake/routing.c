#include "intake/routing.h"

#define NOBODY (-1)

_Static_assert(RULES_RAILS_MAX <= 32, "payroll_payer.rails has a bit for each");

static bool
has_rail(const struct provider *p, const char *name)
{
    for (const char *const *r = p->rails; *r != NULL; r++)
        if (strcmp(*r, name) == 0)
            return true;
    return false;
}

/* Real money and a rehearsal never meet in one run, nor do two currencies. */
static const char *
why_barred(const struct account *own, const struct account *a)
{
    if (a->live && !own->live)
        return "it pays for real, and this run is a rehearsal";
    if (!a->live && own->live)
        return "it is a sandbox account, and this run pays for real";
    return strcmp(a->ccy, own->ccy) != 0 ? "it is in another currency" : NULL;
}

static int
take_accounts(struct routing *r, const struct routing_order *o, struct err *e)
{
    r->account[r->naccounts++] = o->own;
    for (int i = 0; i < o->nall; i++) {
        struct account *a = &o->all[i];

        if (strcmp(a->name, o->own->name) == 0)
            continue;
        if (r->naccounts == ROUTING_ACCOUNTS_MAX)
            return err_set(e, ERR_CONFIG, "more than %d funding accounts",
                           ROUTING_ACCOUNTS_MAX);
        r->account[r->naccounts++] = a;
    }
    for (int k = 0; k < r->naccounts; k++)
        r->payer[k] = (struct payroll_payer){
            .name = r->account[k]->name,
            .provider = r->account[k]->provider->name,
            .barred = why_barred(o->own, r->account[k])
        };
    return 0;
}

static int
account_at(const struct routing *r, const char *name)
{
    for (int k = 0; k < r->naccounts; k++)
        if (strcmp(r->account[k]->name, name) == 0)
            return k;
    return NOBODY;
}

static int
check_routes(const struct routing *r, const struct routing_order *o,
             struct err *e)
{
    for (int i = 0; i < o->nroutes; i++) {
        const struct route *to = &o->routes[i];
        int k = account_at(r, to->account);

        if (rules_rail(o->rules, str_of(to->rail)) == NULL) {
            err_set(e, ERR_CONFIG, "routes: the rules have no rail \"%s\"",
                    to->rail);
            return err_fix(e, "Correct the route in the configuration, or add "
                           "the rail to the rules file.");
        }
        if (k == NOBODY)
            return err_set(e, ERR_CONFIG, "routes: there is no funding account "
                           "\"%s\"", to->account);
        if (!has_rail(r->account[k]->provider, to->rail)) {
            err_set(e, ERR_CONFIG, "routes: the account \"%s\" (%s) does not "
                    "pay by %s", to->account, r->account[k]->provider->name,
                    to->rail);
            return err_fix(e, "Route the rail to an account of a provider "
                           "that has it.");
        }
    }
    return 0;
}

/* What ${rail} takes when account ${k} pays by it; false: it does not. */
static bool
offers(const struct routing *r, const struct routing_order *o, int k,
       const struct rail_rule *rail, struct rail_rule *limited)
{
    const struct account *a = r->account[k];

    *limited = *rail;
    return r->payer[k].barred == NULL && has_rail(a->provider, rail->name)
        && rules_limit(limited, o->rules, a->name,
                       o->day != NULL ? o->day : "");
}

/* Who pays ${rail} when a row names nobody. */
static int
payer_of(const struct routing *r, const struct routing_order *o,
         const struct rail_rule *rail)
{
    struct rail_rule limited;
    bool own = offers(r, o, 0, rail, &limited);

    for (int i = 0; i < o->nroutes; i++) {
        const struct route *to = &o->routes[i];
        int k = account_at(r, to->account);

        if (strcmp(to->rail, rail->name) == 0 && (to->always || !own)
            && offers(r, o, k, rail, &limited))
            return k;
    }
    return own ? 0 : NOBODY;
}

static bool
same_limits(const struct rail_rule *a, const struct rail_rule *b)
{
    return a->min_minor == b->min_minor && a->max_minor == b->max_minor
        && a->payee_day_max_minor == b->payee_day_max_minor;
}

/* The rail with just these limits, for whoever names an account. */
static int
variant(struct routing *r, int base, const struct rail_rule *limited,
        struct err *e)
{
    const struct rail_rule *b = &r->rules.rails[base];

    for (int i = base; i < r->rules.nrails; i++) {
        const struct rail_rule *c = &r->rules.rails[i];

        if (strcmp(c->name, b->name) == 0 && c->account == b->account
            && same_limits(c, limited))
            return i;
    }
    if (r->rules.nrails == RULES_RAILS_MAX)
        return err_set(e, ERR_CONFIG, "the rules have too many rails with "
                       "limits of their own for accounts: %d at most",
                       RULES_RAILS_MAX);
    r->payer_of[r->rules.nrails] = NOBODY;
    r->rules.rails[r->rules.nrails] = *limited;
    return r->rules.nrails++;
}

/* In three rounds: what our own account pays (or would, were it not routed
 * elsewhere), what is routed, and the rest. */
static void
order_rails(struct routing *r, const struct routing_order *o)
{
    struct rail_rule limited;

    r->rules.nrails = 0;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < o->rules->nrails; i++) {
            const struct rail_rule *rail = &o->rules->rails[i];
            bool own = offers(r, o, 0, rail, &limited);
            int k = payer_of(r, o, rail);
            int n = r->rules.nrails;

            if (round != (own ? 0 : k != NOBODY ? 1 : 2))
                continue;
            if (k == NOBODY || !offers(r, o, k, rail, &limited))
                limited = *rail;
            r->rules.rails[n] = limited;
            r->payer_of[n] = (signed char)k;
            r->rules.nrails++;
        }
}

/* Which of them each account offers to the rows that name it. */
static int
mark_rails(struct routing *r, const struct routing_order *o, struct err *e)
{
    int bases = r->rules.nrails;

    for (int i = 0; i < bases; i++)
        for (int k = 0; k < r->naccounts; k++) {
            const struct rail_rule *rail = o->rules->rails;
            struct rail_rule limited;
            int at = 0;

            while (strcmp(rail->name, r->rules.rails[i].name) != 0
                   || rail->account != r->rules.rails[i].account)
                rail++;
            if (!offers(r, o, k, rail, &limited))
                continue;
            if ((at = variant(r, i, &limited, e)) < 0)
                return -1;
            r->payer[k].rails |= UINT32_C(1) << at;
        }
    return 0;
}

int
routing_make(struct routing *r, const struct routing_order *o, struct err *e)
{
    memset(r, 0, sizeof(*r));
    if (take_accounts(r, o, e) < 0 || check_routes(r, o, e) < 0)
        return -1;
    r->rules = *o->rules;
    order_rails(r, o);
    return mark_rails(r, o, e);
}
