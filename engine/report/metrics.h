#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include "base/buf.h"
#include "base/err.h"
#include "db/db.h"

/**
 * metrics_write(db, out, e):
 * The book in figures, as Prometheus reads them (text format 0.0.4): counts,
 * sums and ages; no payee, no reference, no name of a person.  One statement,
 * which reads counters only.  Any role but none may ask.  0 or -1.
 */
int metrics_write(struct db *, struct buf *, struct err *);


#endif
