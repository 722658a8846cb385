/* A few dozen rows, so plain loops; the tables are filled in by cli. */
#include "money/rules.h"

const struct rail_rule *
rules_rail(const struct rules *rules, struct str name)
{
    for (int i = 0; i < rules->nrails; i++)
        if (str_eq(str_of(rules->rails[i].name), name))
            return &rules->rails[i];
    return NULL;
}

/* --- limits --------------------------------------------------------------- */

static bool
may_use(const struct rules *rules, const char *rail, const char *account)
{
    for (int i = 0; i < rules->naccounts; i++) {
        const struct account_rails *a = &rules->accounts[i];

        if (strcmp(a->account, account) != 0)
            continue;
        for (int k = 0; k < a->nrails; k++)
            if (strcmp(a->rails[k], rail) == 0)
                return true;
        return false;
    }
    return true;
}

/* Days written like this compare as text. */
static bool
is_on(const struct rail_limit *l, const char *day)
{
    if (day[0] == '\0')
        return l->from[0] == '\0' && l->until[0] == '\0';
    return (l->from[0] == '\0' || strcmp(day, l->from) >= 0)
        && (l->until[0] == '\0' || strcmp(day, l->until) <= 0);
}

/* ${closer}: it may only narrow. */
static void
take_limit(struct rail_rule *rail, const struct rail_limit *l, bool closer)
{
    int64_t day = l->payee_day_max_minor;

    if (l->min_minor >= 0 && (!closer || l->min_minor > rail->min_minor))
        rail->min_minor = l->min_minor;
    if (l->max_minor >= 0 && (!closer || l->max_minor < rail->max_minor))
        rail->max_minor = l->max_minor;
    if (day >= 0 && (!closer || rail->payee_day_max_minor == 0
                     || (day > 0 && day < rail->payee_day_max_minor)))
        rail->payee_day_max_minor = day;
}

bool
rules_limit(struct rail_rule *rail, const struct rules *rules,
            const char *account, const char *day)
{
    /* what holds for all comes first, so that an account's may narrow it */
    for (int own = 0; own <= 1; own++)
        for (int i = 0; i < rules->nlimits; i++) {
            const struct rail_limit *l = &rules->limits[i];

            if ((l->account[0] != '\0') != own
                || strcmp(l->rail, rail->name) != 0 || !is_on(l, day)
                || (own && strcmp(l->account, account) != 0))
                continue;
            take_limit(rail, l, own);
        }
    return may_use(rules, rail->name, account);
}

/* --- parts ---------------------------------------------------------------- */

int64_t
rules_step(const struct rail_rule *rail)
{
    int64_t step = 1;

    for (int i = rail->decimals; i < ccy_decimals(rail->ccy); i++)
        step *= 10;
    return step;
}

int
rules_split(const struct rail_rule *rail, int64_t minor,
            struct rail_split *out)
{
    int64_t step = rules_step(rail), units = minor / step;
    int64_t most = rail->max_minor / step, parts = 1;

    *out = (struct rail_split){ 0 };
    if (minor <= 0 || minor % step != 0 || most <= 0)
        return -1;
    parts = (units + most - 1) / most;
    if (parts > RULES_PARTS_MAX || units / parts * step < rail->min_minor)
        return -1;
    *out = (struct rail_split){
        .parts = (int)parts, .low_minor = units / parts * step,
        .step_minor = step, .larger = (int)(units % parts)
    };
    return 0;
}

int64_t
rules_part(const struct rail_split *s, int n)
{
    return s->low_minor + (n <= s->larger ? s->step_minor : 0);
}

/* --- charges and networks ------------------------------------------------- */

int64_t
rules_charge(const struct rail_rule *rail, int64_t minor)
{
    for (int i = 0; i < rail->nbands; i++)
        if (minor <= rail->bands[i].upto_minor)
            return rail->bands[i].charge_minor;
    /* above every band: the dearest is the careful estimate */
    return rail->nbands > 0 ? rail->bands[rail->nbands - 1].charge_minor : 0;
}

const char *
rules_network(const struct rules *rules, struct str digits)
{
    const struct phone_prefix *best = NULL;
    size_t best_len = 0;

    if (digits.len < 3 || memcmp(digits.p, "254", 3) != 0)
        return NULL;
    digits = (struct str){ digits.p + 3, digits.len - 3 };
    for (int i = 0; i < rules->nprefixes; i++) {
        struct str prefix = str_of(rules->prefixes[i].prefix);

        if (prefix.len <= best_len || prefix.len > digits.len
            || memcmp(prefix.p, digits.p, prefix.len) != 0)
            continue;
        best = &rules->prefixes[i];
        best_len = prefix.len;
    }
    return best != NULL ? best->network : NULL;
}
