#ifndef CLI_FILE_ORDER_H
#define CLI_FILE_ORDER_H

#include "cli/app.h"
#include "intake/intake.h"
#include "intake/routing.h"

#define FILE_MAPS_MAX 32

/* The flags that check and upload share, as an order for intake. */
struct file_order {
    struct intake_order order;
    struct routing      routing;    /* the order's: it must not be moved      */
    struct payroll_map  maps[FILE_MAPS_MAX];
    char columns[FILE_MAPS_MAX][128];
    char rejects[PATH_BYTES_MAX];
};

#define FILE_ORDER_OPTS \
    { "map", "COLUMN=FIELD", "take a column for a field, for example " \
      "\"Take Home=amount\"", true }, \
    { "expect-total", "AMOUNT", "the file must add up to this", false }, \
    { "expect-count", "N", "the file must have this many rows", false }, \
    { "if-short", "stop|groups|priority", "when money is short: pay nobody " \
      "(the default), whole groups, or groups in order", false }, \
    { "groups", "COLUMN", "the column that names the group; by priority " \
      "also none: a column priority, 1 first", false }, \
    { "split", NULL, "pay rows too large for one payment in linked parts", \
      false }, \
    { "sheet", "NAME", "the sheet of an Excel workbook; default: the first", \
      false }, \
    { "allow-duplicates", "REASON", "why duplicates are right; the checker " \
      "reads it", false }, \
    { "rejects", "FILE", "where rows that cannot be paid go; default: " \
      "beside the file", false }, \
    { "account", "NAME", "the funding account; default: the " \
      "configuration's", false }

/* file_order_read(f, app, account, e): 0, or -1 (ERR_USAGE). */
int file_order_read(struct file_order *, struct app *, struct account *,
                    struct err *);

/* file_tell(app, f, problems, result, took_ms): what was found, for people. */
void file_tell(const struct app *, const struct file_order *,
               const struct problems *, const struct intake_result *,
               int64_t took_ms);

/* json_problems(problems, file): all that is wrong in a file, as a list. */
json_t *json_problems(const struct problems *, const char *file);

/* file_json(f, problems, result): the same as an object. */
json_t *file_json(const struct file_order *, const struct problems *,
                  const struct intake_result *);

#endif
