/* What a batch holds: its rows, enquiries about it, raw answers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "book/ceiling.h"
#include "db/txn.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"

/* --- lines --------------------------------------------------------------- */

static void
test_changed_rows_are_found(void **state)
{
    static const struct { const char *sql; enum db_status said; } changes[] = {
        { "UPDATE instruction SET minor = minor + 1 WHERE seq = 3", DB_OK },
        { "UPDATE instruction SET account = '254700000000' WHERE seq = 3",
          DB_OK },
        { "UPDATE instruction SET name = 'Somebody Else' WHERE seq = 10",
          DB_OK },
        { "UPDATE instruction SET narration = 'x' WHERE seq = 1", DB_OK },
        { "UPDATE instruction SET narration = E'Salary\\n2026-11' WHERE seq = 1",
          DB_OK },
        { "UPDATE instruction SET name = E'A\\nB' WHERE seq = 4", DB_NONE },
        { "UPDATE instruction SET seq = 14 WHERE seq = 4", DB_OK },
        { "DELETE FROM instruction WHERE seq = 10", DB_NONE },
        { "DELETE FROM instruction", DB_NONE },
        { "INSERT INTO instruction (batch_id, seq, line_no, minor, ccy,"
          " account, name) SELECT batch_id, 11, 12, minor, ccy, account, name"
          " FROM instruction WHERE seq = 10", DB_NONE },
    };
    unsigned char digest[SHA256_BYTES];
    struct arena arena;
    struct pay_line *lines = NULL;
    struct batch b;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_INITIATING);
    arena_init(&arena, 1 << 20);
    assert_int_equal(batch_lines(w.db, &b, &arena, &lines, digest), DB_OK);
    assert_memory_equal(digest, b.digest, SHA256_BYTES);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(lines[i].seq, i + 1);
        assert_true(lines[i].account.len == 12);
        assert_true(str_eq(lines[i].narration, STR("Salary 2026-11")));
        assert_string_not_equal(lines[i].reference, "");
    }
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        assert_int_equal(db_begin(w.db), DB_OK);
        book_do(w.db, "%s", changes[i].sql);
        if (batch_lines(w.db, &b, &arena, &lines, digest) != changes[i].said
            || memcmp(digest, b.digest, SHA256_BYTES) == 0
            || (lines != NULL) != (changes[i].said == DB_OK))
            fail_msg("not noticed: %s", changes[i].sql);
        db_rollback(w.db);
    }
    arena_release(&arena);
}

/* --- enquiries ----------------------------------------------------------- */

static void
test_polls(void **state)
{
    struct file_answer f = { .code = "BP110", .updated_at = "2026-11-27",
                             .charge_minor = 150, .charge_estimate_minor = -1 };
    struct batch b, p;
    int64_t ms = 0;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_RELEASING);
    assert_int_equal(world_move(&b, BATCH_ON_RELEASED), DB_OK);
    assert_int_equal(batch_next_due_ms(w.db, &ms), DB_OK);
    assert_int_equal(ms, -1);
    assert_int_equal(batch_poll_claim(w.db, w.a.account_id, 5000, &p), DB_NONE);
    assert_int_equal(batch_poll_now(w.db, b.batch_id), DB_OK);
    assert_int_equal(batch_next_due_ms(w.db, &ms), DB_OK);
    assert_int_equal(ms, 0);
    assert_int_equal(batch_poll_claim(w.db, w.a.account_id, 60000, &p), DB_OK);
    assert_int_equal(p.batch_id, b.batch_id);
    assert_int_equal(batch_poll_claim(w.db, w.a.account_id, 60000, &b),
                     DB_NONE);
    assert_int_equal(batch_poll_done(w.db, &p, &f, 30000, true), DB_OK);
    assert_int_equal(p.polls, 1);
    assert_int_equal(p.final_polls, 1);
    assert_string_equal(p.provider_code, "BP110");
    assert_int_equal(batch_poll_done(w.db, &p, NULL, 30000, false), DB_OK);
    assert_int_equal(p.final_polls, 1);     /* no answer says nothing */
    assert_string_equal(p.provider_code, "BP110");
    assert_int_equal(batch_poll_done(w.db, &p, &f, -1, false), DB_OK);
    assert_int_equal(p.final_polls, 0);
    /* a released file is never forgotten; a finished one is */
    assert_int_equal(book_i64(w.db, "SELECT charge_minor AS n FROM batch"
                              " WHERE poll_at IS NOT NULL"), 150);
    book_do(w.db, "UPDATE batch SET state = 'done'");
    assert_int_equal(batch_poll_done(w.db, &p, &f, -1, false), DB_OK);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch"
                              " WHERE poll_at IS NULL"), 1);
    book_do(w.db, "UPDATE batch SET state = 'in_flight'");
    /* what was claimed meanwhile keeps its own next enquiry */
    book_do(w.db, "UPDATE batch SET poll_at = now(), epoch = epoch + 1");
    assert_int_equal(batch_poll_done(w.db, &p, &f, -1, false), DB_OK);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch"
                              " WHERE poll_at IS NOT NULL"), 1);
}

