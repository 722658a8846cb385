#ifndef CLI_DUE_AT_H
#define CLI_DUE_AT_H

#include "cli/app.h"
#include "schedule/days.h"

/* --now, which commands about what is due share: tests and rehearsals only. */
#define DUE_AT_OPT \
    { "now", "YYYY-MM-DD HH:MM", "sandbox only: act as if it were this time " \
      "in Nairobi", false }

#define DUE_AT_BYTES 64

/* due_at(app, out, e): that time for the database; "" when it was not given:
 * its clock's.  ERR_USAGE when it cannot be read, or with --live. */
int due_at(const struct app *, char out[DUE_AT_BYTES], struct err *);

/* due_days(app, days, e): the calendar the configuration names. */
int due_days(struct app *, struct days *, struct err *);

#endif
