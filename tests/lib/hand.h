#ifndef TESTS_HAND_H
#define TESTS_HAND_H

#include <sys/types.h>

#include "tests/lib/shop.h"

/*
 * A worker as a process of its own, which does something to itself: at its turn
 * ${turn}, or once the value "n" of ${when} is not 0, ${signal}.  All zero: it
 * works undisturbed.
 */
#define HAND_FAILED 99          /* exit code: worker_run() returned -1 */

struct hand_deed {
    int turn, signal;
    const char *when;
};

/* hand_start(s, deed): its exit code is order.end, or HAND_FAILED. */
pid_t hand_start(struct shop *, struct hand_deed);

/**
 * hand_wait(s, pid, kill_ms, also):
 * We are the provider: serve until ${pid} ends or freezes; with ${kill_ms} kill
 * it then.  ${also} (may be NULL) is called each turn, for another provider.
 * Return what waitpid() tells.
 */
int hand_wait(struct shop *, pid_t, int64_t kill_ms, void (*also)(void));

/* hand_idle(s, what, also): one more, undisturbed, that must find all done. */
void hand_idle(struct shop *, const char *what, void (*also)(void));

#endif
