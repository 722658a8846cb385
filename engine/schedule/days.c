#include "schedule/days.h"

#include <string.h>

/* Howard Hinnant's algorithms: years begin in March, so that the day that is
 * sometimes there is the last one. */
int32_t
days_of(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}

void
days_date(int32_t n, int *year, int *month, int *day)
{
    int32_t z = n + 719468;
    int32_t era = (z >= 0 ? z : z - 146096) / 146097;
    int32_t doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int32_t mp = (5 * doy + 2) / 153;

    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int
days_weekday(int32_t n)
{
    return ((n + 3) % 7 + 7) % 7;           /* 1970-01-01 was a Thursday */
}

int
days_in_month(int year, int month)
{
    int next = month == 12 ? 1 : month + 1;

    return days_of(year + (month == 12), next, 1) - days_of(year, month, 1);
}

/* By its date, before any of them moves. */
static const char *
by_date(const struct days *d, int32_t n)
{
    int year, month, day;

    days_date(n, &year, &month, &day);
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

    if (!d->sunday_moves || days_weekday(n) == 6)
        return NULL;
    do {
        sunday--;
        if (days_weekday(sunday) != 6 && by_date(d, sunday) == NULL)
            return NULL;
    } while (days_weekday(sunday) != 6);
    days_date(sunday, &year, &month, &day);
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
    return (d->weekend >> days_weekday(n) & 1) == 0
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
