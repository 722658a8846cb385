#include "sandbox/statement.h"

#include "sandbox/books.h"

static const char *const types[] = {
    [LINE_SALE] = "SALE",     [LINE_ADJUSTMENT] = "ADJUSTMENT",
    [LINE_PAYOUT] = "PAYOUT", [LINE_CHARGE] = "CHARGE",
    [LINE_AIRTIME] = "AIRTIME", [LINE_DEPOSIT] = "DEPOSIT",
};

const char *
statement_type_name(enum line_type t)
{
    return types[t];
}

int
statement_type_read(int64_t *out, struct str name)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_eq(str_of(types[i]), name)) {
            *out = (int64_t)i;
            return 0;
        }
    return -1;
}

void
statement_release(struct statement *s)
{
    free(s->list);
    *s = (struct statement){ 0 };
}

int
statement_add(struct statement *s, const struct entry *e)
{
    if (s->n == s->cap) {
        uint32_t wide = s->cap == 0 ? 64 : s->cap * 2;
        struct entry *p = reallocarray(s->list, wide, sizeof(*p));

        if (p == NULL)
            return -1;
        s->list = p;
        s->cap = wide;
    }
    /* Lines are numbered, although only entries are kept: their ids follow
     * from their numbers. */
    s->list[s->n] = *e;
    s->list[s->n++].first = s->nlines + 1;
    s->nlines += e->payouts + e->charges;
    return 0;
}

/* Of all lines of an entry but a file's charges. */
static enum line_type
entry_type(const struct books *b, const struct entry *e)
{
    switch (e->kind) {
    case ENTRY_FILE:
        return strcmp(b->files[e->about]->rail->name, "AIRTIME") == 0
            ? LINE_AIRTIME : LINE_PAYOUT;
    case ENTRY_GIVEN:
        return LINE_DEPOSIT;
    case ENTRY_SALE:
        return LINE_SALE;
    case ENTRY_SALE_CHARGE:
        return LINE_CHARGE;
    case ENTRY_TRANSFER:
    case ENTRY_BACK:
    case ENTRY_REFUND:
        return LINE_ADJUSTMENT;
    }
    return LINE_ADJUSTMENT;
}

static bool
entry_asked(const struct entry *e, const struct line_ask *ask)
{
    return (ask->wallet < 0 || e->wallet == ask->wallet)
        && e->at_us >= ask->since_us
        && (ask->until_us == 0 || e->at_us < ask->until_us);
}

/* How many of its lines are asked for. */
static uint64_t
entry_count(const struct books *b, const struct entry *e,
            const struct line_ask *ask)
{
    if (!entry_asked(e, ask))
        return 0;
    return (ask->type < 0 || ask->type == (int64_t)entry_type(b, e)
            ? e->payouts : 0)
        + (ask->type < 0 || ask->type == LINE_CHARGE ? e->charges : 0);
}

uint64_t
statement_count(const struct books *b, const struct line_ask *ask)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < b->statement.n; i++)
        n += entry_count(b, &b->statement.list[i], ask);
    return n;
}

/* A walk through lines, newest first. */
struct walk {
    const struct books *books;
    const struct line_ask *ask;
    uint64_t skip, take;
    statement_each each;
    void    *owner;
};

static void
walk_line(struct walk *w, const struct line *line)
{
    if (w->ask->type >= 0 && w->ask->type != (int64_t)line->type)
        return;
    if (w->skip > 0) {
        w->skip--;
    } else if (w->take > 0) {
        w->take--;
        w->each(w->owner, line);
    }
}

/* Backwards through a file: each payment's charge stands behind it. */
static void
walk_file(struct walk *w, const struct entry *e)
{
    const struct payfile *f = w->books->files[e->about];
    struct line line = { .entry = e };
    int64_t running = e->running_minor + e->value_minor;
    uint64_t number = e->first + e->payouts + e->charges;

    for (int i = f->nitems - 1; i >= 0 && w->take > 0; i--) {
        const struct item *it = &f->items[i];

        /* TF105 is on the statement when its money moved: it is how a client
         * finds out. */
        if (!it->moved)
            continue;
        line.item = i;
        if (it->charge_minor > 0) {
            line.type = LINE_CHARGE;
            line.number = --number;
            line.value_minor = -it->charge_minor;
            line.running_minor = running;
            running += it->charge_minor;
            walk_line(w, &line);
        }
        line.type = entry_type(w->books, e);
        line.number = --number;
        line.value_minor = -it->amount_minor;
        line.running_minor = running;
        running += it->amount_minor;
        walk_line(w, &line);
    }
}

void
statement_walk(const struct books *b, const struct line_ask *ask,
               uint64_t skip, uint64_t take, statement_each each, void *owner)
{
    struct walk w = { b, ask, skip, take, each, owner };

    for (uint32_t i = b->statement.n; i > 0 && w.take > 0; i--) {
        const struct entry *e = &b->statement.list[i - 1];
        uint64_t n = entry_count(b, e, ask);

        /* A whole file is passed over without a look at its payments. */
        if (n <= w.skip) {
            w.skip -= n;
        } else if (e->kind == ENTRY_FILE) {
            walk_file(&w, e);
        } else {
            walk_line(&w, &(struct line){
                e, entry_type(b, e), e->first, -1, e->value_minor,
                e->running_minor + e->value_minor });
        }
    }
}
