#include "schedule/calendar.h"

#include <stdio.h>

#include "schedule/days.h"

/* The smallest value of one item that is at least ${at} and at most ${max};
 * -1: none. */
static int
item_next(int from, int to, int step, int at, int max)
{
    int end = to >= 0 ? to : step > 0 ? max : from;
    int got = from;

    if (from < at) {
        if (step <= 0)
            return -1;
        got = from + (at - from + step - 1) / step * step;
    }
    return got <= end && got <= max ? got : -1;
}

static int
list_next(const struct calendar_list *l, int at, int max)
{
    int best = -1;

    if (l->n == 0)
        return at <= max ? at : -1;
    for (int i = 0; i < l->n; i++) {
        const struct calendar_item *t = &l->items[i];
        int got = item_next(t->from, t->to, t->step, at, max);

        if (got >= 0 && (best < 0 || got < best))
            best = got;
    }
    return best;
}

/* Does a day of a month of ${last} days fit? */
static bool
day_fits(const struct calendar *c, int day, int last)
{
    if (!c->from_end)
        return list_next(&c->day, day, last) == day;
    /* "~07/1" is the seventh from the end and each one behind it; "~03..01",
     * either way round, is the last three. */
    for (int i = 0; i < c->day.n; i++) {
        const struct calendar_item *t = &c->day.items[i];
        int from = last + 1 - t->from;
        int to = t->to < 0 ? -1 : last + 1 - t->to;

        if (to >= 0 && to < from) {
            int swap = from;

            from = to;
            to = swap;
        }
        if (from >= 1 && item_next(from, to, t->step, day, last) == day)
            return true;
    }
    return false;
}

/* The first time of day at or behind ${w}'s. */
static bool
time_from(const struct calendar *c, struct wall *w)
{
    int h = w->hour, m = w->minute, s = w->second;

    for (h = list_next(&c->hour, h, 23); h >= 0;
         h = list_next(&c->hour, h + 1, 23)) {
        if (h != w->hour)
            m = s = 0;
        for (m = list_next(&c->minute, m, 59); m >= 0;
             m = list_next(&c->minute, m + 1, 59)) {
            if (h != w->hour || m != w->minute)
                s = 0;
            s = list_next(&c->second, s, 59);
            if (s >= 0) {
                w->hour = h;
                w->minute = m;
                w->second = s;
                return true;
            }
        }
        m = s = 0;
    }
    return false;
}

/* The first day at or behind ${w}'s that fits; the time of a later day begins
 * at midnight. */
static bool
day_from(const struct calendar *c, struct wall *w)
{
    int32_t n = day_of(w->year, w->month, w->day);
    bool same = true;

    for (;; n++, same = false) {
        int year, month, day;

        day_date(n, &year, &month, &day);
        if (year > CALENDAR_YEAR_MAX)
            return false;
        if (list_next(&c->year, year, CALENDAR_YEAR_MAX) != year) {
            n = day_of(year, 12, 31);
            continue;
        }
        if (list_next(&c->month, month, 12) != month) {
            n = day_of(year, month, day_in_month(year, month));
            continue;
        }
        if (!day_fits(c, day, day_in_month(year, month))
            || (c->weekdays >> day_weekday(n) & 1) == 0)
            continue;
        if (!same)
            *w = (struct wall){ year, month, day, 0, 0, 0 };
        return true;
    }
}

bool
calendar_next(const struct calendar *c, const struct wall *after,
              struct wall *out)
{
    struct wall w = *after;

    w.second++;                     /* 60 is behind every second there is */
    while (day_from(c, &w)) {
        int32_t next = day_of(w.year, w.month, w.day) + 1;

        if (time_from(c, &w)) {
            *out = w;
            return true;
        }
        w = (struct wall){ 0 };
        day_date(next, &w.year, &w.month, &w.day);
    }
    return false;
}

bool
calendar_often(const struct calendar *c, const struct wall *from, int n)
{
    struct wall first, w;

    if (!calendar_next(c, from, &first))
        return false;
    w = first;
    for (int i = 0; i < n; i++)
        if (!calendar_next(c, &w, &w))
            return false;
    /* n times later it is the next day, no earlier: that is not often */
    return day_of(w.year, w.month, w.day)
               * (int64_t)86400 + w.hour * 3600 + w.minute * 60 + w.second
         < day_of(first.year, first.month, first.day) * (int64_t)86400
               + first.hour * 3600 + first.minute * 60 + first.second + 86400;
}

void
wall_text(const struct wall *w, char out[CALENDAR_WALL_BYTES])
{
    snprintf(out, CALENDAR_WALL_BYTES, "%04d-%02d-%02d %02d:%02d:%02d",
             w->year % 10000, w->month % 100, w->day % 100, w->hour % 100,
             w->minute % 100, w->second % 100);
}

int
wall_read(struct wall *w, struct str s)
{
    bool time = s.len > 10;

    if (s.len != 10 && s.len != 16 && s.len != 19)
        return -1;
    *w = (struct wall){ day_digits(s, 0, 4), day_digits(s, 5, 2),
                        day_digits(s, 8, 2),
                        time ? day_digits(s, 11, 2) : 0,
                        time ? day_digits(s, 14, 2) : 0,
                        s.len == 19 ? day_digits(s, 17, 2) : 0 };
    if (s.p[4] != '-' || s.p[7] != '-'
        || (time && (s.p[10] != ' ' && s.p[10] != 'T'))
        || (time && s.p[13] != ':') || (s.len == 19 && s.p[16] != ':'))
        return -1;
    if (w->year < CALENDAR_YEAR_MIN || w->year > CALENDAR_YEAR_MAX
        || w->month < 1 || w->month > 12 || w->day < 1
        || w->day > day_in_month(w->year, w->month)
        || w->hour < 0 || w->hour > 23 || w->minute < 0 || w->minute > 59
        || w->second < 0 || w->second > 59)
        return -1;
    return 0;
}
