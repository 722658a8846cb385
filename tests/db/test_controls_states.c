/* What the database refuses, whatever the program does: states that do not
 * follow, outcomes, content that changed, and doors while all stands still. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/attempt.h"
#include "book/digest.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/content.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"
#include "tests/lib/roles.h"

static const char *url;
static struct db *db;                   /* the owner, who may mend by hand */
static struct db *as;                   /* somebody who may not            */
static struct account a;
static struct run run;

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

/* --- states --------------------------------------------------------------- */

/* The table is the C machine, edge by edge; ${n}: how many. */
static void
same_machine(const struct state_machine *m)
{
    int64_t n = 0;

    for (int f = 0; m->states[f] != NULL; f++)
        for (int t = 0; m->states[t] != NULL; t++) {
            bool there = false;

            for (size_t i = 0; i < m->nedges; i++)
                there = there || (m->edges[i].from == f
                                  && m->edges[i].to == t);
            n += there;
            if (book_i64(db, "SELECT count(*) AS n FROM edge WHERE machine ="
                         " '%s' AND from_state = '%s' AND to_state = '%s'",
                         m->name, m->states[f], m->states[t]) != there)
                fail_msg("%s: %s to %s", m->name, m->states[f], m->states[t]);
        }
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM edge WHERE"
                              " machine = '%s'", m->name), n);
}

static void
test_edges(void **state)
{
    (void)state;
    same_machine(&machine_run);
    same_machine(&machine_batch);
    same_machine(&machine_outcome);
    same_machine(&machine_evidence);
}

static bool
has_edge(const char *machine, const char *f, const char *t, const char *role)
{
    return book_i64(db, "SELECT count(*) AS n FROM edge WHERE machine = '%s'"
                    " AND from_state = '%s' AND to_state = '%s'"
                    " AND '%s' = ANY (who)", machine, f, t,
                    role + sizeof("payrun_") - 1) == 1;
}

/* Every pair of states, by plain SQL, as every role that may write states. */
static void
every_pair(const char *table, const struct state_machine *m,
           const char *role, const char *where)
{
    roles_become(as, role);
    for (int f = 0; m->states[f] != NULL; f++) {
        book_do(db, "UPDATE %s SET state = '%s' WHERE %s", table,
                m->states[f], where);
        for (int t = 0; m->states[t] != NULL; t++) {
            const char *got = NULL;
            bool may = f == t || has_edge(table, m->states[f], m->states[t],
                                          role);

            got = roles_said(as, "UPDATE %s SET state = '%s' WHERE %s", table,
                       m->states[t], where);
            if (strcmp(got, may ? "" : "PR002") != 0)
                fail_msg("%s: %s from %s to %s: \"%s\"", role, table,
                         m->states[f], m->states[t], got);
        }
    }
}

static void
test_states(void **state)
{
    char where[64];

    (void)state;
    book_run(db, &a, 4, 11, "2026-10", RUN_PAYING, &run);
    snprintf(where, sizeof(where), "run_id = %lld", (long long)run.run_id);
    every_pair("batch", &machine_batch, DB_AS_WORKER, where);
    every_pair("batch", &machine_batch, DB_AS_MAKER, where);
    book_do(db, "UPDATE batch SET state = 'ready' WHERE %s", where);
    every_pair("run", &machine_run, DB_AS_WORKER, where);
    every_pair("run", &machine_run, DB_AS_MAKER, where);
    every_pair("run", &machine_run, DB_AS_CHECKER, where);
    every_pair("run", &machine_run, DB_AS_ADMIN, where);
    /* the owner, too, unless he says that he mends */
    book_do(db, "UPDATE run SET state = 'paying' WHERE %s", where);
    roles_become(as, NULL);
    assert_string_equal(roles_said(as, "SET payrun.repair = ''"), "");
    assert_int_equal(db_do(as, "SET payrun.repair = ''", NULL, 0), DB_NONE);
    assert_string_equal(roles_said(as, "UPDATE run SET state = 'draft'"
                                   " WHERE %s", where), "PR002");
    assert_string_equal(roles_said(as, "UPDATE audit SET detail = 'x'"),
                        "PR002");
    assert_string_equal(roles_said(as, "TRUNCATE history"), "PR002");
    /* ... and nobody else by saying so */
    roles_become(as, DB_AS_WORKER);
    assert_int_equal(db_do(as, "SET payrun.repair = 'me'", NULL, 0), DB_NONE);
    assert_string_equal(roles_said(as, "UPDATE run SET state = 'draft'"
                                   " WHERE %s", where), "PR002");
}

