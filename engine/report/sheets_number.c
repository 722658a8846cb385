#include "report/sheets_number.h"

#define DIGITS_MAX INT64_C(999999999999999)     /* 15: below 2^53 */

bool
sheets_fits(int64_t minor)
{
    return minor >= -DIGITS_MAX && minor <= DIGITS_MAX;
}

/*
 * Exact in the sense that counts: below 2^53 an integer is its double, so is
 * the power of ten, and IEEE 754 rounds the quotient of two exact operands to
 * the nearest double.  A decimal of at most 15 digits comes back from its
 * nearest double when it is rounded to 15 digits, and that is what Excel, and
 * our own reader, do with the text in the file.  Nothing is ever computed with
 * the result, and nothing is read back into an amount.
 */
double
sheets_number(int64_t minor, int decimals)
{
    int64_t power = 1;

    while (decimals-- > 0)
        power *= 10;
    return (double)minor / (double)power;
}
