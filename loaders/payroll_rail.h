#ifndef LOADERS_PAYROLL_RAIL_H
#define LOADERS_PAYROLL_RAIL_H

#include <stdbool.h>

#include "loaders/payroll.h"

struct payroll;

/* payroll_rail(p, kind): settle the rail and the kind of account.  false: it is
 * not offered or not clear, so that what is in the account does not matter. */
bool payroll_rail(struct payroll *, enum account_kind *);

/* payroll_rail_field(kind): the column such an account stands in. */
enum payroll_field payroll_rail_field(enum account_kind);

#endif
