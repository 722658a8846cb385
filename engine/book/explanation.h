#ifndef BOOK_EXPLANATION_H
#define BOOK_EXPLANATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "book/run.h"
#include "db/db.h"

/*
 * What no answer of a provider ends: a double, proven at the provider, which
 * keeps its run open; and an errand in doubt.  One person says what was found
 * out and shows it, another, a checker, agrees.  Neither changes a payment: the
 * double stays in history, report and audit.
 */
struct explanation {
    int64_t     run_id;         /* 0: about an errand                         */
    int64_t     errand_id;      /* 0: about a run                             */
    const char *ref;            /* of the run                                 */
    bool        done;           /* the errand was done                        */
    const char *reason;         /* what was found out: needed                 */
    const char *note;           /* the evidence in words; ""                  */
    const char *file_name;      /* ... or a file; NULL: none                  */
    struct str  file;           /* its bytes                                  */
};

/**
 * explanation_propose(db, x, who, id, e):
 * By a maker or an admin.  Return 0; or -1: ERR_NOPERM, ERR_USAGE (something is
 * missing), ERR_GUARD (nothing is to be explained, or somebody did already), or
 * a database error.
 */
int explanation_propose(struct db *, const struct explanation *,
                        const char *who, int64_t *id, struct err *);

/* What an explanation is about, for who decides. */
struct explained {
    int64_t run_id, errand_id;
    char    ref[RUN_REF_BYTES], says[16], reason[ERR_TEXT_BYTES * 2],
            proposed_by[USER_NAME_BYTES_MAX], ended[16];
    bool    live, freed;        /* freed: the run may be closed now           */
};

/* explanation_find(db, id, out, e): ERR_USAGE when there is none. */
int explanation_find(struct db *, int64_t, struct explained *, struct err *);

/**
 * explanation_end(db, id, agrees, reason, who, out, e):
 * Agreed to by a checker who did not propose it: a run's doubles known then
 * keep it open no more, an errand has its answer.  Refused, with a ${reason}, by
 * anybody but an auditor.  Return 0, or -1 as above.
 */
int explanation_end(struct db *, int64_t, bool agrees, const char *reason,
                    const char *who, struct explained *, struct err *);

/* One line of what is, or was, to be explained; id 0: nobody did yet. */
struct explanation_line {
    int64_t    id;
    struct str ref, what, says, reason, note, proposed_by, ended, ended_by;
};

/* explanation_each(db, run_id, row, owner, e): 0: of all runs and errands. */
int explanation_each(struct db *, int64_t,
                     int (*row)(void *, const struct explanation_line *),
                     void *owner, struct err *);

#endif
