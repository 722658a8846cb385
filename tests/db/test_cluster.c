/* The private server: made, started, stopped, killed, found closed doors. */
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
#include "db/cluster.h"
#include "tests/lib/pg.h"

/* a hundred letters */
#define TEN  "abcdefghij"
#define DEEP TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct world {
    char folder[64];
    char dir[128];              /* folder/deep/er: not there at first */
    struct cluster c;
    struct db *db;
};

static struct world w;

/* A test that was shot leaves no servers running. */
static void
world_end(void)
{
    static const char *const dirs[] = { "a b/c", "twins", "half",
        "deep/" DEEP };
    char dir[256];
    struct cluster c;

    for (size_t i = 0; i < LEN(dirs); i++) {
        snprintf(dir, sizeof(dir), "%s/%s", w.folder, dirs[i]);
        if (cluster_at(&c, dir, NULL) == 0)
            (void)cluster_down(&c, NULL);
    }
    test_dir_remove(w.folder);
}

static int
world_open(void **state)
{
    (void)state;
    test_dir(w.folder);
    test_at_end(world_end);
    snprintf(w.dir, sizeof(w.dir), "%s/a b/c", w.folder);
    return cluster_at(&w.c, w.dir, NULL);
}

/* cmocka's skip() is "not ok" to prove. */
static bool
is_root(void)
{
    if (geteuid() == 0)
        return true;
    print_message("# left out: only for root\n");
    return false;
}

