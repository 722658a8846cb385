#ifndef CLI_YAMLDOC_H
#define CLI_YAMLDOC_H

#include <cyaml/cyaml.h>

#include "base/err.h"
#include "base/str.h"

/**
 * yamldoc_load(data, path, text, schema, keys, e):
 * Load ${text} (from ${path}, for messages) by a libcyaml schema.  ${keys}
 * (ending with NULL) are all keys there are, to suggest the nearest.  Return
 * 0, or -1 with "path:line:column: what" (ERR_CONFIG).  yamldoc_free() frees.
 */
int yamldoc_load(void **, const char *path, struct str text,
              const cyaml_schema_value_t *, const char *const *keys,
              struct err *);
void yamldoc_free(const cyaml_schema_value_t *, void *);

#endif
