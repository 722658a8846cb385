/* Transactions: repeated when that is right, and never guessed about. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/txn.h"
#include "tests/lib/pg.h"
#include "tests/lib/pgproxy.h"

static struct test_pg_pair w;

static const char sql_count[] = "SELECT count(*) AS n FROM note";

static int
world_open(void **state)
{
    *state = &w;
    test_pg_pair(&w);
    test_pg_do(w.db, "CREATE TABLE note (note_id bigint GENERATED ALWAYS AS"
               " IDENTITY, text text UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    test_pg_do(w.db, "CREATE TABLE seat (seat_id bigint PRIMARY KEY, taken"
               " bigint NOT NULL)");
    return 0;
}

static int
clean(void **state)
{
    (void)state;
    test_pg_do(w.other, "TRUNCATE note, seat");
    test_pg_do(w.other, "INSERT INTO seat VALUES (1, 0), (2, 0)");
    return 0;
}

static enum db_status
add_note(struct db *db, const char *text)
{
    static const char sql[] = "-- note_add: $1\n"
        "INSERT INTO note (text) VALUES ($1)";
    const struct db_arg args[] = { A_TEXT(text) };

    return db_do(db, sql, args, LEN(args));
}

/* cmocka's skip() is "not ok" to prove. */
static bool
left_out(void)
{
    if (test_pg_cluster() != NULL)
        return false;
    print_message("# left out: not for a server that others use\n");
    return true;
}

/* --- begin, commit, rollback --------------------------------------------- */

static void
test_plain(void **state)
{
    (void)state;
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, add_note(w.db, "stays"));
    assert_int_equal(0, test_pg_i64(w.other, sql_count));
    assert_int_equal(DB_OK, db_commit(w.db));
    assert_int_equal(1, test_pg_i64(w.other, sql_count));

    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, add_note(w.db, "goes"));
    db_rollback(w.db);
    assert_int_equal(1, test_pg_i64(w.other, sql_count));

    assert_int_equal(DB_OK, db_begin(w.db));    /* nothing written */
    assert_int_equal(DB_OK, db_commit(w.db));
}

static void
test_misuse(void **state)
{
    (void)state;
    assert_int_equal(DB_HARD, db_commit(w.db));
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_HARD, db_begin(w.db));
    db_rollback(w.db);
    db_rollback(w.db);                          /* nothing to do */

    /* going on after a failure is found out at the end */
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, add_note(w.db, "lost"));
    assert_int_equal(DB_HARD, db_do(w.db, "SELECT 1 / 0", NULL, 0));
    assert_int_equal(DB_HARD, db_commit(w.db));
    assert_int_equal(0, test_pg_i64(w.db, sql_count));
    assert_int_equal(DB_OK, db_begin(w.db));
    db_rollback(w.db);
}

/* A rule that is checked only at COMMIT. */
static void
test_commit_breaks_rule(void **state)
{
    (void)state;
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, add_note(w.db, "same"));
    assert_int_equal(DB_OK, add_note(w.db, "same"));
    assert_int_equal(DB_HARD, db_commit(w.db));
    assert_string_equal("23505", db_state(w.db));
    assert_int_equal(0, test_pg_i64(w.db, sql_count));
}

/* --- db_txn -------------------------------------------------------------- */

struct tries {
    int n;
    int fail_first;             /* so many times */
    enum db_status end;
};

static enum db_status
counted(struct db *db, void *owner)
{
    struct tries *t = owner;

    t->n++;
    if (add_note(db, "once") < 0)
        return DB_HARD;
    return t->n <= t->fail_first ? DB_SOFT : t->end;
}

static void
test_txn_ends(void **state)
{
    static const struct {
        const char *name;
        int fail_first;
        enum db_status end, want;
        int tries, notes;
    } rows[] = {
        { "works", 0, DB_OK, DB_OK, 1, 1 },
        { "nothing to do", 0, DB_NONE, DB_NONE, 1, 0 },
        { "hard", 0, DB_HARD, DB_HARD, 1, 0 },
        { "third time", 2, DB_OK, DB_OK, 3, 1 },
        { "never", 99, DB_OK, DB_SOFT, DB_TXN_TRIES_MAX, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct tries t = { .fail_first = rows[i].fail_first,
                           .end = rows[i].end };

        clean(NULL);
        if (db_txn(w.db, counted, &t) != rows[i].want)
            fail_msg("%s: wrong end: %s", rows[i].name, db_why(w.db));
        if (t.n != rows[i].tries)
            fail_msg("%s: %d tries", rows[i].name, t.n);
        if (test_pg_i64(w.other, sql_count) != rows[i].notes)
            fail_msg("%s: wrong rows", rows[i].name);
    }
}

/* Between our read and our write somebody else takes the seat. */
static enum db_status
take_seat(struct db *db, void *owner)
{
    static const char serializable[] =
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";
    static const char read[] = "SELECT taken AS n FROM seat WHERE seat_id = 1";
    static const char write[] = "UPDATE seat SET taken = $1 WHERE seat_id = 1";
    struct tries *t = owner;
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };

    if (db_do(db, serializable, NULL, 0) < 0
        || db_one(db, read, NULL, 0, cols, 1) < 0)
        return DB_HARD;
    if (t->n++ == 0)
        test_pg_do(w.other, "UPDATE seat SET taken = 41 WHERE seat_id = 1");
    const struct db_arg args[] = { A_I64(n + 1) };

    return db_do(db, write, args, 1);
}

