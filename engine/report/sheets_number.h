#ifndef REPORT_SHEETS_NUMBER_H
#define REPORT_SHEETS_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Amounts reach a workbook as the decimal text they are.  The library that
 * writes it takes numbers as floating point only; so each goes in as a cell of
 * marked text, in a number's format, and when the file is whole every such
 * cell is made a number, digit by digit as it was given.
 *
 * sheets_fits(minor): it has at most 15 digits, which is what Excel shows and
 * keeps of a number; otherwise it is to be written as text.
 */
bool sheets_fits(int64_t minor);

/* sheets_mark(b, minor, decimals): append the text of such a cell.  Texts of
 * users never begin like it: render_safe() takes the mark out. */
void sheets_mark(struct buf *, int64_t minor, int decimals);

/**
 * sheets_unmark(path, e):
 * Make numbers of all marked cells in the workbook at ${path}, a file of this
 * process alone.  Sheets pass through a temporary file, memory does not grow
 * with them.  Return 0, or -1 (ERR_IO): the file is then not to be used.
 */
int sheets_unmark(const char *path, struct err *);

/**
 * sheets_unmark_xml(from, to, last):
 * The same for XML: move what is whole in ${from} to ${to}, all of it when
 * this is the ${last} piece.  Return 0, or -1 when a marked cell does not look
 * as the library writes it, or a buffer failed.
 */
int sheets_unmark_xml(struct buf *from, struct buf *to, bool last);

#endif
