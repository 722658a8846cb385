#include "cli/cmds.h"

#include <inttypes.h>

#include "money/money.h"

const struct opt states_opts[] = {
    { "dot", NULL, "as a drawing for graphviz", false },
    { NULL, NULL, NULL, false }
};

struct listing { json_t *list; bool json; int n; };

static int
note_run(void *owner, const struct run *r)
{
    struct listing *l = owner;
    struct money total = { r->minor, { 0 } };
    char text[MONEY_TEXT_BYTES], rows[MONEY_TEXT_BYTES];

    l->n++;
    if (l->json)
        return json_array_append_new(l->list, json_run(r));
    str_copy(total.ccy, sizeof(total.ccy), str_of(r->ccy));
    money_text(total, text);
    money_count(r->rows, rows);
    printf("%-14s %-10s %-8s %9s %24s  %s%s\n", r->ref,
           run_state_name(r->state), r->kind, rows, text, r->account,
           r->live ? "  LIVE" : "");
    return 0;
}

int
cmd_list(struct app *app, struct err *e)
{
    struct listing l = { json_array(), app->json, 0 };

    if (app_db(app, e) < 0 || run_each(app->db, note_run, &l, e) < 0) {
        json_decref(l.list);
        return -1;
    }
    if (app->json)
        return app_json(app, json_pack("{s:o}", "runs", l.list), e);
    json_decref(l.list);
    if (l.n == 0)
        puts("no runs yet; the first: payrun upload FILE --period YYYY-MM");
    return 0;
}

static json_t *
json_machine(const struct state_machine *m)
{
    json_t *edges = json_array();

    for (size_t i = 0; i < m->nedges; i++) {
        const struct state_edge *g = &m->edges[i];

        json_array_append_new(edges,
            json_pack("{s:s, s:s, s:s, s:s}", "from", m->states[g->from],
                      "on", m->events[g->on], "to", m->states[g->to],
                      "why", g->why));
    }
    return edges;
}

static void
print_machine(const struct state_machine *m, bool dot)
{
    printf(dot ? "digraph %s {\n" : "%s\n", m->name);
    for (size_t i = 0; i < m->nedges; i++) {
        const struct state_edge *g = &m->edges[i];

        printf(dot ? "  %s -> %s [label=\"%s: %s\"];\n" :
                     "  %-10s -> %-10s  %-18s %s\n",
               m->states[g->from], m->states[g->to], m->events[g->on], g->why);
    }
    puts(dot ? "}" : "");
}

int
cmd_states(struct app *app, struct err *e)
{
    static const struct state_machine *const all[] = {
        &machine_run, &machine_batch, &machine_outcome, &machine_evidence
    };
    json_t *root = json_object();

    for (size_t i = 0; i < LEN(all); i++) {
        if (app->json)
            json_object_set_new(root, all[i]->name, json_machine(all[i]));
        else
            print_machine(all[i], args_has(&app->args, "dot"));
    }
    if (app->json)
        return app_json(app, root, e);
    json_decref(root);
    return 0;
}
