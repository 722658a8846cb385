/* Many rows: read one by one, and copied in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/copy.h"
#include "db/txn.h"
#include "tests/lib/pg.h"

static struct test_pg_pair w;

static int
world_open(void **state)
{
    *state = &w;
    test_pg_pair(&w);
    test_pg_do(w.db, "CREATE TABLE payee (payee_id bigint PRIMARY KEY,"
               " name text, photo bytea, amount bigint)");
    return 0;
}

/* --- read ---------------------------------------------------------------- */

struct rows {
    int64_t id;
    struct str bytes;
    struct str kept[3];         /* borrowed beyond the row */
    int64_t n, sum, stop_at;
};

static int
row_seen(void *owner)
{
    struct rows *r = owner;

    if (r->n < 3)
        r->kept[r->n] = r->bytes;
    r->n++;
    r->sum += r->id;
    return r->n == r->stop_at ? -1 : 0;
}

static const char sql_rows[] =
"-- rows: so many, with bytes\n"
"SELECT i AS id, decode(repeat('ab', (i % 7)::int), 'hex') AS bytes"
"  FROM generate_series(1::bigint, $1) AS i";

static void
rows_both(bool stream)
{
    struct rows r = { 0 };
    const struct db_col cols[] = {
        C_I64("id", &r.id), C_BYTES("bytes", &r.bytes),
    };
    const struct db_col wrong[] = { C_I64("di", &r.id) };
    const struct db_arg some[] = { A_I64(1000) }, none[] = { A_I64(0) };
    enum db_status (*go)(struct db *, const char *, const struct db_arg *,
                         size_t, const struct db_col *, size_t,
                         int (*)(void *), void *) =
        stream ? db_stream : db_each;

    assert_int_equal(DB_OK, go(w.db, sql_rows, some, 1, cols, 2, row_seen, &r));
    assert_int_equal(1000, r.n);
    assert_int_equal(500500, r.sum);
    if (!stream)
        assert_true(str_eq(r.kept[2], STR("\xab\xab\xab")));
    assert_int_equal(DB_NONE,
                     go(w.db, sql_rows, none, 1, cols, 2, row_seen, &r));
    assert_int_equal(DB_HARD,
                     go(w.db, sql_rows, none, 1, wrong, 1, row_seen, &r));
    assert_int_equal(DB_HARD,
                     go(w.db, sql_rows, some, 1, wrong, 1, row_seen, &r));
    test_pg_says(w.db, "\"di\"");
    r = (struct rows){ .stop_at = 10 };
    assert_int_equal(DB_HARD,
                     go(w.db, sql_rows, some, 1, cols, 2, row_seen, &r));
    assert_int_equal(10, r.n);
    test_pg_says(w.db, "rows: ");
    /* the connection is as good as before */
    assert_int_equal(7, test_pg_i64(w.db, "SELECT 7 AS n"));
}

static void
test_each(void **state)
{
    (void)state;
    rows_both(false);
}

static void
test_stream(void **state)
{
    (void)state;
    rows_both(true);
}

/* Stopped early, a long answer is not read to its end. */
static void
test_stream_stops_the_server(void **state)
{
    struct rows r = { .stop_at = 1 };
    const struct db_col cols[] = {
        C_I64("id", &r.id), C_BYTES("bytes", &r.bytes),
    };

    (void)state;
    /* among the columns, generate_series is not gathered before it is sent */
    assert_int_equal(DB_HARD, db_stream(w.db, "-- endless: rows\n"
                     "SELECT generate_series(1, 1000000000000) AS id,"
                     " '\\x61'::bytea AS bytes", NULL, 0, cols, 2, row_seen,
                     &r));
    test_pg_says(w.db, "endless: reading was stopped half way");
    assert_int_equal(7, test_pg_i64(w.db, "SELECT 7 AS n"));
}

static void
test_stream_fails_half_way(void **state)
{
    struct rows r = { 0 };
    const struct db_col cols[] = { C_I64("id", &r.id) };

    (void)state;
    assert_int_equal(DB_HARD, db_stream(w.db, "-- half: then zero\n"
                     "SELECT 100 / (50 - i) AS id FROM generate_series(1, 99)"
                     " AS i", NULL, 0, cols, 1, row_seen, &r));
    assert_string_equal("22012", db_state(w.db));
    assert_int_equal(49, r.n);
    assert_int_equal(7, test_pg_i64(w.db, "SELECT 7 AS n"));
}

/* --- copied -------------------------------------------------------------- */

static const char sql_copy_payee[] =
"-- copy_payee: load payees\n"
"COPY payee (payee_id, name, photo, amount) FROM STDIN WITH (FORMAT binary)";

static enum db_status
load(struct db *db, int64_t rows, struct str photo)
{
    struct db_copy c;
    char name[32];

    if (db_copy_begin(&c, db, sql_copy_payee, 4) < 0)
        return DB_HARD;
    for (int64_t i = 1; i <= rows; i++) {
        snprintf(name, sizeof(name), "payee %d", (int)i);
        db_copy_row(&c);
        db_copy_i64(&c, i);
        db_copy_text(&c, i % 3 == 0 ? (struct str){ NULL, 0 } : str_of(name));
        db_copy_bytes(&c, i % 2 == 0 ? photo : (struct str){ NULL, 0 });
        db_copy_i64(&c, i * 100);
    }
    if (db_copy_end(&c) < 0)
        return DB_HARD;
    assert_int_equal(rows, c.rows);
    return DB_OK;
}

