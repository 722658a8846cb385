#include "loaders/columns.h"
#include "loaders/payroll_priv.h"

/* By its own name, or by what such a column is called here. */
void
payroll_group_find(struct payroll *p)
{
    struct str wanted = str_trim(str_of(p->opt.group != NULL ? p->opt.group
                                        : ""));
    enum payroll_field f = columns_field(wanted);

    p->group_at = -1;
    if (p->opt.group == NULL)
        return;
    for (int i = p->facts.columns - 1; i >= 0; i--)
        if (str_ieq(p->columns[i].header, wanted))
            p->group_at = i;
    if (p->group_at < 0 && f != PF_UNKNOWN)
        p->group_at = p->at[f];
    if (p->group_at < 0)
        payroll_note(p, "PR-CSV-046",
                     (struct payroll_where){ .line = p->rec->line,
                                             .field = PF_UNKNOWN,
                                             .value = wanted },
                     "no column is called \"%.*s\"", STR_ARG(wanted));
}

static bool
is_priority(struct str s)
{
    int n = 0;

    if (!payroll_digits(s) || s.p[0] == '0')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        n = n * 10 + (s.p[i] - '0');
        if (n > PRIORITY_MAX)
            return false;
    }
    return true;
}

/* An empty cell is a mistake: who is paid together is approved, and nobody
 * would approve what nobody said. */
void
payroll_group_take(struct payroll *p)
{
    struct payroll_where w = { .line = p->rec->line, .field = PF_UNKNOWN,
                               .column = p->group_at + 1 };

    p->row.group = (struct str){ NULL, 0 };
    if (p->opt.group == NULL || p->group_at < 0 || p->group_at >= p->rec->n)
        return;
    w.value = p->row.group = columns_cell(p->rec->fields[p->group_at].text);
    if (w.value.len == 0)
        payroll_note(p, "PR-CSV-112", w, "the column \"%.*s\" is empty here",
                     STR_ARG(p->columns[p->group_at].header));
    else if (p->opt.priority && !is_priority(w.value))
        payroll_note(p, "PR-CSV-113", w, "\"%.*s\" in the column \"%.*s\"",
                     STR_ARG(str_cut(w.value, GROUP_NAME_BYTES)),
                     STR_ARG(p->columns[p->group_at].header));
    else if (w.value.len >= GROUP_NAME_BYTES)
        payroll_note(p, "PR-CSV-114", w, "%zu bytes; %d are taken at most",
                     w.value.len, GROUP_NAME_BYTES - 1);
}
