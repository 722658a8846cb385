#ifndef TRACKER_ENTER_H
#define TRACKER_ENTER_H

#include "dispatch/desk.h"
#include "tracker/settle.h"

/* What came of it, for the log once it is committed. */
struct entered {
    int  conflicts;                     /* that nobody was told of before     */
    char pause_why[ERR_TEXT_BYTES];     /* the run was paused, or ""          */
};

/**
 * enter_verdicts(db, desk, batch, event_no, provider, v, out):
 * Inside a transaction: new answers for a batch's instructions, and what of
 * them a person must know: doubts and contradictions into the audit.  A code
 * that is about the payer pauses the run, so that no more of it fails.
 */
enum db_status enter_verdicts(struct db *, const struct desk *,
                              const struct batch *, int event_no,
                              const struct provider *,
                              const struct verdicts *, struct entered *);

#endif
