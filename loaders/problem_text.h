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
 * "other_line","place","field","value","cause","detail","fix"}; "place" is the
 * cell of a workbook or the element of a payment order, else absent.
 */
void problem_text_json(struct buf *, const struct problems *,
                       const char *file);

/* problem_text_place(problems, p, out): the cell of a workbook, "B7"; the
 * element of a payment order, "Amt/InstdAmt"; or "" when line and column say
 * it all. */
#define PROBLEM_PLACE_BYTES 64
void problem_text_place(const struct problems *, const struct problem *,
                        char out[PROBLEM_PLACE_BYTES]);

/* problem_text_severity(s): "error", "stop" or "warning". */
const char *problem_text_severity(enum severity);

#endif
