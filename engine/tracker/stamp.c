#include "tracker/settle.h"

/* ${n} digits at ${p} as a number, or -1. */
static int
digits(const char *p, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

/* Days since 1970-01-01 of a civil date; years begin in March so that the
 * leap day is the last. */
static int64_t
days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5
                          + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4
                         - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

/* "Z", "+03:00" or "-0130" as minutes east; the rest of ${s} is all of it. */
static int
offset_of(struct str s, int *minutes)
{
    int h = -1, m = -1;

    if (s.len == 1 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
        *minutes = 0;
        return 0;
    }
    if ((s.len != 6 || s.p[3] != ':') && s.len != 5)
        return -1;
    if (s.p[0] != '+' && s.p[0] != '-')
        return -1;
    h = digits(s.p + 1, 2);
    m = digits(s.p + s.len - 2, 2);
    if (h < 0 || h > 14 || m < 0 || m > 59)
        return -1;
    *minutes = s.p[0] == '-' ? -(h * 60 + m) : h * 60 + m;
    return 0;
}

int
settle_stamp(struct str s, int64_t *us)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    int part[6], minutes = 0;
    int64_t fraction = 0, unit = 100000;
    size_t at = sizeof(shape) - 1;

    if (s.len < at)
        return -1;
    for (size_t i = 0; i < at; i++)
        if (shape[i] != 'd' && s.p[i] != shape[i])
            return -1;
    part[0] = digits(s.p, 4);
    for (int i = 1; i < 6; i++)
        part[i] = digits(s.p + 2 + i * 3, 2);
    if (part[0] < 1970 || part[1] < 1 || part[1] > 12 || part[2] < 1
        || part[2] > 31 || part[3] < 0 || part[3] > 23 || part[4] < 0
        || part[4] > 59 || part[5] < 0 || part[5] > 60)
        return -1;
    if (at < s.len && s.p[at] == '.') {
        size_t from = ++at;

        /* digits behind the sixth are below our unit and dropped */
        for (; at < s.len && s.p[at] >= '0' && s.p[at] <= '9'; at++) {
            fraction += unit * (s.p[at] - '0');
            unit /= 10;
        }
        if (at == from)
            return -1;
    }
    if (offset_of((struct str){ s.p + at, s.len - at }, &minutes) < 0)
        return -1;
    *us = ((days_of(part[0], part[1], part[2]) * 24 + part[3]) * 60 + part[4]
           - minutes) * 60000000 + part[5] * INT64_C(1000000) + fraction;
    return 0;
}

bool
settle_is_older(const char *now, const char *before)
{
    int64_t a = 0, b = 0;

    if (settle_stamp(str_of(now), &a) < 0
        || settle_stamp(str_of(before), &b) < 0)
        return false;
    return a < b;
}
