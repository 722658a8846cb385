#include "schedule/calendar.h"

#include "schedule/days.h"

/* What is left to be read, and where it began, for messages. */
struct reader {
    struct str all, s;
    struct err *e;
};

static int
bad(struct reader *r, const char *what)
{
    err_set(r->e, ERR_USAGE, "\"%.*s\" is not a calendar expression: %s",
            STR_ARG(str_cut(r->all, 80)), what);
    return err_fix(r->e, "for example \"Mon..Fri *-*-* 20:00\", "
                   "\"*-*-25 09:00\", \"*-*~01 20:00\" (the last day), "
                   "daily, weekly, monthly; see systemd.time(7)");
}

static bool
at(const struct reader *r, char c)
{
    return r->s.len > 0 && r->s.p[0] == c;
}

static void
skip(struct reader *r, size_t n)
{
    r->s.p += n;
    r->s.len -= n;
}

static bool
eat(struct reader *r, const char *word)
{
    size_t n = strlen(word);

    if (r->s.len < n || memcmp(r->s.p, word, n) != 0)
        return false;
    skip(r, n);
    return true;
}

static bool
is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* --- names ---------------------------------------------------------------- */

static const struct { const char *name, *means; } named[] = {
    { "minutely", "*-*-* *:*:00" }, { "hourly", "*-*-* *:00:00" },
    { "daily", "*-*-* 00:00:00" }, { "weekly", "Mon *-*-* 00:00:00" },
    { "monthly", "*-*-01 00:00:00" },
    { "quarterly", "*-01,04,07,10-01 00:00:00" },
    { "semiannually", "*-01,07-01 00:00:00" },
    { "semi-annually", "*-01,07-01 00:00:00" },
    { "biannually", "*-01,07-01 00:00:00" },
    { "bi-annually", "*-01,07-01 00:00:00" },
    { "half-yearly", "*-01,07-01 00:00:00" },
    { "yearly", "*-01-01 00:00:00" }, { "annually", "*-01-01 00:00:00" },
};

static const char *const weekdays[7][2] = {
    { "Monday", "Mon" }, { "Tuesday", "Tue" }, { "Wednesday", "Wed" },
    { "Thursday", "Thu" }, { "Friday", "Fri" }, { "Saturday", "Sat" },
    { "Sunday", "Sun" },
};

/* The weekday that stands here; -1: none. */
static int
weekday(struct reader *r)
{
    size_t n = 0;

    while (n < r->s.len && is_letter(r->s.p[n]))
        n++;
    for (int d = 0; d < 7; d++)
        for (int k = 0; k < 2; k++)
            if (str_ieq((struct str){ r->s.p, n }, str_of(weekdays[d][k]))) {
                skip(r, n);
                return d;
            }
    return -1;
}

static int
read_weekdays(struct reader *r, struct calendar *c)
{
    int from = -1, day;

    c->weekdays = 0;
    for (;;) {
        while (from < 0 && at(r, ','))
            skip(r, 1);
        day = weekday(r);
        if (day < 0)
            return bad(r, "a weekday is expected (Mon, Tue ...)");
        if (from > day)
            return bad(r, "a range of weekdays runs from Monday to Sunday");
        for (int d = from < 0 ? day : from; d <= day; d++)
            c->weekdays |= 1u << d;
        from = -1;
        if (eat(r, "..") || eat(r, "-"))
            from = day;
        else if (!at(r, ','))
            break;
    }
    if (r->s.len > 0 && !at(r, ' '))
        return bad(r, "a blank is expected behind the weekdays");
    return 0;
}

/* --- numbers -------------------------------------------------------------- */

static int
number(struct reader *r, int *out)
{
    size_t n = 0;

    *out = 0;
    while (n < r->s.len && n < 5 && r->s.p[n] >= '0' && r->s.p[n] <= '9')
        *out = *out * 10 + (r->s.p[n++] - '0');
    if (n == 0 || n == 5)
        return bad(r, "a number is expected");
    skip(r, n);
    if (at(r, '.') && !(r->s.len > 1 && r->s.p[1] == '.'))
        return bad(r, "seconds are whole here");
    return 0;
}

/* "1,3..5,10/2", "*" or "*" with a step. */
static int
read_list(struct reader *r, struct calendar_list *l, int min, int max)
{
    l->n = 0;
    if (eat(r, "*")) {
        if (!at(r, '/'))
            return 0;
        skip(r, 1);
        l->items[0] = (struct calendar_item){ min, -1, 0 };
        if (number(r, &l->items[0].step) < 0)
            return -1;
        l->n = 1;
        return l->items[0].step > 0 ? 0 : bad(r, "a step of 0");
    }
    do {
        struct calendar_item t = { 0, -1, 0 };

        if (l->n == CALENDAR_ITEMS_MAX)
            return bad(r, "a list is too long");
        if (number(r, &t.from) < 0)
            return -1;
        if (eat(r, "..")) {
            if (number(r, &t.to) < 0)
                return -1;
            t.step = 1;
        }
        if (eat(r, "/")) {
            if (number(r, &t.step) < 0)
                return -1;
            if (t.step == 0)
                return bad(r, "a step of 0");
        }
        if (t.to > t.from)
            t.to = t.from + (t.to - t.from) / t.step * t.step;
        if (t.to == t.from)
            t = (struct calendar_item){ t.from, -1, 0 };
        if (t.from < min || t.from > max || t.to > max
            || (t.to >= 0 && t.to < min))
            return bad(r, "a number is out of range");
        if (t.from + t.step > max)
            return bad(r, "a step leads out of its range");
        l->items[l->n++] = t;
    } while (eat(r, ","));
    return 0;
}

