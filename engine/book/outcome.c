#include "book/outcome.h"

#include "book/edges.h"
#include "db/sql.h"

static enum db_status
lock_batch(struct db *db, int64_t batch_id)
{
    const struct db_arg args[] = { A_I64(batch_id) };

    return db_do(db, sql_batch_lock, args, LEN(args));
}

/* The list, turned on its side: one array a column.  Each instruction once: the
 * first answer for it counts. */
struct columns {
    size_t n;
    int least, most;            /* of seq */
    int32_t *seq;
    int64_t *charge;
    struct str *state, *code, *reason, *receipt;
};

static void
columns_release(struct columns *c)
{
    free(c->seq);
    free(c->charge);
    free(c->state);
    free(c->code);
    free(c->reason);
    free(c->receipt);
}

static struct str
text(const char *s)
{
    return s != NULL ? str_of(s) : STR("");
}

static void
columns_add(struct columns *c, const struct outcome *o)
{
    size_t i = c->n++;

    c->seq[i] = o->seq;
    c->charge[i] = o->charge_minor;
    c->state[i] = str_of(outcome_state_name(o->state));
    c->code[i] = text(o->code);
    c->reason[i] = text(o->reason);
    c->receipt[i] = text(o->receipt);
    if (i == 0 || o->seq < c->least)
        c->least = o->seq;
    if (o->seq > c->most)
        c->most = o->seq;
}

static int
columns_make(struct columns *c, const struct outcome *list, size_t n)
{
    bool said[BATCH_ROWS_MAX + 1] = { false };

    c->seq = calloc(n, sizeof(*c->seq));
    c->charge = calloc(n, sizeof(*c->charge));
    c->state = calloc(n, sizeof(*c->state));
    c->code = calloc(n, sizeof(*c->code));
    c->reason = calloc(n, sizeof(*c->reason));
    c->receipt = calloc(n, sizeof(*c->receipt));
    if (c->seq == NULL || c->charge == NULL || c->state == NULL
        || c->code == NULL || c->reason == NULL || c->receipt == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        int seq = list[i].seq;

        if (seq < 1 || seq > BATCH_ROWS_MAX || said[seq])
            continue;           /* no instruction has it, or it has an answer */
        said[seq] = true;
        columns_add(c, &list[i]);
    }
    return 0;
}

static enum db_status
settle(struct db *db, int64_t batch_id, int event_no, const struct columns *c,
       struct settled *out)
{
    struct edges e;
    size_t n = c->n;

    edges_all(&e, &machine_outcome);
    const struct db_arg args[] = {
        A_I64(batch_id), A_I64(event_no), A_I32S(c->seq, n),
        A_TEXTS(c->state, n), A_TEXTS(c->code, n), A_TEXTS(c->reason, n),
        A_TEXTS(c->receipt, n), A_I64S(c->charge, n), A_TEXTS(e.from, e.n),
        A_TEXTS(e.to, e.n),
        A_TEXT(machine_outcome.states[machine_outcome.first]),
        A_I64(c->least), A_I64(c->most)
    };
    const struct db_col cols[] = {
        C_INT("new_rows", &out->new_rows),
        C_INT("healed_rows", &out->healed_rows),
        C_INT("conflicts", &out->conflicts),
        C_INT("news", &out->news)
    };

    return db_one(db, sql_outcomes_settle, args, LEN(args), cols, LEN(cols));
}

/*
 * The lock comes in a statement of its own, so that the next one sees what
 * whoever held it before has committed.
 */
enum db_status
outcomes_settle(struct db *db, const struct batch *b, int event_no,
                const struct outcome *list, size_t n, struct settled *out)
{
    struct columns c = { 0 };
    enum db_status st = DB_HARD;

    *out = (struct settled){ 0 };
    if (n == 0)
        return DB_OK;
    if (columns_make(&c, list, n) < 0)
        goto out;
    if ((st = lock_batch(db, b->batch_id)) == DB_OK)
        st = settle(db, b->batch_id, event_no, &c, out);
out:
    columns_release(&c);
    return st;
}

enum db_status
outcomes_settle_rest(struct db *db, const struct batch *b,
                     enum outcome_state state, const char *code,
                     const char *reason, int event_no, int *n)
{
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_TEXT(outcome_state_name(state)),
        A_STR(text(code)), A_STR(text(reason)), A_I64(event_no)
    };
    const struct db_col cols[] = { C_INT("n", n) };
    enum db_status st = lock_batch(db, b->batch_id);

    *n = 0;
    if (st != DB_OK)
        return st;
    return db_one(db, sql_outcomes_settle_rest, args, LEN(args), cols,
                  LEN(cols));
}

struct known {
    int seq, rows;
    char state[16];
    int8_t *states;
};

static int
known_row(void *owner)
{
    struct known *k = owner;
    int state = outcome_state_of(k->state);

    if (state < 0 || k->seq < 1 || k->seq > k->rows)
        return -1;
    k->states[k->seq] = (int8_t)state;
    return 0;
}

enum db_status
outcomes_known(struct db *db, const struct batch *b, int8_t *states)
{
    struct known k = { .rows = b->rows, .states = states };
    const struct db_arg args[] = { A_I64(b->batch_id) };
    const struct db_col cols[] = { C_INT("seq", &k.seq),
                                   C_TEXT("state", k.state) };

    memset(states, -1, (size_t)b->rows + 1);
    return db_each(db, sql_outcomes_known, args, LEN(args), cols, LEN(cols),
                   known_row, &k);
}
