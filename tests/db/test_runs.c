/* Outcomes and sums: what became of a run, and when it is over. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/outcome.h"
#include "db/txn.h"
#include "tests/lib/desk.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"

/* --- outcomes ------------------------------------------------------------ */

static enum db_status
settle_by(const struct batch *b, int event_no, const struct outcome *list,
          size_t n, struct settled *out)
{
    enum db_status st;

    assert_int_equal(db_begin(w.db), DB_OK);
    st = outcomes_settle(w.db, b, event_no, list, n, out);
    assert_int_equal(db_commit(w.db), DB_OK);
    return st;
}

static enum db_status
settle(const struct batch *b, const struct outcome *list, size_t n,
       struct settled *out)
{
    return settle_by(b, 0, list, n, out);
}

static void
assert_settled(const struct settled *s, int new_rows, int healed, int conflicts)
{
    if (s->new_rows != new_rows || s->healed_rows != healed
        || s->conflicts != conflicts)
        fail_msg("new %d, healed %d, conflicts %d; wanted %d, %d, %d",
                 s->new_rows, s->healed_rows, s->conflicts, new_rows, healed,
                 conflicts);
}

static void
test_settle(void **state)
{
    const struct outcome first[] = {
        { 1, OUTCOME_PAID, "TS100", "", "RCP1", 1500 },
        { 2, OUTCOME_FAILED, "TF106", "no such number", NULL, 0 },
        { 3, OUTCOME_IN_DOUBT, "PR-TRK-007", "cut off", NULL, 0 },
        { 4, OUTCOME_CANCELLED, "TC108", "cancelled", NULL, 0 },
        { 5, OUTCOME_PAID, "TS100", "", "RCP5", 1500 },
        { 5, OUTCOME_FAILED, "TF106", "said twice: the first counts", NULL, 0 },
    };
    const struct outcome later[] = {
        { 1, OUTCOME_FAILED, "TF106", "no", NULL, 0 },
        { 2, OUTCOME_PAID, "TS100", "", "RCP2", 0 },
        { 3, OUTCOME_PAID, "TS100", "", "RCP3", 1500 },
        { 4, OUTCOME_IN_DOUBT, "x", "says nothing", NULL, 0 },
        { 5, OUTCOME_PAID, "TS100", "", "another receipt", 0 },
        { 6, OUTCOME_FAILED, "TF106", "no", NULL, 0 },
    };
    struct settled s;
    struct batch b;
    int8_t known[11];

    (void)state;
    world_run(10, RUN_PAYING);
    b = desk_in_flight(w.db, &w.a);
    assert_int_equal(settle(&b, first, 6, &s), DB_OK);
    assert_settled(&s, 5, 0, 0);
    world_counters_tie();
    assert_int_equal(settle(&b, first, 6, &s), DB_OK);
    assert_settled(&s, 0, 0, 0);
    world_counters_tie();
    /* 1 and 2 contradict, 3 heals, 4 is ignored, 5 is known, 6 is new */
    assert_int_equal(settle(&b, later, 6, &s), DB_OK);
    assert_settled(&s, 1, 1, 2);
    world_counters_tie();
    assert_int_equal(settle(&b, later, 6, &s), DB_OK);
    assert_settled(&s, 0, 0, 2);
    world_counters_tie();
    /* the contradiction stands in the history, once */
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history"
        " WHERE on_event = 'contradiction' AND why LIKE '2 contr%%row 1 is"
        " paid, now it is said to be failed (TF106)%%'"), 1);
    assert_int_equal(outcomes_known(w.db, &b, known), DB_OK);
    assert_int_equal(known[1], OUTCOME_PAID);
    assert_int_equal(known[2], OUTCOME_FAILED);
    assert_int_equal(known[3], OUTCOME_PAID);
    assert_int_equal(known[4], OUTCOME_CANCELLED);
    assert_int_equal(known[5], OUTCOME_PAID);
    assert_int_equal(known[6], OUTCOME_FAILED);
    assert_int_equal(known[7], -1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM outcome o JOIN"
        " instruction i USING (batch_id, seq) WHERE o.minor = i.minor AND"
        " (receipt = 'RCP' || seq) IS NOT FALSE"), 6);
}

/* A list says each instruction once: its first answer.  What lies around is not
 * touched, and what no instruction has is nothing. */