/* A range runs upwards, but for days counted from the end of the month. */
static int
check_ranges(struct reader *r, const struct calendar_list *l)
{
    for (int i = 0; i < l->n; i++)
        if (l->items[i].to >= 0 && l->items[i].to < l->items[i].from)
            return bad(r, "a range runs upwards");
    return 0;
}

/* --- date and time -------------------------------------------------------- */

static int
read_date(struct reader *r, struct calendar *c)
{
    struct calendar_list first, second;
    bool end = false;

    if (read_list(r, &first, 0, CALENDAR_YEAR_MAX) < 0)
        return -1;
    end = at(r, '~');
    if (!eat(r, "-") && !eat(r, "~"))
        return bad(r, "a date is YEAR-MONTH-DAY or MONTH-DAY");
    if (read_list(r, &second, 1, 31) < 0)
        return -1;
    if (!end && (at(r, '-') || at(r, '~'))) {
        end = at(r, '~');
        skip(r, 1);
        c->year = first;
        c->month = second;
        if (read_list(r, &c->day, 1, 31) < 0)
            return -1;
    } else {
        c->month = first;
        c->day = second;
    }
    c->from_end = end;
    if (end && c->day.n == 0)
        return bad(r, "~ needs a day, counted from the month's end");
    for (int i = 0; i < c->month.n; i++)
        if (c->month.items[i].from < 1 || c->month.items[i].from > 12
            || c->month.items[i].to > 12
            || c->month.items[i].from + c->month.items[i].step > 12)
            return bad(r, "a month is out of range");
    for (int i = 0; i < c->year.n; i++)
        if (c->year.items[i].from < CALENDAR_YEAR_MIN)
            return bad(r, "a year is out of range");
    return check_ranges(r, &c->year) < 0 || check_ranges(r, &c->month) < 0
        || (!end && check_ranges(r, &c->day) < 0) ? -1 : 0;
}

static int
read_time(struct reader *r, struct calendar *c)
{
    if (read_list(r, &c->hour, 0, 23) < 0)
        return -1;
    if (!eat(r, ":"))
        return bad(r, "a time is HOUR:MINUTE");
    if (read_list(r, &c->minute, 0, 59) < 0)
        return -1;
    if (eat(r, ":") && read_list(r, &c->second, 0, 59) < 0)
        return -1;
    return check_ranges(r, &c->hour) < 0 || check_ranges(r, &c->minute) < 0
        || check_ranges(r, &c->second) < 0 ? -1 : 0;
}

/* Time words have a colon before the next blank. */
static bool
is_time(struct str s)
{
    for (size_t i = 0; i < s.len && s.p[i] != ' '; i++)
        if (s.p[i] == ':')
            return true;
    return false;
}

static void
blanks(struct reader *r)
{
    while (at(r, ' '))
        skip(r, 1);
}

/* "Africa/Nairobi" or "UTC" at the end; the database knows which there are. */
static int
take_zone(struct reader *r, struct calendar *c)
{
    size_t from = r->s.len;

    while (from > 0 && r->s.p[from - 1] != ' ')
        from--;
    struct reader word = { .all = r->all, .e = NULL,
                           .s = { r->s.p + from, r->s.len - from } };

    if (from == 0 || word.s.len == 0 || !is_letter(word.s.p[0])
        || weekday(&word) >= 0)
        return 0;
    if (str_copy(c->zone, sizeof(c->zone), word.s) < 0)
        return bad(r, "the name of the time zone is too long");
    r->s = str_trim(str_cut(r->s, from));
    return 0;
}

static void
set_one(struct calendar_list *l, int v)
{
    l->n = 1;
    l->items[0] = (struct calendar_item){ v, -1, 0 };
}

int
calendar_read(struct calendar *c, struct str text, struct err *e)
{
    struct reader r = { .all = text, .s = str_trim(text), .e = e };

    *c = (struct calendar){ .weekdays = 127 };
    if (take_zone(&r, c) < 0)
        return -1;
    if (r.s.len == 0)
        return bad(&r, "it is empty");
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        if (str_ieq(r.s, str_of(named[i].name)))
            r.s = str_of(named[i].means);
    set_one(&c->second, 0);
    if (is_letter(r.s.p[0]) && read_weekdays(&r, c) < 0)
        return -1;
    blanks(&r);
    if (r.s.len > 0 && !is_time(r.s) && read_date(&r, c) < 0)
        return -1;
    blanks(&r);
    if (r.s.len == 0) {
        set_one(&c->hour, 0);
        set_one(&c->minute, 0);
    } else if (read_time(&r, c) < 0) {
        return -1;
    }
    return r.s.len == 0 ? 0 : bad(&r, "something is left over at its end");
}
