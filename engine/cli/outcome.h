#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "cli/app.h"

/* Exit codes that tell how a run stands. */
enum { EXIT_DONE = 0, EXIT_SOME_FAILED = 1, EXIT_IN_DOUBT = 3 };

/* outcome_exit(run, now): 3 when something is in doubt or open, or the run is
 * settled and cannot be closed; else 1 when something certainly failed, else
 * 0. */
int outcome_exit(const struct run *, const struct run_progress *);

/* outcome_read(app, run, now, e): the run and its numbers, afresh. */
int outcome_read(struct app *, struct run *, struct run_progress *,
                 struct err *);

/* outcome_final(run): nothing more will happen by itself. */
bool outcome_final(const struct run *);

/* outcome_print(run, now) / outcome_json(run, now): where every payment is,
 * and what to do next. */
void outcome_print(const struct run *, const struct run_progress *);
json_t *outcome_json(const struct run *, const struct run_progress *);

#endif
