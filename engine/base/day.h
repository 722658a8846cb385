#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdint.h>

#include "base/str.h"

/*
 * Days as numbers from 1970-01-01, in the proleptic Gregorian calendar and in
 * no time zone: the C library's answers hang on the machine's own zone.
 */
#define DAY_S             86400
#define DAY_KENYA_MINUTES 180           /* east of UTC, all the year */

/* day_of(year, month, day) and back.  day_weekday: 0 is Monday.
 * day_in_month(year, month): how many it has. */
int32_t day_of(int year, int month, int day);
void day_date(int32_t, int *year, int *month, int *day);
int day_weekday(int32_t);
int day_in_month(int year, int month);

/* day_digits(s, at, n): the number of ${n} digits at ${at} of ${s}, at most
 * nine; -1: they are not there. */
int day_digits(struct str, size_t at, size_t n);

/* day_read(out, s): the day ${s} begins with, "2026-11-22"; a real one.  Return
 * 0 or -1. */
int day_read(int32_t *, struct str);

/* day_offset(s, minutes): "Z", "+03:00", "-0130" or "+03", all of ${s}, as
 * minutes east of UTC.  Return 0 or -1. */
int day_offset(struct str, int *minutes);

#endif
