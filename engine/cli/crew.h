#ifndef CLI_CREW_H
#define CLI_CREW_H

#include "cli/app.h"

/*
 * Several processes that send together, so that claiming, comparing and storing
 * use more than one core and doors need not wait for each other.  Each is a
 * worker like any other: they meet only in the database, and one that dies
 * leaves what every dead worker leaves.  What may be in flight is shared: an
 * account's in_flight counts for all of them together.
 */
#define OPT_WORKERS \
    { "workers", "N", "so many processes share the work", false }

struct crew {
    const struct app *app;
    const char *run;                /* the others work for its accounts; NULL:
                                       for those of the environment          */
    int     workers;                /* this process is one of them; 0, 1: the
                                       only one                              */
    bool    silent;                 /* the others say nothing: a line is drawn
                                       on the screen                         */
    bool    stopping;               /* they were told to                     */
    pid_t   pids[WORKERS_MAX];      /* of the others; 0: does not run        */
    int64_t next_ms;                /* start who is missing then; of
                                       clock_mono_ms()                       */
};

/**
 * crew_read(crew, app, accounts, n, e):
 * --workers, or for one of others --one-of: each of ${accounts} keeps the share
 * of this process.  Return 0, or -1: more than an account may have in flight.
 */
int crew_read(struct crew *, const struct app *, struct account *, int n,
              struct err *);

/* crew_turn(crew): start who is missing, note who ended; after a signal, tell
 * them to stop.  Returns how long nothing has to be done, in ms. */
int64_t crew_turn(struct crew *);

/* crew_end(crew): stop the others, and wait until they have recorded what was
 * in the air. */
void crew_end(struct crew *);

#endif
