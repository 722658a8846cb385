/* Every statement and step that is compiled in, against the real schema. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/copy.h"
#include "db/inside.h"
#include "db/migrate.h"
#include "db/sql.h"
#include "db/txn.h"
#include "tests/lib/pg.h"

static struct db *db;

static int
migrated(void **state)
{
    (void)state;
    db = test_pg_migrated(NULL);
    return 0;
}

static int
finished(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

static bool
is_copy(const char *sql)
{
    const char *p = sql;

    while (strncmp(p, "--", 2) == 0)
        p += strcspn(p, "\n") + 1;
    return strncmp(p + strspn(p, " \n"), "COPY", 4) == 0;
}

/* COPY cannot be prepared: begin it instead, and give up. */
static bool
copy_begins(const char *sql)
{
    bool good = false;

    assert_int_equal(DB_OK, db_begin(db));
    good = query_script(db, sql, sql) == DB_OK
        && PQresultStatus(db->held) == PGRES_COPY_IN
        && PQbinaryTuples(db->held) == 1;
    db_rollback(db);
    return good;
}

static bool
prepares(const char *name, const char *sql)
{
    PGresult *res = PQprepare(db->pg, name, sql, 0, NULL);
    bool good = PQresultStatus(res) == PGRES_COMMAND_OK;

    if (!good)
        (void)fault_of(db, sql, res);
    PQclear(res);
    return good;
}

static void
test_statements(void **state)
{
    int bad = 0;

    (void)state;
    for (const struct sql_text *s = sql_all; s->name != NULL; s++) {
        if (is_copy(s->text) ? copy_begins(s->text)
                             : prepares(s->name, s->text))
            continue;
        print_error("schema/queries/%s.sql: %s\n", s->name, db_why(db));
        bad++;
    }
    assert_int_equal(0, bad);
}

/* The first line names the statement: messages depend on it. */
static void
test_statements_say_their_name(void **state)
{
    int bad = 0;

    (void)state;
    for (const struct sql_text *s = sql_all; s->name != NULL; s++) {
        int n = 0;
        const char *name = fault_name(s->text, &n);

        if ((size_t)n == strlen(s->name) && strncmp(name, s->name, (size_t)n)
            == 0)
            continue;
        print_error("schema/queries/%s.sql must begin with \"-- %s: what it "
                    "does\"\n", s->name, s->name);
        bad++;
    }
    assert_int_equal(0, bad);
}

/* Numbered 1, 2, 3 ... without gaps, so that two branches notice a clash. */
static void
test_steps(void **state)
{
    int number = 0;

    (void)state;
    for (const struct schema_step *s = schema_steps; s->number != 0; s++)
        if (s->number != ++number)
            fail_msg("step %d (%s) where %d is expected", s->number, s->name,
                     number);
    assert_true(number > 0);
}

static int unexplained;

static int
unexplained_one(void *owner)
{
    print_error("no COMMENT ON %s\n", (char *)owner);
    unexplained++;
    return 0;
}

static void
test_tables_are_explained(void **state)
{
    static const char sql[] =
        "-- unexplained: tables, columns without a comment\n"
        "SELECT 'TABLE ' || c.relname AS what"
        "  FROM pg_class c"
        " WHERE c.relnamespace = 'payrun'::regnamespace"
        "   AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        "   AND obj_description(c.oid, 'pg_class') IS NULL"
        " UNION ALL "
        "SELECT 'COLUMN ' || c.relname || '.' || a.attname"
        "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'payrun'::regnamespace"
        "   AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        "   AND a.attnum > 0 AND NOT a.attisdropped"
        "   AND col_description(c.oid, a.attnum) IS NULL";
    char what[200];
    const struct db_col cols[] = { C_TEXT("what", what) };

    (void)state;
    assert_true(db_each(db, sql, NULL, 0, cols, 1, unexplained_one, what) >= 0);
    assert_int_equal(0, unexplained);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_statements_say_their_name),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_tables_are_explained),
    };

    return cmocka_run_group_tests(tests, migrated, finished);
}
