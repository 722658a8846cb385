/* A provider's stamps come in UTC and in Kenya's time; a person means Kenya's
 * days. */
#include "base/day.h"
#include "providers/services_parts.h"

/* A day before and a day after one of these is a day as well. */
#define YEAR_MIN 1971
#define YEAR_MAX 9998

/* The date ${s} begins with. */
static int
read_date(int64_t *day, struct str s)
{
    int32_t n = 0;

    if (day_read(&n, s) < 0 || n < day_of(YEAR_MIN, 1, 1)
        || n >= day_of(YEAR_MAX + 1, 1, 1))
        return -1;
    *day = n;
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
    int year = 0, month = 0, number = 0;

    day_date((int32_t)day, &year, &month, &number);
    snprintf(out, 16, "%04d-%02d-%02d", year % 10000, month % 100,
             number % 100);
}

/* The offset at the end of a stamp: "+03:00", "+0300", "Z" or none (UTC). */
static int
offset_s(struct str s)
{
    size_t at = 19;
    int minutes = 0;

    while (at < s.len && s.p[at] != '+' && s.p[at] != '-')
        at++;
    if (at == s.len
        || day_offset((struct str){ s.p + at, s.len - at }, &minutes) < 0)
        return 0;
    return minutes * 60;
}

int
service_stamp_day(int64_t *day, struct str s)
{
    int64_t at = 0;
    int h = 0, m = 0, sec = 0;

    if (read_date(day, s) < 0)
        return -1;
    h = day_digits(s, 11, 2);
    m = day_digits(s, 14, 2);
    sec = day_digits(s, 17, 2);
    if (h < 0 || m < 0 || sec < 0)
        return 0;                   /* a day without a time: as it stands */
    at = *day * DAY_S + h * 3600 + m * 60 + sec - offset_s(s)
         + DAY_KENYA_MINUTES * 60;
    *day = at / DAY_S;
    return 0;
}
