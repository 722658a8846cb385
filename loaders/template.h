#ifndef LOADERS_TEMPLATE_H
#define LOADERS_TEMPLATE_H

#include "base/buf.h"

/**
 * template_csv(out, delim):
 * A file to start from: the header and two rows that load without a problem.
 * UTF-8 with BOM, so that a spreadsheet shows every name as typed.  The
 * numbers in it are the provider's test number and one nobody has.
 */
void template_csv(struct buf *, char delim);

#endif