static void
test_txn_serialization(void **state)
{
    struct tries t = { 0 };

    (void)state;
    assert_int_equal(DB_OK, db_txn(w.db, take_seat, &t));
    assert_int_equal(2, t.n);
    assert_int_equal(42, test_pg_i64(w.db,
        "SELECT taken AS n FROM seat WHERE seat_id = 1"));
}

static enum db_status
shot_in_the_middle(struct db *db, void *owner)
{
    struct tries *t = owner;
    int64_t pid = test_pg_pid(db);

    if (add_note(db, "once") < 0)
        return DB_HARD;
    if (t->n++ < t->fail_first)
        test_pg_end(w.other, pid);
    return add_note(db, "twice");
}

static void
test_txn_link_lost(void **state)
{
    struct tries t = { .fail_first = 2 };

    (void)state;
    assert_int_equal(DB_OK, db_txn(w.db, shot_in_the_middle, &t));
    assert_int_equal(3, t.n);
    assert_int_equal(2, test_pg_i64(w.other, sql_count));
}

static enum db_status
shot_before_commit(struct db *db, void *owner)
{
    struct tries *t = owner;
    int64_t pid = test_pg_pid(db);
    enum db_status st = add_note(db, "once");

    if (t->n++ < t->fail_first)
        test_pg_end(w.other, pid);
    return st;
}

static void
test_txn_lost_before_commit(void **state)
{
    struct tries t = { .fail_first = 1 };

    (void)state;
    assert_int_equal(DB_OK, db_txn(w.db, shot_before_commit, &t));
    assert_int_equal(2, t.n);
    assert_int_equal(1, test_pg_i64(w.other, sql_count));
}

/* Statements of a broken transaction never slip into a new connection. */
static void
test_no_statement_outside(void **state)
{
    (void)state;
    assert_int_equal(DB_OK, db_begin(w.db));
    test_pg_end(w.other, test_pg_pid(w.db));
    assert_int_equal(DB_SOFT, add_note(w.db, "first"));
    assert_int_equal(DB_SOFT, add_note(w.db, "second"));
    assert_int_equal(DB_SOFT, db_commit(w.db));
    assert_int_equal(0, test_pg_i64(w.other, sql_count));
    assert_int_equal(DB_OK, add_note(w.db, "third"));
}

/* --- COMMIT whose answer is lost ----------------------------------------- */

static void
test_commit_lost(void **state)
{
    static const struct {
        const char *name;
        enum proxy_mischief mischief;
        enum db_status want;
        int notes;
    } rows[] = {
        { "nothing happens", PROXY_NONE, DB_OK, 1 },
        { "the request is lost", PROXY_COMMIT_LOST, DB_SOFT, 0 },
        { "the answer is lost", PROXY_ANSWER_LOST, DB_OK, 1 },
        { "the server crashes after it", PROXY_ANSWER_CRASH, DB_HARD, 1 },
    };

    (void)state;
    if (left_out())
        return;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct proxy p;
        struct db *db = NULL;
        struct err e = { 0 };

        clean(NULL);
        assert_int_equal(0, proxy_start(&p, test_pg_cluster(), w.url,
                                        rows[i].mischief));
        db = test_pg_open(p.url);
        assert_int_equal(DB_OK, db_begin(db));
        assert_int_equal(DB_OK, add_note(db, "once"));
        if (db_commit(db) != rows[i].want)
            fail_msg("%s: %s", rows[i].name, db_why(db));
        if (rows[i].want == DB_HARD) {
            assert_string_equal("08007", db_state(db));
            assert_int_equal(-1, db_fail(db, &e, "storing"));
            assert_int_equal(ERR_UNAVAILABLE, e.kind);
            assert_non_null(strstr(e.fix, "look"));
        }
        if (test_pg_i64(w.other, sql_count) != rows[i].notes)
            fail_msg("%s: wrong rows", rows[i].name);
        /* the new connection is a good one */
        assert_int_equal(DB_OK, db_begin(db));
        assert_int_equal(DB_OK, db_commit(db));
        db_close(db);
        proxy_stop(&p);
    }
}

