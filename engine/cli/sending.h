#ifndef CLI_SENDING_H
#define CLI_SENDING_H

#include "cli/app.h"
#include "cli/crew.h"
#include "cli/progress.h"
#include "tracker/worker.h"

/* A worker that ends with its run, and the line on screen about it. */
struct sending {
    struct app     *app;
    struct run     *run;
    struct account *accounts;       /* all that pay the run                   */
    int             naccounts;
    struct crew     crew;           /* who works with us                      */
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

/* pay_typed(app, what, ccy, minor, e): the "total" or "amount", typed or given
 * by --confirm-total, so that nobody moves what he did not mean.  0 or -1. */
int pay_typed(struct app *, const char *what, const char *ccy, int64_t *minor,
              struct err *);

/* pay_confirm(app, run, e): a live run's total, typed or given.  0 or -1. */
int pay_confirm(struct app *, const struct run *, struct err *);

#endif
