#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "cli/app.h"
#include "money/money.h"
#include "providers/services.h"

/* Rows of a provider's answer: as a table, as CSV, or in a JSON list. */
enum cell {
    CELL_ID, CELL_AT, CELL_KIND, CELL_STATE, CELL_LABEL, CELL_ACCOUNT,
    CELL_NAME, CELL_REFERENCE, CELL_TEXT, CELL_MINOR, CELL_CHARGE,
    CELL_BALANCE, CELL_AVAILABLE, CELL_WALLET, CELL_CCY, CELL_WAY,
    CELL_LINK, CELL_FATE
};
struct column {
    const char *title;          /* NULL ends a list; also the name in CSV     */
    enum cell   cell;
    int         width;          /* < 0: to the left; 0: as wide as it is      */
    bool        csv_only;       /* a terminal has no room for it              */
};

enum rows_form { ROWS_TEXT, ROWS_JSON, ROWS_CSV };

struct rows {
    const struct column *columns;
    enum rows_form form;
    const char    *ccy;         /* of rows that do not say                    */
    int64_t        n, max;      /* ${max}: enough then; 0: all there are      */
    json_t        *list;        /* ROWS_JSON; rows_release() drops it         */
    /* May be NULL: told of each row as well. */
    void         (*also)(void *, const struct service_row *);
    void          *owner;
};

/**
 * rows_init(r, app, columns, ccy, e):
 * In the form the command line asks for: --json, --format csv, else text.
 * 0 or -1.
 */
int rows_init(struct rows *, const struct app *, const struct column *,
              const char *ccy, struct err *);
void rows_release(struct rows *);

/* rows_add(rows, row, e): an errand_row; the header comes with the first. */
int rows_add(void *, const struct service_row *, struct err *);

/* rows_list(r): the list, given away. */
json_t *rows_list(struct rows *);

/* rows_money(minor, ccy, out): "KES 1,000.00", "" for INT64_MIN. */
const char *rows_money(int64_t, const char *ccy, char out[MONEY_TEXT_BYTES]);

#define ROWS_OPT_FORMAT \
    { "format", "text|csv", "default: text", false }

#endif