/* Through db_txn: each ends with exactly one row, or an honest "unknown". */
static void
test_txn_commit_lost(void **state)
{
    static const struct {
        const char *name;
        enum proxy_mischief mischief;
        enum db_status want;
        int tries;
    } rows[] = {
        { "the request is lost", PROXY_COMMIT_LOST, DB_OK, 2 },
        { "the answer is lost", PROXY_ANSWER_LOST, DB_OK, 1 },
        { "the server crashes after it", PROXY_ANSWER_CRASH, DB_HARD, 1 },
    };

    (void)state;
    if (left_out())
        return;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct tries t = { .end = DB_OK };
        struct proxy p;
        struct db *db = NULL;

        clean(NULL);
        assert_int_equal(0, proxy_start(&p, test_pg_cluster(), w.url,
                                        rows[i].mischief));
        db = test_pg_open(p.url);
        if (db_txn(db, counted, &t) != rows[i].want || t.n != rows[i].tries)
            fail_msg("%s: %d tries: %s", rows[i].name, t.n, db_why(db));
        if (test_pg_i64(w.other, sql_count) != 1)
            fail_msg("%s: wrong rows", rows[i].name);
        db_close(db);
        proxy_stop(&p);
    }
}

/* --- a standby that does not confirm ------------------------------------- */

static void
standby(struct db *by, bool wanted)
{
    static const char on[] = "ALTER SYSTEM SET synchronous_standby_names = 'x'";
    static const char off[] = "ALTER SYSTEM RESET synchronous_standby_names";

    test_pg_do(by, "SET synchronous_commit = local");
    test_pg_do(by, wanted ? on : off);
    test_pg_do(by, "SELECT pg_reload_conf()");
}

static void
wait_for(struct db *by, const char *sql)
{
    for (int i = 0; i < 1000 && test_pg_i64(by, sql) == 0; i++)
        (void)poll(NULL, 0, 10);
    assert_true(test_pg_i64(by, sql) != 0);
}

enum meddle { MEDDLE_CANCEL, MEDDLE_TERMINATE };

/* In a process of its own: meddle with the COMMIT that waits for a standby. */
static pid_t
meddler(enum meddle how)
{
    static const char waits[] =
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE wait_event = 'SyncRep'";
    pid_t pid = 0;
    struct db *by = NULL;

    fflush(NULL);
    if ((pid = fork()) != 0)
        return pid;
    by = test_pg_open(w.url);
    wait_for(by, waits);
    if (how == MEDDLE_CANCEL) {
        test_pg_do(by, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                   " WHERE wait_event = 'SyncRep'");
    } else {
        test_pg_do(by, "SELECT pg_terminate_backend(pid, 5000)"
                   " FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        wait_for(by, waits);            /* the question waits as well */
        standby(by, false);
    }
    db_close(by);
    _exit(0);
}

/* Stored here but on no standby: that is not a commit to build on. */
static void
test_standby_does_not_confirm(void **state)
{
    int status = 0;
    pid_t pid = -1;

    (void)state;
    if (left_out())
        return;
    standby(w.other, true);
    wait_for(w.other, "SELECT (current_setting('synchronous_standby_names')"
             " = 'x')::int AS n");
    pid = meddler(MEDDLE_CANCEL);
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, add_note(w.db, "cancelled"));
    assert_int_equal(DB_HARD, db_commit(w.db));
    assert_string_equal("08007", db_state(w.db));
    assert_int_equal(pid, waitpid(pid, &status, 0));
    assert_int_equal(0, status);

    pid = meddler(MEDDLE_TERMINATE);
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, add_note(w.db, "terminated"));
    assert_int_equal(DB_OK, db_commit(w.db));   /* only after it confirmed */
    assert_int_equal(1, test_pg_i64(w.db, "SELECT (current_setting("
        "'synchronous_standby_names') = '')::int AS n"));
    assert_int_equal(pid, waitpid(pid, &status, 0));
    assert_int_equal(0, status);
    assert_int_equal(2, test_pg_i64(w.db, sql_count));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_plain, clean),
        cmocka_unit_test_setup(test_misuse, clean),
        cmocka_unit_test_setup(test_commit_breaks_rule, clean),
        cmocka_unit_test_setup(test_txn_ends, clean),
        cmocka_unit_test_setup(test_txn_serialization, clean),
        cmocka_unit_test_setup(test_txn_link_lost, clean),
        cmocka_unit_test_setup(test_txn_lost_before_commit, clean),
        cmocka_unit_test_setup(test_no_statement_outside, clean),
        cmocka_unit_test_setup(test_commit_lost, clean),
        cmocka_unit_test_setup(test_txn_commit_lost, clean),
        cmocka_unit_test_setup(test_standby_does_not_confirm, clean),
    };

    return cmocka_run_group_tests(tests, world_open, test_pg_pair_end);
}
