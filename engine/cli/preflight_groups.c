#include "cli/preflight_groups.h"

#include <stdlib.h>

#include "db/sql.h"
#include "money/money.h"

struct want {
    int64_t group_no;
    char    name[GROUP_NAME_BYTES];
    int64_t need[CONFIG_ACCOUNTS_MAX];      /* by place in the parts          */
};

struct wants {
    struct want *list;
    int     n, part;
    int64_t group_no, minor, charges;
    char    name[GROUP_NAME_BYTES];
};

/* Kept in the order of the groups, whichever account is read first. */
static int
note_want(void *owner)
{
    struct wants *w = owner;
    int at = 0;

    while (at < w->n && w->list[at].group_no < w->group_no)
        at++;
    if (at == w->n || w->list[at].group_no != w->group_no) {
        if (w->n == RUN_GROUPS_MAX)
            return -1;
        memmove(&w->list[at + 1], &w->list[at],
                (size_t)(w->n - at) * sizeof(*w->list));
        w->list[at] = (struct want){ .group_no = w->group_no };
        memcpy(w->list[at].name, w->name, sizeof(w->name));
        w->n++;
    }
    w->list[at].need[w->part] = w->minor + w->charges;
    return 0;
}

static enum db_status
read_wants(struct db *db, int64_t run_id, const struct preflight_parts *parts,
           struct wants *w)
{
    enum db_status st = DB_OK;

    for (w->part = 0; w->part < parts->n && st >= DB_NONE; w->part++) {
        const struct db_arg args[] = {
            A_I64(parts->list[w->part].account_id), A_I64(run_id)
        };
        const struct db_col cols[] = {
            C_I64("group_no", &w->group_no), C_TEXT("name", w->name),
            C_I64("minor", &w->minor), C_I64("charges", &w->charges)
        };

        st = db_each(db, sql_short_need, args, LEN(args), cols, LEN(cols),
                     note_want, w);
    }
    return st;
}

/* What the accounts lack for it; 0: they cover it, and it is set aside. */
static int64_t
lacks(struct preflight *p, const struct preflight_parts *parts,
      const struct want *w)
{
    int64_t less = 0;

    for (int i = 0; i < parts->n; i++) {
        int64_t have = p->wallets[parts->place[i]].free_minor;

        have = have > 0 ? have : 0;
        if (p->wallets[parts->place[i]].known && have < w->need[i])
            less += w->need[i] - have;
    }
    for (int i = 0; i < parts->n && less == 0; i++)
        p->wallets[parts->place[i]].free_minor -= w->need[i];
    return less;
}

/* What is missing for all that waits: what each account needs for it beside
 * what it has left. */
static int64_t
missing(const struct preflight *p, const struct preflight_parts *parts,
        const struct wants *w, const bool *goes)
{
    int64_t less = 0;

    for (int i = 0; i < parts->n; i++) {
        int64_t have = p->wallets[parts->place[i]].free_minor, need = 0;

        for (int k = 0; k < w->n; k++)
            need += goes[k] ? 0 : w->list[k].need[i];
        have = have > 0 ? have : 0;
        if (p->wallets[parts->place[i]].known && have < need)
            less += need - have;
    }
    return less;
}

/* "Sales, Kitchen"; what does not fit is counted by the dots. */
static void
names(const struct wants *w, const bool *goes, bool which, char *out,
      size_t bytes)
{
    size_t at = 0;

    out[0] = '\0';
    for (int i = 0; i < w->n && at + GROUP_NAME_BYTES + 8 < bytes; i++)
        if (goes[i] == which)
            at += (size_t)snprintf(out + at, bytes - at, "%s%s",
                                   at > 0 ? ", " : "", w->list[i].name);
    if (at + GROUP_NAME_BYTES + 8 >= bytes)
        snprintf(out + at, bytes - at, " ...");
}

static void
tell(struct preflight *p, const struct wants *w, const bool *goes, int ngo)
{
    char go[ERR_TEXT_BYTES / 3], wait[ERR_TEXT_BYTES / 3];
    char less[MONEY_TEXT_BYTES];
    struct money m = { .minor = p->short_minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(p->short_ccy));
    money_text(m, less);
    names(w, goes, true, go, sizeof(go));
    names(w, goes, false, wait, sizeof(wait));
    if (ngo == w->n)
        p->groups[0] = '\0';
    else
        snprintf(p->groups, sizeof(p->groups), "%s%s%swould wait: %s; %s are "
                 "missing with charges", ngo > 0 ? "would be paid: " : "",
                 go, ngo > 0 ? "; " : "", wait, less);
}

int
preflight_groups(struct preflight *p, const struct run *run,
                 const struct run_short *as,
                 const struct preflight_parts *parts,
                 char why[ERR_TEXT_BYTES], struct err *e)
{
    struct wants w = { .list = calloc(RUN_GROUPS_MAX, sizeof(*w.list)) };
    bool goes[RUN_GROUPS_MAX] = { false }, behind = false;
    int ngo = 0;

    if (w.list == NULL)
        return err_oom(e);
    if (read_wants(p->app->db, run->run_id, parts, &w) < DB_NONE) {
        free(w.list);
        return db_fail(p->app->db, e, "reading the run's groups");
    }
    for (int i = 0; i < w.n; i++) {
        goes[i] = !behind && lacks(p, parts, &w.list[i]) == 0;
        behind = behind || (!goes[i] && strcmp(as->policy, "priority") == 0);
        ngo += goes[i];
    }
    p->short_minor = missing(p, parts, &w, goes);
    (void)str_copy(p->short_ccy, sizeof(p->short_ccy), str_of(run->ccy));
    tell(p, &w, goes, ngo);
    free(w.list);
    if (ngo > 0 || w.n == 0)
        return 0;
    snprintf(why, ERR_TEXT_BYTES, "no group is covered; %.450s", p->groups);
    return 1;
}
