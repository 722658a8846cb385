/* The private server: where it may be, and what is in the way there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/servers.h"

/* a hundred letters */
#define TEN  "abcdefghij"
#define DEEP TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const char *folder;

static int
world_open(void **state)
{
    static const char *const names[] = { "deep/" DEEP };

    (void)state;
    folder = servers_open(names, LEN(names));
    return 0;
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
    snprintf(dir, sizeof(dir), "%s/deep/" DEEP, folder);
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    assert_int_equal(0, strncmp(c.socket_dir, "/tmp/payrun-", 12));

    /* somebody was there before, and left the door open */
    assert_int_equal(0, mkdir(c.socket_dir, 0777));
    assert_int_equal(0, chmod(c.socket_dir, 0777));
    assert_int_equal(-1, cluster_up(&c, NULL));
    assert_int_equal(0, rmdir(c.socket_dir));

    servers_up(&c);
    assert_int_equal(7, servers_ask(&c, "SELECT 7 AS n"));
    assert_int_equal(0, stat(c.socket_dir, &st));
    assert_int_equal(0700, st.st_mode & 07777);
    servers_down(&c);
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
    snprintf(file, sizeof(file), "%s/file", folder);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e = { 0 };
        FILE *f = fopen(file, "w");

        assert_non_null(f);
        fclose(f);
        assert_int_equal(0, chmod(file, (mode_t)rows[i].mode));
        snprintf(dir, sizeof(dir), "%s/%s", folder, rows[i].dir);
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
    snprintf(dir, sizeof(dir), "%s/shut/new/er", folder);
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
    snprintf(shut, sizeof(shut), "%s/shut", folder);
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
    snprintf(dir, sizeof(dir), "%s/a b/c", folder);
    assert_int_equal(0, cluster_dir_reachable(dir, user, &e));
    assert_true(user[0] != '\0');
    assert_int_equal(0, cluster_dir_reachable("/no/such/folder", user, &e));
    if (!is_root())
        return;
    snprintf(closed, sizeof(closed), "%s/closed", folder);
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
    snprintf(dir, sizeof(dir), "%s/roots", folder);
    assert_int_equal(0, mkdir(dir, 0755));
    assert_int_equal(0, cluster_at(&c, dir, NULL));
    assert_int_equal(0, mkdir(c.dir, 0700));
    assert_int_equal(-1, cluster_up(&c, &e));
    assert_int_equal(ERR_NOPERM, e.kind);
    assert_non_null(strstr(e.text, c.dir));
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
        cmocka_unit_test(test_deep),
    };

    return cmocka_run_group_tests(tests, world_open, NULL);
}
