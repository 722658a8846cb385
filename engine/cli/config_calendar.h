#ifndef CLI_CONFIG_CALENDAR_H
#define CLI_CONFIG_CALENDAR_H

#include "base/err.h"
#include "schedule/days.h"

/* config_calendar(d, path, e): weekends, holidays and cut-offs from ${path}, or
 * the compiled-in calendar.yaml when NULL.  0, or -1 (ERR_CONFIG,
 * ERR_NOINPUT). */
int config_calendar(struct days *, const char *, struct err *);

#endif
