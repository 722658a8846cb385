#ifndef TRACKER_WORKER_H
#define TRACKER_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/account.h"

struct net;

/*
 * The loop of one worker process: take back what dead workers held, send,
 * check funds, release, ask, look at callbacks, settle.  Any number may run,
 * on any number of machines; they meet only in the database.
 */
enum worker_until {
    WORKER_UNTIL_SUBMITTED,         /* all is released, or never will be      */
    WORKER_UNTIL_FINAL              /* every payment has its answer           */
};

enum worker_end {
    WORKER_IDLE,                    /* nothing is left that could be done now;
                                       what stays in doubt is asked later     */
    WORKER_PAUSED,                  /* the run is, or all that is open        */
    WORKER_LANE_CLOSED,             /* our key was refused                    */
    WORKER_SHORT,                   /* what is left waits for money           */
    WORKER_STOPPED                  /* SIGTERM or SIGINT                      */
};

struct worker_order {
    const char       *db_url;
    const char       *mark;         /* path of this host's mark: book/lineage.h */
    struct net       *net;
    struct account   *accounts;     /* those without an account_id are synced */
    int               naccounts;
    int64_t           only_run_id;  /* whose end counts for until_idle, 0: all;
                                       others are worked on all the same      */
    bool              until_idle;   /* false: until a signal                  */
    enum worker_until until;
    /* May be NULL; called from the loop, at most every WORK_PROGRESS_MS. */
    void            (*progress)(void *owner);
    /* May be NULL; called before every turn, for what else lives on ${net}
     * (callbacks, the sandbox).  Returns how long the turn may wait at most,
     * in milliseconds. */
    int64_t         (*also)(void *owner);
    void             *owner;

    /* filled by worker_run() */
    enum worker_end   end;
    int               signal;       /* WORKER_STOPPED: 2 or 15                */
    char              why[ERR_TEXT_BYTES];  /* "" when WORKER_IDLE            */
};

/**
 * worker_run(order, e):
 * Work until a signal, or with until_idle until nothing is left to do.  Opens
 * its own database connection.  After a signal nothing more is claimed and no
 * request leaves; what is in flight is awaited up to STOP_GRACE_MS and then
 * recorded as unanswered.  Return 0 with order->end set; or -1:
 * ERR_UNAVAILABLE when database or provider could not be reached for
 * give_up_ms (only with until_idle), or what the database refused.  ERR_TEMP when
 * a newer program upgraded the schema meanwhile: what was in the air is
 * finished, nothing new began.
 */
int worker_run(struct worker_order *, struct err *);

#endif
