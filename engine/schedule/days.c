#include "schedule/days.h"

#include <string.h>

/* By its date, before any of them moves. */
static const char *
by_date(const struct days *d, int32_t n)
{
    int year, month, day;

    day_date(n, &year, &month, &day);
    for (int i = 0; i < d->nfixed; i++)
        if (d->fixed[i].month == month && d->fixed[i].day == day)
            return d->fixed[i].name;
    for (int i = 0; i < d->nmoving; i++)
        if (d->moving[i].day == n)
            return d->moving[i].name;
    return NULL;
}

/* A fixed holiday that fell on the Sunday before: every day between was one
 * itself. */
static const char *
moved_here(const struct days *d, int32_t n)
{
    int32_t sunday = n;
    int year, month, day;

    if (!d->sunday_moves || day_weekday(n) == 6)
        return NULL;
    do {
        sunday--;
        if (day_weekday(sunday) != 6 && by_date(d, sunday) == NULL)
            return NULL;
    } while (day_weekday(sunday) != 6);
    day_date(sunday, &year, &month, &day);
    for (int i = 0; i < d->nfixed; i++)
        if (d->fixed[i].month == month && d->fixed[i].day == day)
            return d->fixed[i].name;
    return NULL;
}

const char *
days_holiday(const struct days *d, int32_t n)
{
    const char *name = by_date(d, n);

    return name != NULL ? name : moved_here(d, n);
}

bool
days_working(const struct days *d, int32_t n)
{
    return (d->weekend >> day_weekday(n) & 1) == 0
        && days_holiday(d, n) == NULL;
}

int32_t
days_shift(const struct days *d, int32_t n, int step)
{
    int32_t at = n;

    for (int i = 0; i <= DAYS_SHIFT_MAX; i++, at += step)
        if (days_working(d, at))
            return at;
    return n;
}

int
days_cutoff(const struct days *d, const char *rail)
{
    for (int i = 0; i < d->ncutoffs; i++)
        if (strcmp(d->cutoffs[i].rail, rail) == 0)
            return d->cutoffs[i].minute;
    return -1;
}

bool
days_rests(const struct days *d, const char *rail)
{
    for (int i = 0; i < d->ncutoffs; i++)
        if (strcmp(d->cutoffs[i].rail, rail) == 0)
            return d->cutoffs[i].working;
    return false;
}
