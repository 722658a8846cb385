/* The same errand twice: what was asked for, left, or was kept before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/sql.h"
#include "db/txn.h"
#include "tests/lib/book.h"
#include "tests/lib/errands.h"
#include "tests/lib/pg.h"

static void
test_again(void **state)
{
    struct errand n = errands_transfer(77700), other;
    struct errand_end end;
    struct err e = { 0 };

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    teller->act = RAW_HANG_UP;
    end = errands_do("lost", &n, NULL);
    teller_says(0, 200, TELLER_MOVED);
    assert_int_equal(errand_do(&n, &errands.maker, "", NULL, NULL, &end, &e),
                     -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_non_null(strstr(e.text, BOOK_MAKER));
    assert_non_null(strstr(e.fix, "payrun errands"));
    assert_non_null(strstr(e.fix, "--again"));
    n.ask.narrative = "other words for the same money";
    errands_refused("other words", &n, ERR_GUARD);
    other = n;
    other.ask.to = "CCC3333";
    assert_int_equal(errands_do("elsewhere", &other, NULL).answer,
                     ANSWER_TAKEN);
    other = n;
    other.ask.minor++;
    assert_int_equal(errands_do("another amount", &other, NULL).answer,
                     ANSWER_TAKEN);
    assert_int_equal(errands_do("again", &n, "statement shows nothing").answer,
                     ANSWER_TAKEN);
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"
        " WHERE again_why = 'statement shows nothing'"), 1);
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM audit"
        " WHERE detail LIKE '%%because: statement shows nothing'"), 1);
    book_do(errands.db, "UPDATE errand SET made_at = made_at -"
            " interval '25 hours' WHERE answer = 'in_doubt'");
    assert_int_equal(errands_do("a day later", &n, NULL).answer, ANSWER_TAKEN);
}

static int
note_state(void *owner, const struct errand_line *line)
{
    char *states = owner;

    snprintf(states + strlen(states), 200 - strlen(states), "%s ",
             line->state);
    return 0;
}

/* What a process that died leaves behind. */
static void
test_dead(void **state)
{
    static const struct {
        const char *what, *sql, *list;
        bool same_goes;
    } rows[] = {
        { "it left, and nobody wrote an answer", "left_at = now()",
          "in_doubt ", false },
        { "it may be leaving now", "left_at = NULL", "waiting ", false },
        { "it never passed the door", "made_at = now() - interval '10 min',"
          " left_at = NULL", "not_sent ", true },
    };
    struct errand n = errands_transfer(500);

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    for (size_t i = 0; i < LEN(rows); i++) {
        char states[200] = "";
        struct err e = { 0 };

        book_do(errands.db, "DELETE FROM errand");
        errands_do(rows[i].what, &n, NULL);
        book_do(errands.db, "UPDATE errand SET answer = NULL,"
                " answered_at = NULL, %s", rows[i].sql);
        assert_int_equal(errand_each(errands.db, errands.account.account_id,
                                     note_state, states, &e), 0);
        if (strcmp(states, rows[i].list) != 0)
            fail_msg("%s: listed as %s", rows[i].what, states);
        if (rows[i].same_goes)
            assert_int_equal(errands_do(rows[i].what, &n, NULL).answer,
                             ANSWER_TAKEN);
        else
            errands_refused(rows[i].what, &n, ERR_GUARD);
    }
}

/* The door of an errand opens once, and not late. */
static void
test_door(void **state)
{
    struct errand n = errands_transfer(500);
    struct errand_end end;
    static const char *const late = "left_at = NULL, answer = NULL,"
        " answered_at = NULL, made_at = now() - interval '10 min'";
    static const struct {
        const char *what, *sql;
        enum db_status st;
    } rows[] = {
        { "it left before", "answer = NULL, answered_at = NULL", DB_NONE },
        { "it was answered", "left_at = NULL", DB_NONE },
        { "it is new", "left_at = NULL, answer = NULL, answered_at = NULL",
          DB_OK },
        { "it is late", NULL, DB_NONE },
    };

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    for (size_t i = 0; i < LEN(rows); i++) {
        end = errands_do("one", &n, NULL);
        book_do(errands.db, "UPDATE errand SET %s WHERE errand_id = %lld",
                rows[i].sql != NULL ? rows[i].sql : late,
                (long long)end.errand_id);
        if (book_errand_leave(errands.db, end.errand_id) != rows[i].st)
            fail_msg("the door: %s", rows[i].what);
        book_do(errands.db, "DELETE FROM errand");
    }
}

/* The answer came, and the database would not have it. */
static void
test_not_stored(void **state)
{
    struct errand n = errands_transfer(500);
    struct errand_end end;

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    book_do(errands.db, "ALTER TABLE errand ADD CONSTRAINT full_disk"
            " CHECK (answer IS NULL)");
    end = errands_do("not stored", &n, NULL);
    book_do(errands.db, "ALTER TABLE errand DROP CONSTRAINT full_disk");
    assert_int_equal(end.answer, ANSWER_TAKEN);
    assert_true(end.left && !end.stored);
    errands_refused("it stands there without an answer", &n, ERR_GUARD);
}

/* Without its intention in the database nothing leaves. */
static void
test_not_noted(void **state)
{
    struct errand n = errands_transfer(500);
    int posts = teller->posts;

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    book_do(errands.db, "ALTER TABLE errand ADD CONSTRAINT full_disk"
            " CHECK (minor = 0)");
    errands_refused("not noted", &n, ERR_BUG);
    book_do(errands.db, "ALTER TABLE errand DROP CONSTRAINT full_disk");
    assert_int_equal(teller->posts, posts);
}

static void
ask_in_a_process(void)
{
    struct errand n = errands_transfer(99900);
    struct errand_end end;
    struct err e = { 0 };

    n.db = test_pg_open(errands.url);
    n.net = net_new(&e);
    _exit(errand_do(&n, &errands.maker, NULL, NULL, NULL, &end, &e) == 0 ?
          0 : (int)e.kind);
}

/* Two people ask for the same in the same moment: both stand at the account
 * before either of them has noted anything. */
static void
test_at_once(void **state)
{
    struct db_arg args[] = { A_I64(errands.account.account_id) };
    struct db *look = test_pg_open(errands.url);
    pid_t pids[2];
    int posts = teller->posts, sent = 0, kept = 0, status;
    time_t end = time(NULL) + 20;

    (void)state;
    teller->act = RAW_SILENT;
    assert_int_equal(db_begin(errands.db), DB_OK);
    assert_int_equal(db_do(errands.db, sql_errand_lock, args, LEN(args)),
                     DB_OK);
    for (int i = 0; i < 2; i++)
        if ((pids[i] = fork()) == 0)
            ask_in_a_process();
    while (test_pg_i64(look, "SELECT count(*) AS n FROM pg_stat_activity"
                       " WHERE wait_event_type = 'Lock'"
                       " AND query LIKE '%errand_lock%'") < 2)
        if (time(NULL) > end)
            fail_msg("they do not wait for the account");
    assert_int_equal(db_commit(errands.db), DB_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        sent += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        kept += WIFEXITED(status) && WEXITSTATUS(status) == ERR_GUARD;
    }
    db_close(look);
    assert_int_equal(sent, 1);
    assert_int_equal(kept, 1);
    assert_int_equal(teller->posts, posts + 1);
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, errands_open, errands_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_again), TEST(test_dead), TEST(test_door),
        TEST(test_not_stored), TEST(test_not_noted), TEST(test_at_once),
    };

    return cmocka_run_group_tests(tests, teller_open, teller_close);
}
