#ifndef LOADERS_XLSX_H
#define LOADERS_XLSX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "loaders/table.h"

/*
 * One sheet of an Excel workbook (.xlsx) as the records a CSV file would give.
 * A record's line is its row, a field's place its column.  Rows without any
 * text are no records; all others have at least as many fields as the first.
 * Numbers come as Excel shows them with all their digits: 712345678, never
 * 7.12E+08; dates as 2026-11-30.  The archive is read from memory, its rows
 * are not kept.  Source: ECMA-376, part 1, 18.2 to 18.8.
 */
#define XLSX_FILE_BYTES_MAX    (INT64_C(64) << 20)  /* 1,000,000 rows: 40 MB  */
#define XLSX_STRINGS_BYTES_MAX (48 * 1024 * 1024)   /* all texts of all sheets */
#define XLSX_SHEETS_MAX        256
#define XLSX_NAME_BYTES        128      /* Excel's own limit is 31 letters    */
#define XLSX_COLUMNS_MAX       16384    /* Excel's own limit: XFD             */

/**
 * xlsx_read(bytes, sheet, sink, name, e):
 * Read the sheet called ${sheet}, any case, or when that is NULL the first
 * that is not hidden; ${name} is what it is called.  What is wrong goes to the
 * sink; return -1 when it cannot be read, or not to its end, ${e} says why
 * for the file as a whole, 0 otherwise, also when the sink stopped.
 */
int xlsx_read(struct str bytes, const char *sheet, const struct table_sink *,
              char name[XLSX_NAME_BYTES], struct err *);

/* xlsx_cell(column, row, out): 2, 7 is "B7"; without row: "B". */
#define XLSX_CELL_BYTES 32
void xlsx_cell(int column, int64_t row, char out[XLSX_CELL_BYTES]);

#endif
