#ifndef CLI_JSONTREE_H
#define CLI_JSONTREE_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"

/**
 * jsontree_read(text, e):
 * The JSON of ${text} as a tree, read by our own scanner: jansson's parser
 * writes past its buffer when it finds no memory (2.14).  A whole number that
 * fits is an integer; any other stays text, so nothing becomes a double.  A
 * name that stands twice in an object, or is longer than JSONTREE_NAME_MAX, is
 * refused.  Return NULL with ${e} saying line, column and why.
 */
#define JSONTREE_NAME_MAX 255

json_t *jsontree_read(struct str, struct err *);

#endif
