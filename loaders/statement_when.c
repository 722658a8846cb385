/*
 * Days and times by a pattern.  Digits are taken one at a time, so nothing a
 * file says can be read in two ways that the pattern does not allow.
 */
#include "loaders/statement_when.h"

#define DEPTH_MAX 4         /* "[ hh:mm[:ss[.f]]]" */

struct run {
    const char *pat;
    struct str  s;
    struct statement_when w;
    bool        noon, pm;   /* AM or PM stood there; it was PM */
};

/* --- pieces of text ----------------------------------------------------- */

static void
eat(struct run *r, size_t n)
{
    r->s.p += n;
    r->s.len -= n;
}

static bool
digit_at(const struct run *r, size_t i)
{
    return i < r->s.len && r->s.p[i] >= '0' && r->s.p[i] <= '9';
}

/* A number of ${least} to ${most} digits, as many as there are. */
static bool
number(struct run *r, size_t least, size_t most, int *out)
{
    size_t n = 0;
    int value = 0;

    while (n < most && digit_at(r, n))
        value = value * 10 + (r->s.p[n++] - '0');
    if (n < least)
        return false;
    eat(r, n);
    *out = value;
    return true;
}

static bool
month_name(struct run *r)
{
    static const char names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov",
                                       "Dec" };

    for (int i = 0; i < 12; i++)
        if (str_ieq(str_cut(r->s, 3), str_of(names[i]))) {
            r->w.month = i + 1;
            eat(r, 3);
            return true;
        }
    return false;
}

static bool
half_of_day(struct run *r)
{
    r->pm = str_ieq(str_cut(r->s, 2), STR("PM"));
    r->noon = r->pm || str_ieq(str_cut(r->s, 2), STR("AM"));
    if (r->noon)
        eat(r, 2);
    return r->noon;
}

static bool
zone(struct run *r)
{
    int hours = 0, minutes = 0, sign = 1;

    r->w.has_zone = true;
    r->w.zone_min = 0;
    if (r->s.len > 0 && r->s.p[0] == 'Z') {
        eat(r, 1);
        return true;
    }
    if (r->s.len == 0 || (r->s.p[0] != '+' && r->s.p[0] != '-'))
        return false;
    sign = r->s.p[0] == '-' ? -1 : 1;
    eat(r, 1);
    if (!number(r, 2, 2, &hours))
        return false;
    if (r->s.len > 0 && r->s.p[0] == ':')
        eat(r, 1);
    if (!number(r, 2, 2, &minutes) || hours > 14 || minutes > 59)
        return false;
    r->w.zone_min = sign * (hours * 60 + minutes);
    return true;
}

static bool
blanks(struct run *r)
{
    size_t n = 0;

    while (n < r->s.len && r->s.p[n] == ' ')
        n++;
    eat(r, n);
    return n > 0;
}

/* --- the pattern -------------------------------------------------------- */

/* The next token of the pattern: how long, and whether the text has it. */
static bool
token(struct run *r)
{
    static const struct {
        const char *text;
        int         what;
    } tokens[] = { { "YYYY", 'Y' }, { "YY", 'y' }, { "MMM", 'N' },
                   { "MM", 'M' }, { "DD", 'D' }, { "hh", 'h' }, { "mm", 'm' },
                   { "ss", 's' }, { "AM", 'A' }, { "Z", 'Z' }, { "f", 'f' },
                   { " ", ' ' } };
    int what = 0, ignored = 0;
    char plain = *r->pat;

    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        size_t n = strlen(tokens[i].text);

        if (strncmp(r->pat, tokens[i].text, n) == 0) {
            what = tokens[i].what;
            r->pat += n;
            break;
        }
    }
    switch (what) {
    case 'Y': return number(r, 4, 4, &r->w.year);
    case 'y':
        if (!number(r, 2, 2, &r->w.year))
            return false;
        r->w.year += 2000;
        return true;
    case 'M': return number(r, 1, 2, &r->w.month);
    case 'N': return month_name(r);
    case 'D': return number(r, 1, 2, &r->w.day);
    case 'h': return r->w.has_time = number(r, 1, 2, &r->w.hour);
    case 'm': return number(r, 2, 2, &r->w.minute);
    case 's': return number(r, 2, 2, &r->w.second);
    case 'A': return half_of_day(r);
    case 'Z': return zone(r);
    case 'f': return number(r, 1, 9, &ignored);
    case ' ': return blanks(r);
    default:  break;                /* a character of its own */
    }
    r->pat++;
    if (r->s.len == 0 || r->s.p[0] != plain)
        return false;
    eat(r, 1);
    return true;
}

