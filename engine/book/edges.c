#include "book/edges.h"

#include <assert.h>

static void
edges_add(struct edges *out, const struct state_machine *m,
          const struct state_edge *e)
{
    assert(out->n < EDGES_MAX);
    out->from[out->n] = str_of(m->states[e->from]);
    out->to[out->n] = str_of(m->states[e->to]);
    out->why[out->n] = str_of(e->why);
    out->n++;
}

void
edges_on(struct edges *out, const struct state_machine *m, int event)
{
    *out = (struct edges){ .event = m->events[event] };
    for (size_t i = 0; i < m->nedges; i++)
        if (m->edges[i].on == event)
            edges_add(out, m, &m->edges[i]);
}

void
edges_all(struct edges *out, const struct state_machine *m)
{
    *out = (struct edges){ .event = "" };
    for (size_t i = 0; i < m->nedges; i++)
        edges_add(out, m, &m->edges[i]);
}
