/*
 * settle DATABASE-URL RUN-REF: give every payment of the run its final answer, as
 * a worker does: 5000 in a statement, one transaction a batch.
 */
#include "book/batch.h"
#include "book/outcome.h"
#include "db/txn.h"

#define LIST_SQL "SELECT batch_id, b.rows FROM batch b JOIN run USING (run_id)" \
                 " WHERE ref = $1 ORDER BY batch_id"
#define BATCHES_MAX 10000

struct settle {
    int64_t batch_id;           /* of the row being read */
    int     rows;
    struct batch batches[BATCHES_MAX];
    int     n;
    const struct batch *now;
    struct outcome list[BATCH_ROWS_MAX];
};

static int
keep_batch(void *owner)
{
    struct settle *s = owner;

    if (s->n == BATCHES_MAX)
        return -1;
    s->batches[s->n++] = (struct batch){ .batch_id = s->batch_id,
                                         .rows = s->rows };
    return 0;
}

static enum db_status
settle_one(struct db *db, void *owner)
{
    struct settle *s = owner;
    struct settled out;
    enum db_status st = outcomes_settle(db, s->now, 1, s->list,
                                        (size_t)s->now->rows, &out);

    return st == DB_OK && out.new_rows != s->now->rows ? DB_HARD : st;
}

int
main(int argc, char **argv)
{
    static struct settle s;
    static char receipts[BATCH_ROWS_MAX][16];
    struct err e = { 0 };
    struct db *db = argc == 3 ? db_open(argv[1], &e) : NULL;
    const struct db_arg args[] = { A_TEXT(argc == 3 ? argv[2] : "") };
    const struct db_col cols[] = {
        C_I64("batch_id", &s.batch_id), C_INT("rows", &s.rows)
    };

    if (db == NULL || db_each(db, LIST_SQL, args, LEN(args), cols, LEN(cols),
                              keep_batch, &s) != DB_OK) {
        fprintf(stderr, "settle DATABASE-URL RUN-REF: %s\n",
                db != NULL ? db_why(db) : e.text);
        return 1;
    }
    for (int i = 0; i < BATCH_ROWS_MAX; i++) {
        snprintf(receipts[i], sizeof(receipts[i]), "TKB%07d", i);
        s.list[i] = (struct outcome){
            .seq = i + 1, .state = OUTCOME_PAID, .code = "TS100", .reason = "",
            .receipt = receipts[i], .charge_minor = 1000
        };
    }
    for (int i = 0; i < s.n; i++) {
        s.now = &s.batches[i];
        if (db_txn(db, settle_one, &s) != DB_OK) {
            fprintf(stderr, "settle: %s\n", db_why(db));
            return 1;
        }
    }
    db_close(db);
    return 0;
}
