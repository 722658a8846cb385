#ifndef CLI_COMPARE_TEXT_H
#define CLI_COMPARE_TEXT_H

#include <jansson.h>

#include "intake/compare.h"

/* compare_print(c, ccy): the run beside the last one, for people; nothing when
 * there is none.  compare_json(c, ccy): the same; null when there is none. */
void compare_print(const struct compare *, const char *ccy);
json_t *compare_json(const struct compare *, const char *ccy);

#endif
