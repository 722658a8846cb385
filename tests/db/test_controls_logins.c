/* Roles of the database, made, found missing, or given to logins of their own;
 * and a database that had none before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/inside.h"
#include "db/migrate.h"
#include "tests/lib/pg.h"

static struct err e;

/* ${n} steps as another payrun applied them. */
static void
old_steps(struct db *db, int n)
{
    static const char note[] =
        "INSERT INTO payrun.schema_step (step, name, sha256, program)"
        " VALUES ($1::int, $2::text, sha256(convert_to($3::text, 'UTF8')),"
        " 'payrun')";
    static const char make[] =
        "CREATE SCHEMA payrun; CREATE TABLE payrun.schema_step (step integer"
        " PRIMARY KEY, name text NOT NULL, sha256 bytea NOT NULL, applied_at"
        " timestamptz NOT NULL DEFAULT now(), program text NOT NULL);"
        " COMMENT ON TABLE payrun.schema_step IS 'x'";

    assert_true(query_script(db, "-- make:", make) >= 0);
    for (const struct schema_step *s = schema_steps; s->number <= n; s++) {
        const struct db_arg args[] = {
            A_I64(s->number), A_TEXT(s->name), A_TEXT(s->text)
        };

        if (query_script(db, "-- step:", s->text) < 0)
            fail_msg("%s", db_why(db));
        assert_int_equal(db_do(db, note, args, LEN(args)), DB_OK);
    }
}

/* What a database of step 7 holds stays, and gets the day it was paid on. */
static void
test_upgrade(void **state)
{
    static const char content[] =
        "INSERT INTO app_user (user_name, role) VALUES ('amina', 'maker'),"
        "  ('brian', 'checker');"
        "INSERT INTO funding_account (name, provider, live, ccy) VALUES"
        "  ('salaries', 'intasend', false, 'KES');"
        "INSERT INTO source_file (name, sha256, bytes, encoding, header, rows,"
        "  good_rows, rows_digest, uploaded_by) VALUES ('f', sha256('x'), 1,"
        "  '', '', 3, 3, substr(sha256('x'), 1, 16), 'amina');"
        "INSERT INTO run (run_id, ref, account_id, period, kind, serial,"
        "  narration, file_id, made_by, digest, rows, minor, ccy, state)"
        "  VALUES (1, 'R', 1, '2026-11', 'main', 1, '', 1, 'amina',"
        "  sha256('x'), 3, 300, 'KES', 'paying');"
        "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
        "  VALUES (1, 'amina', sha256('x'), 'brian', 300);"
        "INSERT INTO batch (batch_id, run_id, number, account_id, rail, rows,"
        "  minor, ccy, digest, state) SELECT 100000 + n, 1, n, 1, 'MPESA-B2C',"
        "  1, 100, 'KES', sha256('x'), s::batch_state FROM (VALUES (1, 'done'),"
        "  (2, 'ready'), (3, 'in_flight')) AS v(n, s);"
        "INSERT INTO attempt (batch_id, attempt_no, step, epoch, worker, rows,"
        "  minor, body_bytes, body_sha256, left_at) VALUES"
        "  (100001, 1, 'initiate', 1, 'w', 1, 100, 1, '', '2026-11-20 10:00Z'),"
        "  (100001, 2, 'approve', 2, 'w', 1, 100, 1, '', '2026-11-20 22:30Z'),"
        "  (100002, 1, 'initiate', 1, 'w', 1, 100, 1, '', '2026-11-20 10:00Z');"
        "INSERT INTO audit (audit_id, at, actor, action, subject, detail,"
        "  prev_hash, hash) VALUES (1, now(), '', '', '', '', '', '')";
    struct db *db = test_pg_open(test_pg_fresh());
    int applied = 0;

    (void)state;
    old_steps(db, 7);
    if (query_script(db, "-- content:", content) < 0)
        fail_msg("%s", db_why(db));
    if (migrate_run(db, &applied, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(applied >= 1);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM batch WHERE"
        " batch_id = 100001 AND paid_on = '2026-11-21'"), 1);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM batch WHERE"
        " paid_on IS NOT NULL"), 1);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM run JOIN"
        " approval USING (run_id) JOIN audit ON true"), 1);
    assert_int_equal(db_become(db, DB_AS_WORKER, &e), 0);
    test_pg_do(db, "UPDATE batch SET state = 'done' WHERE state = 'in_flight'");
    assert_true(db_do(db, "UPDATE batch SET minor = 1", NULL, 0) < 0);
    db_close(db);
}

