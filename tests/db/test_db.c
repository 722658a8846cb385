/* Connecting, statements, arguments, columns. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "db/inside.h"
#include "tests/lib/pg.h"

static struct test_pg_pair w;

static int
world_open(void **state)
{
    *state = &w;
    test_pg_pair(&w);
    test_pg_do(w.db, "CREATE TABLE payee (payee_id bigint PRIMARY KEY,"
               " name text, phone text)");
    return 0;
}

static void
assert_str(struct str got, const char *want, size_t len)
{
    assert_non_null(got.p);
    assert_int_equal(got.len, len);
    assert_memory_equal(got.p, want, len);
}

/* --- connecting ---------------------------------------------------------- */

static void
test_settings(void **state)
{
    static const struct { const char *name, *sql; } rows[] = {
        { "search_path", "SELECT (current_setting('search_path')"
          " = 'payrun')::int AS n" },
        { "TimeZone", "SELECT (current_setting('TimeZone')"
          " = 'UTC')::int AS n" },
        { "jit", "SELECT (current_setting('jit') = 'off')::int AS n" },
        { "lock_timeout", "SELECT (current_setting('lock_timeout')"
          " = '10s')::int AS n" },
        { "statement_timeout", "SELECT (current_setting('statement_timeout')"
          " = '0')::int AS n" },
        { "idle", "SELECT (current_setting("
          "'idle_in_transaction_session_timeout') = '1min')::int AS n" },
        { "synchronous_commit", "SELECT (current_setting('synchronous_commit')"
          " = 'on')::int AS n" },
        { "application_name", "SELECT (current_setting('application_name')"
          " = 'payrun')::int AS n" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (test_pg_i64(w.db, rows[i].sql) != 1)
            fail_msg("%s is not as promised", rows[i].name);
    assert_true(db_fd(w.db) >= 0);
}

/* A role or PGOPTIONS that asks for less safety does not get it. */
static void
test_settings_win(void **state)
{
    struct db *db = NULL;

    (void)state;
    setenv("PGOPTIONS", "-c synchronous_commit=off -c statement_timeout=60000",
           1);
    db = test_pg_open(test_pg_url());
    unsetenv("PGOPTIONS");
    assert_int_equal(1, test_pg_i64(db, "SELECT ("
        "current_setting('synchronous_commit') = 'on' AND"
        " current_setting('statement_timeout') = '0')::int AS n"));
    db_close(db);
}

static void
test_urls_refused(void **state)
{
    static const struct { const char *name, *url; enum err_kind kind; }
    rows[] = {
        { "slash in password",
          "postgresql://u:hunter2/hunter3@h/db", ERR_CONFIG },
        { "digits, slash in password",
          "postgresql://u:12345/hunter2@h/db", ERR_CONFIG },
        { "at in password", "postgresql://u:x@hunter2@h/db", ERR_CONFIG },
        { "percent in password", "postgresql://u:%hunter2@h/db", ERR_CONFIG },
        { "blank in keyword password",
          "host=h password=x hunter2", ERR_CONFIG },
        { "open quote", "host=h password='hunter2", ERR_CONFIG },
        { "URL in dbname",
          "dbname=postgresql://u:hunter2@h/db", ERR_CONFIG },
        { "no such option", "hunter2=hunter2", ERR_CONFIG },
        { "nobody listens",
          "postgresql://u:hunter2@127.0.0.1:1/db", ERR_UNAVAILABLE },
        { "no such socket",
          "postgresql://u:hunter2@/db?host=/nowhere", ERR_UNAVAILABLE },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e = { 0 };
        struct db *db = db_open(rows[i].url, &e);

        if (db != NULL)
            fail_msg("%s: connected", rows[i].name);
        if (e.kind != rows[i].kind)
            fail_msg("%s: kind %d: %s", rows[i].name, (int)e.kind, e.text);
        if (e.text[0] == '\0' || e.fix[0] == '\0')
            fail_msg("%s: no message or no fix", rows[i].name);
        if (strstr(e.text, "hunter") != NULL || strstr(e.fix, "hunter") != NULL)
            fail_msg("%s: tells the password: %s", rows[i].name, e.text);
    }
}

/* A link that ended while idle is replaced before the next statement, and
 * what was prepared on it is prepared again. */
static void
test_reconnect(void **state)
{
    int64_t before = test_pg_pid(w.db);

    (void)state;
    test_pg_end(w.other, before);
    assert_int_not_equal(before, test_pg_pid(w.db));
    assert_int_equal(1, test_pg_i64(w.db, "SELECT ("
        "current_setting('search_path') = 'payrun')::int AS n"));
}

static void
gone(int64_t pid)
{
    int64_t until = clock_mono_ms() + 30000;

    while (kill((pid_t)pid, 0) == 0 || errno != ESRCH)
        if (clock_mono_ms() > until)
            fail_msg("process %lld does not end", (long long)pid);
}

/* The server ends all its processes when one of them was killed; what it says
 * then must not look like a fault of ours. */
static void
test_crash_beside(void **state)
{
    static const char sql[] = "-- look: at anything\nSELECT 1 AS n";
    int64_t other = test_pg_pid(w.other), ours = test_pg_pid(w.db);
    int64_t until = clock_mono_ms() + 60000;
    struct err e = { 0 };
    PGresult *res = NULL;

    (void)state;
    if (test_pg_cluster() == NULL)
        return;                         /* not our server to kill */
    assert_int_equal(kill((pid_t)other, SIGKILL), 0);
    gone(ours);
    res = PQexec(w.db->pg, "SELECT 1");
    assert_int_equal(PQresultStatus(res), PGRES_FATAL_ERROR);
    assert_int_equal(fault_of(w.db, sql, res), DB_SOFT);
    PQclear(res);
    assert_int_equal(db_fail(w.db, &e, "looking"), -1);
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    while (db_do(w.db, sql, NULL, 0) != DB_OK
           || db_do(w.other, sql, NULL, 0) != DB_OK)
        assert_true(clock_mono_ms() < until);
}

/* --- statements ---------------------------------------------------------- */

static void
test_fail(void **state)
{
    struct err e = { 0 };

    (void)state;
    assert_int_equal(DB_HARD, db_do(w.db, "-- who_is: find somebody\n"
                     "SELECT 1 FROM no_such_table", NULL, 0));
    assert_string_equal("42P01", db_state(w.db));
    test_pg_says(w.db, "who_is: ");
    assert_int_equal(-1, db_fail(w.db, &e, "finding somebody"));
    assert_int_equal(ERR_BUG, e.kind);
    assert_non_null(strstr(e.text, "finding somebody: who_is: relation"));
    assert_non_null(strstr(e.fix, "migrate"));
    assert_int_equal(DB_NONE, db_do(w.db, "SELECT 1 WHERE false", NULL, 0));
    assert_string_equal("", db_state(w.db));
    assert_string_equal("", db_why(w.db));
}

/* The row itself, with the payee's number in it, stays out of messages. */
static void
test_fail_is_discreet(void **state)
{
    static const char add[] = "INSERT INTO payee (payee_id, phone)"
        " VALUES (77, '254712345678')";

    (void)state;
    assert_int_equal(DB_OK, db_do(w.db, add, NULL, 0));
    assert_int_equal(DB_HARD, db_do(w.db, add, NULL, 0));
    assert_string_equal("23505", db_state(w.db));
    test_pg_says(w.db, "payee_pkey");
    assert_null(strstr(db_why(w.db), "77"));
    assert_int_equal(DB_OK, db_do(w.db, "DELETE FROM payee", NULL, 0));
}

/* The answer to a prepare found no memory here, so the name is taken there. */
static void
test_name_is_taken(void **state)
{
    static const char take[] = "-- take\n"
        "DO $$ BEGIN FOR i IN 1..30 LOOP BEGIN"
        " EXECUTE format('PREPARE s%s AS SELECT 1', i);"
        " EXCEPTION WHEN duplicate_prepared_statement THEN NULL; END;"
        " END LOOP; END $$";
    static const char ask[] = "-- ask\nSELECT 1 AS n";
    int tries = 0;

    (void)state;
    assert_true(db_do(w.db, take, NULL, 0) >= DB_NONE);
    while (db_do(w.db, ask, NULL, 0) < DB_NONE)
        assert_in_range(++tries, 1, 30);
    assert_in_range(tries, 1, 30);
}

static void
test_counts(void **state)
{
    static const struct { const char *sql; enum db_status want; } rows[] = {
        { "INSERT INTO payee (payee_id) SELECT generate_series(1, 10)", DB_OK },
        { "UPDATE payee SET name = 'x' WHERE payee_id > 5", DB_OK },
        { "UPDATE payee SET name = 'x' WHERE payee_id > 50", DB_NONE },
        { "INSERT INTO payee (payee_id) VALUES (1) ON CONFLICT DO NOTHING",
          DB_NONE },
        { "DELETE FROM payee WHERE payee_id = 1 RETURNING payee_id", DB_OK },
        { "DELETE FROM payee WHERE payee_id = 1 RETURNING payee_id", DB_NONE },
        { "SELECT 1 FROM payee", DB_OK },
        { "DELETE FROM payee", DB_OK },
        { "LISTEN payee", DB_NONE },
    };
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (db_do(w.db, rows[i].sql, NULL, 0) != rows[i].want)
            fail_msg("%s: %s", rows[i].sql, db_why(w.db));
    assert_int_equal(DB_NONE, db_one(w.db, "SELECT 1 AS n WHERE false", NULL, 0,
                                     cols, 1));
    assert_int_equal(DB_HARD, db_one(w.db, "-- two: rows\n"
                     "SELECT generate_series(1, 2) AS n", NULL, 0, cols, 1));
    assert_string_equal("two: gives 2 rows where one is expected",
                        db_why(w.db));
}

/* Many statements: the table of prepared ones grows and keeps all of them. */
static void
test_many_statements(void **state)
{
    static char sql[300][64];

    (void)state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 300; i++) {
            snprintf(sql[i], sizeof(sql[i]), "SELECT %d AS n", i);
            assert_int_equal(i, test_pg_i64(w.db, sql[i]));
        }
    assert_int_equal(1, test_pg_i64(w.db,
        "SELECT (count(*) BETWEEN 300 AND 400)::int AS n"
        " FROM pg_prepared_statements"));
}

/* --- arguments and columns ----------------------------------------------- */

static void
test_kinds(void **state)
{
    static const char ask[] =
        "-- kinds: everything there and back\n"
        "SELECT $1::bigint AS a, $2::smallint AS b, $3::boolean AS c,"
        "       $4::text AS d, $5::text AS e, $6::bytea AS f,"
        "       $7::bytea AS g, $8::date::text AS h, sum($1::bigint) AS i";
    const char odd[] = "\0\\x'\xff\"\n";
    const struct db_arg args[] = {
        A_I64(INT64_MIN), A_I64(-7), A_BOOL(true), A_TEXT("J\xc3\xb4\x27\"\\"),
        A_STR(((struct str){ "abcdef", 3 })),
        A_BYTES(((struct str){ odd, 7 })), A_BYTES(((struct str){ "", 0 })),
        A_TEXT("2026-11-22"),
    };
    int64_t a = 0, i = 0;
    int b = 0;
    bool c = false;
    char d[8] = "", h[11] = "";
    struct str e = { 0 }, f = { 0 }, g = { 0 };
    const struct db_col cols[] = {
        C_BYTES("g", &g), C_I64("a", &a), C_INT("b", &b), C_BOOL("c", &c),
        C_TEXT("d", d), C_STR("e", &e), C_BYTES("f", &f), C_TEXT("h", h),
        C_I64("i", &i),
    };

    (void)state;
    assert_int_equal(DB_OK, db_one(w.db, ask, args, LEN(args), cols,
                                   LEN(cols)));
    assert_true(a == INT64_MIN);
    assert_true(i == INT64_MIN);        /* sum of bigint is numeric */
    assert_int_equal(-7, b);
    assert_true(c);
    assert_string_equal("J\xc3\xb4\x27\"\\", d);
    assert_str(e, "abc", 3);
    assert_str(f, odd, 7);
    assert_str(g, "", 0);
    assert_string_equal("2026-11-22", h);
}

static void
test_lists(void **state)
{
    static const char ask[] =
        "-- lists: unnest, in order\n"
        "SELECT count(*) AS n, sum(a * o)::bigint AS a, sum(b * o) AS b,"
        "       string_agg(coalesce(c, '-'), '|' ORDER BY o) AS c"
        "  FROM unnest($1::bigint[], $2::int[], $3::text[])"
        "       WITH ORDINALITY AS t (a, b, c, o)";
    const int64_t a[] = { INT64_C(5000000000), -1, 3 };
    const int32_t b[] = { 1, INT32_MIN, 0 };
    const struct str c[] = {
        STR("q\"{b\\,}"), { NULL, 0 }, { "", 0 },
    };
    const struct db_arg args[] = { A_I64S(a, 3), A_I32S(b, 3), A_TEXTS(c, 3) };
    const struct db_arg none[] = { A_I64S(a, 0), A_I32S(b, 0), A_TEXTS(c, 0) };
    int64_t n = 0, sa = 0, sb = 0;
    char text[32];
    const struct db_col cols[] = {
        C_I64("n", &n), C_I64_NULL("a", &sa), C_I64_NULL("b", &sb),
        C_TEXT_NULL("c", text),
    };

    (void)state;
    assert_int_equal(DB_OK, db_one(w.db, ask, args, 3, cols, LEN(cols)));
    assert_int_equal(3, n);
    assert_true(sa == INT64_C(5000000007));
    assert_true(sb == 1 + 2 * (int64_t)INT32_MIN);
    assert_string_equal("q\"{b\\,}|-|", text);
    assert_int_equal(DB_OK, db_one(w.db, ask, none, 3, cols, LEN(cols)));
    assert_int_equal(0, n);
    assert_string_equal("", text);
}

static void
test_null(void **state)
{
    static const char ask[] =
        "-- nulls: nothing in every kind\n"
        "SELECT $1::bigint AS a, $2::text AS b, $3::bytea AS c,"
        "       $4::text AS d, $5::bigint AS e";
    const struct db_arg args[] = {
        A_NULL, A_TEXT(NULL), A_BYTES(((struct str){ NULL, 0 })),
        A_STR(((struct str){ NULL, 0 })), A_I64(5),
    };
    int64_t a = 9, e = 0;
    char b[4] = "old";
    struct str c = STR("old"), d = STR("old");
    const struct db_col cols[] = {
        C_I64_NULL("a", &a), C_TEXT_NULL("b", b), C_BYTES_NULL("c", &c),
        C_STR_NULL("d", &d), C_I64_NULL("e", &e),
    };
    const struct db_col strict[] = { C_I64("e", &e), C_I64("a", &a) };

    (void)state;
    assert_int_equal(DB_OK, db_one(w.db, ask, args, LEN(args), cols,
                                   LEN(cols)));
    assert_int_equal(0, a);
    assert_string_equal("", b);
    assert_null(c.p);
    assert_null(d.p);
    assert_int_equal(5, e);
    assert_int_equal(DB_HARD, db_one(w.db, ask, args, LEN(args), strict, 2));
    assert_string_equal("nulls: column \"a\" is NULL", db_why(w.db));
}

static void
test_misread(void **state)
{
    static const char ask[] =
        "-- odd: values that do not fit\n"
        "SELECT 'long text' AS words, 3000000000 AS big, 1.5 AS half,"
        " true AS yes, '99999999999999999999'::numeric AS huge";
    int64_t i64 = 0;
    int i = 0;
    bool b = false;
    char four[4];
    struct str s = { 0 };
    const struct { const char *name; struct db_col col; } rows[] = {
        { "text too long", C_TEXT("words", four) },
        { "text as number", C_I64("words", &i64) },
        { "int too small", C_INT("big", &i) },
        { "fraction", C_I64("half", &i64) },
        { "over int64", C_I64("huge", &i64) },
        { "bool as number", C_I64("yes", &i64) },
        { "number as bool", C_BOOL("big", &b) },
        { "text as bytes", C_BYTES("words", &s) },
        { "no such column", C_I64("wrods", &i64) },
    };

    (void)state;
    for (size_t i_ = 0; i_ < LEN(rows); i_++) {
        if (db_one(w.db, ask, NULL, 0, &rows[i_].col, 1) != DB_HARD)
            fail_msg("%s: was read", rows[i_].name);
        if (strstr(db_why(w.db), "odd: ") == NULL
            || strstr(db_why(w.db), rows[i_].col.name) == NULL)
            fail_msg("%s: %s", rows[i_].name, db_why(w.db));
        if (strstr(db_why(w.db), "long text") != NULL)
            fail_msg("%s: tells the value", rows[i_].name);
    }
}

static void
test_arguments_refused(void **state)
{
    static const char ask[] = "-- echo: $1\nSELECT $1::text AS t";
    const struct db_arg nul[] = { A_STR(((struct str){ "a\0b", 3 })) };
    struct db_arg many[DB_ARGS_MAX + 1] = { { .kind = DB_A_NULL } };

    (void)state;
    assert_int_equal(DB_HARD, db_do(w.db, ask, nul, 1));
    assert_string_equal("echo: $1 holds a NUL byte", db_why(w.db));
    assert_int_equal(DB_HARD, db_do(w.db, ask, many, LEN(many)));
    test_pg_says(w.db, "more than 32 arguments");
    assert_int_equal(DB_HARD, db_do(w.db, ask, NULL, 0));   /* one missing */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_settings_win),
        cmocka_unit_test(test_urls_refused),
        cmocka_unit_test(test_reconnect),
        cmocka_unit_test(test_crash_beside),
        cmocka_unit_test(test_fail),
        cmocka_unit_test(test_name_is_taken),
        cmocka_unit_test(test_fail_is_discreet),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_null),
        cmocka_unit_test(test_misread),
        cmocka_unit_test(test_arguments_refused),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_many_statements),
    };

    return cmocka_run_group_tests(tests, world_open, test_pg_pair_end);
}
