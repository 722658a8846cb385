#include "base/day.h"
#include "tracker/settle.h"

int
settle_stamp(struct str s, int64_t *us)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    int part[3], minutes = 0;
    int32_t day = 0;
    int64_t fraction = 0, unit = 100000;
    size_t at = sizeof(shape) - 1;

    if (s.len < at)
        return -1;
    for (size_t i = 0; i < at; i++)
        if (shape[i] != 'd' && s.p[i] != shape[i])
            return -1;
    for (size_t i = 0; i < 3; i++)
        part[i] = day_digits(s, 11 + i * 3, 2);
    if (day_read(&day, s) < 0 || day < 0 || part[0] < 0 || part[0] > 23
        || part[1] < 0 || part[1] > 59 || part[2] < 0 || part[2] > 60)
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
    if (day_offset((struct str){ s.p + at, s.len - at }, &minutes) < 0)
        return -1;
    *us = (((int64_t)day * 24 + part[0]) * 60 + part[1] - minutes) * 60000000
          + part[2] * INT64_C(1000000) + fraction;
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
