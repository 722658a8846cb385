#include "cli/config.h"
#include "cli/files.h"
#include "cli/yamldoc.h"

/* rules.yaml as libcyaml gives it: text, checked below. */
struct y_charge { char *upto, *charge; };
struct y_limit { char *rail, *from, *until, *min, *max, *payee_day_max; };
struct y_account {
    char *name;
    char **rails;
    unsigned rails_count;
    struct y_limit *limits;
    unsigned limits_count;
};
struct y_rail {
    char *name, *currency, *min, *max, *payee_day_max;
    int account;
    bool only_named;
    int decimals;
    struct y_charge *charges;
    unsigned charges_count;
};
struct y_prefix { char *prefix, *network; };
struct y_bank {
    char *code;
    char **names;
    unsigned names_count;
};
struct y_rules {
    struct y_rail *rails;
    unsigned rails_count;
    struct y_prefix *prefixes;
    unsigned prefixes_count;
    struct y_bank *banks;
    unsigned banks_count;
    struct y_limit *limits;
    unsigned limits_count;
    struct y_account *accounts;
    unsigned accounts_count;
};

#define PTR CYAML_FLAG_POINTER

static const cyaml_strval_t kinds[] = {
    { "phone", ACCOUNT_PHONE }, { "bank", ACCOUNT_BANK },
    { "paybill", ACCOUNT_PAYBILL }, { "till", ACCOUNT_TILL },
};
static const cyaml_schema_field_t charge_fields[] = {
    CYAML_FIELD_STRING_PTR("upto", PTR, struct y_charge, upto, 1, 20),
    CYAML_FIELD_STRING_PTR("charge", PTR, struct y_charge, charge, 1, 20),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t charge_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_charge, charge_fields)
};
static const cyaml_schema_field_t rail_fields[] = {
    CYAML_FIELD_STRING_PTR("name", PTR, struct y_rail, name, 1, 23),
    CYAML_FIELD_STRING_PTR("currency", PTR, struct y_rail, currency, 3, 3),
    CYAML_FIELD_ENUM("account", CYAML_FLAG_STRICT, struct y_rail, account,
                     kinds, CYAML_ARRAY_LEN(kinds)),
    CYAML_FIELD_BOOL("only_named", CYAML_FLAG_OPTIONAL, struct y_rail,
                     only_named),
    CYAML_FIELD_INT("decimals", CYAML_FLAG_DEFAULT, struct y_rail, decimals),
    CYAML_FIELD_STRING_PTR("min", PTR, struct y_rail, min, 1, 20),
    CYAML_FIELD_STRING_PTR("max", PTR, struct y_rail, max, 1, 20),
    CYAML_FIELD_STRING_PTR("payee_day_max", PTR | CYAML_FLAG_OPTIONAL,
                           struct y_rail, payee_day_max, 1, 20),
    CYAML_FIELD_SEQUENCE("charges", PTR, struct y_rail, charges,
                         &charge_schema, 1, RULES_CHARGES_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t rail_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_rail, rail_fields)
};
static const cyaml_schema_field_t prefix_fields[] = {
    CYAML_FIELD_STRING_PTR("prefix", PTR, struct y_prefix, prefix, 1, 7),
    CYAML_FIELD_STRING_PTR("network", PTR, struct y_prefix, network, 1, 23),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t prefix_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_prefix, prefix_fields)
};
static const cyaml_schema_value_t bank_name_schema = {
    CYAML_VALUE_STRING(PTR, char, 1, 47)
};
static const cyaml_schema_field_t bank_fields[] = {
    CYAML_FIELD_STRING_PTR("code", PTR, struct y_bank, code, 1, 7),
    CYAML_FIELD_SEQUENCE("names", PTR, struct y_bank, names,
                         &bank_name_schema, 1, 16),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t bank_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_bank, bank_fields)
};
#define LIMIT_TEXT(key, m, max) \
    CYAML_FIELD_STRING_PTR(key, PTR | CYAML_FLAG_OPTIONAL, struct y_limit, m, \
                           1, max)
