#ifndef CLI_PHRASE_H
#define CLI_PHRASE_H

#include <stdbool.h>
#include <stdint.h>

#include "book/run.h"

/* Phrases that several commands use, each into room of this size. */
#define PHRASE_BYTES 64

/* phrase_count(n, one, many, out): "1 row", "1,204 rows". */
void phrase_count(int64_t, const char *one, const char *many,
                 char out[PHRASE_BYTES]);

/* phrase_day(iso, out): "2026-12-20" as "20 Dec 2026".
 * phrase_month(period, out): "2027-01" as "January 2027". */
void phrase_day(const char *, char out[PHRASE_BYTES]);
void phrase_month(const char *, char out[PHRASE_BYTES]);

/* phrase_today(out): the day in Nairobi, "2026-11-22", which is what a pay date
 * is measured by. */
void phrase_today(char out[16]);

/* phrase_too_early(run): its pay date is still to come. */
bool phrase_too_early(const struct run *);

#endif
