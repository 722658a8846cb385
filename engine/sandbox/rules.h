#ifndef SANDBOX_RULES_H
#define SANDBOX_RULES_H

#include "sandbox/inside.h"

/* GET and POST /_rules: the switches, how the stand-in plays, and what each
 * rail takes and costs. */
void rules_json(struct buf *, const struct sandbox *);

/* rules_read(s, body, r): all that is given, or nothing and -1. */
int rules_read(struct sandbox *, const json_t *, struct refusal *);

#endif
