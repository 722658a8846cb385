/* Several people and workers at one run, in every order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "book/attempt.h"
#include "book/ceiling.h"
#include "book/standstill.h"
#include "db/txn.h"
#include "dispatch/content.h"
#include "intake/approve.h"
#include "intake/intake.h"
#include "tests/lib/book.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/pg.h"

enum who { MAKER, CHECKER, ADMIN, WORKER, WHO };

static const char *const roles[WHO] = {
    DB_AS_MAKER, DB_AS_CHECKER, DB_AS_ADMIN, DB_AS_WORKER
};

static const char *url;
static struct db *db;                   /* the owner */
static struct db *as[WHO];              /* one connection each, in its role */
static struct account a;
static struct run master, run;
static int64_t copies = 1000;
static struct err e;

static struct db *
open_as(enum who w)
{
    struct db *c = test_pg_open(url);

    if (db_become(c, roles[w], &e) < 0)
        fail_msg("%s", e.text);
    return c;
}

static int
opened(void **state)
{
    (void)state;
    url = book_open(&db);
    book_people(db);
    book_account(db, &a, 4);
    book_run(db, &a, 4, 1, "2026-11", RUN_SUBMITTED, &master);
    for (int w = 0; w < WHO; w++)
        as[w] = open_as((enum who)w);
    return 0;
}

static int
closed(void **state)
{
    (void)state;
    for (int w = 0; w < WHO; w++)
        db_close(as[w]);
    db_close(db);
    return 0;
}

/* Another run like the first, its file prepared at the provider and its wallet
 * seen: all that is left to do is what the tests put into different orders. */
static void
copy_run(void)
{
    static const char *const sql[] = {
        "INSERT INTO run (run_id, ref, account_id, period, kind, serial,"
        " narration, file_id, made_by, digest, rows, minor, ccy, state,"
        " funds_at) SELECT $1::bigint, 'C' || $1::bigint, account_id, period,"
        " kind, $1::bigint, narration, file_id, made_by, digest, rows, minor,"
        " ccy, 'submitted', now() FROM run WHERE run_id = $2::bigint",
        "INSERT INTO run_account (run_id, account_id, rows, minor, funds_at)"
        " SELECT $1::bigint, account_id, rows, minor, now() FROM run_account"
        " WHERE run_id = $2::bigint",
        "INSERT INTO batch (batch_id, run_id, number, account_id, rail, rows,"
        " minor, ccy, digest, state, tracking_id) SELECT $1::bigint * 100000 +"
        " number, $1::bigint, number, account_id, rail, rows, minor, ccy,"
        " digest, 'initiated', 'T' || $1::bigint FROM batch"
        " WHERE run_id = $2::bigint",
        "INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account,"
        " name, narration, employee_no, reference, id_number) SELECT"
        " $1::bigint * 100000 + 1, seq, line_no, minor, ccy, account, name,"
        " narration, employee_no, reference, id_number FROM instruction"
        " WHERE batch_id = $2::bigint * 100000 + 1",
    };
    const struct db_arg args[] = { A_I64(++copies), A_I64(master.run_id) };
    char ref[32];

    snprintf(ref, sizeof(ref), "C%lld", (long long)copies);
    for (size_t i = 0; i < LEN(sql); i++)
        if (db_do(db, sql[i], args, LEN(args)) != DB_OK)
            fail_msg("%s", db_why(db));
    assert_int_equal(run_find(db, ref, &run, &e), 0);
}

/* Out of the way: nobody claims anything of it any more. */
static void
drop_run(void)
{
    static const char gone[] =
        "UPDATE batch SET state = 'cancelled' WHERE run_id = $1::bigint";
    const struct db_arg args[] = { A_I64(run.run_id) };

    assert_int_equal(db_do(db, gone, args, LEN(args)), DB_OK);
}

/* --- the worker, as dispatch/claim.c does it ------------------------------ */

static struct batch batch;
static struct attempt attempt;

static enum db_status
claim_txn(struct db *c, void *owner)
{
    struct arena arena;
    struct pay_line *lines = NULL;
    unsigned char digest[SHA256_BYTES];
    bool same = false;
    enum db_status st = batch_claim(c, a.account_id, BATCH_ON_CLAIM_RELEASE,
                                    NULL, "me", 600000, &batch);

    (void)owner;
    if (st != DB_OK)
        return st;
    if ((st = content_check(c, batch.run_id, &same)) != DB_OK || !same)
        return st < 0 ? st : DB_NONE;
    arena_init(&arena, 1 << 20);
    st = batch_lines(c, &batch, &arena, &lines, digest);
    arena_release(&arena);
    if (st != DB_OK || memcmp(digest, batch.digest, SHA256_BYTES) != 0)
        return st < 0 ? st : DB_NONE;
    return attempt_make(c, &batch, "approve", "me", STR("{}"), &attempt);
}

