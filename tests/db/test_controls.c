/* What the database refuses, whatever the program does: who may what. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"
#include "tests/lib/roles.h"

static const char *url;
static struct db *db;                   /* the owner, who may mend by hand */
static struct db *as;                   /* somebody who may not            */
static struct account a;
static struct run run;
static struct err e;

static const char *const roles[] = {
    DB_AS_MAKER, DB_AS_CHECKER, DB_AS_ADMIN, DB_AS_AUDITOR, DB_AS_WORKER,
    DB_AS_LISTENER, DB_AS_NIGHT
};
static const char letters[] = "MCAUWLN";

static int
opened(void **state)
{
    (void)state;
    url = book_open(&db);
    book_people(db);
    book_account(db, &a, 4);
    as = test_pg_open(url);
    return 0;
}

static int
closed(void **state)
{
    (void)state;
    db_close(as);
    db_close(db);
    return 0;
}

/* --- who may what --------------------------------------------------------- */

static const char sql_rights[] =
    "-- rights: of the tables of steps 1 to 8, but for reading whole ones\n"
    "SELECT string_agg(line, E'\\n' ORDER BY line COLLATE \"C\") AS lines"
    "  FROM ("
    "SELECT concat_ws(' ', substr(g.rolname, 8), c.relname, a.privilege_type)"
    "       AS line"
    "  FROM pg_class c, aclexplode(c.relacl) a"
    "  JOIN pg_roles g ON g.oid = a.grantee"
    " WHERE c.relnamespace = 'payrun'::regnamespace"
    "   AND g.rolname LIKE 'payrun\\_%' AND c.relname = ANY ($1::text[])"
    "   AND a.privilege_type <> 'SELECT'"
    " UNION ALL "
    "SELECT concat_ws(' ', substr(g.rolname, 8), c.relname, a.privilege_type,"
    "                 '(' || string_agg(t.attname, ', ' ORDER BY t.attnum)"
    "                 || ')')"
    "  FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid,"
    "       aclexplode(t.attacl) a JOIN pg_roles g ON g.oid = a.grantee"
    " WHERE c.relnamespace = 'payrun'::regnamespace"
    "   AND g.rolname LIKE 'payrun\\_%' AND c.relname = ANY ($1::text[])"
    " GROUP BY g.rolname, c.relname, a.privilege_type) l";

static const char *const tables[] = {
    "agreement", "app_user", "approval", "attempt", "audit", "audit_head",
    "bank", "batch", "ceiling", "contradiction", "edge", "errand", "event",
    "evidence", "funding_account", "history", "inbox", "instruction",
    "outcome", "placed", "problem", "retried", "run", "run_account",
    "run_run_id_seq", "scan", "schema_step", "sought", "source_bytes",
    "source_file",
    "standstill", "worker"
};

/* Line by line, so that a failure names the right. */
static void
test_rights(void **state)
{
    struct str names[LEN(tables)], lines = { NULL, 0 };
    const struct db_arg args[] = { A_TEXTS(names, LEN(tables)) };
    const struct db_col cols[] = { C_STR("lines", &lines) };
    struct buf want, got;
    char *left = NULL, *right = NULL, *p, *q;

    (void)state;
    for (size_t i = 0; i < LEN(tables); i++)
        names[i] = str_of(tables[i]);
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    assert_int_equal(buf_read_file(&want, "tests/data/roles.txt", &e), 0);
    assert_int_equal(db_one(db, sql_rights, args, LEN(args), cols, LEN(cols)),
                     DB_OK);
    buf_str(&got, lines);
    buf_char(&want, '\0');
    buf_char(&got, '\0');
    p = strtok_r((char *)want.p, "\n", &left);
    q = strtok_r((char *)got.p, "\n", &right);
    for (; p != NULL || q != NULL; p = strtok_r(NULL, "\n", &left)) {
        if (p != NULL && p[0] == '#')
            continue;
        assert_string_equal(q != NULL ? q : "", p != NULL ? p : "");
        q = strtok_r(NULL, "\n", &right);
    }
    buf_release(&want);
    buf_release(&got);
}

