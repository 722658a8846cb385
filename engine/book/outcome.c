#include "book/outcome.h"

#include "book/edges.h"
#include "book/outcome_new.h"
#include "db/sql.h"

static enum db_status
lock_batch(struct db *db, int64_t batch_id)
{
    const struct db_arg args[] = { A_I64(batch_id) };

    return db_do(db, sql_batch_lock, args, LEN(args));
}

/* What was said, turned on its side: one array a column. */
struct columns {
    size_t n;
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
}

static int
columns_make(struct columns *c, const struct said *said)
{
    size_t n = (size_t)said->n;

    c->seq = calloc(n, sizeof(*c->seq));
    c->charge = calloc(n, sizeof(*c->charge));
    c->state = calloc(n, sizeof(*c->state));
    c->code = calloc(n, sizeof(*c->code));
    c->reason = calloc(n, sizeof(*c->reason));
    c->receipt = calloc(n, sizeof(*c->receipt));
    if (c->seq == NULL || c->charge == NULL || c->state == NULL
        || c->code == NULL || c->reason == NULL || c->receipt == NULL)
        return -1;
    for (int seq = said->least; seq <= said->most; seq++)
        if (said->by_seq[seq] != NULL)
            columns_add(c, said->by_seq[seq]);
    return 0;
}

static enum db_status
judge(struct db *db, int64_t batch_id, int event_no, const struct said *said,
      const struct columns *c, struct settled *out)
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
        A_I64(said->least), A_I64(said->most)
    };
    const struct db_col cols[] = {
        C_INT("new_rows", &out->new_rows),
        C_INT("healed_rows", &out->healed_rows),
        C_INT("conflicts", &out->conflicts),
        C_INT("news", &out->news)
    };

    return db_one(db, sql_outcomes_settle, args, LEN(args), cols, LEN(cols));
}

static enum db_status
judge_all(struct db *db, int64_t batch_id, int event_no,
          const struct said *said, struct settled *out)
{
    struct columns c = { 0 };
    enum db_status st = DB_HARD;

    if (columns_make(&c, said) == 0)
        st = judge(db, batch_id, event_no, said, &c, out);
    columns_release(&c);
    return st;
}

static void
said_make(struct said *s, const struct outcome *list, size_t n)
{
    *s = (struct said){ 0 };
    for (size_t i = 0; i < n; i++) {
        int seq = list[i].seq;

        if (seq < 1 || seq > BATCH_ROWS_MAX || s->by_seq[seq] != NULL)
            continue;           /* no instruction has it, or it has an answer */
        s->by_seq[seq] = &list[i];
        if (s->n++ == 0 || seq < s->least)
            s->least = seq;
        if (seq > s->most)
            s->most = seq;
    }
}

/*
 * The lock comes in a statement of its own, so that the next one sees what
 * whoever held it before has committed.
 */
enum db_status
outcomes_settle(struct db *db, const struct batch *b, int event_no,
                const struct outcome *list, size_t n, struct settled *out)
{
    struct said said;
    bool done = false;
    enum db_status st = DB_OK;

    *out = (struct settled){ 0 };
    said_make(&said, list, n);
    if (said.n == 0)
        return DB_OK;
    if ((st = lock_batch(db, b->batch_id)) != DB_OK)
        return st;
    if (said.n >= SETTLE_COPY_ROWS)
        st = outcome_new_store(db, b->batch_id, event_no, &said, out, &done);
    if (st == DB_OK && !done)
        st = judge_all(db, b->batch_id, event_no, &said, out);
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