#define CLAIM "UPDATE batch SET state = '%s' WHERE run_id = %lld"

/* What a claim needs, one thing at a time; 40001: look again. */
static void
test_claim_needs(void **state)
{
    static const struct { const char *what, *before, *after; } t[] = {
        { "run paused", "UPDATE run SET state = 'paused'",
          "UPDATE run SET state = 'paying'" },
        { "rest cancelled", "UPDATE run SET cancelled_at = now()",
          "UPDATE run SET cancelled_at = NULL" },
        { "not approved", "CREATE TABLE kept AS SELECT run_id, made_by, digest,"
          " approver, minor FROM approval; DELETE FROM approval",
          "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
          " SELECT run_id, made_by, digest, approver, minor FROM kept;"
          " DROP TABLE kept" },
        { "lane closed", "UPDATE funding_account SET lane_closed = true",
          "UPDATE funding_account SET lane_closed = false" },
        { "everything paused", "UPDATE standstill SET paused = true, why = 'x',"
          " by = 'amina'", "UPDATE standstill SET paused = false" },
        { "not covered", "UPDATE run SET funds_at = NULL",
          "UPDATE run SET funds_at = now()" },
    };
    static const char *const claims[][2] = {
        { "ready", "initiating" }, { "initiated", "releasing" },
        { "ready", "sending" }
    };

    (void)state;
    book_run(db, &a, 4, 21, "2026-09", RUN_PAYING, &run);
    roles_become(as, DB_AS_WORKER);
    for (size_t i = 0; i < LEN(t); i++)
        for (size_t c = 0; c < LEN(claims); c++) {
            bool free_of = c == 0 && strcmp(t[i].what, "not covered") == 0;

            book_do(db, CLAIM, claims[c][0], (long long)run.run_id);
            assert_string_equal(roles_said(as, CLAIM, claims[c][1],
                                           (long long)run.run_id), "");
            book_do(db, "DO $$ BEGIN %s; END $$", t[i].before);
            if (strcmp(roles_said(as, CLAIM, claims[c][1],
                                  (long long)run.run_id),
                       free_of ? "" : "40001") != 0)
                fail_msg("%s: claimed to %s", t[i].what, claims[c][1]);
            book_do(db, "DO $$ BEGIN %s; END $$", t[i].after);
        }
}

/* --- outcomes ------------------------------------------------------------- */

