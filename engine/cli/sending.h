#ifndef CLI_SENDING_H
#define CLI_SENDING_H

#include "cli/app.h"
#include "cli/progress.h"
#include "tracker/worker.h"

/* A worker that ends with its run, and the line on screen about it. */
struct sending {
    struct app     *app;
    struct run     *run;
    struct account *account;
    struct progress progress;
};

/**
 * sending_run(s, until, e):
 * Work until the run is submitted or final.  Return the exit code that tells
 * how it stands (outcome_exit(), 128 + signal), or -1: ERR_GUARD (paused, lane
 * closed), ERR_UNAVAILABLE.
 */
int sending_run(struct sending *, enum worker_until, struct err *);

/* pay_confirm(app, run, e): a live run's total, typed or given.  0 or -1. */
int pay_confirm(struct app *, const struct run *, struct err *);

#endif
