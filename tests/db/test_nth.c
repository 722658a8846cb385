/* There is no memory for the n-th thing in the middle of a transaction: what
 * the call says became of it is what became of it.  The program starts itself
 * again with tests/tools/nth.c loaded before libc. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <unistd.h>

#include "db/cluster.h"
#include "db/copy.h"
#include "db/txn.h"
#include "net/internal.h"
#include "tests/lib/pg.h"

#if defined(__SANITIZE_ADDRESS__)
#define KINDS "send", "recv"
#else
#define KINDS "alloc", "send", "recv"
#endif

static const char *const kinds[] = { KINDS };
static void (*arm)(const char *);
static long (*seen)(void);

static struct db *db, *other;

static int64_t
stored(int64_t n)
{
    static const char sql[] = "SELECT count(*) AS n FROM note WHERE n = $1";
    const struct db_arg args[] = { A_I64(n) };
    int64_t count = 0;
    const struct db_col cols[] = { C_I64("n", &count) };

    assert_int_equal(db_one(other, sql, args, 1, cols, 1), DB_OK);
    return count;
}

static enum db_status
note(struct db *d, void *owner)
{
    static const char sql[] = "INSERT INTO note VALUES ($1)";
    const struct db_arg args[] = { A_I64(*(int64_t *)owner) };

    return db_do(d, sql, args, 1);
}

/* Allocation ${k} of what follows fails; whether there was such a one. */
static void
fail_at(const char *kind, long k)
{
    char order[32];

    snprintf(order, sizeof(order), "%s:%ld", kind, k);
    arm(order);
}

static bool
failed_one(long k)
{
    bool hit = seen() >= k;

    arm(NULL);
    return hit;
}

/* One try: what is said is so. */
static void
a_commit(void **state)
{
        int64_t n = 0;
    bool hit;

    (void)state;
    for (size_t i = 0; i < LEN(kinds); i++) {
        long k = 0;

        do {
            enum db_status st;

            n++;
            assert_int_equal(db_begin(db), DB_OK);
            assert_int_equal(note(db, &n), DB_OK);
            fail_at(kinds[i], ++k);
            st = db_commit(db);
            hit = failed_one(k);
            if (stored(n) != (st == DB_OK))
                fail_msg("%s %ld: it says %d, and %lld are stored (%s)",
                         kinds[i], k, (int)st, (long long)stored(n),
                         db_why(db));
            db_rollback(db);
        } while (hit);
        print_message("# commit: %s, %ld places\n", kinds[i], k - 1);
        assert_true(k > 1);
    }
}

/* The whole of ${fn}, which tries again: stored once, and it says so.  It stores a
 * number behind ${n}. */
static void
each_place(const char *what, enum db_status (*fn)(struct db *, void *),
           int64_t n)
{
    bool hit;

    for (size_t i = 0; i < LEN(kinds); i++) {
        long k = 0;

        do {
            enum db_status st;

            n++;
            fail_at(kinds[i], ++k);
            alarm(60);                      /* or it hangs for ever */
            st = db_txn(db, fn, &n);
            alarm(0);
            hit = failed_one(k);
            if (st != DB_OK || stored(n) != 1)
                fail_msg("%s %ld: it says %d, and %lld are stored (%s)",
                         kinds[i], k, (int)st, (long long)stored(n),
                         db_why(db));
        } while (hit);
        print_message("# %s: %s, %ld places\n", what, kinds[i], k - 1);
        assert_true(k > 1);
    }
}

static void
a_transaction(void **state)
{
    (void)state;
    each_place("transaction", note, 1000);
}

static enum db_status
copied(struct db *d, void *owner)
{
    struct db_copy c;
    enum db_status st = db_copy_begin(&c, d,
                                      "COPY note FROM STDIN (FORMAT binary)",
                                      1);

    if (st < 0)
        return st;
    db_copy_row(&c);
    db_copy_i64(&c, *(int64_t *)owner);
    return db_copy_end(&c);
}

/* A COPY, whose beginning libpq reads in a way of its own. */
static void
a_copy(void **state)
{
    (void)state;
    each_place("copy", copied, 2000);
}

/* --- what says that there is no memory says so --------------------------- */

static void
bytes_read(void)
{
    static const char sql[] = "SELECT '\\x6162'::bytea AS bytes, 1 AS n";
    struct str got = { NULL, 0 };
    int64_t n = 0;
    const struct db_col cols[] = { C_BYTES("bytes", &got), C_I64("n", &n) };
    enum db_status st = db_one(db, sql, NULL, 0, cols, LEN(cols));

    assert_true(st == DB_OK || st == DB_SOFT);
    assert_true(st != DB_OK || (got.len == 2 && memcmp(got.p, "ab", 2) == 0));
}

static void
place_found(void)
{
    struct cluster c;
    struct err e = { 0 };

    if (cluster_at(&c, "/tmp", &e) < 0)
        assert_int_not_equal(e.kind, ERR_USAGE);
}

static void
url_made(void)
{
    char *url = NULL;
    bool plain = false;
    struct err e = { 0 };

    if (url_make(&url, &plain, "https://host/api", "list", &e) < 0)
        assert_int_not_equal(e.kind, ERR_BUG);
    free(url);
}

static void
words(void **state)
{
    static void (*const all[])(void) = { bytes_read, place_found, url_made };

    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        long k = 0;

        do {
            fail_at("alloc", ++k);
            all[i]();
        } while (failed_one(k));
    }
}

/* Into ${path}: the library, and before it ASan's own when there is one, whose
 * memory is never short. */
static void
preload(char *path, size_t bytes, const char *build)
{
    char line[4096], *at = NULL;
    FILE *f = fopen("/proc/self/maps", "r");

    while (f != NULL && at == NULL && fgets(line, sizeof(line), f) != NULL)
        if (strstr(line, "libasan") != NULL && (at = strchr(line, '/')) != NULL)
            at[strcspn(at, "\n")] = '\0';
    if (f != NULL)
        fclose(f);
    snprintf(path, bytes, "%s%s%s/tests/tools/nth.so", at != NULL ? at : "",
             at != NULL ? ":" : "", build);
}

static int
open_all(void **state)
{
    const char *url = test_pg_fresh();
    void *a = dlsym(RTLD_DEFAULT, "nth_arm");
    void *s = dlsym(RTLD_DEFAULT, "nth_seen");

    (void)state;
    assert_non_null(a);
    memcpy(&arm, &a, sizeof(arm));
    memcpy(&seen, &s, sizeof(seen));
    db = test_pg_open(url);
    other = test_pg_open(url);
    test_pg_do(db, "CREATE SCHEMA payrun");
    test_pg_do(db, "CREATE TABLE note (n bigint PRIMARY KEY)");
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    db_close(db);
    db_close(other);
    return 0;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit),
        cmocka_unit_test(a_transaction),
        cmocka_unit_test(a_copy),
        cmocka_unit_test(words),
    };
    const char *build = getenv("BUILD");
    char path[8192];

    (void)argc;
    if (dlsym(RTLD_DEFAULT, "nth_arm") == NULL && build != NULL
        && getenv("LD_PRELOAD") == NULL) {
        preload(path, sizeof(path), build);
        setenv("LD_PRELOAD", path, 1);
        execv("/proc/self/exe", argv);
    }
    return cmocka_run_group_tests(tests, open_all, close_all);
}