static void
test_outcomes(void **state)
{
    const struct state_machine *m = &machine_outcome;
    long long batch;

    (void)state;
    book_run(db, &a, 4, 31, "2026-08", RUN_PAYING, &run);
    batch = (long long)run.run_id * 100000 + 1;
    roles_become(as, DB_AS_WORKER);
    book_do(db, "INSERT INTO outcome (batch_id, seq, state, minor, ccy, code,"
            " reason, at) SELECT batch_id, seq, 'in_doubt', minor, ccy, '', '',"
            " now() FROM instruction WHERE batch_id = %lld", batch);
    for (int f = 0; m->states[f] != NULL; f++)
        for (int t = 0; m->states[t] != NULL; t++)
            for (int agreed = 0; agreed < 2; agreed++) {
                bool may = has_edge("outcome", m->states[f], m->states[t],
                                    DB_AS_WORKER)
                    || (agreed && has_edge("evidence", m->states[f],
                                           m->states[t], DB_AS_CHECKER));

                /* the rule is about who agreed, not about what was shown */
                book_do(db, "UPDATE outcome SET state = '%s' WHERE batch_id ="
                        " %lld", m->states[f], batch);
                if (agreed)
                    book_do(db, "WITH v AS (INSERT INTO evidence (run_id,"
                        " batch_id, seq, was, says, receipt, reason, note,"
                        " proposed_by, proposed_role, ended_at, ended_how)"
                        " SELECT %lld, %lld, 2, '%s', '%s', 'x', 'x', 'x',"
                        " 'amina', 'maker', now(), 'agreed' WHERE '%s' IN"
                        " ('paid', 'failed', 'cancelled') RETURNING *)"
                        " SELECT 1 FROM v", (long long)run.run_id, batch,
                        m->states[f], m->states[t], m->states[t]);
                if (agreed)
                    book_do(db, "INSERT INTO agreement (evidence_id,"
                        " proposed_by, batch_id, seq, says, receipt, agreed_by)"
                        " SELECT evidence_id, proposed_by, batch_id, seq, says,"
                        " receipt, 'brian' FROM evidence ORDER BY evidence_id"
                        " DESC LIMIT 1 ON CONFLICT DO NOTHING");
                if (strcmp(roles_said(as, "SELECT outcomes_change(%lld,"
                                      " 0, '{2}'::int[], '{%s}', '{x}', '{x}',"
                                      " '{x}', '{0}')", batch,
                                m->states[t]), may ? "" : "PR002") != 0)
                    fail_msg("%s to %s, %s", m->states[f], m->states[t],
                             agreed ? "agreed" : "not agreed");
                book_do(db, "DELETE FROM agreement");
                book_do(db, "DELETE FROM evidence");
            }
    /* all of them or none */
    book_do(db, "UPDATE outcome SET state = 'in_doubt' WHERE seq < 3");
    book_do(db, "UPDATE outcome SET state = 'paid' WHERE seq >= 3");
    assert_string_equal(roles_said(as, "SELECT outcomes_change(%lld, 0,"
        " '{1,2,3}'::int[],"
        " '{failed,failed,failed}', '{x,x,x}', '{x,x,x}', '{x,x,x}',"
        " '{0,0,0}')", batch), "PR002");
}

/* --- content -------------------------------------------------------------- */

/* Would anything of the run be sent?  As the worker does it. */
static bool
would_send(void)
{
    struct arena arena;
    struct pay_line *lines = NULL;
    unsigned char digest[SHA256_BYTES];
    struct batch b;
    bool same = false, sends = false;

    arena_init(&arena, 1 << 20);
    if (batch_claim(as, a.account_id, BATCH_ON_CLAIM_INITIATE, NULL, "me", 1000,
                    &b) == DB_OK
        && content_check(as, b.run_id, &same) == DB_OK && same)
        sends = batch_lines(as, &b, &arena, &lines, digest) == DB_OK
            && memcmp(digest, b.digest, SHA256_BYTES) == 0;
    arena_release(&arena);
    return sends;
}