static void
test_settle_twice_in_a_list(void **state)
{
    const struct outcome list[] = {
        { 7, OUTCOME_PAID, "TS100", "", "RCP7", 0 },
        { 3, OUTCOME_FAILED, "TF106", "no such line", NULL, 0 },
        { 7, OUTCOME_FAILED, "TF106", "no such line", NULL, 0 },
        { 0, OUTCOME_PAID, "TS100", "", "RCP0", 0 },
        { 11, OUTCOME_PAID, "TS100", "", "RCP11", 0 },
        { BATCH_ROWS_MAX + 1, OUTCOME_PAID, "TS100", "", "RCPX", 0 },
        { 5, OUTCOME_PAID, "TS100", "", "RCP5", 0 },
    };
    const struct outcome between[] = {
        { 4, OUTCOME_PAID, "TS100", "", "RCP4", 0 },
        { 6, OUTCOME_PAID, "TS100", "", "RCP6", 0 },
    };
    struct settled s;
    struct batch b;

    (void)state;
    world_run(10, RUN_PAYING);
    b = desk_in_flight(w.db, &w.a);
    assert_int_equal(settle(&b, list, LEN(list), &s), DB_OK);
    assert_settled(&s, 3, 0, 0);
    assert_int_equal(settle(&b, between, LEN(between), &s), DB_OK);
    assert_settled(&s, 2, 0, 0);
    world_counters_tie();
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM outcome WHERE"
        " state = CASE seq WHEN 3 THEN 'failed' ELSE 'paid'"
        " END::outcome_state"), 5);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM contradiction"),
                     0);
}

/* --- a list that is long enough for COPY --------------------------------- */

#define WHOLE SETTLE_COPY_ROWS  /* and of a batch of the world's */

/* One of each that may be first, with and without what may be left out. */
static void
whole_list(struct outcome list[WHOLE])
{
    for (int i = 0; i < WHOLE; i++)
        list[i] = (struct outcome){ WHOLE - i, OUTCOME_PAID, "TS100", NULL,
                                    "RCP", 1500 + i };
    list[1] = (struct outcome){ 2, OUTCOME_FAILED, "TF106",
                                "no such \"number\"", NULL, 0 };
    list[8] = (struct outcome){ 9, OUTCOME_IN_DOUBT, NULL, "cut off", "", 0 };
    list[5] = (struct outcome){ 5, OUTCOME_CANCELLED, "TC108", "", NULL, 0 };
}

/* Whole, or one by one: the rows must be the same ones. */
static void
test_settle_whole(void **state)
{
    struct outcome list[WHOLE];
    struct settled s;
    struct batch b[2];

    (void)state;
    world_run(2 * WHOLE, RUN_PAYING);
    b[0] = desk_in_flight(w.db, &w.a);
    b[1] = desk_in_flight(w.db, &w.a);
    whole_list(list);
    assert_int_equal(settle_by(&b[0], 3, list, WHOLE, &s), DB_OK);
    assert_settled(&s, WHOLE, 0, 0);
    for (int i = 0; i < WHOLE; i++) {
        assert_int_equal(settle_by(&b[1], 3, &list[i], 1, &s), DB_OK);
        assert_settled(&s, 1, 0, 0);
    }
    world_counters_tie();
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM outcome o"
        " JOIN outcome x USING (seq, state, code, reason, charge_minor,"
        " event_no, ccy) JOIN instruction i ON i.seq = o.seq AND i.batch_id ="
        " o.batch_id WHERE o.batch_id < x.batch_id AND o.receipt IS NOT"
        " DISTINCT FROM x.receipt AND o.minor = i.minor AND event_no = 3"
        " AND o.at BETWEEN now() - interval '1 h' AND now()"), WHOLE);
    assert_int_equal(book_i64(w.db, "SELECT count(DISTINCT (paid_rows,"
        " failed_rows, doubt_rows, cancelled_rows)) AS n FROM batch"), 1);
    assert_int_equal(settle(&b[0], list, WHOLE, &s), DB_OK);
    assert_settled(&s, 0, 0, 0);
    world_counters_tie();
}

/* One that has an answer, or that says what no first answer can say: then each
 * is judged, and those that are new are stored all the same. */