static const cyaml_schema_field_t limit_fields[] = {
    CYAML_FIELD_STRING_PTR("rail", PTR, struct y_limit, rail, 1, 23),
    LIMIT_TEXT("from", from, 10),
    LIMIT_TEXT("until", until, 10),
    LIMIT_TEXT("min", min, 20),
    LIMIT_TEXT("max", max, 20),
    LIMIT_TEXT("payee_day_max", payee_day_max, 20),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t limit_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_limit, limit_fields)
};
static const cyaml_schema_value_t rail_name_schema = {
    CYAML_VALUE_STRING(PTR, char, 1, 23)
};
static const cyaml_schema_field_t account_fields[] = {
    CYAML_FIELD_STRING_PTR("name", PTR, struct y_account, name, 1, 63),
    CYAML_FIELD_SEQUENCE("rails", PTR | CYAML_FLAG_OPTIONAL, struct y_account,
                         rails, &rail_name_schema, 1, RULES_RAILS_MAX),
    CYAML_FIELD_SEQUENCE("limits", PTR | CYAML_FLAG_OPTIONAL,
                         struct y_account, limits, &limit_schema, 1,
                         RULES_LIMITS_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t account_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_account, account_fields)
};
static const cyaml_schema_field_t rules_fields[] = {
    CYAML_FIELD_SEQUENCE("rails", PTR, struct y_rules, rails, &rail_schema, 1,
                         RULES_RAILS_MAX),
    CYAML_FIELD_SEQUENCE("prefixes", PTR, struct y_rules, prefixes,
                         &prefix_schema, 0, RULES_PREFIXES_MAX),
    CYAML_FIELD_SEQUENCE("banks", PTR | CYAML_FLAG_OPTIONAL, struct y_rules,
                         banks, &bank_schema, 0, RULES_BANKS_MAX),
    CYAML_FIELD_SEQUENCE("limits", PTR | CYAML_FLAG_OPTIONAL, struct y_rules,
                         limits, &limit_schema, 0, RULES_LIMITS_MAX),
    CYAML_FIELD_SEQUENCE("accounts", PTR | CYAML_FLAG_OPTIONAL,
                         struct y_rules, accounts, &account_schema, 0,
                         RULES_ACCOUNTS_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t rules_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct y_rules, rules_fields)
};
static const char *const rules_keys[] = {
    "rails", "prefixes", "name", "currency", "account", "decimals", "min",
    "max", "charges", "upto", "charge", "prefix", "network", "only_named",
    "banks", "code", "names", "payee_day_max", "limits", "accounts", "rail",
    "from", "until", NULL
};

static int
amount(int64_t *minor, const char *text, int decimals, const char *what,
       const char *rail, const char *path, struct err *e)
{
    if (minor_parse(minor, str_of(text), decimals) == 0 && *minor >= 0)
        return 0;
    return err_set(e, ERR_CONFIG, "%s: rail %s: %s \"%s\" is not an amount",
                   path, rail, what, text);
}

static int
fill_charges(struct rail_rule *to, const struct y_rail *r, int decimals,
             const char *path, struct err *e)
{
    for (unsigned i = 0; i < r->charges_count; i++) {
        struct charge_band *band = &to->bands[to->nbands++];

        if (amount(&band->upto_minor, r->charges[i].upto, decimals, "upto",
                   r->name, path, e) < 0 ||
            amount(&band->charge_minor, r->charges[i].charge, decimals,
                   "charge", r->name, path, e) < 0)
            return -1;
        if (i > 0 && band->upto_minor <= to->bands[i - 1].upto_minor)
            return err_set(e, ERR_CONFIG,
                           "%s: rail %s: charges must be in rising order",
                           path, r->name);
    }
    return 0;
}

static int
fill_rail(struct rail_rule *to, const struct y_rail *r, const char *path,
          struct err *e)
{
    int decimals = ccy_decimals(r->currency);

