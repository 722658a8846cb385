#ifndef TESTS_PAYROLL_RULES_H
#define TESTS_PAYROLL_RULES_H

#include "money/rules.h"

/* Rules for the loader's tests: those that are offered first, and all kinds of
 * account.  Read-only. */
extern const struct rules test_rules_mpesa;
extern const struct rules test_rules_all;

/* As shipped: one name for paybills and tills, rails that must be named, and
 * banks with several names. */
extern const struct rules test_rules_rails;

#endif
