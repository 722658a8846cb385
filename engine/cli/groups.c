#include "cli/groups.h"

#include "cli/phrase.h"
#include "money/money.h"

static int
note_group(void *owner, const struct short_group *one)
{
    struct run_groups *g = owner;

    if (g->n == RUN_GROUPS_MAX)
        return -1;
    g->list[g->n++] = *one;
    return 0;
}

int
groups_read(struct app *app, int64_t run_id, struct run_groups *out,
            struct err *e)
{
    enum db_status st = short_of_run(app->db, run_id, &out->as);

    out->n = 0;
    if (st == DB_OK)
        st = short_each(app->db, run_id, note_group, out);
    return st < DB_NONE ? db_fail(app->db, e, "reading the run's groups") : 0;
}

void
groups_policy(const struct run_groups *g, char *out, size_t bytes)
{
    if (g->as.policy[0] == '\0')
        snprintf(out, bytes, "everybody is paid or nobody");
    else
        snprintf(out, bytes, strcmp(g->as.policy, "priority") == 0 ?
                 "groups by %s in this order, none before those ahead of it" :
                 "whole groups by %s, each that is covered", g->as.group_by);
}

static const char *
standing(const struct short_group *g)
{
    if (g->paid_rows == g->rows)
        return "paid";
    if (g->open_minor == 0)
        return "sent";
    return g->goes ? "covered" : g->note;
}

void
groups_print(const struct run_groups *g, const char *ccy)
{
    char policy[2 * GROUP_NAME_BYTES + 64];

    if (g->as.policy[0] == '\0')
        return;
    groups_policy(g, policy, sizeof(policy));
    printf("IF MONEY IS SHORT: %s\n", policy);
    for (int i = 0; i < g->n; i++) {
        struct money m = { g->list[i].minor, { 0 } };
        char total[MONEY_TEXT_BYTES], count[PHRASE_BYTES];

        (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
        money_text(m, total);
        phrase_count(g->list[i].rows, "payment", "payments", count);
        printf("  %3lld  %-24s %14s %20s  %s\n",
               (long long)g->list[i].group_no, g->list[i].name, count, total,
               standing(&g->list[i]));
    }
}

json_t *
groups_json(const struct run_groups *g, const char *ccy)
{
    json_t *list = NULL;

    if (g->as.policy[0] == '\0')
        return json_null();
    list = json_array();
    for (int i = 0; i < g->n; i++) {
        const struct short_group *s = &g->list[i];

        json_array_append_new(list, json_pack(
            "{s:I, s:s, s:I, s:o, s:I, s:b, s:s}", "order",
            (json_int_t)s->group_no, "name", s->name, "payments",
            (json_int_t)s->rows, "total", json_money(s->minor, ccy),
            "paid", (json_int_t)s->paid_rows, "covered", s->goes,
            "waits_for", s->note));
    }
    return json_pack("{s:s, s:s, s:o}", "policy", g->as.policy, "by",
                     g->as.group_by, "groups", list);
}
