#ifndef INTAKE_APPROVE_H
#define INTAKE_APPROVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/run.h"
#include "db/db.h"

/*
 * What people do with a run.  Each checks who may (one table), moves the run
 * along its edge and writes history and audit in one transaction.  Return 0;
 * or -1: ERR_NOPERM (not this person), ERR_GUARD (not now, or something does
 * not agree), or a database error.  ${run} may be old: what counts is read
 * again.
 */
enum run_action {
    ACTION_SUBMIT, ACTION_APPROVE, ACTION_REJECT, ACTION_SEND, ACTION_PAUSE,
    ACTION_RESUME, ACTION_CANCEL
};

/* run_may(role, action): may somebody with that role do it? */
bool run_may(const char *, enum run_action);

int run_submit(struct db *, const struct run *, const char *who, struct err *);

/**
 * run_approve(db, run, who, typed_minor, e):
 * ${typed_minor} is the total as the checker typed it and must be the run's.
 * The digest is computed again from the batches in the book and must be the
 * one of the upload.  The database itself refuses a maker and other content.
 */
int run_approve(struct db *, const struct run *, const char *, int64_t,
                struct err *);

/* run_reject(db, run, who, reason, e): ${reason} is needed. */
int run_reject(struct db *, const struct run *, const char *, const char *,
               struct err *);

int run_send(struct db *, const struct run *, const char *who, struct err *);

/* What else is written in the same transaction when a schedule releases a run,
 * or a standing approval approves it.   returns DB_NONE when that is not to
 * be any more ( says why): then nothing happens, ERR_GUARD. */
struct run_with {
    enum db_status (*also)(struct db *, void *owner);
    void *owner;
    const char *detail, *gone;          /* detail: for history and audit      */
};

/* run_send_with, run_approve_with(db, run, who, with, e): as run_send, and as
 * run_approve for the total that is stored. */
int run_send_with(struct db *, const struct run *, const char *,
                  const struct run_with *, struct err *);
int run_approve_with(struct db *, const struct run *, const char *,
                     const struct run_with *, struct err *);

/* run_pause(db, run, who, reason, e): ${reason} may be "". */
int run_pause(struct db *, const struct run *, const char *, const char *,
              struct err *);

/* run_resume(db, run, who, e): also opens the lanes of its accounts and has the
 * funds looked at again; a run that only waits for these may be resumed too. */
int run_resume(struct db *, const struct run *, const char *who, struct err *);

/* What a cancel did. */
struct run_cancelled {
    int64_t batches, rows;              /* cancelled                          */
    int64_t on_batches, on_rows, on_minor;  /* under way: they go on          */
    bool    whole;                      /* the run itself is cancelled        */
};

/**
 * run_cancel(db, run, who, reason, rest, out, e):
 * Cancel what was not released.  When payments are under way or already made,
 * refuses (ERR_GUARD) unless ${rest}: then only the rest is cancelled, and the
 * run settles when what is under way is final.  ${out} is filled either way.
 */
int run_cancel(struct db *, const struct run *, const char *, const char *,
               bool rest, struct run_cancelled *, struct err *);

#endif
