#include "loaders/payroll_priv.h"

#include "loaders/payroll_rail.h"

/*
 * Which funding account pays a row: the one it names, or the one that its rail
 * leads to.  A row never changes whose money is spent by what else it says.
 */

#define NAMES_BYTES 200

/* "salaries, till 2": those that rows of this file may name. */
static void
list_payers(const struct payroll *p, char out[NAMES_BYTES])
{
    size_t n = 0;

    out[0] = '\0';
    for (int k = 0; k < p->opt.npayers && n < NAMES_BYTES; k++)
        if (p->opt.payers[k].barred == NULL)
            n += (size_t)snprintf(out + n, NAMES_BYTES - n, "%s%s",
                                  n > 0 ? ", " : "", p->opt.payers[k].name);
}

/* An account by its name; or by its provider's, when only one of them is meant. */
static int
payer_called(const struct payroll *p, struct str name)
{
    int found = -1, n = 0;

    for (int k = 0; k < p->opt.npayers; k++)
        if (str_ieq(str_of(p->opt.payers[k].name), name))
            return k;
    for (int k = 0; k < p->opt.npayers; k++)
        if (p->opt.payers[k].barred == NULL
            && str_ieq(str_of(p->opt.payers[k].provider), name)) {
            found = k;
            n++;
        }
    return n == 1 ? found : -1;
}

/* ${k} is barred, or -1: no account has that name. */
static void
note_payer(struct payroll *p, int k)
{
    char names[NAMES_BYTES];

    list_payers(p, names);
    if (k < 0)
        payroll_note(p, "PR-CSV-110", payroll_place(p, PF_PAY_FROM),
                     "there is no such account; there are %s",
                     names[0] != '\0' ? names : "none that could be named");
    else
        payroll_note(p, "PR-CSV-110", payroll_place(p, PF_PAY_FROM),
                     "%s; there are %s", p->opt.payers[k].barred, names);
}

void
payroll_from(struct payroll *p)
{
    struct str name = payroll_cell(p, PF_PAY_FROM);
    int k = -1;

    p->from = -1;
    if (name.len == 0 || p->broken & 1U << PF_PAY_FROM)
        return;
    k = payer_called(p, name);
    if (k < 0 || p->opt.payers[k].barred != NULL)
        note_payer(p, k);
    else
        p->from = k;
}

bool
payroll_offered(const struct payroll *p, const struct rail_rule *rail)
{
    ptrdiff_t i = rail - p->opt.rules->rails;

    if (p->opt.npayers == 0)
        return true;
    return p->from >= 0 ? p->opt.payers[p->from].rails >> i & 1U
                        : p->opt.payer_of[i] >= 0;
}

int
payroll_payer(const struct payroll *p)
{
    if (p->opt.npayers == 0)
        return 0;
    return p->from >= 0 ? p->from
                        : p->opt.payer_of[p->row.rail - p->opt.rules->rails];
}
