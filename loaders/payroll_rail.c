#include "loaders/payroll_priv.h"

#include "loaders/payroll_rail.h"

#define RAILS_BYTES 200
#define BIT(kind)   (1U << (kind))

static const enum payroll_field kind_field[] = {
    [ACCOUNT_PHONE] = PF_PHONE, [ACCOUNT_BANK] = PF_ACCOUNT,
    [ACCOUNT_PAYBILL] = PF_PAYBILL, [ACCOUNT_TILL] = PF_TILL
};

static const char *const kind_name[] = {
    [ACCOUNT_PHONE] = "phone", [ACCOUNT_BANK] = "bank account",
    [ACCOUNT_PAYBILL] = "paybill", [ACCOUNT_TILL] = "till"
};

/* The order in which kinds are looked at. */
static const enum account_kind order[] = {
    ACCOUNT_PHONE, ACCOUNT_PAYBILL, ACCOUNT_TILL, ACCOUNT_BANK
};

#define NKINDS (sizeof(order) / sizeof(order[0]))

enum payroll_field
payroll_rail_field(enum account_kind kind)
{
    return kind_field[kind];
}

/* --- what is offered ---------------------------------------------------- */

/* What people write for a way to pay. */
static const struct kind_word {
    const char       *word;
    enum account_kind kind;
} kind_words[] = {
    { "mpesa", ACCOUNT_PHONE },         { "m-pesa", ACCOUNT_PHONE },
    { "phone", ACCOUNT_PHONE },         { "mobile", ACCOUNT_PHONE },
    { "mobile money", ACCOUNT_PHONE },  { "b2c", ACCOUNT_PHONE },
    { "bank", ACCOUNT_BANK },           { "bank transfer", ACCOUNT_BANK },
    { "eft", ACCOUNT_BANK },            { "pesalink", ACCOUNT_BANK },
    { "rtgs", ACCOUNT_BANK },           { "paybill", ACCOUNT_PAYBILL },
    { "pay bill", ACCOUNT_PAYBILL },    { "till", ACCOUNT_TILL },
    { "buy goods", ACCOUNT_TILL }
};

/* The rail for accounts of a kind: the default one when it is of that kind,
 * else the first that need not be named; NULL when none is offered. */
static const struct rail_rule *
rail_of_kind(const struct payroll *p, enum account_kind kind)
{
    if (p->default_rail != NULL && p->default_rail->account == kind
        && payroll_offered(p, p->default_rail))
        return p->default_rail;
    for (int i = 0; i < p->opt.rules->nrails; i++) {
        const struct rail_rule *r = &p->opt.rules->rails[i];

        if (r->account == kind && !r->only_named && payroll_offered(p, r)
            && strcmp(r->ccy, p->opt.ccy) == 0)
            return r;
    }
    return NULL;
}

static bool
was_listed(const struct payroll *p, int i)
{
    const struct rail_rule *rails = p->opt.rules->rails;

    for (int k = 0; k < i; k++)
        if (strcmp(rails[k].name, rails[i].name) == 0
            && payroll_offered(p, &rails[k]))
            return true;
    return false;
}

static void
list_rails(const struct payroll *p, char out[RAILS_BYTES])
{
    size_t n = 0;

    out[0] = '\0';
    for (int i = 0; i < p->opt.rules->nrails && n < RAILS_BYTES; i++)
        if (payroll_offered(p, &p->opt.rules->rails[i]) && !was_listed(p, i))
            n += (size_t)snprintf(out + n, RAILS_BYTES - n, "%s%s",
                                  n > 0 ? ", " : "",
                                  p->opt.rules->rails[i].name);
}

static void
note_not_offered(struct payroll *p, struct payroll_where w,
                 enum account_kind kind)
{
    char rails[RAILS_BYTES];

    list_rails(p, rails);
    if (p->from >= 0)
        payroll_note(p, "PR-CSV-071", w, "the row names a %s; the account "
                     "\"%s\" pays by %s", kind_name[kind],
                     p->opt.payers[p->from].name, rails);
    else
        payroll_note(p, "PR-CSV-071", w, "the row names a %s; offered are %s",
                     kind_name[kind], rails);
}

