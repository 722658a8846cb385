#include "loaders/xlsx_priv.h"

#include "base/limits.h"

/*
 * A cell's number is written as the shortest text that gives the same double:
 * up to 17 digits, of which Excel shows 15.  So 1050.5 may stand there as
 * 1050.4999999999999.  Reading the decimals and rounding them at the 15th digit
 * is what Excel does itself, and needs no double here.
 */
#define SHOWN_DIGITS 15
#define DIGITS_MAX   40         /* of any text of a number                    */
#define POINT_MAX    24         /* beyond that no payroll has numbers         */

struct decimal {
    bool negative;
    char digit[DIGITS_MAX];     /* without zeros in front or behind           */
    int  n;
    int  point;                 /* digits in front of it; may be < 0, > n     */
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* --- reading ------------------------------------------------------------ */

static bool
read_exponent(struct str s, int *exponent)
{
    bool negative = s.len > 0 && s.p[0] == '-';
    int64_t n = 0;

    if (s.len > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
        s.p++;
        s.len--;
    }
    if (s.len == 0 || s.len > 4 || str_i64(&n, s) < 0)
        return false;
    *exponent = (int)(negative ? -n : n);
    return true;
}

static void
strip(struct decimal *d)
{
    int zeros = 0;

    while (zeros < d->n && d->digit[zeros] == '0')
        zeros++;
    memmove(d->digit, d->digit + zeros, (size_t)(d->n - zeros));
    d->n -= zeros;
    d->point -= zeros;
    while (d->n > 0 && d->digit[d->n - 1] == '0')
        d->n--;
    if (d->n == 0)
        d->point = 1;
}

static bool
read_decimal(struct str s, struct decimal *d)
{
    size_t i = 0;
    int exponent = 0;
    bool dotted = false;

    *d = (struct decimal){ .negative = s.len > 0 && s.p[0] == '-' };
    for (i = d->negative; i < s.len && (is_digit(s.p[i]) || s.p[i] == '.');
         i++) {
        if (s.p[i] == '.') {
            if (dotted)
                return false;
            dotted = true;
            continue;
        }
        if (d->n == DIGITS_MAX)
            return false;
        d->digit[d->n++] = s.p[i];
        d->point += !dotted;
    }
    if (d->n == 0)
        return false;
    if (i < s.len && (s.p[i] == 'E' || s.p[i] == 'e')) {
        struct str rest = { s.p + i + 1, s.len - i - 1 };

        if (!read_exponent(rest, &exponent))
            return false;
    } else if (i < s.len) {
        return false;
    }
    d->point += exponent;
    strip(d);
    return d->point <= POINT_MAX && d->point >= -POINT_MAX;
}

/* --- what Excel shows --------------------------------------------------- */

static void
round_up(struct decimal *d)
{
    int i = d->n - 1;

    while (i >= 0 && d->digit[i] == '9')
        d->digit[i--] = '0';
    if (i >= 0) {
        d->digit[i]++;
        return;
    }
    d->digit[0] = '1';          /* 999 is 1000 now */
    d->point++;
}

static void
round_shown(struct decimal *d, unsigned *marks)
{
    bool up = false;

    if (d->n <= SHOWN_DIGITS)
        return;
    *marks |= d->point >= d->n ? CSV_FIELD_CUT : CSV_FIELD_ROUNDED;
    up = d->digit[SHOWN_DIGITS] >= '5';
    d->n = SHOWN_DIGITS;
    if (up)
        round_up(d);
    strip(d);
}

static void
write_decimal(const struct decimal *d, char out[XLSX_VALUE_BYTES])
{
    size_t at = 0;
    int decimals = d->n > d->point ? d->n - d->point : 0;

    if (d->negative && d->n > 0)
        out[at++] = '-';
    if (d->point <= 0)
        out[at++] = '0';
    for (int i = 0; i < d->point; i++)
        out[at++] = i < d->n ? d->digit[i] : '0';
    if (decimals > 0)
        out[at++] = '.';
    for (int i = d->point; i < d->n; i++)
        out[at++] = i < 0 ? '0' : d->digit[i];
    out[at] = '\0';
}

_Static_assert(POINT_MAX + SHOWN_DIGITS + 5 <= XLSX_VALUE_BYTES,
               "the longest number has its room");

bool
xlsx_number(struct str s, char out[XLSX_VALUE_BYTES], unsigned *marks)
{
    struct decimal d;

    if (!read_decimal(s, &d))
        return false;
    *marks |= CSV_FIELD_NUMBER;
    round_shown(&d, marks);
    write_decimal(&d, out);
    return true;
}

/* --- dates -------------------------------------------------------------- */

#define DAYS_MAX      2958465   /* 9999-12-31, Excel's last                   */
#define DAYS_1904     1462      /* how much later that calendar begins        */
#define FALSE_LEAP    60        /* 1900-02-29 is a day in Excel               */
#define EPOCH_BEHIND  25569     /* 1970-01-01                                 */

/* Days since 1970-01-01 to a date of the Gregorian calendar: years begin in
 * March here, so that the leap day is their last. */
static void
civil(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468, era = z / 146097, in_era = z - era * 146097;
    int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096)
                / 365;
    int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * in_year + 2) / 153;

    *day = (int)(in_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

/* "0.75" behind a day is 18:00; minutes are enough. */
static int
minutes_of(struct str fraction)
{
    int64_t value = 0, scale = 1;

    for (size_t i = 0; i < fraction.len && i < 9; i++) {
        value = value * 10 + (fraction.p[i] - '0');
        scale *= 10;
    }
    return (int)((value * 1440 + scale / 2) / scale);
}

bool
xlsx_date(struct str number, bool from_1904, char out[XLSX_VALUE_BYTES])
{
    const char *dot = memchr(number.p, '.', number.len);
    size_t whole = dot != NULL ? (size_t)(dot - number.p) : number.len;
    struct str fraction = { dot != NULL ? dot + 1 : NULL,
                            dot != NULL ? number.len - whole - 1 : 0 };
    int64_t days = 0;
    int year = 0, month = 0, day = 0, minutes = minutes_of(fraction);

    if (str_i64(&days, str_cut(number, whole)) < 0 || days > DAYS_MAX)
        return false;
    if (from_1904)
        days += DAYS_1904;
    else if (days < FALSE_LEAP)
        days++;                 /* the days before the one that never was */
    if (days <= 1)
        return false;           /* a time alone, or nothing */
    days += minutes / 1440;
    minutes %= 1440;
    civil(days - EPOCH_BEHIND, &year, &month, &day);
    snprintf(out, XLSX_VALUE_BYTES, "%04d-%02d-%02d", year, month, day);
    if (minutes > 0)
        snprintf(out + strlen(out), XLSX_VALUE_BYTES - strlen(out),
                 "T%02d:%02d", minutes / 60, minutes % 60);
    return true;
}
