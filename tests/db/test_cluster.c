/* The private server: made, started, stopped, killed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/lib/servers.h"

static struct world {
    const char *folder;
    char dir[128];              /* folder/a b/c: not there at first */
    struct cluster c;
} w;

static int
world_open(void **state)
{
    static const char *const names[] = { "a b/c", "twins", "half" };

    (void)state;
    w.folder = servers_open(names, LEN(names));
    snprintf(w.dir, sizeof(w.dir), "%s/a b/c", w.folder);
    return cluster_at(&w.c, w.dir, NULL);
}

static pid_t
server_pid(const struct cluster *c)
{
    char path[PATH_BYTES_MAX + 32], line[32] = "";
    FILE *f = NULL;

    snprintf(path, sizeof(path), "%s/data/postmaster.pid", c->dir);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof(line), f));
    fclose(f);
    return (pid_t)strtol(line, NULL, 10);
}

static void
wait_gone(pid_t pid)
{
    int64_t until = clock_mono_ms() + 10000;

    while (kill(pid, 0) == 0 && clock_mono_ms() < until)
        (void)poll(NULL, 0, 10);
    assert_int_equal(-1, kill(pid, 0));
}

/* --- made, started, stopped ---------------------------------------------- */

static void
test_up_down(void **state)
{
    static const char started[] = "SELECT extract(epoch FROM"
        " pg_postmaster_start_time())::bigint * 1000 AS n";
    int64_t first = 0;

    (void)state;
    assert_int_equal(CLUSTER_NONE, cluster_state(&w.c));
    servers_down(&w.c);                 /* was never made */
    servers_up(&w.c);
    first = servers_ask(&w.c, started);
    servers_up(&w.c);
    assert_int_equal(first, servers_ask(&w.c, started));
    assert_int_equal(1, servers_ask(&w.c, "SELECT (current_database()"
        " = 'payrun' AND current_user = 'payrun')::int AS n"));
    servers_down(&w.c);
    assert_int_equal(CLUSTER_DOWN, cluster_state(&w.c));
    servers_down(&w.c);
}

static void
test_settings(void **state)
{
    static const struct { const char *name, *want, *sql; } rows[] = {
#define ROW(name, want) { name, want, \
        "SELECT (current_setting('" name "') = '" want "')::int AS n" }
        ROW("data_checksums", "on"), ROW("fsync", "on"),
        ROW("full_page_writes", "on"), ROW("listen_addresses", ""),
        ROW("unix_socket_permissions", "0700"), ROW("shared_buffers", "256MB"),
        ROW("max_wal_size", "4GB"), ROW("max_connections", "100"),
        ROW("server_encoding", "UTF8"), ROW("lc_collate", "C"),
    };

    (void)state;
    servers_up(&w.c);
    for (size_t i = 0; i < LEN(rows); i++)
        if (servers_ask(&w.c, rows[i].sql) != 1)
            fail_msg("%s is not \"%s\"", rows[i].name, rows[i].want);
}

static void
test_modes(void **state)
{
    struct stat st;

    (void)state;
    servers_up(&w.c);
    assert_int_equal(0, stat(w.c.dir, &st));
    assert_int_equal(0700, st.st_mode & 07777);
    assert_true(st.st_uid != 0);
    assert_int_equal(0, stat(w.dir, &st));
    assert_int_equal(geteuid() == 0 ? 0711 : 0700, st.st_mode & 07777);
}

/* Whatever the environment says, the URL leads to our own. */
static void
test_url_says_it_all(void **state)
{
    static const char *const names[] = {
        "PGHOST", "PGPORT", "PGUSER", "PGDATABASE"
    };

    (void)state;
    servers_up(&w.c);
    for (size_t i = 0; i < LEN(names); i++)
        setenv(names[i], "1", 1);
    assert_int_equal(7, servers_ask(&w.c, "SELECT 7 AS n"));
    for (size_t i = 0; i < LEN(names); i++)
        unsetenv(names[i]);
}

static void
test_two_at_once(void **state)
{
    struct cluster c;
    char dir[96];
    pid_t pids[3];

    (void)state;
    snprintf(dir, sizeof(dir), "%s/twins", w.folder);
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    fflush(NULL);
    for (size_t i = 0; i < LEN(pids); i++)
        if ((pids[i] = fork()) == 0) {
            struct err e = { 0 };
            int rc = cluster_up(&c, &e);

            if (rc < 0)
                printf("# %s\n", e.text);
            fflush(stdout);
            _exit(rc < 0);
        }
    for (size_t i = 0; i < LEN(pids); i++) {
        int status = -1;

        assert_int_equal(pids[i], waitpid(pids[i], &status, 0));
        assert_int_equal(0, status);
    }
    assert_int_equal(7, servers_ask(&c, "SELECT 7 AS n"));
    servers_down(&c);
}

/* initdb cut short leaves nothing that is taken for a cluster. */
static void
test_half_made(void **state)
{
    struct cluster c;
    char dir[96], path[PATH_BYTES_MAX + 32];
    struct stat st;

    (void)state;
    snprintf(dir, sizeof(dir), "%s/half", w.folder);
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    servers_up(&c);
    servers_down(&c);
    snprintf(path, sizeof(path), "%s/data.new", c.dir);
    snprintf(dir, sizeof(dir), "%s/half/postgres/data", w.folder);
    assert_int_equal(0, rename(dir, path));
    assert_int_equal(CLUSTER_NONE, cluster_state(&c));
    servers_up(&c);
    assert_int_equal(-1, stat(path, &st));
    servers_down(&c);
}

