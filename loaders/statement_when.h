#ifndef LOADERS_STATEMENT_WHEN_H
#define LOADERS_STATEMENT_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "loaders/statement_map.h"

/* A day, and the time on it when there is one. */
struct statement_when {
    int     year, month, day;
    bool    has_time;
    int     hour, minute, second;
    bool    has_zone;               /* minutes east of UTC                    */
    int     zone_min;
};

/**
 * statement_when(out, pattern, s):
 * Read the beginning of ${s} by ${pattern}: YYYY, YY (2000 and on), MM, MMM
 * (Jan), DD, hh (0 to 23, or 1 to 12 with AM), mm, ss, AM, Z ("Z", "+03:00" or
 * "+0300"), f (digits of a second), other characters as they are, a blank for
 * one or more; what stands in [] may be missing.  DD, MM and hh may have one
 * digit.  Of several patterns with '|' between them the one that takes most
 * counts.  Return how many bytes it took; 0 when it is not so or is no day
 * there was.
 */
size_t statement_when(struct statement_when *, const char *pattern,
                      struct str);

/* statement_when_pattern(pattern): can days be read by it? */
bool statement_when_pattern(const char *);

void statement_when_day(const struct statement_when *,
                        char out[STATEMENT_DAY_BYTES]);

/* statement_when_s(w, zone_min): since 1970 UTC; its own zone counts first. */
int64_t statement_when_s(const struct statement_when *, int zone_min);

/* statement_when_valid(year, month, day): was or will there be that day? */
bool statement_when_valid(int year, int month, int day);

#endif
