#ifndef LOADERS_COLUMNS_H
#define LOADERS_COLUMNS_H

#include <stdbool.h>

#include "base/str.h"
#include "loaders/payroll.h"

/*
 * What people call a column, and what a cell says that came through a
 * spreadsheet or out of a rejects file.
 */

/* columns_field(header): PF_UNKNOWN when no alias is meant. */
enum payroll_field columns_field(struct str);

/* columns_likeness(header, f): how much ${header} looks like a slip of the pen
 * for field ${f}: 0 not at all; the largest is the best guess to show. */
int columns_likeness(struct str, enum payroll_field);

/* columns_edits(a, b): how many letters must be added, dropped or changed to
 * make ${b}, of which 64 bytes count, of ${a}. */
size_t columns_edits(struct str, struct str);

/* The two columns that a rejects file has in front of the original ones; when
 * such a file is loaded they are passed over. */
#define COLUMNS_PROBLEM "payrun problem"
#define COLUMNS_FIX     "payrun fix"

bool columns_ours(struct str header);

/* A third one, of rows that a run gave back: which row of which run it was, as
 * "R-2026-11-A/17".  It is kept as a column that payrun does not know is kept
 * (payroll_row.extra), and intake ties the row to that one. */
#define COLUMNS_ROW     "payrun row"

bool columns_row(struct str header);

/* columns_unguard(cell): without the apostrophe that buf_csv() put before a
 * text that a spreadsheet would have run; the opposite of it. */
struct str columns_unguard(struct str);

/* columns_cell(cell): that, without blanks at both ends: what was meant. */
struct str columns_cell(struct str);

/* columns_sheet_error(cell): "#REF!", "#N/A", "####" and the like. */
bool columns_sheet_error(struct str);

#endif
