#ifndef TEST_PG_H
#define TEST_PG_H

#include "db/cluster.h"
#include "db/db.h"

/*
 * A PostgreSQL for one test program.  With PAYRUN_TEST_URL in the environment
 * that one is used (a role that may create databases); else a private cluster
 * is made, and removed when the program ends, however it ends.  What fails
 * here ends the program with TAP's "Bail out!".
 */

/* test_pg_url(): of the server's own database. */
const char *test_pg_url(void);

/* test_pg_fresh(): of a new, empty database; valid for the whole program. */
const char *test_pg_fresh(void);

/* test_pg_open(url): a connection to be closed with db_close. */
struct db *test_pg_open(const char *url);

/* test_pg_migrated(url): a new database with the whole schema, connected; where
 * it is goes to ${url} unless NULL, and is valid for the whole program. */
struct db *test_pg_migrated(const char **url);

/* test_pg_cluster(): the private cluster, or NULL with PAYRUN_TEST_URL. */
const struct cluster *test_pg_cluster(void);

/* test_pg_i64(db, sql): the one value of ${sql}, whose column is "n". */
int64_t test_pg_i64(struct db *, const char *sql);

/* test_pg_do(db, sql): must work. */
void test_pg_do(struct db *, const char *sql);

/* test_pg_says(db, part): the test fails unless db_why() holds ${part}. */
void test_pg_says(const struct db *, const char *part);

/* test_pg_pid(db): of the server's process.  test_pg_end(by, pid): that one is
 * ended by connection ${by}, and gone. */
int64_t test_pg_pid(struct db *);
void test_pg_end(struct db *by, int64_t pid);

/**
 * test_pg_pair(p):
 * Two connections to one new database, in which there is nothing but the
 * schema payrun.  test_pg_pair_end() is cmocka's teardown for a state that
 * points to it.
 */
struct test_pg_pair {
    const char *url;
    struct db *db, *other;
};
void test_pg_pair(struct test_pg_pair *);
int test_pg_pair_end(void **state);

/* test_at_end(clear): run ${clear} in a process of its own when this program
 * has ended, even by SIGKILL. */
void test_at_end(void (*clear)(void));

/* test_dir(out): a new folder in TMPDIR, or /tmp, that the server's user can
 * enter.  test_dir_remove(dir): it and all that is in it. */
void test_dir(char out[64]);
void test_dir_remove(const char *);

#endif