/* A login without CREATEROLE: it is told what an administrator runs, and
 * nothing is half done; then it works. */
static void
test_poor_owner(void **state)
{
    struct db *boss = test_pg_open(test_pg_url());
    struct db *db = NULL;
    const char *url = test_pg_fresh();
    int applied = 0;

    (void)state;
    db = test_pg_open(url);
    /* the roles are there: an earlier database of this server made them */
    assert_int_equal(test_pg_i64(boss, "SELECT count(*) AS n FROM pg_roles"
                                 " WHERE rolname LIKE 'payrun\\_%'"), 7);
    test_pg_do(boss, "CREATE ROLE poor LOGIN");
    test_pg_do(db, "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO"
               " poor', current_database()); END $$");
    test_pg_do(db, "SET SESSION AUTHORIZATION poor");
    assert_int_equal(migrate_run(db, &applied, &e), -1);
    assert_non_null(strstr(e.text, "GRANT payrun_maker TO poor"));
    assert_non_null(strstr(e.fix, "payrun db migrate"));
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM"
                                 " payrun.schema_step WHERE step >= 8"), 0);
    test_pg_do(boss, "GRANT payrun_maker, payrun_checker, payrun_admin,"
               " payrun_auditor, payrun_worker, payrun_listener TO poor");
    assert_int_equal(migrate_run(db, &applied, &e), -1);
    assert_non_null(strstr(e.text, "GRANT payrun_night TO poor"));
    test_pg_do(boss, "GRANT payrun_night TO poor");
    if (migrate_run(db, &applied, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM pg_namespace"
        " WHERE nspname = 'payrun' AND nspowner = 'poor'::regrole"), 1);
    assert_int_equal(db_become(db, DB_AS_MAKER, &e), 0);
    test_pg_do(db, "SELECT audit_append('x', 'x', 'x', 'x')");
    assert_true(db_do(db, "DELETE FROM audit", NULL, 0) < 0);
    assert_int_equal(db_become(db, NULL, &e), 0);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM audit"), 1);
    db_close(db);
    db_close(boss);
}

/* A login made for one job takes on that job's role and no other. */
static void
test_login_of_one_role(void **state)
{
    struct db *db = test_pg_migrated(NULL);

    (void)state;
    test_pg_do(db, "CREATE ROLE pay_worker LOGIN IN ROLE payrun_worker");
    test_pg_do(db, "SET SESSION AUTHORIZATION pay_worker");
    assert_int_equal(migrate_check(db, &e), 0);
    assert_true(db_may_become(db, DB_AS_WORKER));
    assert_false(db_may_become(db, DB_AS_CHECKER));
    assert_int_equal(db_become(db, DB_AS_WORKER, &e), 0);
    assert_int_equal(db_become(db, DB_AS_CHECKER, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_non_null(strstr(e.text, "\"pay_worker\" may not act as payrun_ch"));
    assert_non_null(strstr(e.fix, "GRANT payrun_checker TO"));
    /* by itself, without taking it on, it has the same rights */
    assert_int_equal(db_become(db, NULL, &e), 0);
    assert_true(db_do(db, "UPDATE batch SET tries = 0", NULL, 0) >= 0);
    assert_true(db_do(db, "UPDATE batch SET minor = 1", NULL, 0) < 0);
    assert_true(db_do(db, "INSERT INTO approval (run_id) VALUES (1)", NULL, 0)
                < 0);
    db_close(db);
}

/* A new connection has the role of the old one. */
static void
test_reconnect(void **state)
{
    struct db *db = test_pg_migrated(NULL), *boss = test_pg_open(test_pg_url());

    (void)state;
    assert_int_equal(db_become(db, DB_AS_WORKER, &e), 0);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM (SELECT 1)"
        " AS x WHERE current_user = 'payrun_worker'"), 1);
    test_pg_do(boss, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
               " WHERE pid <> pg_backend_pid()"
               " AND backend_type = 'client backend'");
    while (db_do(db, "UPDATE batch SET tries = 0", NULL, 0) == DB_SOFT)
        ;
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM (SELECT 2)"
        " AS x WHERE current_user = 'payrun_worker'"), 1);
    assert_true(db_do(db, "UPDATE batch SET minor = 1", NULL, 0) < 0);
    db_close(db);
    db_close(boss);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_upgrade), cmocka_unit_test(test_poor_owner),
        cmocka_unit_test(test_login_of_one_role),
        cmocka_unit_test(test_reconnect)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
