#ifndef LOADERS_PROBLEM_TEXT_H
#define LOADERS_PROBLEM_TEXT_H

#include "base/buf.h"
#include "loaders/problem.h"

/**
 * problem_text(out, problems, file, places):
 * For people: one paragraph a cause, errors first, each place as
 * file:line:column with the value, what is the matter and the fix; at most
 * ${places} of them and then "and 1,234 more".  Characters that would steer a
 * terminal or hide are shown as <U+202E>.
 */
void problem_text(struct buf *, const struct problems *, const char *file,
                  size_t places);

/**
 * problem_text_json(out, problems, file):
 * A JSON array in file order, each {"code","severity","file","line","column",
 * "other_line","field","value","cause","detail","fix"}.
 */
void problem_text_json(struct buf *, const struct problems *,
                       const char *file);

/* problem_text_severity(s): "error", "stop" or "warning". */
const char *problem_text_severity(enum severity);

#endif
