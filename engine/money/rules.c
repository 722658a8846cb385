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