    if (decimals < 0)
        return err_set(e, ERR_CONFIG, "%s: rail %s: currency \"%s\" is not "
                       "one payrun knows", path, r->name, r->currency);
    if (r->decimals < 0 || r->decimals > decimals)
        return err_set(e, ERR_CONFIG, "%s: rail %s: decimals must be 0 to %d",
                       path, r->name, decimals);
    str_copy(to->name, sizeof(to->name), str_of(r->name));
    str_copy(to->ccy, sizeof(to->ccy), str_of(r->currency));
    to->account = (enum account_kind)r->account;
    to->only_named = r->only_named;
    to->decimals = r->decimals;
    if (amount(&to->min_minor, r->min, decimals, "min", r->name, path, e) < 0
        || amount(&to->max_minor, r->max, decimals, "max", r->name, path,
                  e) < 0
        || (r->payee_day_max != NULL
            && amount(&to->payee_day_max_minor, r->payee_day_max, decimals,
                      "payee_day_max", r->name, path, e) < 0))
        return -1;
    if (to->min_minor > to->max_minor)
        return err_set(e, ERR_CONFIG, "%s: rail %s: min is above max", path,
                       r->name);
    if (to->payee_day_max_minor > 0
        && to->payee_day_max_minor < to->max_minor)
        return err_set(e, ERR_CONFIG, "%s: rail %s: payee_day_max is below "
                       "max", path, r->name);
    return fill_charges(to, r, decimals, path, e);
}

/* Two rules of one name must differ in their account, or nobody could tell
 * which of them is meant; their money must not, for their payments are shown
 * as one rail. */
static int
check_namesakes(const struct rules *rules, const char *path, struct err *e)
{
    const struct rail_rule *last = &rules->rails[rules->nrails - 1];

    for (const struct rail_rule *r = rules->rails; r < last; r++)
        if (strcmp(r->name, last->name) == 0
            && (r->account == last->account || strcmp(r->ccy, last->ccy) != 0))
            return err_set(e, ERR_CONFIG, "%s: rail %s is there twice: two of "
                           "one name must have one currency and different "
                           "accounts", path, last->name);
    return 0;
}

static int
fill_bank(struct rules *rules, const struct y_bank *y, const char *path,
          struct err *e)
{
    for (const char *c = y->code; *c != '\0'; c++)
        if (*c < '0' || *c > '9')
            return err_set(e, ERR_CONFIG, "%s: bank code \"%s\" is not a "
                           "number", path, y->code);
    for (unsigned i = 0; i < y->names_count; i++) {
        struct bank_name *b = &rules->banks[rules->nbanks];

        if (rules->nbanks == RULES_BANKS_MAX)
            return err_set(e, ERR_CONFIG, "%s: more than %d names of banks",
                           path, RULES_BANKS_MAX);
        str_copy(b->code, sizeof(b->code), str_of(y->code));
        str_copy(b->name, sizeof(b->name), str_of(y->names[i]));
        rules->nbanks++;
    }
    return 0;
}

/* --- other limits ------------------------------------------------------- */

static bool
is_day(const char *s)
{
    if (strlen(s) != RULES_DAY_BYTES - 1 || s[4] != '-' || s[7] != '-')
        return false;
    for (int i = 0; i < RULES_DAY_BYTES - 1; i++)
        if (i != 4 && i != 7 && (s[i] < '0' || s[i] > '9'))
            return false;
    return true;
}

static int
fill_day(char to[RULES_DAY_BYTES], const char *text, const char *rail,
         const char *path, struct err *e)
{
    if (text == NULL)
        return 0;
    if (!is_day(text))
        return err_set(e, ERR_CONFIG, "%s: rail %s: \"%s\" is not a day; "
                       "write it like \"2026-12-01\"", path, rail, text);
    return str_copy(to, RULES_DAY_BYTES, str_of(text));
}

static int
fill_limit_of(int64_t *to, const char *text, int decimals, const char *what,
              const char *rail, const char *path, struct err *e)
{
    *to = -1;
    return text == NULL ? 0
        : amount(to, text, decimals, what, rail, path, e);
}

static int
no_rail(const struct rules *rules, const char *rail, const char *path,
        struct err *e)
{
    if (rules_rail(rules, str_of(rail)) != NULL)
        return 0;
    err_set(e, ERR_CONFIG, "%s: a limit names the rail \"%s\", which is not "
            "among the rails", path, rail);
    return err_fix(e, "the first there is: %s", rules->rails[0].name);
}

