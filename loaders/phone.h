#ifndef LOADERS_PHONE_H
#define LOADERS_PHONE_H

#include "base/str.h"

#define PHONE_BYTES 16

enum phone_flaw {
    PHONE_FINE,
    PHONE_EMPTY,
    PHONE_TOO_SHORT,
    PHONE_TOO_LONG,
    PHONE_EXPONENT,         /* 7.12346E+08: a spreadsheet changed it; digits
                               may be lost, so it is never guessed            */
    PHONE_NOT_DIGITS,       /* letters in it                                  */
    PHONE_TWO_NUMBERS,      /* "0712345678 / 0722000111"                      */
    PHONE_FOREIGN,          /* another country's code                         */
    PHONE_NOT_MOBILE        /* a Kenyan number, but not 07.. or 01..          */
};

/**
 * phone_read(text, out, digits):
 * Read a Kenyan mobile number in every form people type: 0712345678,
 * 0112 345 678, 712345678 (lost zero), 254712345678, +254-712-345678,
 * 00254..., (0712) 345.678, "712345678.0" (a spreadsheet's number), a leading
 * apostrophe.  Write "254712345678" to ${out}.  ${digits} gets the number of
 * digits seen, for the message.  Return the flaw.
 */
enum phone_flaw phone_read(struct str, char out[PHONE_BYTES], int *digits);

#endif
