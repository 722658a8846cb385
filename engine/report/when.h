#ifndef REPORT_WHEN_H
#define REPORT_WHEN_H

#include <stdint.h>
#include <time.h>

/*
 * Times as people in Kenya write them.  ${us} is microseconds since 1970 UTC;
 * 0 is "not yet" and gives the empty text.
 */
#define WHEN_BYTES 40

/* "27 Nov 2026 09:14" and "2026-11-27 09:14:05" (sorts, and spreadsheets take
 * it for a time), both in Africa/Nairobi. */
void when_text(int64_t us, char out[WHEN_BYTES]);
void when_cell(int64_t us, char out[WHEN_BYTES]);

/* when_parts(us, tm): the same by its parts.  Return 0, or -1: no such time. */
int when_parts(int64_t us, struct tm *);

/* "2026-11-27" to "27 Nov 2026", "2026-11" to "November 2026"; anything else
 * as it is. */
void when_date(const char *, char out[WHEN_BYTES]);

#endif