/* Of every table there is, also of later steps. */
static void
test_rights_of_all(void **state)
{
    (void)state;
    assert_int_equal(book_i64(db,
        "SELECT count(*) AS n FROM pg_class c, aclexplode(c.relacl) x"
        "  JOIN pg_roles g ON g.oid = x.grantee"
        " WHERE c.relnamespace = 'payrun'::regnamespace AND c.relkind = 'r'"
        "   AND g.rolname LIKE 'payrun\\_%%' AND (x.privilege_type IN"
        "       ('TRUNCATE', 'REFERENCES', 'TRIGGER') OR x.is_grantable"
        "    OR (x.privilege_type = 'UPDATE'"
        "        AND c.relname <> 'refused_callback')"
        "    OR (x.privilege_type = 'DELETE' AND c.relname NOT IN ('bank',"
        "        'inbox', 'sought', 'worker', 'lineage_line',"
        "        'statement_match', 'statement_tie')))"), 0);
    assert_int_equal(book_i64(db,
        "SELECT count(*) AS n FROM pg_class c, aclexplode(c.relacl) x"
        " WHERE c.relnamespace = 'payrun'::regnamespace AND x.grantee = 0"), 0);
    /* who reads, reads all of it; the listener next to nothing */
    assert_int_equal(book_i64(db,
        "SELECT count(*) AS n FROM pg_class c CROSS JOIN unnest(ARRAY["
        "'payrun_maker', 'payrun_checker', 'payrun_admin', 'payrun_auditor',"
        "'payrun_worker', 'payrun_night']) r"
        " WHERE c.relnamespace = 'payrun'::regnamespace"
        "   AND c.relkind IN ('r', 'v') AND (r, c.relname) NOT IN"
        "       (SELECT r, 'attempt' WHERE r <> 'payrun_worker')"
        "   AND NOT has_table_privilege(r, c.oid, 'SELECT')"), 0);
    assert_int_equal(book_i64(db,
        "SELECT count(*) AS n FROM pg_class c"
        " WHERE c.relnamespace = 'payrun'::regnamespace"
        "   AND c.relkind IN ('r', 'v') AND c.relname NOT IN"
        "       ('funding_account', 'schema_step', 'inbox',"
        "        'refused_callback')"
        "   AND has_any_column_privilege('payrun_listener', c.oid,"
        "       'SELECT, INSERT, UPDATE, REFERENCES')"), 0);
}