static bool
left(void)
{
    static const char sql[] =
        "SELECT count(*) AS n FROM attempt WHERE left_at IS NOT NULL"
        " AND batch_id / 100000 = $1::bigint";
    const struct db_arg args[] = { A_I64(run.run_id) };
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };

    assert_int_equal(db_one(db, sql, args, LEN(args), cols, LEN(cols)), DB_OK);
    return n > 0;
}

static enum run_state
state_now(void)
{
    struct run now;

    assert_int_equal(run_find(db, run.ref, &now, &e), 0);
    return now.state;
}

/* --- every order ---------------------------------------------------------- */

/*
 * Approve, Send, Cancel, Edit (as somebody who owns the database), and the
 * worker's claim (W) and Door (D).  What each must answer is said by a model of
 * six lines; the database must say the same, in all orders with W before D.
 */
static const char steps[] = "ASCEWD";

static void
edit(int kind)
{
    static const char *const sql[] = {
        "UPDATE instruction SET minor = minor + 1 WHERE seq = 2"
        " AND batch_id = $1::bigint * 100000 + 1",
        "UPDATE batch SET rail = 'AIRTIME' WHERE run_id = $1::bigint",
        "UPDATE run SET narration = 'x' WHERE run_id = $1::bigint",
    };
    const struct db_arg args[] = { A_I64(run.run_id) };

    assert_int_equal(db_do(db, sql[kind], args, LEN(args)), DB_OK);
}

static bool
do_step(char step, int kind)
{
    struct run_cancelled c;

    switch (step) {
    case 'A':
        return run_approve(as[CHECKER], &run, BOOK_CHECKER, run.minor, &e)
            == 0;
    case 'S':
        return run_send(as[ADMIN], &run, BOOK_ADMIN, &e) == 0;
    case 'C':
        return run_cancel(as[MAKER], &run, BOOK_MAKER, "x", false, &c, &e)
            == 0;
    case 'E':
        edit(kind);
        return true;
    case 'W':
        attempt = (struct attempt){ 0 };
        return db_txn(as[WORKER], claim_txn, NULL) == DB_OK;
    case 'D':
        return attempt.attempt_no != 0
            && book_leave(as[WORKER], &attempt) == DB_OK;
    }
    return false;
}

struct model { enum run_state state; bool edited, claimed; };

static bool
model_step(struct model *m, char step, int kind)
{
    switch (step) {
    case 'A':           /* the rows themselves are looked at by the claim */
        if (m->state != RUN_SUBMITTED || (m->edited && kind > 0))
            return false;
        m->state = RUN_APPROVED;
        return true;
    case 'S':
        if (m->state != RUN_APPROVED)
            return false;
        m->state = RUN_PAYING;
        return true;
    case 'C':
        if (m->state == RUN_CANCELLED || m->claimed)
            return false;
        m->state = RUN_CANCELLED;
        return true;
    case 'E':
        return m->edited = true;
    case 'W':
        return m->claimed = m->state == RUN_PAYING && !m->edited;
    case 'D':
        return m->claimed;
    }
    return false;
}

static void
one_order(const char *order, int kind)
{
    struct model m = { .state = RUN_SUBMITTED };
    bool went = false;

    copy_run();
    for (const char *s = order; *s != '\0'; s++) {
        bool want = model_step(&m, *s, kind), got = do_step(*s, kind);

        if (got != want)
            fail_msg("%s, edit %d: %c %s: %s", order, kind, *s,
                     got ? "went through" : "did not", e.text);
        went = went || (*s == 'D' && got);
    }
    if (state_now() != m.state || left() != went)
        fail_msg("%s, edit %d: ends %s, %s", order, kind,
                 run_state_name(state_now()), left() ? "left" : "stayed");
    /* what must be true whatever the model thinks */
    assert_true(!left() || m.state == RUN_PAYING);
    drop_run();
}

static int orders;