static void
test_settle_whole_but_one(void **state)
{
    struct outcome list[WHOLE];
    struct settled s;
    struct batch b[2];

    (void)state;
    world_run(2 * WHOLE, RUN_PAYING);
    b[0] = desk_in_flight(w.db, &w.a);
    b[1] = desk_in_flight(w.db, &w.a);
    whole_list(list);
    assert_int_equal(settle(&b[0], &list[8], 1, &s), DB_OK);
    list[8].state = OUTCOME_PAID;
    assert_int_equal(settle(&b[0], list, WHOLE, &s), DB_OK);
    assert_settled(&s, WHOLE - 1, 1, 0);
    list[3].state = OUTCOME_RETURNED;
    assert_int_equal(settle(&b[1], list, WHOLE, &s), DB_OK);
    assert_settled(&s, WHOLE - 1, 0, 1);
    world_counters_tie();
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM contradiction"),
                     1);
}

static void
test_settle_rest(void **state)
{
    const struct outcome one[] = {
        { 4, OUTCOME_IN_DOUBT, "x", "x", NULL, 0 },
    };
    struct settled s;
    struct batch b;
    int n = 0;

    (void)state;
    world_run(10, RUN_PAYING);
    b = desk_in_flight(w.db, &w.a);
    assert_int_equal(settle(&b, one, 1, &s), DB_OK);
    assert_int_equal(db_begin(w.db), DB_OK);
    assert_int_equal(outcomes_settle_rest(w.db, &b, OUTCOME_FAILED, "BF104",
                                          "the file failed", 0, &n), DB_OK);
    assert_int_equal(n, 9);
    assert_int_equal(outcomes_settle_rest(w.db, &b, OUTCOME_PAID, "x", "x", 0,
                                          &n), DB_OK);
    assert_int_equal(n, 0);
    assert_int_equal(db_commit(w.db), DB_OK);
    world_counters_tie();
    assert_int_equal(book_i64(w.db, "SELECT failed_rows * 100 + doubt_rows AS n"
                              " FROM batch"), 901);
}

/* Two settle the same batch at once: each row counts once. */
static void
settle_some(void)
{
    struct outcome list[10];
    struct settled s;

    w.db = test_pg_open(w.url);
    for (int round = 0; round < 20; round++)
        for (int64_t id = 1; id <= 5; id++) {
            struct batch b;

            if (batch_by_id(w.db, w.run.run_id * 100000 + id, &b) != DB_OK)
                _exit(1);
            for (int i = 0; i < 10; i++)
                list[i] = (struct outcome){
                    i + 1, i % 3 == round % 3 ? OUTCOME_IN_DOUBT : OUTCOME_PAID,
                    "x", "", NULL, 0
                };
            if (settle(&b, list, 10, &s) != DB_OK)
                _exit(1);
        }
    _exit(0);
}

static void
test_settle_at_once(void **state)
{
    int status = 0;

    (void)state;
    world_run(50, RUN_PAYING);
    for (int i = 0; i < 5; i++)
        (void)desk_in_flight(w.db, &w.a);
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            settle_some();
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    world_counters_tie();
    assert_int_equal(book_i64(w.db, "SELECT sum(paid_rows)::bigint AS n"
                              " FROM batch"), 50);
}

/* --- settling and closing a run ------------------------------------------ */

static void
finish(struct batch *b, enum outcome_state state)
{
    int n = 0;

    assert_int_equal(db_begin(w.db), DB_OK);
    assert_int_equal(outcomes_settle_rest(w.db, b, state, "x", "", 0, &n),
                     DB_OK);
    assert_int_equal(batch_move(w.db, b, BATCH_ON_ALL_FINAL, "t", NULL), DB_OK);
    assert_int_equal(db_commit(w.db), DB_OK);
}

