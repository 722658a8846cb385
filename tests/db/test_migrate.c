/* Schema steps: applied once, in order, whole or not at all. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "db/migrate.h"
#include "tests/lib/pg.h"

/*
 * Steps of our own stand in for the compiled-in ones (the linker takes the
 * first it finds), so that the tests can have some that fail.
 */
static char third[128] = "CREATE TABLE c (i int);";

const struct schema_step schema_steps[] = {
    { 1, "first", "CREATE TABLE a (i int);\n"
                  "INSERT INTO a VALUES (1);\n" },
    { 2, "second", "CREATE TABLE b (i int); UPDATE a SET i = i + 1;\n" },
    { 3, "third", third },
    { 0, NULL, NULL }
};

static struct db *db;

static int
fresh(void **state)
{
    (void)state;
    snprintf(third, sizeof(third), "CREATE TABLE c (i int);");
    db = test_pg_open(test_pg_fresh());
    return 0;
}

static int
finished(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

/* "AAP" for applied, applied, pending; E edited, U unknown. */
static void
letter(void *owner, const struct schema_step *s, enum step_fate fate)
{
    char *p = owner;

    assert_true(s->number > 0 && s->name != NULL);
    p += strlen(p);
    switch (fate) {
    case STEP_APPLIED:
        *p = 'A';
        break;
    case STEP_PENDING:
        *p = 'P';
        break;
    case STEP_EDITED:
        *p = 'E';
        break;
    case STEP_UNKNOWN:
        *p = 'U';
        break;
    }
}

static void
assert_look(const char *want)
{
    char got[16] = "";
    struct err e = { 0 };

    if (migrate_look(db, letter, got, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(want, got);
}

static void
assert_run(int want_rc, int want_applied, const char *want_text)
{
    struct err e = { 0 };
    int applied = -1;
    int rc = migrate_run(db, &applied, &e);

    if (rc != want_rc || applied != want_applied
        || (want_text != NULL && strstr(e.text, want_text) == NULL))
        fail_msg("rc %d, %d applied: %s", rc, applied, e.text);
    if (rc < 0 && want_text != NULL && strstr(want_text, "step") != NULL
        && e.kind == ERR_CONFIG && e.fix[0] == '\0')
        fail_msg("no fix for: %s", e.text);
}

static void
assert_check(int want, const char *part)
{
    struct err e = { 0 };

    assert_int_equal(want, migrate_check(db, &e));
    if (part != NULL && strstr(e.text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, part);
}

static void
test_twice(void **state)
{
    (void)state;
    assert_look("PPP");
    assert_check(-1, "lacks 3 schema steps, the first is 1 (first)");
    assert_int_equal(0, test_pg_i64(db, "SELECT count(*) AS n FROM pg_namespace"
                                    " WHERE nspname = 'payrun'"));
    assert_run(0, 3, NULL);
    assert_look("AAA");
    assert_check(0, NULL);
    assert_run(0, 0, NULL);
    assert_int_equal(2, test_pg_i64(db, "SELECT i AS n FROM payrun.a"));
    assert_int_equal(3, test_pg_i64(db, "SELECT count(*) AS n FROM schema_step"
        " WHERE program <> '' AND applied_at <= now()"));
}

/* What is registered is what sha256sum says of the file. */
static void
test_sha256(void **state)
{
    (void)state;
    assert_run(0, 3, NULL);
    assert_int_equal(1, test_pg_i64(db, "SELECT count(*) AS n FROM schema_step"
        " WHERE step = 3 AND name = 'third'"
        "   AND sha256 = sha256('CREATE TABLE c (i int);')"));
}

static void
test_everything_is_explained(void **state)
{
    (void)state;
    assert_run(0, 3, NULL);
    assert_int_equal(0, test_pg_i64(db, "SELECT count(*) AS n"
        "  FROM pg_attribute"
        " WHERE attrelid = 'schema_step'::regclass AND attnum > 0"
        "   AND col_description(attrelid, attnum) IS NULL"));
    assert_int_equal(2, test_pg_i64(db, "SELECT"
        " (obj_description('schema_step'::regclass) <> '')::int +"
        " (obj_description('payrun'::regnamespace, 'pg_namespace') <> '')::int"
        " AS n"));
}

static void
test_edited(void **state)
{
    (void)state;
    assert_run(0, 3, NULL);
    test_pg_do(db, "UPDATE schema_step SET sha256 = sha256('x')"
               " WHERE step = 2");
    test_pg_do(db, "DELETE FROM schema_step WHERE step = 3");
    test_pg_do(db, "DROP TABLE c");
    assert_look("AEP");
    assert_run(-1, 0, "step 2 (second) was applied to this database with "
               "another text");
    assert_look("AEP");                 /* step 3 was not applied */
    assert_check(-1, "step 2");
}

static void
test_unknown(void **state)
{
    (void)state;
    assert_run(0, 3, NULL);
    test_pg_do(db, "INSERT INTO schema_step VALUES"
               " (9, 'later', sha256('x'), now(), 'payrun 9')");
    test_pg_do(db, "DELETE FROM schema_step WHERE step = 3");
    assert_look("AAUP");
    assert_run(-1, 0, "step 9 (later), which this program does not know");
    assert_check(-1, "newer payrun");
}

/* A failing step leaves nothing behind, and those before it stay. */
static void
test_failing(void **state)
{
    static const struct { const char *name, *text, *says; } rows[] = {
        { "second statement", "CREATE TABLE c (i int); SELECT 1 / 0;",
          "applying schema step 3 (third): step 3 (third): division by zero" },
        { "syntax", "CREATE TABEL c (i int);", "syntax error" },
        { "commits", "CREATE TABLE d (i int); ROLLBACK; SELECT 1;",
          "ends the transaction it runs in" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        snprintf(third, sizeof(third), "%s", rows[i].text);
        print_message("%s\n", rows[i].name);
        assert_run(-1, i == 0 ? 2 : 0, rows[i].says);
        assert_look("AAP");
        assert_int_equal(0, test_pg_i64(db, "SELECT count(*) AS n"
            " FROM pg_class WHERE relname IN ('c', 'd')"));
    }
    snprintf(third, sizeof(third), "CREATE TABLE c (i int);");
    assert_run(0, 1, NULL);
    assert_check(0, NULL);
}

/* A step that says why there is nothing to do is one all the same. */
static void
test_only_words(void **state)
{
    (void)state;
    snprintf(third, sizeof(third), "-- Nothing yet; see the next one.\n");
    assert_run(0, 3, NULL);
    assert_look("AAA");
    assert_check(0, NULL);
}

/* Four at once: every step is applied by exactly one of them. */
static void
test_at_once(void **state)
{
    const char *url = test_pg_fresh();
    pid_t pids[4];
    int total = 0;

    (void)state;
    /* slow enough that they do meet */
    snprintf(third, sizeof(third),
             "SELECT pg_sleep(0.3); CREATE TABLE c (i int);");
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if ((pids[i] = fork()) == 0) {
            struct db *mine = test_pg_open(url);
            struct err e = { 0 };
            int applied = 0;
            int rc = migrate_run(mine, &applied, &e);

            if (rc < 0)
                printf("# %s\n", e.text);
            fflush(stdout);
            db_close(mine);
            _exit(rc < 0 ? 100 : applied);
        }
    for (int i = 0; i < 4; i++) {
        int status = 0;

        assert_int_equal(pids[i], waitpid(pids[i], &status, 0));
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 100);
        total += WEXITSTATUS(status);
    }
    assert_int_equal(3, total);
    db_close(db);
    db = test_pg_open(url);
    assert_look("AAA");
    assert_int_equal(2, test_pg_i64(db, "SELECT i AS n FROM payrun.a"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_twice, fresh, finished),
        cmocka_unit_test_setup_teardown(test_sha256, fresh, finished),
        cmocka_unit_test_setup_teardown(test_everything_is_explained, fresh,
                                        finished),
        cmocka_unit_test_setup_teardown(test_edited, fresh, finished),
        cmocka_unit_test_setup_teardown(test_unknown, fresh, finished),
        cmocka_unit_test_setup_teardown(test_failing, fresh, finished),
        cmocka_unit_test_setup_teardown(test_only_words, fresh, finished),
        cmocka_unit_test_setup_teardown(test_at_once, fresh, finished),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
