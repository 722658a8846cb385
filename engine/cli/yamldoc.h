#ifndef CLI_YAMLDOC_H
#define CLI_YAMLDOC_H

#include <cyaml/cyaml.h>

#include "base/err.h"
#include "base/str.h"

/* A file of settings, or the one that is built in. */
struct yamldoc {
    const char *path;           /* NULL: what is built in                     */
    const char *name, *text;    /* which is called so in messages             */
    const cyaml_schema_value_t *schema;
    const char *const *keys;    /* all there are, then NULL: to suggest one   */
};

/**
 * yamldoc_read(data, doc, e):
 * Read  by its schema; ->path is then what messages call it.  Free
 * with yamldoc_free().  Return 0, or -1 (ERR_NOINPUT; else as yamldoc_load()).
 */
int yamldoc_read(void **, struct yamldoc *, struct err *);

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
