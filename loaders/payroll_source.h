#ifndef LOADERS_PAYROLL_SOURCE_H
#define LOADERS_PAYROLL_SOURCE_H

#include "loaders/payroll_priv.h"

/* What the file is, and who reads it.  payroll_source_feed(p, bytes, n): the
 * next piece; payroll_source_end(p): the end. */
void payroll_source_feed(struct payroll *, const unsigned char *, size_t);
void payroll_source_end(struct payroll *);

/* payroll_source_row(p): what a workbook says of the row at hand besides its
 * texts: formulas, hidden, digits that are gone. */
void payroll_source_row(struct payroll *);

/* payroll_source_marked(p, f, mark): has that cell this CSV_FIELD_ mark? */
bool payroll_source_marked(const struct payroll *, enum payroll_field,
                           unsigned mark);

#endif
