#include "tests/lib/hand.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define PATIENCE_MS 60000       /* an engine that is busy with other tests */

static struct hand_deed deed;   /* of this process */

static void
do_deed(struct shop *s)
{
    if (deed.signal == 0 || (s->turns != deed.turn
        && (deed.when == NULL || shop_n(s, deed.when) == 0)))
        return;
    raise(deed.signal);
    deed.signal = 0;            /* once */
}

/* The child: none of the parent's sockets, its own loop, one worker. */
static _Noreturn void
child(struct shop s, struct hand_deed d)
{
    deed = d;
    (void)close_range(3, ~0U, 0);
    s.stand.box = NULL;
    s.also = do_deed;
    s.db = test_pg_open(s.url);
    if ((s.stand.net = net_new(&s.e)) == NULL || shop_work(&s) < 0) {
        fprintf(stderr, "# worker: %s\n", s.e.text);
        _exit(HAND_FAILED);
    }
    _exit((int)s.order.end);
}

pid_t
hand_start(struct shop *s, struct hand_deed d)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        child(*s, d);
    return pid;
}

int
hand_wait(struct shop *s, pid_t pid, int64_t kill_ms, void (*also)(void))
{
    int64_t start = clock_mono_ms();
    int status = 0;

    while (waitpid(pid, &status, WNOHANG | WUNTRACED) == 0) {
        stand_turn(&s->stand);
        if (also != NULL)
            also();
        if (kill_ms > 0 && clock_mono_ms() - start >= kill_ms) {
            kill(pid, SIGKILL);
            kill_ms = 0;
        }
        if (clock_mono_ms() - start > PATIENCE_MS) {
            kill(pid, SIGKILL);
            fail_msg("a worker did not end");
        }
    }
    return status;
}

void
hand_idle(struct shop *s, const char *what, void (*also)(void))
{
    int status = hand_wait(s, hand_start(s, (struct hand_deed){ 0 }), 0, also);

    if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKER_IDLE)
        fail_msg("%s: the next worker ended with %#x", what,
                 (unsigned)status);
}
