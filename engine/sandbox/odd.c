#include "sandbox/odd.h"

bool
odd_asked(const struct switches *sw)
{
    return sw->line_bulk || sw->line_omit > 0 || sw->line_amount > 0
        || sw->line_again > 0 || sw->line_charge > 0 || sw->line_unknown > 0
        || sw->line_late_s > 0;
}

void
odd_release(struct odd_lines *o)
{
    free(o->list);
    o->list = NULL;
    o->n = o->cap = 0;
}

static struct odd_line *
add(struct odd_lines *o, const struct line *line, int copy)
{
    if (o->n == o->cap) {
        size_t wide = o->cap == 0 ? 256 : o->cap * 2;
        struct odd_line *more = reallocarray(o->list, wide, sizeof(*more));

        if (more == NULL) {
            o->short_of_memory = true;
            return NULL;
        }
        o->list = more;
        o->cap = wide;
    }
    o->list[o->n] = (struct odd_line){ *line, line->entry->at_us, copy };
    if (line->entry->kind == ENTRY_FILE)
        o->list[o->n].at_us += o->switches->line_late_s * 1000000;
    return &o->list[o->n++];
}

/* Of a file in bulk: all payments are one line, all charges another. */
static bool
joined(struct odd_lines *o, const struct line *line)
{
    for (size_t i = o->n; i > 0; i--) {
        struct line *l = &o->list[i - 1].line;

        if (l->entry != line->entry)
            return false;
        if (l->type != line->type)
            continue;
        l->value_minor += line->value_minor;
        l->number = line->number;
        return true;
    }
    return false;
}

/* After charges of all payments comes the balance before all charges. */
static void
settle(struct odd_lines *o)
{
    for (size_t i = 0; i + 1 < o->n; i++) {
        struct line *late = &o->list[i].line, *early = &o->list[i + 1].line;

        if (late->entry == early->entry && late->entry->kind == ENTRY_FILE)
            early->running_minor = late->running_minor - late->value_minor;
    }
}

static bool
nth(const struct line *line, int64_t n)
{
    return n > 0 && (line->item + 1) % n == 0;
}

static void
gather(void *owner, const struct line *line)
{
    struct odd_lines *o = owner;
    const struct switches *sw = o->switches;
    bool payment = line->entry->kind == ENTRY_FILE && line->type != LINE_CHARGE;
    struct odd_line *l = NULL;

    if (line->entry->kind != ENTRY_FILE) {
        add(o, line, 0);
        return;
    }
    if (sw->line_bulk) {
        if (!joined(o, line) && (l = add(o, line, 0)) != NULL)
            l->line.item = -1;
        return;
    }
    if (payment && nth(line, sw->line_omit))
        return;
    if (payment && nth(line, sw->line_unknown))
        add(o, line, 2);
    if (payment && nth(line, sw->line_again)
        && (l = add(o, line, 1)) != NULL)
        l->line.running_minor += line->value_minor;
    if ((l = add(o, line, 0)) == NULL)
        return;
    if (nth(line, payment ? sw->line_amount : sw->line_charge))
        l->line.value_minor -= 100;
}

int
odd_gather(struct odd_lines *o, const struct books *b,
           const struct switches *sw, const struct line_ask *ask)
{
    *o = (struct odd_lines){ .switches = sw };
    statement_walk(b, ask, 0, UINT64_MAX, gather, o);
    if (sw->line_bulk)
        settle(o);
    return o->short_of_memory ? -1 : 0;
}