static void
test_content(void **state)
{
    static const char *const t[] = {
        "UPDATE run SET period = '2026-01' WHERE state = 'paying'",
        "UPDATE run SET kind = 'bonus' WHERE state = 'paying'",
        "UPDATE run SET pay_date = '2020-01-01' WHERE state = 'paying'",
        "UPDATE run SET narration = 'x' WHERE state = 'paying'",
        "UPDATE run SET rows = rows + 1 WHERE state = 'paying'",
        "UPDATE run SET minor = minor + 1 WHERE state = 'paying'",
        "UPDATE run SET ccy = 'USD' WHERE state = 'paying'",
        "UPDATE source_file SET sha256 = sha256('x')",
        "UPDATE batch SET rows = 3", "UPDATE batch SET minor = minor + 1",
        "UPDATE batch SET rail = 'AIRTIME'", "UPDATE batch SET ccy = 'USD'",
        "UPDATE batch SET digest = sha256('x')",
        "DELETE FROM batch WHERE number = 2",
        "UPDATE run_account SET minor = minor + 1",
        "UPDATE run_account SET rows = rows + 1",
        "UPDATE funding_account SET name = 'other'",
        "UPDATE funding_account SET provider = 'sapama'",
        "UPDATE funding_account SET live = true",
        "UPDATE funding_account SET ccy = 'USD'",
        "UPDATE instruction SET minor = minor + 1 WHERE seq = 1",
        "UPDATE instruction SET ccy = 'USD' WHERE seq = 1",
        "UPDATE instruction SET account = '254700000009' WHERE seq = 1",
        "UPDATE instruction SET bank_code = '1' WHERE seq = 1",
        "UPDATE instruction SET account_reference = '1' WHERE seq = 1",
        "UPDATE instruction SET name = 'x' WHERE seq = 1",
        "UPDATE instruction SET narration = 'x' WHERE seq = 1",
        "UPDATE instruction SET reference = 'x' WHERE seq = 1",
        "UPDATE instruction SET id_number = 'x' WHERE seq = 1",
        "UPDATE instruction SET employee_no = 'x' WHERE seq = 1",
        "UPDATE instruction SET part = 1, parts = 2 WHERE seq = 1",
        "DELETE FROM instruction WHERE seq = 1",
        "INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account,"
        " name) SELECT DISTINCT batch_id, 5, 9, 1, 'KES', '254700000009', 'x'"
        " FROM instruction",
    };

    (void)state;
    book_do(db, "UPDATE run SET state = 'cancelled'");
    book_run(db, &a, 8, 41, "2026-07", RUN_PAYING, &run);
    for (size_t i = 0; i <= LEN(t); i++) {
        char *sql = i < LEN(t) ? roles_keep(strdup(t[i])) : NULL;

        /* a superuser who turns off keys and triggers */
        roles_become(as, NULL);
        assert_int_equal(db_begin(as), DB_OK);
        assert_true(db_do(as, "SET LOCAL session_replication_role = replica",
                          NULL, 0) >= 0);
        if (sql != NULL && db_do(as, sql, NULL, 0) < 0)
            fail_msg("%s: %s", sql, db_why(as));
        assert_true(db_do(as, "SET LOCAL session_replication_role = origin",
                          NULL, 0) >= 0);
        if (would_send() != (sql == NULL))
            fail_msg("sent or not after: %s", sql != NULL ? sql : "nothing");
        db_rollback(as);
        roles_become(as, DB_AS_WORKER);
        if (sql != NULL)
            assert_string_equal(roles_said(as, "%s", sql), "42501");
    }
}

/* --- the one row ---------------------------------------------------------- */

/* pause --all at the door of every step; a cancel moves no money. */
static void
test_door_of_every_step(void **state)
{
    static const struct { const char *step, *state; } t[] = {
        { "initiate", "initiating" }, { "approve", "releasing" },
        { "send", "sending" }, { "cancel", "initiated" }
    };
    struct batch b;
    struct attempt at;

    (void)state;
    roles_become(as, NULL);
    book_do(db, "UPDATE run SET state = 'cancelled'");
    book_run(db, &a, 4, 61, "2026-05", RUN_PAYING, &run);
    assert_int_equal(book_claim(db, &a, BATCH_ON_CLAIM_INITIATE, &b), DB_OK);
    book_do(db, "UPDATE batch SET tracking_id = 'T' WHERE batch_id = %lld",
            (long long)b.batch_id);
    (void)str_copy(b.tracking_id, sizeof(b.tracking_id), STR("T"));
    for (size_t i = 0; i < LEN(t); i++) {
        enum db_status want = strcmp(t[i].step, "cancel") == 0 ? DB_OK
                                                               : DB_NONE;

        book_do(db, "UPDATE batch SET state = '%s' WHERE batch_id = %lld",
                t[i].state, (long long)b.batch_id);
        assert_int_equal(book_attempt(db, &b, t[i].step, &at), DB_OK);
        book_do(db, "UPDATE standstill SET paused = true, why = 'x',"
                " by = 'amina'");
        assert_int_equal(book_leave(db, &at), want);
        book_do(db, "UPDATE standstill SET paused = false");
        if (want == DB_NONE)
            assert_int_equal(book_leave(db, &at), DB_OK);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges), cmocka_unit_test(test_states),
        cmocka_unit_test(test_claim_needs), cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_door_of_every_step),
    };

    return cmocka_run_group_tests(tests, opened, closed);
}
