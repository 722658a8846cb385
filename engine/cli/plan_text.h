#ifndef CLI_PLAN_TEXT_H
#define CLI_PLAN_TEXT_H

#include "cli/app.h"
#include "intake/plan.h"

/* plan_print(p) / plan_json(p): what paying it would mean, for people and as
 * an object. */
void plan_print(const struct plan *);
json_t *plan_json(const struct plan *);

#endif
