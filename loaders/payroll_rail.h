#ifndef LOADERS_PAYROLL_RAIL_H
#define LOADERS_PAYROLL_RAIL_H

#include <stdbool.h>

#include "loaders/payroll.h"

struct payroll;

/* payroll_rail(p, kind): settle the rail and the kind of account.  false: it is
 * not offered or not clear, so that what is in the account does not matter. */
bool payroll_rail(struct payroll *, enum account_kind *);

/* payroll_from(p): the payer that the row names, into ${p}->from; says what is
 * wrong with it.  payroll_offered(p, rail): may the row be paid by it?
 * payroll_payer(p): who pays the row, whose rail is known. */
void payroll_from(struct payroll *);
bool payroll_offered(const struct payroll *, const struct rail_rule *);
int payroll_payer(const struct payroll *);

/* payroll_payee_short_prefixes(rules): no prefix is longer than 3 digits. */
bool payroll_payee_short_prefixes(const struct rules *);

/* payroll_rail_field(kind): the column such an account stands in. */
enum payroll_field payroll_rail_field(enum account_kind);

#endif
