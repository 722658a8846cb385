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
    bool            told_stop;      /* what a signal means was said           */
    struct run_progress now;        /* after sending_run(): how it stands     */
};

/**
 * sending_run(s, until, e):
 * Work until the run is submitted or final.  Return the exit code that tells
 * how it stands (outcome_exit(), 128 + signal, ERR_TEMP when its pay date is
 * still to come), or -1: ERR_GUARD (paused, lane closed), ERR_UNAVAILABLE.
 */
int sending_run(struct sending *, enum worker_until, struct err *);

/* pay_confirm(app, run, e): a live run's total, typed or given.  0 or -1. */
int pay_confirm(struct app *, const struct run *, struct err *);

#endif