/* Behind the ']' that belongs to the '[' that was just passed. */
static const char *
behind_group(const char *pat)
{
    for (int depth = 1; *pat != '\0'; pat++) {
        if (*pat == '[')
            depth++;
        if (*pat == ']' && --depth == 0)
            return pat + 1;
    }
    return pat;
}

/* Up to the end of the pattern, or of the group. */
static bool
match(struct run *r, int depth)
{
    while (*r->pat != '\0' && *r->pat != ']' && *r->pat != '|') {
        if (*r->pat == '[') {
            const char *next = behind_group(r->pat + 1);
            struct run whole = *r;

            whole.pat++;
            if (depth < DEPTH_MAX && match(&whole, depth + 1))
                *r = whole;
            r->pat = next;
        } else if (!token(r)) {
            return false;
        }
    }
    return true;
}

bool
statement_when_valid(int year, int month, int day)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return year >= 1980 && year <= 2199 && month >= 1 && month <= 12
           && day >= 1
           && day <= days[month - 1] + (leap && month == 2 ? 1 : 0);
}

/* One of the patterns that '|' keeps apart. */
static size_t
one_pattern(struct statement_when *out, const char *pattern, struct str s)
{
    struct run r = { .pat = pattern, .s = s };

    if (!match(&r, 0))
        return 0;
    if (r.noon) {
        if (r.w.hour < 1 || r.w.hour > 12)
            return 0;
        r.w.hour = r.w.hour % 12 + (r.pm ? 12 : 0);
    }
    if (!statement_when_valid(r.w.year, r.w.month, r.w.day) || r.w.hour > 23
        || r.w.minute > 59 || r.w.second > 59)
        return 0;
    *out = r.w;
    return s.len - r.s.len;
}

size_t
statement_when(struct statement_when *out, const char *pattern, struct str s)
{
    size_t most = 0;

    while (pattern != NULL) {
        struct statement_when w;
        size_t n = one_pattern(&w, pattern, s);

        if (n > most) {
            *out = w;
            most = n;
        }
        pattern = strchr(pattern, '|');
        if (pattern != NULL)
            pattern++;
    }
    return most;
}

bool
statement_when_pattern(const char *pattern)
{
    int depth = 0;

    if (pattern == NULL || strlen(pattern) >= STATEMENT_PATTERN_BYTES
        || strstr(pattern, "YY") == NULL || strstr(pattern, "MM") == NULL
        || strstr(pattern, "DD") == NULL)
        return false;
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p == '[' && ++depth > DEPTH_MAX)
            return false;
        if (*p == '|' && depth > 0)
            return false;
        if (*p == ']' && --depth < 0)
            return false;
    }
    return depth == 0;
}

/* --- what came of it ---------------------------------------------------- */

void
statement_when_day(const struct statement_when *w,
                   char out[STATEMENT_DAY_BYTES])
{
    /* the remainders only tell the compiler that it fits */
    snprintf(out, STATEMENT_DAY_BYTES, "%04u-%02u-%02u",
             (unsigned)w->year % 10000U, (unsigned)w->month % 100U,
             (unsigned)w->day % 100U);
}

int64_t
statement_when_s(const struct statement_when *w, int zone_min)
{
    /* days since 1970, with the year beginning in March so that the leap day
     * is its last (the civil calendar repeats every 400 years) */
    int64_t y = w->year - (w->month <= 2), m = (w->month + 9) % 12;
    int64_t era = y / 400, in_era = y - era * 400;
    int64_t in_year = (153 * m + 2) / 5 + w->day - 1;
    int64_t days = era * 146097 + in_era * 365 + in_era / 4 - in_era / 100
                   + in_year - 719468;
    int64_t minutes = w->hour * 60 + w->minute
                      - (w->has_zone ? w->zone_min : zone_min);

    return days * 86400 + minutes * 60 + w->second;
}
