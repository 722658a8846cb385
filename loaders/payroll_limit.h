#ifndef LOADERS_PAYROLL_LIMIT_H
#define LOADERS_PAYROLL_LIMIT_H

#include "loaders/payroll.h"
#include "loaders/seen.h"

struct payroll;

/* payroll_limit(p, rail, minor): is it more than the rail pays at once, or to
 * one payee a day?  Then split it, if that was asked for, or say what can be
 * done. */
void payroll_limit(struct payroll *, const struct rail_rule *, int64_t);

/* payroll_day(p, before): the payee was there before, with ${before}; does it
 * get too much for one day in all? */
void payroll_day(struct payroll *, struct seen_at before);

#endif