/* --- what is filled in -------------------------------------------------- */

static bool
filled(const struct payroll *p, enum payroll_field f)
{
    return payroll_cell(p, f).len > 0;
}

/* The kinds of account a row has filled in, a bit for each.  An account beside
 * a paybill is whom that is paid for, and beside a phone it may be anything:
 * only with a bank is it a bank's. */
static unsigned
kinds_filled(const struct payroll *p)
{
    bool bank = filled(p, PF_BANK) || filled(p, PF_BANK_CODE);
    unsigned kinds = 0;

    if (filled(p, PF_PHONE))
        kinds |= BIT(ACCOUNT_PHONE);
    if (filled(p, PF_PAYBILL))
        kinds |= BIT(ACCOUNT_PAYBILL);
    if (filled(p, PF_TILL))
        kinds |= BIT(ACCOUNT_TILL);
    if (filled(p, PF_ACCOUNT) && (bank || kinds == 0))
        kinds |= BIT(ACCOUNT_BANK);
    if (kinds == 0 && filled(p, PF_ACCOUNT_REFERENCE))
        kinds |= BIT(ACCOUNT_PAYBILL);
    if (kinds == 0 && bank)
        kinds |= BIT(ACCOUNT_BANK);
    return kinds;
}

/* Say that two of ${kinds} cannot be told apart, at the later one. */
static void
note_two(struct payroll *p, unsigned kinds)
{
    enum account_kind two[2] = { ACCOUNT_PHONE, ACCOUNT_PHONE };
    int n = 0;

    for (size_t i = 0; i < NKINDS && n < 2; i++)
        if (kinds & BIT(order[i]))
            two[n++] = order[i];
    payroll_note(p, "PR-CSV-076", payroll_place(p, kind_field[two[1]]),
                 "a %s and a %s are filled in", kind_name[two[0]],
                 kind_name[two[1]]);
}

/* A phone and an account that nobody pays to: what is paid is clear, but a
 * person should know that the other is not. */
static void
warn_of_two(struct payroll *p, enum account_kind kind)
{
    enum payroll_field other = PF_UNKNOWN;

    if (kind != ACCOUNT_PHONE && filled(p, PF_PHONE))
        other = PF_PHONE;
    if (kind != ACCOUNT_TILL && filled(p, PF_TILL))
        other = PF_TILL;
    if (kind != ACCOUNT_PAYBILL && filled(p, PF_PAYBILL))
        other = PF_PAYBILL;
    if (kind == ACCOUNT_PHONE && filled(p, PF_ACCOUNT))
        other = PF_ACCOUNT;
    if (other != PF_UNKNOWN)
        payroll_note(p, "PR-CSV-075", payroll_place(p, other),
                     "paid is the %s", kind_name[kind]);
}

/* The kind of account by what is filled in: the only one that can be paid.
 * false: there are two. */
static bool
kind_by_cells(struct payroll *p, enum account_kind *kind)
{
    unsigned kinds = kinds_filled(p), offered = 0;

    for (size_t i = 0; i < NKINDS; i++)
        if (kinds & BIT(order[i]) && rail_of_kind(p, order[i]) != NULL)
            offered |= BIT(order[i]);
    if ((offered & (offered - 1)) != 0) {
        note_two(p, offered);
        return false;
    }
    if (offered != 0)
        kinds = offered;
    *kind = p->default_rail->account;
    for (size_t i = 0; i < NKINDS && kinds != 0; i++)
        if (kinds & BIT(order[i])) {
            *kind = order[i];
            return true;
        }
    /* nothing is: what is missing is the default, or what has a column */
    for (size_t i = 0; i < NKINDS && p->at[kind_field[*kind]] < 0; i++)
        if (p->at[kind_field[order[i]]] >= 0)
            *kind = order[i];
    return true;
}

/* --- what is asked for -------------------------------------------------- */

/* Of the rules that have the name of ${first}, the one for the kind of account
 * that is filled in; NULL after saying that two are. */