static void
every_order(char *order, size_t n)
{
    if (n == sizeof(steps) - 1) {
        one_order(order, orders++ % 3);
        return;
    }
    for (const char *s = steps; *s != '\0'; s++) {
        if (strchr(order, *s) != NULL
            || (*s == 'D' && strchr(order, 'W') == NULL))
            continue;
        order[n] = *s;
        order[n + 1] = '\0';
        every_order(order, n + 1);
        order[n] = '\0';
    }
}

static void
test_every_order(void **state)
{
    char order[sizeof(steps)] = "";

    (void)state;
    every_order(order, 0);
    assert_int_equal(orders, 360);
}

/* --- in the middle of a transaction --------------------------------------- */

/* The worker's two transactions, step by step; between any two of them somebody
 * else begins, in a process of their own, and is done or made to wait. */
enum rival { CANCEL, PAUSE, STANDSTILL, RIVALS };

static pid_t
begin_rival(enum rival r)
{
    struct run_cancelled cancelled;
    pid_t pid;
    int rc = -1;

    fflush(NULL);
    if ((pid = fork()) != 0)
        return pid;
    struct db *c = open_as(MAKER);

    switch (r) {
    case CANCEL:
        rc = run_cancel(c, &run, BOOK_MAKER, "x", false, &cancelled, &e);
        break;
    case PAUSE:
        rc = run_pause(c, &run, BOOK_MAKER, "x", &e);
        break;
    case STANDSTILL:
        rc = standstill_set(c, true, "x", BOOK_MAKER, &e);
        break;
    case RIVALS:
        break;
    }
    _exit(rc == 0 ? 0 : e.kind == ERR_GUARD ? 1 : 2);
}

/* Wait until it has ended or stands at a lock of ours. */
static bool
ended_or_waits(pid_t pid, int *status)
{
    static const char waits[] =
        "SELECT count(*) AS n FROM pg_locks WHERE NOT granted";
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };

    for (;;) {
        if (waitpid(pid, status, WNOHANG) == pid)
            return true;
        assert_int_equal(db_one(db, waits, NULL, 0, cols, LEN(cols)), DB_OK);
        if (n > 0)
            return false;
    }
}

#define POINTS 5

/* 0: before the claim; 1: claimed, not committed; 2: committed; 3: through the
 * door, not committed; 4: gone. */
static void
one_race(enum rival r, int point)
{
    struct db *w = as[WORKER];
    bool claimed = false, went = false, ended = false;
    int status = -1;
    pid_t pid = -1;

    copy_run();
    assert_true(do_step('A', 0) && do_step('S', 0));
    attempt = (struct attempt){ 0 };
    for (int p = 0; p < POINTS; p++) {
        if (p == point) {
            pid = begin_rival(r);
            ended = ended_or_waits(pid, &status);
        }
        switch (p) {
        case 0:
            assert_int_equal(db_begin(w), DB_OK);
            claimed = claim_txn(w, NULL) == DB_OK;
            break;
        case 1:
            if (claimed)
                assert_int_equal(db_commit(w), DB_OK);
            else
                db_rollback(w);
            break;
        case 2:
            assert_int_equal(db_begin(w), DB_OK);
            went = claimed && book_leave(w, &attempt) == DB_OK;
            break;
        case 3:
            assert_int_equal(db_commit(w), DB_OK);
            break;
        }
    }
    if (!ended)
        assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    assert_int_equal(left(), went);
    if (went && r == CANCEL)            /* what left is not called back */
        assert_int_equal(state_now(), RUN_PAYING);
    if (WEXITSTATUS(status) == 0 && (point < 2 || r == CANCEL) && ended && went)
        fail_msg("rival %d at point %d was first, and it left", r, point);
    if (r == STANDSTILL)
        assert_int_equal(standstill_set(as[MAKER], false, "x", BOOK_MAKER, &e),
                         0);
    drop_run();
}

static void
test_in_the_middle(void **state)
{
    (void)state;
    for (int r = 0; r < RIVALS; r++)
        for (int p = 0; p < POINTS; p++)
            one_race((enum rival)r, p);
}

/* Two checkers at once: one approval.  Two workers: one claim. */
static void
test_twins(void **state)
{
    int status = 0, won = 0;

    (void)state;
    copy_run();
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            struct db *c = open_as(CHECKER);

            _exit(run_approve(c, &run, BOOK_CHECKER, run.minor, &e) == 0
                  ? 0 : 1);
        }
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        won += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    assert_int_equal(won, 1);
    assert_true(do_step('S', 0));
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            _exit(db_txn(open_as(WORKER), claim_txn, NULL) == DB_OK ? 0 : 1);
    for (int i = won = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        won += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    assert_int_equal(won, 1);
    drop_run();
}

