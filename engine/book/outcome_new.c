#include "book/outcome_new.h"

#include "db/column.h"
#include "db/copy.h"
#include "db/sql.h"

/*
 * Nearly every answer is the first one, and then there is nothing to join, to
 * compare or to explain: amounts are read, rows are copied, sums are added.  It
 * takes half of the server's time of the statement that can do everything.
 */

#define CCY_BYTES    3
#define STATES       (OUTCOME_REVERSED + 1)
#define COPY_COLUMNS 11

/* The batch's lines, by seq: copied, because COPY is another statement. */
struct fresh {
    int64_t batch_id;
    int event_no;
    const struct said *said;
    int64_t minor[BATCH_ROWS_MAX + 1];      /* 0: there is no such line       */
    char ccy[BATCH_ROWS_MAX + 1][CCY_BYTES];
    char at[sizeof(int64_t)];               /* the time, as the server has it */
    int64_t rows[STATES], sums[STATES];
};

/* May it be the first that is said of an instruction, which counts as in doubt
 * until then? */
static bool
may_be_first(enum outcome_state to)
{
    const struct state_machine *m = &machine_outcome;

    for (size_t i = 0; i < m->nedges; i++)
        if (m->edges[i].from == m->first && m->edges[i].to == (int)to)
            return true;
    return (int)to == m->first;
}

static bool
all_may_be_first(const struct said *s)
{
    bool may[STATES];

    for (int i = 0; i < STATES; i++)
        may[i] = may_be_first((enum outcome_state)i);
    for (int seq = s->least; seq <= s->most; seq++)
        if (s->by_seq[seq] != NULL && !may[s->by_seq[seq]->state])
            return false;
    return true;
}

static size_t
seqs_in(struct str list)
{
    return list.len / sizeof(int16_t);
}

static bool
is_known(const struct said *s, struct str known)
{
    for (size_t i = 0; i < seqs_in(known); i++)
        if (s->by_seq[column_i16(known, i)] != NULL)
            return true;
    return false;
}

/* DB_NONE: something that is spoken of has an outcome. */
static enum db_status
read_lines(struct db *db, struct fresh *f)
{
    struct str seq, minor, ccy, known, at;
    const struct db_arg args[] = {
        A_I64(f->batch_id), A_I64(f->said->least), A_I64(f->said->most)
    };
    const struct db_col cols[] = {
        C_BYTES_NULL("seq", &seq), C_BYTES_NULL("minor", &minor),
        C_BYTES_NULL("ccy", &ccy), C_BYTES_NULL("known", &known),
        C_BYTES("at", &at)
    };
    enum db_status st = db_one(db, sql_outcomes_asked, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    if (minor.len != seqs_in(seq) * sizeof(*f->minor)
        || ccy.len != seqs_in(seq) * CCY_BYTES || at.len != sizeof(f->at))
        return DB_HARD;         /* the columns do not belong together */
    if (is_known(f->said, known))
        return DB_NONE;
    memcpy(f->at, at.p, at.len);
    for (size_t i = 0; i < seqs_in(seq); i++) {
        int n = column_i16(seq, i);

        f->minor[n] = column_i64(minor, i);
        memcpy(f->ccy[n], ccy.p + i * CCY_BYTES, CCY_BYTES);
    }
    return DB_OK;
}

static struct str
text(const char *s)
{
    return s != NULL ? str_of(s) : STR("");
}

/* In the order of queries/copy_outcome.sql. */
static void
copy_row(struct db_copy *c, const struct fresh *f, const struct outcome *o)
{
    const struct str nothing = { NULL, 0 };

    db_copy_row(c);
    db_copy_i64(c, f->batch_id);
    db_copy_i16(c, (int16_t)o->seq);
    db_copy_text(c, str_of(outcome_state_name(o->state)));
    db_copy_i64(c, f->minor[o->seq]);
    db_copy_text(c, (struct str){ f->ccy[o->seq], CCY_BYTES });
    db_copy_text(c, text(o->code));
    db_copy_text(c, text(o->reason));
    db_copy_text(c, text(o->receipt).len > 0 ? text(o->receipt) : nothing);
    db_copy_i64(c, o->charge_minor);
    if (f->event_no != 0)
        db_copy_i32(c, f->event_no);
    else
        db_copy_text(c, nothing);
    db_copy_bytes(c, (struct str){ f->at, sizeof(f->at) });
}

static enum db_status
copy_all(struct db *db, struct fresh *f)
{
    const struct said *s = f->said;
    struct db_copy copy;
    enum db_status st = db_copy_begin(&copy, db, sql_copy_outcome,
                                      COPY_COLUMNS);

    if (st != DB_OK)
        return st;
    for (int seq = s->least; seq <= s->most; seq++) {
        const struct outcome *o = s->by_seq[seq];

        if (o == NULL || f->minor[seq] == 0)
            continue;
        copy_row(&copy, f, o);
        f->rows[o->state]++;
        f->sums[o->state] += f->minor[seq];
    }
    return db_copy_end(&copy);
}

static enum db_status
count(struct db *db, const struct fresh *f)
{
    const struct db_arg args[] = {
        A_I64(f->batch_id),
        A_I64(f->rows[OUTCOME_PAID]), A_I64(f->sums[OUTCOME_PAID]),
        A_I64(f->rows[OUTCOME_FAILED]), A_I64(f->sums[OUTCOME_FAILED]),
        A_I64(f->rows[OUTCOME_IN_DOUBT]), A_I64(f->sums[OUTCOME_IN_DOUBT]),
        A_I64(f->rows[OUTCOME_CANCELLED]), A_I64(f->sums[OUTCOME_CANCELLED])
    };

    return db_do(db, sql_outcomes_count, args, LEN(args));
}

enum db_status
outcome_new_store(struct db *db, int64_t batch_id, int event_no,
                  const struct said *said, struct settled *out, bool *done)
{
    struct fresh *f = NULL;
    enum db_status st = DB_OK;

    *done = false;
    if (!all_may_be_first(said))
        return DB_OK;
    if ((f = calloc(1, sizeof(*f))) == NULL)
        return DB_HARD;
    f->batch_id = batch_id;
    f->event_no = event_no;
    f->said = said;
    if ((st = read_lines(db, f)) == DB_OK) {
        *done = true;
        if ((st = copy_all(db, f)) == DB_OK && (st = count(db, f)) == DB_OK)
            for (int i = 0; i < STATES; i++)
                out->new_rows += (int)f->rows[i];
    }
    free(f);
    return st == DB_NONE ? DB_OK : st;
}