/* Role by action, by doing it. ${who}: the letters of those who may. */
static void
test_actions(void **state)
{
    static const struct { const char *who, *sql; } t[] = {
        { "M", "INSERT INTO run (run_id, ref, account_id, period, kind,"
          " serial, narration, file_id, made_by, digest, rows, minor, ccy)"
          " SELECT 77, 'x', account_id, period, kind, 77, 'x', file_id,"
          " made_by, digest, rows, minor, ccy FROM run LIMIT 1" },
        { "", "INSERT INTO run (run_id, state) SELECT 77, 'approved'"
          " WHERE false" },
        { "M", "INSERT INTO instruction (batch_id, seq, line_no, minor, ccy,"
          " account, name) VALUES (1, 1, 1, 1, 'KES', 'x', 'x')" },
        { "", "UPDATE instruction SET minor = minor + 1" },
        { "", "UPDATE instruction SET account = '254700000000'" },
        { "", "DELETE FROM instruction" },
        { "", "UPDATE run SET digest = sha256('x')" },
        { "", "UPDATE run SET minor = 1" },
        { "", "UPDATE run SET made_by = 'brian'" },
        { "", "UPDATE run SET pay_date = '2030-01-01'" },
        { "", "UPDATE batch SET minor = 1" },
        { "", "UPDATE batch SET digest = sha256('x')" },
        { "", "UPDATE batch SET account_id = account_id" },
        { "", "UPDATE batch SET rail = 'AIRTIME'" },
        { "", "DELETE FROM batch" },
        { "C", "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
          " SELECT run_id, made_by, digest, 'brian', minor FROM run"
          " WHERE state = 'submitted'" },
        { "", "UPDATE approval SET digest = sha256('x')" },
        { "", "DELETE FROM approval" },
        { "W", "INSERT INTO attempt (batch_id, attempt_no, step, epoch, worker,"
          " rows, minor, body_bytes, body_sha256)"
          " VALUES (1, 1, 'send', 1, 'x', 1, 1, 1, '')" },
        { "", "UPDATE attempt SET minor = 1" },
        { "W", "UPDATE attempt SET left_at = now()" },
        { "W", "SELECT token_key FROM attempt" },
        { "MCAUWN", "SELECT attempt_no, answer FROM attempt" },
        { "W", "INSERT INTO event (batch_id, event_no, kind, http, sha256,"
          " body) VALUES (1, 1, 'send', 200, '', '')" },
        { "", "UPDATE event SET body = ''" },
        { "MCAW", "INSERT INTO outcome (batch_id, seq, state, minor, ccy, code,"
          " reason, at) VALUES (1, 1, 'cancelled', 1, 'KES', '', '', now())" },
        { "", "UPDATE outcome SET state = 'paid'" },
        { "", "DELETE FROM outcome" },
        { "CW", "SELECT outcomes_change(1, 0, '{}'::int[], '{}'::text[],"
          " '{}'::text[], '{}'::text[], '{}'::text[], '{}'::bigint[])" },
        { "L", "INSERT INTO inbox (provider, peer, sha256, body, trusted)"
          " VALUES ('x', 'x', '', '', false)" },
        { "W", "UPDATE inbox SET done_at = now()" },
        { "", "UPDATE inbox SET body = ''" },
        { "MCAUWN", "SELECT body FROM inbox" },
        { "MCA", "UPDATE standstill SET paused = false" },
        { "", "DELETE FROM standstill" },
        { "MCAWN", "SELECT audit_append('x', 'x', 'x', 'x')" },
        { "", "INSERT INTO audit (audit_id, at, actor, action, subject, detail,"
          " prev_hash, hash) VALUES (9999, now(), '', '', '', '', '', '')" },
        { "", "UPDATE audit SET detail = 'x'" },
        { "", "DELETE FROM audit" },
        { "", "TRUNCATE audit" },
        { "", "UPDATE audit_head SET hash = ''" },
        { "MCAWN", "INSERT INTO history (run_id, from_state, to_state,"
          " on_event,"
          " why, actor) VALUES (1, '', '', '', '', '')" },
        { "", "UPDATE history SET why = 'x'" },
        { "", "DELETE FROM history" },
        { "", "TRUNCATE history" },
        { "A", "INSERT INTO app_user (user_name, role) VALUES ('x', 'maker')" },
        { "", "UPDATE app_user SET role = 'checker'" },
        { "A", "UPDATE app_user SET disabled = true" },
        { "", "INSERT INTO ceiling (live, ccy, what, why, proposed_by, state)"
          " VALUES (false, 'KES', 'day', '', 'otieno', 'in_force')" },
        { "", "UPDATE ceiling SET minor = NULL" },
        { "A", "SELECT ceiling_propose(NULL, false, 'KES', 'day', 5, 'x',"
          " 'otieno')" },
        { "CA", "SELECT ceiling_answer(1, true, 'brian')" },
        { "C", "INSERT INTO agreement (evidence_id, proposed_by, batch_id, seq,"
          " says, receipt, agreed_by) SELECT 1, '', 1, 1, 'paid', '', ''"
          " WHERE false" },
        { "MCA", "INSERT INTO evidence (run_id, batch_id, seq, was, says,"
          " proposed_by, proposed_role) SELECT 1, 1, 1, 'in_doubt', 'paid', '',"
          " '' WHERE false" },
        { "", "UPDATE evidence SET says = 'paid'" },
        { "", "UPDATE edge SET who = '{worker}'" },
        { "", "INSERT INTO edge VALUES ('run', 'x', 'y', '{worker}')" },
        { "", "UPDATE schema_step SET sha256 = sha256('x')" },
        { "", "ALTER TABLE batch DISABLE TRIGGER ALL" },
        { "", "DROP TRIGGER batch_guard ON batch" },
        { "", "CREATE TABLE payrun.mine (n int)" },
        { "", "SET session_replication_role = replica" },
        { "MCAUWLN", "SELECT name FROM funding_account" },
        { "MCAUWN", "SELECT count(*) FROM run" },
        { "", "UPDATE funding_account SET live = true" },
        { "M", "INSERT INTO schedule (name, account_id, calendar,"
          " grace_minutes, state_by, made_by, since, planned_from) SELECT 'x',"
          " account_id, 'daily', 60, 'amina', 'amina', now(), now() FROM"
          " funding_account LIMIT 1" },
        { "MCA", "UPDATE schedule SET state = 'removed'" },
        { "MN", "UPDATE schedule SET planned_from = now()" },
        { "MN", "UPDATE slot SET taken_by = 'x' WHERE false" },
        { "MCA", "UPDATE slot SET decision = 'run' WHERE false" },
        { "MN", "INSERT INTO slot_run (run_id, slot_id) SELECT 1, 1"
          " WHERE false" },
        { "M", "INSERT INTO run_short SELECT 1, 'groups', 'x' WHERE false" },
        { "", "UPDATE run_short SET policy = 'groups'" },
        { "MCAW", "UPDATE run_group SET funds_at = now()" },
        { "", "UPDATE run_group SET name = 'x'" },
        { "", "UPDATE batch SET group_no = 1" },
    };

    (void)state;
    book_run(db, &a, 6, 1, "2026-11", RUN_SUBMITTED, &run);
    for (size_t r = 0; r < LEN(roles); r++) {
        roles_become(as, roles[r]);
        for (size_t i = 0; i < LEN(t); i++) {
            const char *state_said = roles_said(as, "%s", t[i].sql);
            bool may = strchr(t[i].who, letters[r]) != NULL;

            if (may ? state_said[0] != '\0'
                    : strcmp(state_said, "42501") != 0)
                fail_msg("%s: \"%s\": SQLSTATE \"%s\"", roles[r], t[i].sql,
                         state_said);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rights), cmocka_unit_test(test_rights_of_all),
        cmocka_unit_test(test_actions),
    };

    return cmocka_run_group_tests(tests, opened, closed);
}
