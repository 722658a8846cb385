#ifndef CLI_CONFIG_STATEMENTS_H
#define CLI_CONFIG_STATEMENTS_H

#include <cyaml/cyaml.h>

#include "base/limits.h"
#include "loaders/statement_map.h"

#define STATEMENT_COLUMN_BYTES 160      /* a column's name, or several: A|B   */

/* `statements:` of payrun.yaml: how a bank's CSV is read, saved by name. */
struct config_statement {
    char name[USER_NAME_BYTES_MAX];
    char account[USER_NAME_BYTES_MAX];      /* default of --account; or ""    */
    struct statement_map map;               /* points into what follows       */
    char columns[SF_COUNT][STATEMENT_COLUMN_BYTES];
    char dates[STATEMENT_PATTERN_BYTES], times[64];
    char mark_out[32], mark_in[32];
    char ccy[4];
};

/* As libcyaml gives it. */
struct y_columns {
    char *date, *time, *value_date, *amount, *out, *in, *mark, *balance,
         *charge, *currency, *id, *reference, *linked, *account, *name,
         *party, *type, *text, *status;
};
struct y_statement {
    char *name, *account, *dates, *times, *amounts, *decimals, *mark_out,
         *mark_in, *currency;
    unsigned zone_minutes;
    struct y_columns columns;
};

extern const cyaml_schema_value_t config_statement_schema;

/* config_statement_fill(to, y, path, e): checked; ${to} stays where it is, its
 * map points into it.  0 or -1 (ERR_CONFIG). */
int config_statement_fill(struct config_statement *, const struct y_statement *,
                          const char *path, struct err *);

#endif