static const struct rail_rule *
namesake(struct payroll *p, const struct rail_rule *first)
{
    const struct rail_rule *end = p->opt.rules->rails + p->opt.rules->nrails;
    const struct rail_rule *pick = NULL, *column = NULL;
    unsigned kinds = kinds_filled(p), mine = 0;

    for (const struct rail_rule *r = first; r < end; r++) {
        if (strcmp(r->name, first->name) != 0 || !payroll_offered(p, r))
            continue;
        if (kinds & BIT(r->account)) {
            mine |= BIT(r->account);
            pick = r;
        }
        if (column == NULL && p->at[kind_field[r->account]] >= 0)
            column = r;
    }
    if ((mine & (mine - 1)) != 0) {
        note_two(p, mine);
        return NULL;
    }
    if (pick != NULL)
        return pick;
    return column != NULL ? column : first;
}

/* The first rail of that name, one that is offered if there is one. */
static const struct rail_rule *
rail_called(const struct payroll *p, struct str name)
{
    const struct rail_rule *called = NULL;

    for (int i = 0; i < p->opt.rules->nrails; i++) {
        const struct rail_rule *r = &p->opt.rules->rails[i];

        if (!str_ieq(str_of(r->name), name))
            continue;
        if (payroll_offered(p, r))
            return r;
        called = called != NULL ? called : r;
    }
    return called;
}

/* A rail there is, and that nobody pays for this row. */
static void
note_nobody_pays(struct payroll *p, const struct rail_rule *rail)
{
    struct payroll_where w = payroll_place(p, PF_RAIL);
    char rails[RAILS_BYTES];

    list_rails(p, rails);
    if (p->from >= 0)
        w.fix = "name an account that pays by this rail, or another rail";
    payroll_note(p, "PR-CSV-111", w, "%s does not pay by %s; offered are %s",
                 p->from >= 0 ? p->opt.payers[p->from].name
                              : "the run's account", rail->name, rails);
}

static void
note_unknown_rail(struct payroll *p)
{
    char rails[RAILS_BYTES];

    list_rails(p, rails);
    payroll_note(p, "PR-CSV-070", payroll_place(p, PF_RAIL),
                 "offered are %s", rails);
}

/* The rail a row asks for by name; NULL after saying what is wrong with it.
 * false: it does not ask. */
static bool
rail_asked(struct payroll *p, enum account_kind *kind)
{
    struct str asked = payroll_cell(p, PF_RAIL);
    const struct rail_rule *called = NULL;

    if (asked.len == 0 || p->broken & 1U << PF_RAIL)
        return false;
    if ((called = rail_called(p, asked)) != NULL) {
        if (!payroll_offered(p, called)) {
            note_nobody_pays(p, called);
            return true;
        }
        if ((p->row.rail = namesake(p, called)) == NULL)
            return true;
        *kind = p->row.rail->account;
        if (strcmp(p->row.rail->ccy, p->opt.ccy) != 0)
            payroll_note(p, "PR-CSV-072", payroll_place(p, PF_RAIL),
                         "%s pays %s, the file is in %s", p->row.rail->name,
                         p->row.rail->ccy, p->opt.ccy);
        return true;
    }
    for (size_t i = 0; i < sizeof(kind_words) / sizeof(*kind_words); i++) {
        if (!str_ieq(asked, str_of(kind_words[i].word)))
            continue;
        *kind = kind_words[i].kind;
        p->row.rail = rail_of_kind(p, *kind);
        if (p->row.rail == NULL)
            note_not_offered(p, payroll_place(p, PF_RAIL), *kind);
        return true;
    }
    note_unknown_rail(p);
    return false;
}

bool
payroll_rail(struct payroll *p, enum account_kind *kind)
{
    if (rail_asked(p, kind))
        return p->row.rail != NULL;
    if (!kind_by_cells(p, kind))
        return false;
    warn_of_two(p, *kind);
    if (payroll_cell(p, PF_RAIL).len > 0)
        return true;                /* it asked for nothing we know */
    p->row.rail = rail_of_kind(p, *kind);
    if (p->row.rail == NULL)
        note_not_offered(p, payroll_place(p, kind_field[*kind]), *kind);
    return p->row.rail != NULL;
}
