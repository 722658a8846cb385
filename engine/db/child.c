#include "db/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

#define STATUS_BROKEN 255       /* the child could not even begin */

static int
user_known(struct child_user *u, const struct passwd *pw)
{
    if (pw == NULL || pw->pw_uid == 0
        || str_copy(u->name, sizeof(u->name), str_of(pw->pw_name)) < 0)
        return -1;
    u->uid = pw->pw_uid;
    u->gid = pw->pw_gid;
    return 0;
}

int
child_user(struct child_user *u, const char *path, struct err *e)
{
    struct stat st;

    *u = (struct child_user){ 0 };
    if (geteuid() != 0) {
        if (user_known(u, getpwuid(geteuid())) == 0)
            return 0;
        /* initdb and peer authentication both ask for the name */
        err_set(e, ERR_CONFIG, "user number %u has no name on this machine",
                (unsigned)geteuid());
        return err_fix(e, "Run payrun as a user who is in /etc/passwd, or "
                       "name a database server with --db.");
    }
    if (stat(path, &st) == 0 && st.st_uid != 0
        && user_known(u, getpwuid(st.st_uid)) == 0)
        return 0;
    if (user_known(u, getpwnam("postgres")) == 0
        || user_known(u, getpwnam("nobody")) == 0)
        return 0;
    err_set(e, ERR_CONFIG, "there is no user \"postgres\" to run the database "
            "server as, which never runs as root");
    return err_fix(e, "Install the package postgresql-15, which adds it.");
}

static void
child_forget(void)
{
    sigset_t none;

    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        (void)signal(s, SIG_DFL);
    /* a server that kept the caller's pipe open would keep "payrun | cat"
     * from ending */
    (void)close_range(3, ~0U, 0);
    umask(077);
}

static int
child_become(const struct child_user *u)
{
    if (chdir("/") < 0)         /* root's folder may be closed to the server */
        return -1;
    if (geteuid() != 0)
        return 0;
    return setgroups(0, NULL) < 0 || setgid(u->gid) < 0 || setuid(u->uid) < 0
        ? -1 : 0;
}

int
child_call(const struct child_user *u, int (*work)(void *), void *owner)
{
    int status = 0;
    pid_t pid = fork();

    if (pid < 0)
        return -1;
    if (pid == 0) {
        child_forget();
        _exit(child_become(u) < 0 ? STATUS_BROKEN : work(owner));
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) && WEXITSTATUS(status) != STATUS_BROKEN
        ? WEXITSTATUS(status) : -1;
}

struct program {
    const char *const *argv;
    const char *log;
};

static int
program_start(void *owner)
{
    const struct program *p = owner;
    char *const env[] = {
        "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", NULL
    };
    int in = open("/dev/null", O_RDONLY);
    int out = open(p->log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);

    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0
        || dup2(out, 2) < 0)
        return STATUS_BROKEN;
    (void)close_range(3, ~0U, 0);
    execve(p->argv[0], (char *const *)p->argv, env);
    return STATUS_BROKEN;
}

int
child_run(const struct child_user *u, const char *const argv[],
          const char *log)
{
    struct program p = { argv, log };

    return child_call(u, program_start, &p);
}