/* The server must not keep what its starter had open, or a pipe behind
 * "payrun db up" would never end. */
static void
test_inherits_nothing(void **state)
{
    int ends[2];
    char bytes[4096];
    struct pollfd p = { .events = POLLIN };
    ssize_t n = 1;
    pid_t pid = 0;

    (void)state;
    servers_down(&w.c);
    assert_int_equal(0, pipe(ends));
    fflush(NULL);
    if ((pid = fork()) == 0) {
        (void)dup2(ends[1], 1);
        (void)dup2(ends[1], 2);
        (void)dup2(ends[1], 9);
        _exit(cluster_up(&w.c, NULL) < 0);
    }
    close(ends[1]);
    p.fd = ends[0];
    while (n > 0) {
        assert_int_equal(1, poll(&p, 1, 30000));
        n = read(ends[0], bytes, sizeof(bytes));
    }
    close(ends[0]);
    assert_int_equal(pid, waitpid(pid, NULL, 0));
    assert_int_equal(CLUSTER_UP, cluster_state(&w.c));
}

/* The reason is in the message, and where to read more. */
static void
test_start_fails(void **state)
{
    char path[PATH_BYTES_MAX + 32];
    struct err e = { 0 };
    FILE *f = NULL;

    (void)state;
    servers_up(&w.c);
    servers_down(&w.c);
    snprintf(path, sizeof(path), "%s/data/local.conf", w.c.dir);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs("no_such_setting = 1\n", f);
    fclose(f);
    assert_int_equal(0, chmod(path, 0644));
    assert_int_equal(-1, cluster_up(&w.c, &e));
    assert_int_equal(ERR_UNAVAILABLE, e.kind);
    if (strstr(e.text, "FATAL") == NULL || strstr(e.fix, w.c.dir) == NULL)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(0, remove(path));
    servers_up(&w.c);
}

/* --- killed -------------------------------------------------------------- */

static void
keep(const char *sql)
{
    struct db *db = test_pg_open(w.c.url);

    test_pg_do(db, sql);
    db_close(db);
}

static void
test_killed(void **state)
{
    pid_t pid = 0;

    (void)state;
    servers_up(&w.c);
    keep("CREATE TABLE public.kept AS SELECT 42 AS n");
    pid = server_pid(&w.c);
    assert_int_equal(0, kill(pid, SIGKILL));
    servers_up(&w.c);                   /* at once: its helpers still end */
    assert_int_equal(42, servers_ask(&w.c, "SELECT n FROM public.kept"));

    pid = server_pid(&w.c);
    assert_int_equal(0, kill(pid, SIGKILL));
    wait_gone(pid);
    assert_int_equal(CLUSTER_DOWN, cluster_state(&w.c));
    servers_down(&w.c);
    servers_up(&w.c);
    keep("DROP TABLE public.kept");
}

/* Write ${pid} into the pid file of the dead server. */
static void
forge_pid(const struct cluster *c, pid_t pid)
{
    char path[PATH_BYTES_MAX + 32];
    struct buf b = { 0 };
    FILE *f = NULL;
    const char *rest = NULL;

    snprintf(path, sizeof(path), "%s/data/postmaster.pid", c->dir);
    buf_init(&b, 4096);
    assert_int_equal(0, buf_read_file(&b, path, NULL));
    rest = strchr(b.p, '\n');
    assert_non_null(rest);
    f = fopen(path, "r+");
    assert_non_null(f);
    assert_int_equal(0, ftruncate(fileno(f), 0));
    fprintf(f, "%d%s", (int)pid, rest);
    fclose(f);
    buf_release(&b);
}

/* After a restart of the machine its number may be somebody else's, who is
 * neither in the way of "up" nor hurt by "down". */
static void
test_pid_reused(void **state)
{
    struct stat st;
    pid_t old = 0, bystander = 0;

    (void)state;
    servers_up(&w.c);
    old = server_pid(&w.c);
    assert_int_equal(0, stat(w.c.dir, &st));
    assert_int_equal(0, kill(old, SIGKILL));
    wait_gone(old);
    fflush(NULL);
    if ((bystander = fork()) == 0) {
        if (geteuid() == 0 && (setgroups(0, NULL) < 0
            || setgid(st.st_gid) < 0 || setuid(st.st_uid) < 0))
            _exit(1);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);     /* ends with the test */
        for (;;)
            pause();
    }
    forge_pid(&w.c, bystander);
    servers_down(&w.c);
    assert_int_equal(0, waitpid(bystander, NULL, WNOHANG));
    servers_up(&w.c);
    assert_int_not_equal(bystander, server_pid(&w.c));
    assert_int_equal(0, waitpid(bystander, NULL, WNOHANG));
    assert_int_equal(0, kill(bystander, SIGKILL));
    assert_int_equal(bystander, waitpid(bystander, NULL, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up_down),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_url_says_it_all),
        cmocka_unit_test(test_inherits_nothing),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_pid_reused),
        cmocka_unit_test(test_start_fails),
        cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_half_made),
    };

    return cmocka_run_group_tests(tests, world_open, NULL);
}
