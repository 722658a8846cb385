#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/desk.h"

#include "db/txn.h"

struct batch
desk_in_flight(struct db *db, struct account *a)
{
    struct batch b;
    struct file_answer f = { .file_alias = "A" };
    struct attempt t;

    assert_int_equal(book_claim(db, a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    snprintf(f.tracking_id, sizeof(f.tracking_id), "T-%lld",
             (long long)b.batch_id);
    assert_int_equal(batch_keep_file(db, &b, &f), DB_OK);
    assert_int_equal(batch_move(db, &b, BATCH_ON_INITIATED, "t", NULL), DB_OK);
    assert_int_equal(book_claim(db, a, BATCH_ON_CLAIM_RELEASE, &b), DB_OK);
    assert_int_equal(book_attempt(db, &b, "approve", &t), DB_OK);
    assert_int_equal(book_leave(db, &t), DB_OK);
    assert_int_equal(batch_move(db, &b, BATCH_ON_RELEASED, "t", NULL), DB_OK);
    return b;
}

struct settled
desk_said(struct db *db, const struct batch *b, int seq,
          enum outcome_state state)
{
    struct outcome o = { .seq = seq, .state = state, .code = "X",
                         .reason = "r", .receipt = "R" };
    struct settled out;

    assert_int_equal(db_begin(db), DB_OK);
    assert_int_equal(outcomes_settle(db, b, 0, &o, 1, &out), DB_OK);
    assert_int_equal(db_commit(db), DB_OK);
    return out;
}

int
desk_propose(struct db *db, const struct batch *b, int seq,
             enum outcome_state says, int64_t *id, struct err *e)
{
    const struct evidence_say say = {
        .batch_id = b->batch_id, .seq = seq, .says = says, .note = "a letter",
        .receipt = says == OUTCOME_PAID ? "Q" : "",
        .reason = says == OUTCOME_PAID ? "" : "never credited"
    };

    *e = (struct err){ 0 };
    return evidence_propose(db, &say, BOOK_MAKER, id, e);
}

int
desk_agree(struct db *db, int64_t id, struct err *e)
{
    struct evidence_done done;

    *e = (struct err){ 0 };
    return evidence_agree(db, id, BOOK_CHECKER, &done, e);
}

void
desk_decide(struct db *db, const struct batch *b, int seq,
            enum outcome_state says)
{
    struct err e = { 0 };
    int64_t id = 0;

    if (desk_propose(db, b, seq, says, &id, &e) < 0
        || desk_agree(db, id, &e) < 0)
        fail_msg("row %d: %s", seq, e.text);
}

void
desk_is_state(struct db *db, const char *what, const struct batch *b, int seq,
              const char *state)
{
    if (book_i64(db, "SELECT count(*) AS n FROM outcome WHERE batch_id = %lld"
                 " AND seq = %d AND state = '%s'", (long long)b->batch_id, seq,
                 state) != 1)
        fail_msg("%s: row %d is not %s", what, seq, state);
}

void
desk_sums_tie(struct db *db, const struct run *run, const char *what)
{
    struct err e = { 0 };
    struct run_sums s;

    assert_int_equal(run_sums(db, run->run_id, &s, &e), 0);
    if (!s.counters_tie || !run_sums_tie(&s))
        fail_msg("%s: the sums do not tie", what);
}

enum run_state
desk_settle(struct db *db, struct run *run)
{
    for (int i = 0; i < 3; i++)
        assert_true(run_settle_due(db, "t") >= DB_NONE);
    assert_int_equal(run_by_id(db, run->run_id, run), DB_OK);
    return run->state;
}

void
desk_refused(struct db *db, const char *what, const char *rule,
             const char *sql)
{
    if (db_do(db, sql, NULL, 0) != DB_HARD || strstr(db_why(db), rule) == NULL)
        fail_msg("%s: %s", what, db_why(db));
}
