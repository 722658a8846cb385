#include "base/day.h"

/* Howard Hinnant's algorithms: years begin in March, so that the day that is
 * sometimes there is the last one. */
int32_t
day_of(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}

void
day_date(int32_t n, int *year, int *month, int *day)
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
day_weekday(int32_t n)
{
    return ((n + 3) % 7 + 7) % 7;           /* 1970-01-01 was a Thursday */
}

int
day_in_month(int year, int month)
{
    int next = month == 12 ? 1 : month + 1;

    return day_of(year + (month == 12), next, 1) - day_of(year, month, 1);
}

int
day_digits(struct str s, size_t at, size_t n)
{
    int v = 0;

    if (at + n > s.len)
        return -1;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

int
day_read(int32_t *n, struct str s)
{
    int year = day_digits(s, 0, 4), month = day_digits(s, 5, 2);
    int day = day_digits(s, 8, 2);

    /* the last of them has seen that there are ten bytes */
    if (year < 0 || month < 1 || month > 12 || day < 1 || s.p[4] != '-'
        || s.p[7] != '-' || day > day_in_month(year, month))
        return -1;
    *n = day_of(year, month, day);
    return 0;
}

int
day_offset(struct str s, int *minutes)
{
    size_t m = s.len > 3 && s.p[3] == ':' ? 4 : 3;
    int hours = day_digits(s, 1, 2), rest = s.len > 3 ? day_digits(s, m, 2) : 0;

    *minutes = 0;
    if (s.len == 1 && (s.p[0] == 'Z' || s.p[0] == 'z'))
        return 0;
    if ((s.len != m + 2 && s.len != 3) || (s.p[0] != '+' && s.p[0] != '-')
        || hours < 0 || hours > 14 || rest < 0 || rest > 59)
        return -1;
    *minutes = s.p[0] == '-' ? -(hours * 60 + rest) : hours * 60 + rest;
    return 0;
}
