#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "dispatch/owner.h"

/* Replace part ${which} (from 0) of ${owner} by ${with}. */
static void
patch(char out[OWNER_BYTES], const char *owner, int which, const char *with)
{
    const char *p = owner;
    size_t n = 0;

    for (int i = 0; i < 5; i++) {
        size_t len = strcspn(p, "/");
        int wrote = snprintf(out + n, OWNER_BYTES - n, "%s%.*s",
                             i > 0 ? "/" : "",
                             i == which ? (int)strlen(with) : (int)len,
                             i == which ? with : p);

        assert_true(wrote > 0);
        n += (size_t)wrote;
        p += len;
        if (*p == '/')
            p++;
    }
}

static void
own_name_is_alive(void **state)
{
    char owner[OWNER_BYTES], again[OWNER_BYTES], actor[OWNER_BYTES];

    (void)state;
    assert_int_equal(owner_make(owner, NULL), 0);
    assert_int_equal(owner_make(again, NULL), 0);
    assert_string_equal(owner, again);
    assert_false(owner_is_dead(owner));
    owner_actor(owner, actor);
    assert_int_equal(strncmp(actor, "worker ", 7), 0);
}

/* One part of a living process's name changed: is it dead then? */
static void
only_here_and_now(void **state)
{
    static const struct {
        const char *name;
        int part;
        const char *with;
        bool dead;
    } t[] = {
        { "other host", 0, "elsewhere", false },
        { "other boot", 1, "11111111-2222-3333-4444-555555555555", false },
        { "other pid namespace", 2, "pid:[1]", false },
        { "pid taken by a later process", 4, "1", true },
        { "pid that cannot be", 3, "2147483646", true },
        { "pid that is no number", 3, "self", false },
        { "pid 0 is a whole group", 3, "0", false },
        { "pid -1 is everybody", 3, "-1", false },
        { "pid too large", 3, "99999999999", false },
    };
    char owner[OWNER_BYTES], other[OWNER_BYTES];

    (void)state;
    assert_int_equal(owner_make(owner, NULL), 0);
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        patch(other, owner, t[i].part, t[i].with);
        if (owner_is_dead(other) != t[i].dead)
            fail_msg("%s: %s", t[i].name, other);
    }
}

static void
nonsense_is_not_dead(void **state)
{
    static const char *const t[] = {
        "", "/", "////", "a", "a/b/c/d", "a/b/c/1/2/3", "worker-7"
    };

    (void)state;
    assert_false(owner_is_dead(NULL));
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        if (owner_is_dead(t[i]))
            fail_msg("\"%s\" was called dead", t[i]);
}

/* A child tells its name and waits to be killed. */
static pid_t
child_start(char owner[OWNER_BYTES])
{
    int p[2];
    pid_t pid;

    assert_int_equal(pipe(p), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (owner_make(owner, NULL) == 0
            && write(p[1], owner, OWNER_BYTES) == OWNER_BYTES)
            pause();
        _exit(1);
    }
    assert_int_equal(read(p[0], owner, OWNER_BYTES), OWNER_BYTES);
    close(p[0]);
    close(p[1]);
    return pid;
}

static void
killed_child_is_dead(void **state)
{
    char owner[OWNER_BYTES] = "";
    pid_t pid = child_start(owner);
    siginfo_t info;

    (void)state;
    assert_false(owner_is_dead(owner));
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT), 0);
    assert_false(owner_is_dead(owner));     /* it may wake up and send */
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_true(owner_is_dead(owner));      /* a zombie */
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(owner_is_dead(owner));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_name_is_alive),
        cmocka_unit_test(only_here_and_now),
        cmocka_unit_test(nonsense_is_not_dead),
        cmocka_unit_test(killed_child_is_dead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