static void
up(const struct cluster *c)
{
    struct err e = { 0 };

    if (cluster_up(c, &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(CLUSTER_UP, cluster_state(c));
}

static void
down(const struct cluster *c)
{
    struct err e = { 0 };

    if (cluster_down(c, &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_not_equal(CLUSTER_UP, cluster_state(c));
}

static int64_t
ask(const struct cluster *c, const char *sql)
{
    struct db *db = test_pg_open(c->url);
    int64_t n = test_pg_i64(db, sql);

    db_close(db);
    return n;
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
    down(&w.c);                         /* was never made */
    up(&w.c);
    first = ask(&w.c, started);
    up(&w.c);
    assert_int_equal(first, ask(&w.c, started));
    assert_int_equal(1, ask(&w.c, "SELECT (current_database() = 'payrun'"
                            " AND current_user = 'payrun')::int AS n"));
    down(&w.c);
    assert_int_equal(CLUSTER_DOWN, cluster_state(&w.c));
    down(&w.c);
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
    up(&w.c);
    for (size_t i = 0; i < LEN(rows); i++)
        if (ask(&w.c, rows[i].sql) != 1)
            fail_msg("%s is not \"%s\"", rows[i].name, rows[i].want);
}

static void
test_modes(void **state)
{
    struct stat st;

    (void)state;
    up(&w.c);
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
    up(&w.c);
    for (size_t i = 0; i < LEN(names); i++)
        setenv(names[i], "1", 1);
    assert_int_equal(7, ask(&w.c, "SELECT 7 AS n"));
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
    assert_int_equal(7, ask(&c, "SELECT 7 AS n"));
    down(&c);
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
    up(&c);
    down(&c);
    snprintf(path, sizeof(path), "%s/data.new", c.dir);
    snprintf(dir, sizeof(dir), "%s/half/postgres/data", w.folder);
    assert_int_equal(0, rename(dir, path));
    assert_int_equal(CLUSTER_NONE, cluster_state(&c));
    up(&c);
    assert_int_equal(-1, stat(path, &st));
    down(&c);
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
    down(&w.c);
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
    up(&w.c);
    keep("CREATE TABLE public.kept AS SELECT 42 AS n");
    pid = server_pid(&w.c);
    assert_int_equal(0, kill(pid, SIGKILL));
    up(&w.c);                           /* at once: its helpers still end */
    assert_int_equal(42, ask(&w.c, "SELECT n FROM public.kept"));

    pid = server_pid(&w.c);
    assert_int_equal(0, kill(pid, SIGKILL));
    wait_gone(pid);
    assert_int_equal(CLUSTER_DOWN, cluster_state(&w.c));
    down(&w.c);
    up(&w.c);
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
    up(&w.c);
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
    down(&w.c);
    assert_int_equal(0, waitpid(bystander, NULL, WNOHANG));
    up(&w.c);
    assert_int_not_equal(bystander, server_pid(&w.c));
    assert_int_equal(0, waitpid(bystander, NULL, WNOHANG));
    assert_int_equal(0, kill(bystander, SIGKILL));
    assert_int_equal(bystander, waitpid(bystander, NULL, 0));
}

/* --- places -------------------------------------------------------------- */

static void
test_names(void **state)
{
    static const struct { const char *name, *dir; bool good; } rows[] = {
        { "plain", "/tmp/x", true }, { "blank", "/tmp/x y", true },
        { "accent", "/tmp/\xc3\xa9t\xc3\xa9", true },
        { "percent", "/tmp/50%", true },
        { "empty", "", false }, { "quote", "/tmp/o'neil", false },
        { "double quote", "/tmp/\"x", false }, { "comma", "/tmp/a,b", false },
        { "dollar", "/tmp/$HOME", false }, { "tick", "/tmp/`id`", false },
        { "newline", "/tmp/a\nb", false }, { "backslash", "/tmp/a\\b", false },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct cluster c;
        struct err e = { 0 };
        int rc = cluster_at(&c, rows[i].dir, &e);

        if ((rc == 0) != rows[i].good)
            fail_msg("%s: %s", rows[i].name, rc == 0 ? "taken" : e.text);
        if (rc < 0 && e.kind != ERR_USAGE)
            fail_msg("%s: kind %d", rows[i].name, (int)e.kind);
    }
}

static void
test_relative(void **state)
{
    struct cluster c;
    char cwd[PATH_BYTES_MAX], want[PATH_BYTES_MAX + 32];

    (void)state;
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    snprintf(want, sizeof(want), "%s/some/where/postgres", cwd);
    assert_int_equal(0, cluster_at(&c, "some/where", NULL));
    assert_string_equal(want, c.dir);
    assert_int_equal(0, cluster_at(&c, "some/where//", NULL));
    assert_string_equal(want, c.dir);
    assert_int_equal(0, cluster_at(&c, "/", NULL));
    assert_string_equal("/postgres", c.dir + strlen(c.dir) - 9);
}

/* Too deep for a socket: it goes to /tmp, where nobody else can get in. */
static void
test_deep(void **state)
{
    struct cluster c;
    char dir[256];
    struct stat st;

    (void)state;
    snprintf(dir, sizeof(dir), "%s/deep/" DEEP, w.folder);
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    assert_int_equal(0, strncmp(c.socket_dir, "/tmp/payrun-", 12));

    /* somebody was there before, and left the door open */
    assert_int_equal(0, mkdir(c.socket_dir, 0777));
    assert_int_equal(0, chmod(c.socket_dir, 0777));
    assert_int_equal(-1, cluster_up(&c, NULL));
    assert_int_equal(0, rmdir(c.socket_dir));

    up(&c);
    assert_int_equal(7, ask(&c, "SELECT 7 AS n"));
    assert_int_equal(0, stat(c.socket_dir, &st));
    assert_int_equal(0700, st.st_mode & 07777);
    down(&c);
    assert_int_equal(-1, stat(c.socket_dir, &st));
}

/* What is in the way is named, and so is the way out. */
static void
test_in_the_way(void **state)
{
    static const struct { const char *dir; int mode; } rows[] = {
        { "file", 0600 }, { "file", 0755 }, { "file/below", 0600 },
        { "file/below", 0755 },
    };
    char file[96], dir[128];
    struct cluster c;

    (void)state;
    snprintf(file, sizeof(file), "%s/file", w.folder);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e = { 0 };
        FILE *f = fopen(file, "w");

        assert_non_null(f);
        fclose(f);
        assert_int_equal(0, chmod(file, (mode_t)rows[i].mode));
        snprintf(dir, sizeof(dir), "%s/%s", w.folder, rows[i].dir);
        assert_int_equal(0, cluster_at(&c, dir, &e));
        assert_int_equal(-1, cluster_up(&c, &e));
        if (strstr(e.text, "is a file, not a folder") == NULL
            || strstr(e.text, file) == NULL || strstr(e.fix, "--dir") == NULL)
            fail_msg("row %zu: %s / %s", i, e.text, e.fix);
        unlink(file);
    }
}

/* In a child that is not root: a folder nobody may write to. */
static int
up_unprivileged(void)
{
    char dir[128];
    struct cluster c;
    struct err e = { 0 };
    bool good = false;

    if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(65534) < 0
                           || setuid(65534) < 0))
        return 2;
    snprintf(dir, sizeof(dir), "%s/shut/new/er", w.folder);
    if (cluster_at(&c, dir, &e) < 0)
        return 3;
    good = cluster_up(&c, &e) < 0
        && strstr(e.text, "Permission denied") != NULL
        && strstr(e.text, "/shut/new") != NULL
        && strstr(e.fix, "--dir") != NULL;
    if (!good)
        fprintf(stderr, "# %s / %s\n", e.text, e.fix);
    return good ? 0 : 1;
}

static void
test_no_permission(void **state)
{
    char shut[96];
    int status = 0;

    (void)state;
    snprintf(shut, sizeof(shut), "%s/shut", w.folder);
    assert_int_equal(0, mkdir(shut, 0555));
    assert_int_equal(0, chmod(shut, 0555));
    fflush(NULL);
    if (fork() == 0)
        _exit(up_unprivileged());
    assert_true(wait(&status) > 0);
    assert_int_equal(0, status);
}

static void
test_closed_door(void **state)
{
    char closed[96], dir[128], user[USER_NAME_BYTES_MAX];
    struct cluster c;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(0, cluster_dir_reachable(w.dir, user, &e));
    assert_true(user[0] != '\0');
    assert_int_equal(0, cluster_dir_reachable("/no/such/folder", user, &e));
    if (!is_root())
        return;
    snprintf(closed, sizeof(closed), "%s/closed", w.folder);
    snprintf(dir, sizeof(dir), "%s/in/side", closed);
    assert_int_equal(0, mkdir(closed, 0700));
    assert_int_equal(-1, cluster_dir_reachable(dir, user, &e));
    assert_int_equal(ERR_NOPERM, e.kind);
    if (strstr(e.text, closed) == NULL || strstr(e.text, "/in") != NULL
        || strstr(e.text, user) == NULL || strstr(e.fix, "--dir") == NULL)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    assert_int_equal(-1, cluster_up(&c, &e));
    assert_non_null(strstr(e.text, closed));
    assert_int_equal(-1, access(dir, F_OK));    /* nothing was made */
}

/* What belongs to somebody else is left alone. */
static void
test_not_ours(void **state)
{
    struct cluster c;
    struct err e = { 0 };
    char dir[96];

    (void)state;
    if (!is_root())
        return;
    snprintf(dir, sizeof(dir), "%s/roots", w.folder);
    assert_int_equal(0, mkdir(dir, 0755));
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    assert_int_equal(0, mkdir(c.dir, 0700));
    assert_int_equal(-1, cluster_up(&c, &e));
    assert_int_equal(ERR_NOPERM, e.kind);
    assert_non_null(strstr(e.text, c.dir));
}

/* The reason is in the message, and where to read more. */
static void
test_start_fails(void **state)
{
    char path[PATH_BYTES_MAX + 32];
    struct err e = { 0 };
    FILE *f = NULL;

    (void)state;
    up(&w.c);
    down(&w.c);
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
    up(&w.c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_relative),
        cmocka_unit_test(test_in_the_way),
        cmocka_unit_test(test_no_permission),
        cmocka_unit_test(test_closed_door),
        cmocka_unit_test(test_not_ours),
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
        cmocka_unit_test(test_deep),
    };

    return cmocka_run_group_tests(tests, world_open, NULL);
}