/* --- the sum of a day ----------------------------------------------------- */

/* Each of two runs is below the ceiling, both are not.  While one is claimed
 * and not committed, the other worker waits, and then does not get the other. */
static void
test_day_in_turn(void **state)
{
    struct ceiling_ask ask = {
        .account = "", .ccy = "KES", .what = CEILING_DAY, .why = "x"
    };
    enum ceiling_fate fate;
    struct run first;
    int status = -1;
    int64_t id = 0;
    pid_t pid;

    (void)state;
    copy_run();
    first = run;
    assert_true(do_step('A', 0) && do_step('S', 0));
    copy_run();
    assert_true(do_step('A', 0) && do_step('S', 0));
    ask.minor = book_i64(db, "SELECT day_spent(today_nairobi(), NULL, false,"
                         " 'KES', 0, 0) + %lld AS n",
                         (long long)(2 * run.minor - 1));
    assert_int_equal(ceiling_propose(as[ADMIN], &ask, BOOK_ADMIN, &id, &fate,
                                     &e), 0);
    assert_int_equal(fate, CEILING_IN_FORCE);
    assert_int_equal(db_begin(as[WORKER]), DB_OK);
    assert_int_equal(claim_txn(as[WORKER], NULL), DB_OK);
    assert_int_equal(batch.run_id, first.run_id);
    fflush(NULL);
    if ((pid = fork()) == 0)
        _exit(db_txn(open_as(WORKER), claim_txn, NULL) == DB_NONE ? 0 : 1);
    assert_false(ended_or_waits(pid, &status));
    assert_int_equal(db_commit(as[WORKER]), DB_OK);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    /* and an approval that would pass it is refused, by the table itself too */
    copy_run();
    assert_false(do_step('A', 0));
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM approval WHERE"
                              " run_id = %lld", (long long)run.run_id), 0);
}

/* --- one file, eight people ----------------------------------------------- */

static void
upload_as(const char *path)
{
    struct intake_order o = book_order(path, &a, "2027-03");
    struct problems ps;
    struct intake_result r;
    int rc;

    problems_init(&ps);
    rc = intake_upload(open_as(MAKER), &o, &ps, &r, &e);
    _exit(rc == 0 ? 0 : e.kind == ERR_GUARD ? 4 : 9);
}

/*  gets the rows of , the last one first. */
static void
turned(const char *from, const char *to)
{
    struct buf in, out;
    size_t head, end;

    buf_init(&in, 1 << 20);
    buf_init(&out, 1 << 20);
    assert_int_equal(buf_read_file(&in, from, &e), 0);
    head = (size_t)((char *)memchr(in.p, '\n', in.len) - (char *)in.p) + 1;
    buf_str(&out, (struct str){ (const char *)in.p, head });
    for (end = in.len; end > head;) {
        size_t at = end - 1;

        while (at > head && in.p[at - 1] != '\n')
            at--;
        buf_str(&out, (struct str){ (const char *)in.p + at, end - at });
        end = at;
    }
    assert_int_equal(buf_write_file(&out, to, 0600, &e), 0);
    buf_release(&in);
    buf_release(&out);
}

/* The same rows, half of them in another order: one run. */
static void
test_eight_uploads(void **state)
{
    char path[2][64];
    int won = 0, lost = 0, status = 0;

    (void)state;
    for (int i = 0; i < 2; i++)
        snprintf(path[i], sizeof(path[i]), "/tmp/payrun-iso-%d-%d.csv",
                 (int)getpid(), i);
    book_file(path[0], 500, 5000);
    turned(path[0], path[1]);
    fflush(NULL);
    for (int i = 0; i < 8; i++)
        if (fork() == 0)
            upload_as(path[i % 2]);
    for (int i = 0; i < 8; i++) {
        assert_true(wait(&status) > 0);
        won += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        lost += WIFEXITED(status) && WEXITSTATUS(status) == 4;
    }
    if (won != 1 || lost != 7)
        fail_msg("%d won, %d were refused", won, lost);
    for (int i = 0; i < 2; i++)
        unlink(path[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_order),
        cmocka_unit_test(test_in_the_middle), cmocka_unit_test(test_twins),
        cmocka_unit_test(test_day_in_turn),
        cmocka_unit_test(test_eight_uploads)
    };

    return cmocka_run_group_tests(tests, opened, closed);
}
