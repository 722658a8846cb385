#include "cli/crew.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/self.h"
#include "net/loop.h"

int
crew_read(struct crew *c, const struct app *app, struct account *accounts,
          int n, struct err *e)
{
    const char *flag = args_has(&app->args, "one-of") ? "one-of" : "workers";
    int64_t workers = 1;

    c->app = app;
    c->workers = 0;
    if (args_i64(&app->args, flag, 1, 1, WORKERS_MAX, &workers, e) < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        struct account *a = &accounts[i];

        if (a->inflight_max < workers) {
            err_set(e, ERR_USAGE, "--%s %" PRId64 ": account %s may have only "
                    "%d requests in flight", flag, workers, a->name,
                    a->inflight_max);
            return err_fix(e, "use --%s %d, or raise its in_flight in "
                           "payrun.yaml", flag, a->inflight_max);
        }
        a->inflight_max /= (int)workers;
    }
    if (strcmp(flag, "workers") == 0)
        c->workers = (int)workers;
    return 0;
}

static void
begin(struct crew *c, pid_t *pid)
{
    char share[16];
    const char *words[SELF_WORDS_MAX + 1] = {
        "work", "--quiet", "--no-slots", "--one-of", share
    };
    int n = 5;
    struct err e = { 0 };

    snprintf(share, sizeof(share), "%d", c->workers);
    if (c->run != NULL) {
        words[n++] = "--run";
        words[n++] = c->run;
    }
    if (args_has(&c->app->args, "verbose"))
        words[n++] = "--verbose";
    n = app_pass_on(c->app, words, n);
    if (self_fork(words, c->silent, pid, &e) < 0)
        log_event(LOG_WARN, "worker_not_started", L_STR("why", e.text));
}

/* The work goes on without it: what it held is taken back by the others. */
static void
ended(const struct crew *c, int status)
{
    if (!c->stopping)
        log_event(LOG_WARN, "worker_ended", L_I64("exit_code",
                  WIFEXITED(status) ? WEXITSTATUS(status)
                                    : 128 + WTERMSIG(status)));
}

static void
tell_stop(struct crew *c)
{
    c->stopping = true;
    for (int i = 0; i < c->workers - 1; i++)
        if (c->pids[i] > 0)
            kill(c->pids[i], SIGTERM);
}

int64_t
crew_turn(struct crew *c)
{
    int64_t now = clock_mono_ms();
    bool missing = false;
    int status = 0;

    if (!c->stopping && net_stopping() != 0)
        tell_stop(c);
    for (int i = 0; i < c->workers - 1; i++) {
        if (c->pids[i] > 0 && waitpid(c->pids[i], &status, WNOHANG)
            == c->pids[i]) {
            c->pids[i] = 0;
            ended(c, status);
        }
        missing = missing || c->pids[i] == 0;
    }
    if (c->stopping || !missing || now < c->next_ms)
        return WORK_LOOK_MS;
    c->next_ms = now + WORKER_AGAIN_MS;
    for (int i = 0; i < c->workers - 1; i++)
        if (c->pids[i] == 0)
            begin(c, &c->pids[i]);
    return WORK_LOOK_MS;
}

void
crew_end(struct crew *c)
{
    tell_stop(c);
    for (int i = 0; i < c->workers - 1; i++) {
        self_stop(c->pids[i]);
        c->pids[i] = 0;
    }
}
