#include "intake/groups.h"

#include <stdlib.h>

#include "intake/cut.h"
#include "intake/routing.h"

#define PRIORITY_COLUMN "priority"

static int
check_policy(const char *policy, const char *column, struct err *e)
{
    bool stop = strcmp(policy, "stop") == 0;

    if (!stop && strcmp(policy, "groups") != 0
        && strcmp(policy, "priority") != 0) {
        err_set(e, ERR_USAGE, "--if-short takes stop, groups or priority, not "
                "\"%.100s\".", policy);
        return err_fix(e, "stop: everybody or nobody; groups: each group that "
                       "is covered whole; priority: the groups in order.");
    }
    if (stop && column != NULL) {
        err_set(e, ERR_USAGE, "--groups is for --if-short groups or priority.");
        return err_fix(e, "Say which; without --if-short the run is paid whole "
                       "or not at all.");
    }
    if (strcmp(policy, "groups") == 0 && column == NULL) {
        err_set(e, ERR_USAGE, "--if-short groups needs the column that names "
                "the group.");
        return err_fix(e, "--if-short groups --groups department");
    }
    return 0;
}

int
groups_ask(struct groups *g, const struct intake_order *o, struct err *e)
{
    const char *policy = o->if_short != NULL ? o->if_short : "stop";
    const char *column = o->groups;

    groups_release(g);
    if (check_policy(policy, column, e) < 0)
        return -1;
    if (strcmp(policy, "stop") == 0)
        return 0;
    if (column == NULL) {
        column = PRIORITY_COLUMN;
        g->priority = true;
    }
    if (str_copy(g->as.group_by, sizeof(g->as.group_by),
                 str_trim(str_of(column))) < 0 || g->as.group_by[0] == '\0')
        return err_set(e, ERR_USAGE, "--groups takes the name of a column, of "
                       "1 to %d bytes.", GROUP_NAME_BYTES - 1);
    (void)str_copy(g->as.policy, sizeof(g->as.policy), str_of(policy));
    return 0;
}

static bool
is_it(const struct groups *g, int i, struct str name)
{
    return i < g->n && str_ieq(str_of(g->list[i].name), name);
}

/* Its place in the order; the loader let only whole numbers through. */
static int64_t
number(const struct groups *g, struct str name)
{
    int64_t no = 0;

    if (!g->priority)
        return g->n + 1;
    for (size_t i = 0; i < name.len; i++)
        no = no * 10 + (name.p[i] - '0');
    return no;
}

int
groups_at(struct groups *g, struct str name, struct err *e)
{
    if (is_it(g, g->last, name))        /* files come sorted, as a rule */
        return g->last;
    for (g->last = 0; g->last < g->n; g->last++)
        if (is_it(g, g->last, name))
            return g->last;
    if (g->n == RUN_GROUPS_MAX) {
        err_set(e, ERR_DATA, "The column \"%s\" has more than %d different "
                "values.", g->as.group_by, RUN_GROUPS_MAX);
        return err_fix(e, "Group by a column with fewer, such as the "
                       "department.");
    }
    if (g->list == NULL
        && (g->list = calloc(RUN_GROUPS_MAX, sizeof(*g->list))) == NULL)
        return err_oom(e);
    g->list[g->n].no = number(g, name);
    (void)str_copy(g->list[g->n].name, GROUP_NAME_BYTES, name);
    return g->n++;
}

static enum db_status
store_one(struct db *db, const struct group *g, int64_t run_id,
          const struct cut_share *share, int64_t account_id)
{
    struct short_group part = { .group_no = g->no, .rows = share->rows,
                                .minor = share->minor };

    if (share->rows == 0)
        return DB_OK;
    memcpy(part.name, g->name, sizeof(part.name));
    return short_group_add(db, run_id, &part, account_id);
}

enum db_status
groups_store(struct db *db, const struct groups *g, int64_t run_id,
             const struct cut *c)
{
    const struct routing *r = c->routing;
    int n = r != NULL ? r->naccounts : 1;
    enum db_status st = g->n == 0 ? DB_OK : short_add(db, run_id, &g->as);

    for (int i = 0; i < g->n * n && st >= 0; i++) {
        const struct account *a = r != NULL ? r->account[i % n] : c->account;
        struct cut_share share;

        cut_share(c, a, i / n, &share);
        st = store_one(db, &g->list[i / n], run_id, &share, a->account_id);
    }
    return st;
}

void
groups_release(struct groups *g)
{
    free(g->list);
    *g = (struct groups){ 0 };
}
