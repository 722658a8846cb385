#ifndef REPORT_SHEETS_NUMBER_H
#define REPORT_SHEETS_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The only door between amounts and a workbook, whose numbers are doubles by
 * its format.  sheets_fits(minor): it has at most 15 digits, which is what
 * Excel shows and keeps; otherwise it is written as text.
 */
bool sheets_fits(int64_t minor);

/* sheets_number(minor, decimals): the double nearest to minor / 10^decimals,
 * for a number that fits; its first 15 digits are exactly that number. */
double sheets_number(int64_t minor, int decimals);

#endif
