#include "tests/torture/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define WORDS_MAX 32
#define SANITIZER "exitcode=86"     /* no exit code of payrun's */

/* --- the child ---------------------------------------------------------- */

static _Noreturn void
become(const char *program, const char *const argv[], const char *log,
       const struct spawn_plan *plan, pid_t parent)
{
    const char *words[WORDS_MAX + 2] = { program };
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    /* A group of its own: Ctrl-C is for the driver alone. */
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (getppid() != parent || fd < 0 || in < 0)
        _exit(126);
    (void)dup2(in, STDIN_FILENO);
    (void)dup2(fd, STDOUT_FILENO);
    (void)dup2(fd, STDERR_FILENO);
    (void)unsetenv("PAYRUN_FAILPOINTS");
    (void)setenv("ASAN_OPTIONS", SANITIZER, 0);
    (void)setenv("UBSAN_OPTIONS", SANITIZER, 0);
    if (plan->failpoints[0] != '\0')
        (void)setenv("PAYRUN_FAILPOINTS", plan->failpoints, 1);
    for (int i = 0; i < WORDS_MAX && argv[i] != NULL; i++)
        words[i + 1] = argv[i];
    execv(program, (char *const *)(uintptr_t)words);
    _exit(127);
}

struct hand *
crew_spawn(struct crew *c, enum role role, int tag, const char *const argv[],
           const char *log, const struct spawn_plan *plan, struct err *e)
{
    const char *program = plan->failpoints[0] != '\0' ? c->check : c->payrun;
    pid_t parent = getpid();
    struct hand *h = NULL;

    for (int i = 0; i < HANDS_MAX && h == NULL; i++)
        if (c->hands[i].pid == 0)
            h = &c->hands[i];
    if (h == NULL) {
        err_set(e, ERR_TEMP, "too many processes");
        return NULL;
    }
    *h = (struct hand){ .role = role, .tag = tag, .plan = *plan };
    if (plan->kill_ms > 0)
        h->kill_ms = clock_mono_ms() + plan->kill_ms;
    h->pid = fork();
    if (h->pid == 0)
        become(program, argv, log, plan, parent);
    if (h->pid > 0)
        return h;
    h->pid = 0;
    err_set(e, ERR_TEMP, "fork: %s", strerror(errno));
    return NULL;
}

/* --- who there is ------------------------------------------------------- */

int
crew_count(const struct crew *c, enum role role)
{
    int n = 0;

    for (int i = 0; i < HANDS_MAX; i++)
        n += c->hands[i].pid != 0 && c->hands[i].role == role;
    return n;
}

struct hand *
crew_nth(struct crew *c, enum role role, int n)
{
    for (int i = 0; i < HANDS_MAX; i++)
        if (c->hands[i].pid != 0 && c->hands[i].role == role && n-- == 0)
            return &c->hands[i];
    return NULL;
}

int
crew_total(const struct crew *c)
{
    int n = 0;

    for (int i = 0; i < ROLES; i++)
        n += c->kills[i];
    return n;
}

/* --- what is done to them ----------------------------------------------- */

void
crew_kill(struct crew *c, struct hand *h)
{
    (void)c;
    (void)kill(h->pid, SIGKILL);
}

void
crew_stop(struct crew *c, struct hand *h, int hold_ms)
{
    if (h->stopped)
        return;
    (void)kill(h->pid, SIGSTOP);
    h->stopped = true;
    h->cont_ms = clock_mono_ms() + hold_ms;
    c->stops++;
}

void
crew_term(struct crew *c, struct hand *h)
{
    (void)kill(h->pid, SIGTERM);
    c->terms++;
}

/* Ends that no kill of ours explains. */
static void
look_at(struct crew *c, const struct hand *h, int status)
{
    static const char *const roles[] = {
        "a worker", "a listener", "a command", "the sandbox"
    };
    int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

    if ((sig == 0 || sig == SIGKILL || sig == SIGTERM)
        && code != ERR_BUG && code != 86 && code != 126 && code != 127)
        return;
    c->broken++;
    snprintf(c->how, sizeof(c->how), "%s ended by signal %d, exit code %d; "
             "see the logs of the round", roles[h->role], sig, code);
}

static void
ended(struct crew *c, struct hand *h, int status)
{
    struct hand was = *h;

    h->pid = 0;
    look_at(c, &was, status);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        c->kills[h->role]++;
        c->at_points += strstr(h->plan.failpoints, ":kill") != NULL;
    }
    if (c->ended != NULL)
        c->ended(c->owner, &was, status);
}

static void
hand_turn(struct crew *c, struct hand *h, int64_t now_ms)
{
    int status = 0;
    pid_t pid = waitpid(h->pid, &status, WNOHANG | WUNTRACED);

    if (pid == h->pid && !WIFSTOPPED(status)) {
        ended(c, h, status);
        return;
    }
    /* It stopped itself, at a failpoint. */
    if (pid == h->pid && !h->stopped) {
        h->stopped = true;
        h->cont_ms = now_ms + h->plan.hold_ms;
        c->stops++;
    }
    if (h->stopped && now_ms >= h->cont_ms) {
        h->stopped = false;
        (void)kill(h->pid, SIGCONT);
    }
    if (h->kill_ms != 0 && now_ms >= h->kill_ms) {
        h->kill_ms = 0;
        crew_kill(c, h);
    }
}

int64_t
crew_turn(struct crew *c, int64_t now_ms)
{
    int64_t due = now_ms + 1000;

    for (int i = 0; i < HANDS_MAX; i++) {
        struct hand *h = &c->hands[i];

        if (h->pid != 0)
            hand_turn(c, h, now_ms);
        if (h->pid == 0)
            continue;
        if (h->stopped && h->cont_ms < due)
            due = h->cont_ms;
        if (h->kill_ms != 0 && h->kill_ms < due)
            due = h->kill_ms;
    }
    return due;
}

void
crew_quiet(struct crew *c, enum role role)
{
    int status = 0;

    for (int i = 0; i < HANDS_MAX; i++)
        if (c->hands[i].pid != 0 && c->hands[i].role == role)
            (void)kill(c->hands[i].pid, SIGKILL);
    for (int i = 0; i < HANDS_MAX; i++) {
        struct hand *h = &c->hands[i];

        if (h->pid == 0 || h->role != role)
            continue;
        while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
            ;
        ended(c, h, status);
    }
}