static void
test_run_closes_when_sums_tie(void **state)
{
    struct batch b;
    struct run_sums s;
    struct run_progress p;
    struct err e = { 0 };

    (void)state;
    world_run(20, RUN_PAYING);
    b = desk_in_flight(w.db, &w.a);
    finish(&b, OUTCOME_PAID);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    assert_int_equal(run_progress(w.db, w.run.run_id, &p, &e), 0);
    assert_int_equal(p.paid_rows, 10);
    assert_int_equal(p.waiting_rows, 10);
    assert_int_equal(p.batches_by_state[BATCH_DONE], 1);
    assert_int_equal(p.batches_by_state[BATCH_READY], 1);
    b = desk_in_flight(w.db, &w.a);
    assert_int_equal(run_progress(w.db, w.run.run_id, &p, &e), 0);
    assert_int_equal(p.flight_rows, 10);
    finish(&b, OUTCOME_FAILED);
    /* tampered with: settled, but it does not close */
    book_do(w.db, "UPDATE outcome SET minor = minor + 1 WHERE seq = 3"
            " AND state = 'paid'");
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    world_look();
    assert_int_equal(w.run.state, RUN_SETTLED);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history"
                              " WHERE on_event = 'sums_differ'"), 1);
    book_do(w.db, "UPDATE outcome SET minor = minor - 1 WHERE seq = 3"
            " AND state = 'paid'");
    book_do(w.db, "UPDATE run SET recount_at = now() - interval '1 h'");
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    world_look();
    assert_int_equal(w.run.state, RUN_CLOSED);
    assert_int_equal(run_sums(w.db, w.run.run_id, &s, &e), 0);
    assert_int_equal(s.paid_rows, 10);
    assert_int_equal(s.failed_rows, 10);
    assert_int_equal(s.sent_minor, w.run.minor);
    assert_int_equal(s.paid_minor + s.failed_minor, w.run.minor);
}

static void
test_doubt_keeps_a_run_open(void **state)
{
    struct batch b;
    struct outcome one = { 1, OUTCOME_IN_DOUBT, "x", "x", NULL, 0 };
    struct settled s;

    (void)state;
    world_run(10, RUN_PAYING);
    b = desk_in_flight(w.db, &w.a);
    assert_int_equal(settle(&b, &one, 1, &s), DB_OK);
    finish(&b, OUTCOME_PAID);
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    assert_int_equal(run_settle_due(w.db, "t"), DB_NONE);
    world_look();
    assert_int_equal(w.run.state, RUN_SETTLED);
    one.state = OUTCOME_PAID;
    assert_int_equal(settle(&b, &one, 1, &s), DB_OK);
    assert_settled(&s, 0, 1, 0);
    assert_int_equal(run_settle_due(w.db, "t"), DB_OK);
    world_look();
    assert_int_equal(w.run.state, RUN_CLOSED);
}

static void
test_sums_notice(void **state)
{
    static const char *const changes[] = {
        "UPDATE batch SET paid_rows = paid_rows + 1,"
        " failed_rows = failed_rows - 1",
        "UPDATE batch SET paid_minor = paid_minor + 1",
        "UPDATE batch SET minor = minor + 1",
        "UPDATE instruction SET minor = minor + 1 WHERE seq = 1",
        "DELETE FROM instruction WHERE seq = 1",
        "DELETE FROM outcome WHERE seq = 1",
        "INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason,"
        " at) SELECT batch_id, 11, state, minor, ccy, code, reason, at"
        " FROM outcome WHERE seq = 1",
        "UPDATE run SET rows = rows + 1",
        "UPDATE run SET held_rows = 1",
        "UPDATE source_file SET rows = rows + 1",
        "DELETE FROM batch",
    };
    struct batch b;
    struct outcome one = { 1, OUTCOME_FAILED, "x", "x", NULL, 0 };
    struct settled s;
    struct run_sums sums;
    struct err e = { 0 };

    (void)state;
    world_run(10, RUN_PAYING);
    b = desk_in_flight(w.db, &w.a);
    assert_int_equal(settle(&b, &one, 1, &s), DB_OK);
    finish(&b, OUTCOME_PAID);
    world_counters_tie();
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        assert_int_equal(db_begin(w.db), DB_OK);
        book_do(w.db, "%s", changes[i]);
        assert_int_equal(run_sums(w.db, w.run.run_id, &sums, &e), 0);
        if (run_sums_tie(&sums))
            fail_msg("not noticed: %s", changes[i]);
        db_rollback(w.db);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_settle), T(test_settle_twice_in_a_list),
        T(test_settle_whole), T(test_settle_whole_but_one),
        T(test_settle_rest), T(test_settle_at_once),
        T(test_run_closes_when_sums_tie), T(test_doubt_keeps_a_run_open),
        T(test_sums_notice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
