#include "cli/self.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define READY_WAIT_MS   20000
#define READY_LOOK_MS   20

/* In the child: never returns. */
static void
become(const char *const *words, int out, int err)
{
    const char *argv[SELF_WORDS_MAX + 2] = { "payrun" };
    int n = 1;

    for (; *words != NULL && n <= SELF_WORDS_MAX; words++)
        argv[n++] = *words;
    argv[n] = NULL;
    if (out >= 0)
        dup2(out, STDOUT_FILENO);
    if (err >= 0)
        dup2(err, STDERR_FILENO);
    execv("/proc/self/exe", (char *const *)(uintptr_t)argv);
    _exit(127);
}

int
self_run(const char *const *words, bool silent, int *code, struct err *e)
{
    int quiet = silent ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
    int status = 0;
    pid_t pid;

    fflush(stdout);
    fflush(stderr);
    pid = fork();
    if (pid == 0)
        become(words, quiet, quiet);
    if (quiet >= 0)
        close(quiet);
    if (pid < 0)
        return err_set(e, ERR_TEMP, "no new process: %s", strerror(errno));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return 0;
}

int
self_fork(const char *const *words, bool silent, pid_t *pid, struct err *e)
{
    int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

    fflush(stdout);
    fflush(stderr);
    *pid = fork();
    if (*pid == 0) {
        setpgid(0, 0);                  /* Ctrl-C is the parent's to handle */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        become(words, quiet, silent ? quiet : -1);
    }
    if (quiet >= 0)
        close(quiet);
    if (*pid > 0)
        return 0;
    *pid = 0;
    return err_set(e, ERR_TEMP, "no new process: %s", strerror(errno));
}

static int
wait_ready(const char *ready, pid_t pid, const char *log, struct err *e)
{
    int64_t until = clock_mono_ms() + READY_WAIT_MS;
    int status;

    while (access(ready, R_OK) != 0) {
        if (waitpid(pid, &status, WNOHANG) == pid)
            return err_set(e, ERR_UNAVAILABLE, "a helper process ended at "
                           "once; see %s", log);
        if (clock_mono_ms() > until)
            return err_set(e, ERR_UNAVAILABLE, "a helper process was not "
                           "ready in time; see %s", log);
        poll(NULL, 0, READY_LOOK_MS);
    }
    return 0;
}

int
self_start(const char *const *words, const char *log, const char *ready,
            pid_t *pid, struct err *e)
{
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

    if (out < 0)
        return err_set(e, ERR_CANTCREATE, "%s: %s", log, strerror(errno));
    fflush(stdout);
    fflush(stderr);
    *pid = fork();
    if (*pid == 0) {
        setpgid(0, 0);                  /* Ctrl-C is the parent's to handle */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        become(words, out, out);
    }
    close(out);
    if (*pid < 0) {
        *pid = 0;
        return err_set(e, ERR_TEMP, "no new process: %s", strerror(errno));
    }
    if (wait_ready(ready, *pid, log, e) == 0)
        return 0;
    self_stop(*pid);
    *pid = 0;
    return -1;
}

void
self_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGTERM);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
