#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/pg.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/migrate.h"

#define FRESH_MAX 64

static struct cluster cluster;
static const char *given;               /* PAYRUN_TEST_URL */
static char folder[64];
static char urls[FRESH_MAX][PATH_BYTES_MAX];
static int fresh;
static pid_t begun_by;

__attribute__((noreturn, format(printf, 1, 2)))
static void
bail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    printf("Bail out! ");
    vprintf(fmt, args);
    printf("\n");
    va_end(args);
    fflush(stdout);
    _exit(255);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void
test_dir(char out[64])
{
    const char *tmp = getenv("TMPDIR");

    snprintf(out, 64, "%s/payrun-test-XXXXXX",
             tmp != NULL && strlen(tmp) < 32 ? tmp : "/tmp");
    if (mkdtemp(out) == NULL || chmod(out, geteuid() == 0 ? 0711 : 0700) < 0)
        bail("no folder %s", out);
}

void
test_dir_remove(const char *dir)
{
    if (strstr(dir, "/payrun-test-") != NULL)
        (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- clearing up --------------------------------------------------------- */

static const char sql_mine[] =
"-- test_mine: a database made by this program\n"
"SELECT datname::text AS name FROM pg_database"
" WHERE datname LIKE 'payrun_test_' || $1 || '_%' LIMIT 1";

static void
drop_databases(pid_t pid)
{
    struct db *db = db_open(given, NULL);
    char name[64], drop[128];
    const struct db_arg args[] = { { .kind = DB_A_I64, .i64 = pid } };
    const struct db_col cols[] = { C_TEXT("name", name) };

    for (int i = 0; db != NULL && i < FRESH_MAX
         && db_one(db, sql_mine, args, LEN(args), cols, LEN(cols)) == DB_OK;
         i++) {
        char *sql = NULL;

        snprintf(drop, sizeof(drop), "DROP DATABASE %s WITH (FORCE)", name);
        /* a statement is known by its address: each needs its own */
        if ((sql = strdup(drop)) == NULL || db_do(db, sql, NULL, 0) < 0)
            break;
    }
    db_close(db);
}

static void
clear_up(void)
{
    if (given != NULL)
        drop_databases(begun_by);
    else
        (void)cluster_down(&cluster, NULL);
    test_dir_remove(folder);
}

/* The process waits for the end of a pipe that only this program holds.  It
 * keeps our stdout, so that prove waits for it. */
void
test_at_end(void (*clear)(void))
{
    int ends[2];
    char c;

    fflush(NULL);
    if (pipe2(ends, O_CLOEXEC) < 0)
        bail("no pipe");
    switch (fork()) {
    case -1:
        bail("no process");
    case 0:
        (void)setsid();
        close(ends[1]);
        while (read(ends[0], &c, 1) > 0)
            ;
        clear();
        _exit(0);
    }
    close(ends[0]);
}

/* --- what tests ask for -------------------------------------------------- */

/* The server's files without the time initdb takes.  A test run by hand,
 * without what `make check` tells it, takes it.  */
static void
ready_made(void)
{
    int status = 0;
    pid_t pid = -1;

    if (getenv("PAYRUN") == NULL || getenv("BUILD") == NULL)
        return;
    fflush(NULL);
    if ((pid = fork()) == 0) {
        (void)dup2(STDERR_FILENO, STDOUT_FILENO);   /* not among the TAP */
        execl("/bin/sh", "sh", "tests/lib/cluster.sh", folder, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
        bail("no template of a database server");
}

static void
begin(void)
{
    struct err e = { 0 };

    if (given != NULL || cluster.url[0] != '\0')
        return;
    given = getenv("PAYRUN_TEST_URL");
    if (given == NULL) {
        test_dir(folder);
        ready_made();
        if (cluster_at(&cluster, folder, &e) < 0)
            bail("%s", e.text);
    }
    begun_by = getpid();
    test_at_end(clear_up);
    if (given == NULL && cluster_up(&cluster, &e) < 0)
        bail("%s %s", e.text, e.fix);
}

const char *
test_pg_url(void)
{
    begin();
    return given != NULL ? given : cluster.url;
}

const struct cluster *
test_pg_cluster(void)
{
    begin();
    return given != NULL ? NULL : &cluster;
}

struct db *
test_pg_open(const char *url)
{
    struct err e = { 0 };
    struct db *db = db_open(url, &e);

    if (db == NULL)
        bail("%s", e.text);
    return db;
}

void
test_pg_do(struct db *db, const char *sql)
{
    if (db_do(db, sql, NULL, 0) < 0)
        bail("%s: %s", sql, db_why(db));
}

int64_t
test_pg_i64(struct db *db, const char *sql)
{
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };

    if (db_one(db, sql, NULL, 0, cols, LEN(cols)) != DB_OK)
        bail("%s: %s", sql, db_why(db));
    return n;
}

void
test_pg_says(const struct db *db, const char *part)
{
    if (strstr(db_why(db), part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", db_why(db), part);
}

int64_t
test_pg_pid(struct db *db)
{
    static const char sql[] = "SELECT pg_backend_pid() AS n";

    return test_pg_i64(db, sql);
}

void
test_pg_end(struct db *by, int64_t pid)
{
    static const char kill_it[] =
        "-- kill: end a connection and wait until it is gone\n"
        "SELECT pg_terminate_backend($1::int, 5000) AS gone";
    const struct db_arg args[] = { A_I64(pid) };
    bool gone = false;
    const struct db_col cols[] = { C_BOOL("gone", &gone) };

    assert_int_equal(DB_OK, db_one(by, kill_it, args, 1, cols, 1));
    assert_true(gone);
}

void
test_pg_pair(struct test_pg_pair *p)
{
    p->url = test_pg_fresh();
    p->db = test_pg_open(p->url);
    p->other = test_pg_open(p->url);
    test_pg_do(p->db, "CREATE SCHEMA payrun");
}

int
test_pg_pair_end(void **state)
{
    struct test_pg_pair *p = *state;

    db_close(p->db);
    db_close(p->other);
    return 0;
}

/* ${url} with another database name: between the host and the question mark. */
static void
url_with(char out[PATH_BYTES_MAX], const char *url, const char *name)
{
    const char *host = strstr(url, "://");
    const char *slash = host == NULL ? NULL : strchr(host + 3, '/');
    const char *rest = slash == NULL ? NULL : strchr(slash, '?');

    if (slash == NULL)
        bail("PAYRUN_TEST_URL must look like postgresql://user@host/name");
    snprintf(out, PATH_BYTES_MAX, "%.*s/%s%s", (int)(slash - url), url, name,
             rest != NULL ? rest : "");
}

/* ${clause} goes behind CREATE DATABASE. */
static const char *
create(struct db *db, const char *clause)
{
    char name[64];
    char *sql = NULL, *set = NULL;

    if (fresh == FRESH_MAX)
        bail("more than %d databases", FRESH_MAX);
    snprintf(name, sizeof(name), "payrun_test_%d_%d", (int)getpid(), fresh);
    url_with(urls[fresh], test_pg_url(), name);
    /* a statement is known by its address: each needs its own */
    if (asprintf(&sql, "CREATE DATABASE %s%s", name, clause) < 0)
        bail("out of memory");
    test_pg_do(db, sql);
    /* tests put states there by hand, as the owner may: see schema step 0008 */
    if (asprintf(&set, "ALTER DATABASE %s SET payrun.repair = 'a test'", name)
        < 0)
        bail("out of memory");
    test_pg_do(db, set);
    free(sql);
    free(set);
    return urls[fresh++];
}

const char *
test_pg_fresh(void)
{
    struct db *db = test_pg_open(test_pg_url());
    const char *url = create(db, "");

    db_close(db);
    return url;
}

/* A copy of what tests/lib/cluster.sh made ready costs a tenth of the steps. */
struct db *
test_pg_migrated(const char **url)
{
    struct db *db = test_pg_open(test_pg_url());
    bool ready = test_pg_i64(db, "SELECT count(*) AS n FROM pg_database"
                             " WHERE datname = 'payrun_ready'") > 0;
    const char *at = create(db, ready ? " TEMPLATE payrun_ready" : "");
    struct err e = { 0 };
    int applied = 0;

    db_close(db);
    db = test_pg_open(at);
    if (!ready && migrate_run(db, &applied, &e) < 0)
        bail("%s", e.text);
    if (url != NULL)
        *url = at;
    return db;
}
