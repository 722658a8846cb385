#ifndef PACK_PARTS_H
#define PACK_PARTS_H

#include "base/buf.h"
#include "book/run.h"
#include "pack/archive.h"

/* Inside of this folder: the members that are not a list out of one statement.
 * Each returns 0 or -1. */

/* parts_readme(a, run, file, e): ${file}: the name of the payroll file's
 * member, or "" when its bytes were not kept. */
int parts_readme(struct archive *, const struct run *, const char *file,
                 struct err *);

/* parts_totals(a, db, run, e): the sums at every hop, recounted. */
int parts_totals(struct archive *, struct db *, const struct run *,
                 struct err *);

/* parts_compare(a, db, run, e): what changed since the run before it: what the
 * checker is shown. */
int parts_compare(struct archive *, struct db *, const struct run *,
                  struct err *);

#endif
