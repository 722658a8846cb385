#ifndef CLI_NIGHT_H
#define CLI_NIGHT_H

#include "cli/app.h"

/*
 * A daemon looks for due slots by `payrun run-due --no-folders` in a process of
 * its own, so that a slow question to a provider or a crash in there holds up
 * no payment.  Beside timers that do the same it is harmless: a slot is taken
 * once.
 */
struct night {
    const struct app *app;
    pid_t   pid;                    /* that looks now; 0: none does           */
    int64_t next_ms;                /* look then; of clock_mono_ms()          */
    bool    barred;                 /* this login may not: said once          */
};

/* night_turn(n): start what is due, note what ended.  Returns how long nothing
 * has to be done, in ms. */
int64_t night_turn(struct night *);

/* night_end(n): stop the one that looks, if there is one. */
void night_end(struct night *);

#endif