static void
test_copy(void **state)
{
    (void)state;
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, load(w.db, 100000, STR("a\0\\x\n")));
    assert_int_equal(DB_OK, db_commit(w.db));
    assert_int_equal(100000, test_pg_i64(w.other,
        "SELECT count(*) AS n FROM payee"));
    assert_int_equal(33333, test_pg_i64(w.other,
        "SELECT count(*) AS n FROM payee WHERE name IS NULL"));
    assert_int_equal(66667, test_pg_i64(w.other, "SELECT count(*) AS n"
        " FROM payee WHERE name = 'payee ' || payee_id"));
    assert_int_equal(50000, test_pg_i64(w.other, "SELECT count(*) AS n"
        " FROM payee WHERE photo = '\\x61005c780a'"));
    assert_int_equal(INT64_C(500005000000), test_pg_i64(w.other,
        "SELECT sum(amount) AS n FROM payee"));
    test_pg_do(w.db, "TRUNCATE payee");
}

/* Values around and far above the size of a piece. */
static void
test_copy_large(void **state)
{
    static const size_t sizes[] = {
        0, 1, DB_COPY_FLUSH_BYTES - 100, DB_COPY_FLUSH_BYTES - 1,
        DB_COPY_FLUSH_BYTES, 5 * 1024 * 1024 + 1,
    };
    char *photo = malloc(sizes[LEN(sizes) - 1]);
    static const char total[] =
        "SELECT coalesce(sum(length(photo)), 0) AS n FROM payee";

    (void)state;
    assert_non_null(photo);
    memset(photo, 'p', sizes[LEN(sizes) - 1]);
    for (size_t i = 0; i < LEN(sizes); i++) {
        assert_int_equal(DB_OK, db_begin(w.db));
        assert_int_equal(DB_OK,
                         load(w.db, 4, (struct str){ photo, sizes[i] }));
        if (test_pg_i64(w.db, total) != (int64_t)(2 * sizes[i]))
            fail_msg("two of %zu bytes did not arrive whole", sizes[i]);
        db_rollback(w.db);
    }
    free(photo);
}

static void
test_copy_refused(void **state)
{
    static const char *const not_these[] = {
        "COPY payee (payee_id) FROM STDIN WITH (FORMAT binary)",
        "COPY payee (payee_id, name, photo, amount) FROM STDIN",
        "COPY payee (payee_id, name, photo, amount) TO STDOUT",
        "SELECT 1",
        "COPY nowhere (payee_id, name, photo, amount) FROM STDIN"
    };
    struct db_copy c;

    (void)state;
    assert_int_equal(DB_HARD, db_copy_begin(&c, w.db, sql_copy_payee, 4));
    test_pg_says(w.db, "copy_payee: COPY outside a transaction");
    for (size_t i = 0; i < LEN(not_these); i++) {
        assert_int_equal(DB_OK, db_begin(w.db));
        if (db_copy_begin(&c, w.db, not_these[i], 4) != DB_HARD)
            fail_msg("%s: was taken", not_these[i]);
        db_rollback(w.db);
        assert_int_equal(7, test_pg_i64(w.db, "SELECT 7 AS n"));
    }
}

static void
test_copy_fails(void **state)
{
    struct db_copy c;

    (void)state;
    /* the same key twice */
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, load(w.db, 10, STR("x")));
    assert_int_equal(DB_HARD, load(w.db, 10, STR("x")));
    assert_string_equal("23505", db_state(w.db));
    test_pg_says(w.db, "copy_payee: ");
    db_rollback(w.db);

    /* a value too few */
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, db_copy_begin(&c, w.db, sql_copy_payee, 4));
    db_copy_row(&c);
    db_copy_i64(&c, 1);
    db_copy_row(&c);
    assert_int_equal(DB_HARD, db_copy_end(&c));
    test_pg_says(w.db, "wrong number of values");
    db_rollback(w.db);

    /* given up by the caller; and left lying about by a failing one */
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, db_copy_begin(&c, w.db, sql_copy_payee, 4));
    db_copy_abort(&c, "the file ended early");
    db_copy_abort(&c, "again");
    db_rollback(w.db);
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, db_copy_begin(&c, w.db, sql_copy_payee, 4));
    db_rollback(w.db);
    db_copy_abort(&c, "too late, but its memory goes");

    assert_int_equal(0, test_pg_i64(w.db, "SELECT count(*) AS n FROM payee"));
}

static void
test_copy_loses_link(void **state)
{
    struct db_copy c;
    int64_t pid = test_pg_pid(w.db);

    (void)state;
    assert_int_equal(DB_OK, db_begin(w.db));
    assert_int_equal(DB_OK, db_copy_begin(&c, w.db, sql_copy_payee, 4));
    test_pg_end(w.other, pid);
    for (int i = 0; i < 10000; i++) {
        db_copy_row(&c);
        db_copy_i64(&c, i);
        db_copy_text(&c, STR("name"));
        db_copy_bytes(&c, STR("photo"));
        db_copy_i64(&c, 1);
    }
    assert_int_equal(DB_SOFT, db_copy_end(&c));
    db_rollback(w.db);
    assert_int_equal(0, test_pg_i64(w.db, "SELECT count(*) AS n FROM payee"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_stream_stops_the_server),
        cmocka_unit_test(test_stream_fails_half_way),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_copy_large),
        cmocka_unit_test(test_copy_refused),
        cmocka_unit_test(test_copy_fails),
        cmocka_unit_test(test_copy_loses_link),
    };

    return cmocka_run_group_tests(tests, world_open, test_pg_pair_end);
}