static int
fill_limit(struct rules *rules, const struct y_limit *y, const char *account,
           const char *path, struct err *e)
{
    struct rail_limit *l = &rules->limits[rules->nlimits];
    int decimals = 0;

    if (rules->nlimits == RULES_LIMITS_MAX)
        return err_set(e, ERR_CONFIG, "%s: more than %d limits", path,
                       RULES_LIMITS_MAX);
    if (no_rail(rules, y->rail, path, e) < 0)
        return -1;
    rules->nlimits++;
    decimals = ccy_decimals(rules_rail(rules, str_of(y->rail))->ccy);
    str_copy(l->account, sizeof(l->account), str_of(account));
    str_copy(l->rail, sizeof(l->rail), str_of(y->rail));
    if (fill_day(l->from, y->from, y->rail, path, e) < 0 ||
        fill_day(l->until, y->until, y->rail, path, e) < 0 ||
        fill_limit_of(&l->min_minor, y->min, decimals, "min", y->rail, path,
                      e) < 0 ||
        fill_limit_of(&l->max_minor, y->max, decimals, "max", y->rail, path,
                      e) < 0 ||
        fill_limit_of(&l->payee_day_max_minor, y->payee_day_max, decimals,
                      "payee_day_max", y->rail, path, e) < 0)
        return -1;
    if (l->until[0] != '\0' && strcmp(l->from, l->until) > 0)
        return err_set(e, ERR_CONFIG, "%s: rail %s: a limit ends (%s) before "
                       "it begins (%s)", path, y->rail, l->until, l->from);
    return 0;
}

static int
fill_account(struct rules *rules, const struct y_account *y, const char *path,
             struct err *e)
{
    struct account_rails *a = &rules->accounts[rules->naccounts];

    for (unsigned i = 0; i < y->rails_count; i++) {
        if (no_rail(rules, y->rails[i], path, e) < 0)
            return -1;
        str_copy(a->rails[a->nrails++], sizeof(a->rails[0]),
                 str_of(y->rails[i]));
    }
    str_copy(a->account, sizeof(a->account), str_of(y->name));
    rules->naccounts += a->nrails > 0;      /* none named: all of them */
    for (unsigned i = 0; i < y->limits_count; i++)
        if (fill_limit(rules, &y->limits[i], y->name, path, e) < 0)
            return -1;
    return 0;
}

static int
fill(struct rules *rules, const struct y_rules *y, const char *path,
     struct err *e)
{
    for (unsigned i = 0; i < y->rails_count; i++)
        if (fill_rail(&rules->rails[rules->nrails++], &y->rails[i], path,
                      e) < 0 || check_namesakes(rules, path, e) < 0)
            return -1;
    for (unsigned i = 0; i < y->prefixes_count; i++) {
        struct phone_prefix *p = &rules->prefixes[rules->nprefixes++];

        str_copy(p->prefix, sizeof(p->prefix), str_of(y->prefixes[i].prefix));
        str_copy(p->network, sizeof(p->network),
                 str_of(y->prefixes[i].network));
    }
    for (unsigned i = 0; i < y->banks_count; i++)
        if (fill_bank(rules, &y->banks[i], path, e) < 0)
            return -1;
    for (unsigned i = 0; i < y->limits_count; i++)
        if (fill_limit(rules, &y->limits[i], "", path, e) < 0)
            return -1;
    for (unsigned i = 0; i < y->accounts_count; i++)
        if (fill_account(rules, &y->accounts[i], path, e) < 0)
            return -1;
    return 0;
}

int
config_rules(struct rules *rules, const char *path, struct err *e)
{
    struct yamldoc doc = { path, "rules.yaml (built in)", file_rules_yaml,
                           &rules_schema, rules_keys };
    void *y = NULL;
    int rc = -1;

    memset(rules, 0, sizeof(*rules));
    if (yamldoc_read(&y, &doc, e) == 0)
        rc = fill(rules, y, doc.path, e);
    yamldoc_free(&rules_schema, y);
    return rc;
}