static void
test_events(void **state)
{
    struct buf body;
    int no = 0;
    int64_t id = 0;

    (void)state;
    world_run(10, RUN_PAYING);
    id = w.run.run_id * 100000 + 1;
    assert_int_equal(event_add(w.db, id, "initiate", 201, STR("{1}"), &no), 1);
    assert_int_equal(no, 1);
    assert_int_equal(event_add(w.db, id, "status", 200, STR("{2}"), &no), 1);
    assert_int_equal(no, 2);
    assert_int_equal(event_add(w.db, id, "status", 200, STR("{2}"), &no), 1);
    assert_int_equal(no, 2);
    assert_int_equal(event_add(w.db, id, "approve", 200, STR("{2}"), &no), 1);
    assert_int_equal(no, 3);
    assert_int_equal(event_add(w.db, id, "status", 200, STR("{2}"), &no), 1);
    assert_int_equal(no, 2);
    assert_int_equal(event_add(w.db, id, "status", 500, STR("{2}"), &no), 1);
    assert_int_equal(no, 4);
    assert_int_equal(event_add(w.db, id, "status", 200,
                               (struct str){ "\0\xff", 2 }, &no), 1);
    assert_int_equal(event_add(w.db, id, "status", 200,
                               (struct str){ NULL, 0 }, &no), 1);
    assert_int_equal(no, 6);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM event"), 6);
    buf_init(&body, 100);
    assert_int_equal(event_body(w.db, id, 5, &body), DB_OK);
    assert_int_equal(body.len, 2);
    assert_memory_equal(body.p, "\0\xff", 2);
    assert_int_equal(event_body(w.db, id, 7, &body), DB_NONE);
    buf_release(&body);
}

/* --- several at once ------------------------------------------------------ */

struct some {
    enum batch_event on;
    int most, n;
    int64_t ids[CLAIM_BATCHES_MAX];
};

static enum db_status
some_txn(struct db *db, void *owner)
{
    struct some *s = owner;
    const struct batch_order o = {
        w.a.account_id, s->on, NULL, "tester", 60000, s->most
    };

    return batch_claim_some(db, &o, s->ids, &s->n);
}

static void
test_claims_of_several(void **state)
{
    struct some s = { .on = BATCH_ON_CLAIM_INITIATE, .most = 3 };
    int64_t first = 0;

    (void)state;
    world_run(60, RUN_PAYING);
    first = w.run.run_id * 100000 + 1;
    /* of many rows: one; so that a batch is never late for another's sake */
    book_do(w.db, "UPDATE batch SET rows = %d WHERE number < 3",
            CLAIM_ROWS_MAX);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(db_txn(w.db, some_txn, &s), DB_OK);
        assert_int_equal(s.n, 1);
        assert_int_equal(s.ids[0], first + i);
    }
    assert_int_equal(db_txn(w.db, some_txn, &s), DB_OK);
    assert_int_equal(s.n, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(s.ids[i], first + 2 + i);
    s.most = CLAIM_BATCHES_MAX;
    assert_int_equal(db_txn(w.db, some_txn, &s), DB_OK);
    assert_int_equal(s.n, 1);
    assert_int_equal(s.ids[0], first + 5);
    assert_int_equal(db_txn(w.db, some_txn, &s), DB_NONE);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history WHERE"
                              " on_event = 'claim_initiate'"), 6);
}

/* Each is below the ceiling, two are not: the second sees the first. */
static void
test_claims_of_several_below_a_ceiling(void **state)
{
    struct some s = { .on = BATCH_ON_CLAIM_RELEASE, .most = 2 };
    struct ceiling_ask ask = {
        .account = "", .ccy = "KES", .what = CEILING_DAY, .why = "x"
    };
    enum ceiling_fate fate;
    struct err e = { 0 };
    int64_t id = 0;

    (void)state;
    world_run(20, RUN_PAYING);
    (void)world_batch_in(BATCH_INITIATED);
    (void)world_batch_in(BATCH_INITIATED);
    ask.minor = w.run.minor - 1;
    assert_int_equal(ceiling_propose(w.db, &ask, BOOK_ADMIN, &id, &fate, &e),
                     0);
    assert_int_equal(fate, CEILING_IN_FORCE);
    book_do(w.db, "SET payrun.repair = ''");    /* the guards are there */
    assert_int_equal(db_txn(w.db, some_txn, &s), DB_OK);
    assert_int_equal(s.n, 1);
    assert_int_equal(db_txn(w.db, some_txn, &s), DB_NONE);
}

/* --- what is left of a cancelled run ------------------------------------- */

static void
test_rest_of_cancelled_runs(void **state)
{
    static const struct { const char *sql; int batches; } rows[] = {
        { "UPDATE run SET state = 'paused'", 0 },
        { "UPDATE run SET cancelled_at = now()", 2 },
        { "UPDATE run SET state = 'cancelled'", 2 },
    };
    int64_t batches = 0, instructions = 0;

    (void)state;
    world_run(20, RUN_PAYING);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(db_begin(w.db), DB_OK);
        book_do(w.db, "%s", rows[i].sql);
        assert_int_equal(batch_cancel_rest(w.db, 0, "t", "cancelled", &batches,
                                           &instructions), DB_OK);
        if (batches != rows[i].batches
            || instructions != 10 * rows[i].batches
            || book_i64(w.db, "SELECT count(*) AS n FROM outcome WHERE state ="
                        " 'cancelled'") != instructions)
            fail_msg("%s: %d", rows[i].sql, (int)batches);
        db_rollback(w.db);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_changed_rows_are_found), T(test_polls), T(test_events),
        T(test_claims_of_several), T(test_claims_of_several_below_a_ceiling),
        T(test_rest_of_cancelled_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
