/*
 * Days without a time zone library: a provider's stamps come in UTC and in
 * Kenya's time, a person means Kenya's days, and the C library's answer would
 * hang on the machine's own zone.
 */
#include "providers/services_parts.h"

#define KENYA_S (3 * 3600)          /* east of UTC, all the year */
#define DAY_S   86400

/* A day before and a day after one of these is a day as well. */
#define YEAR_MIN 1971
#define YEAR_MAX 9998

/* The number of ${n} digits at ${at}, or -1. */
static int
digits_at(struct str s, size_t at, size_t n)
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

static int
days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Days from 1970-01-01: the year begins in March, so that the odd day of a
 * leap year is its last. */
static int64_t
day_number(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int m = (month + 9) % 12;

    return (int64_t)y * 365 + y / 4 - y / 100 + y / 400
           + (m * 306 + 5) / 10 + day - 1 - 719468;
}

/* The date ${s} begins with. */
static int
read_date(int64_t *day, struct str s)
{
    int year = digits_at(s, 0, 4), month = digits_at(s, 5, 2);
    int number = digits_at(s, 8, 2);

    /* digits_at() has seen that there are ten bytes */
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12
        || number < 1 || s.p[4] != '-' || s.p[7] != '-'
        || number > days_of_month(year, month))
        return -1;
    *day = day_number(year, month, number);
    return 0;
}

int
service_day_read(int64_t *day, struct str s)
{
    return s.len == 10 ? read_date(day, s) : -1;
}

void
service_day_text(int64_t day, char out[16])
{
    int year = 1970, month = 1;

    while (year < 9999 && day >= day_number(year + 1, 1, 1))
        year++;
    day -= day_number(year, 1, 1);
    while (month < 12 && day >= days_of_month(year, month))
        day -= days_of_month(year, month++);
    snprintf(out, 16, "%04d-%02d-%02d", year % 10000, month % 100,
             (int)(day + 1) % 100);
}

/* The offset at the end of a stamp: "+03:00", "+0300", "Z" or none (UTC). */
static int
offset_s(struct str s)
{
    size_t at = 19;
    int hours = 0, minutes = 0;

    while (at < s.len && s.p[at] != '+' && s.p[at] != '-')
        at++;
    if (at == s.len)
        return 0;
    hours = digits_at(s, at + 1, 2);
    minutes = digits_at(s, at + (at + 3 < s.len && s.p[at + 3] == ':' ? 4 : 3),
                        2);
    if (hours < 0)
        return 0;
    hours = hours * 3600 + (minutes > 0 ? minutes * 60 : 0);
    return s.p[at] == '-' ? -hours : hours;
}

int
service_stamp_day(int64_t *day, struct str s)
{
    int64_t at = 0;
    int h = 0, m = 0, sec = 0;

    if (read_date(day, s) < 0)
        return -1;
    h = digits_at(s, 11, 2);
    m = digits_at(s, 14, 2);
    sec = digits_at(s, 17, 2);
    if (h < 0 || m < 0 || sec < 0)
        return 0;                   /* a day without a time: as it stands */
    at = *day * DAY_S + h * 3600 + m * 60 + sec - offset_s(s) + KENYA_S;
    *day = at / DAY_S;
    return 0;
}
