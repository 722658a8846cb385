#include "cli/night.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/self.h"

static void
begin(struct night *n)
{
    const char *words[SELF_WORDS_MAX + 1] = {
        "run-due", "--no-folders", "--quiet"
    };
    struct err e = { 0 };

    (void)app_pass_on(n->app, words, 3);
    if (self_fork(words, false, &n->pid, &e) < 0)
        log_event(LOG_WARN, "slots_not_looked_at", L_STR("why", e.text));
}

static void
ended(struct night *n, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status)
                                 : 128 + WTERMSIG(status);

    n->pid = 0;
    switch (code) {
    case 0:
        return;
    case ERR_GUARD:                 /* held, or asks: told by the outbox */
        return;
    case ERR_NOPERM:
        n->barred = true;
        log_event(LOG_WARN, "slots_not_released", L_STR("why", "this login "
                  "may not act as payrun_night; run-due has to be called by "
                  "one that may"));
        return;
    }
    log_event(LOG_WARN, "slots_not_looked_at", L_I64("exit_code", code));
}

int64_t
night_turn(struct night *n)
{
    int64_t now = clock_mono_ms();
    int status;

    if (n->pid > 0 && waitpid(n->pid, &status, WNOHANG) == n->pid)
        ended(n, status);
    if (n->barred)
        return WORK_SLOTS_MS;
    if (n->pid == 0 && now >= n->next_ms) {
        n->next_ms = now + WORK_SLOTS_MS;
        begin(n);
    }
    return n->next_ms > now ? n->next_ms - now : WORK_LOOK_MS;
}

void
night_end(struct night *n)
{
    self_stop(n->pid);
    n->pid = 0;
}
