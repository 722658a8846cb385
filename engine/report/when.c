#include "report/when.h"

#include "base/str.h"

/* Africa/Nairobi: three hours, all year, since 1960. */
#define NAIROBI_S (3 * 3600)

static const char *const months[] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"
};

int
when_parts(int64_t us, struct tm *tm)
{
    time_t s = (time_t)(us / 1000000 + NAIROBI_S);

    return us != 0 && gmtime_r(&s, tm) != NULL ? 0 : -1;
}

void
when_text(int64_t us, char out[WHEN_BYTES])
{
    struct tm tm;

    out[0] = '\0';
    if (when_parts(us, &tm) == 0)
        snprintf(out, WHEN_BYTES, "%d %.3s %d %02d:%02d", tm.tm_mday,
                 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min);
}

void
when_cell(int64_t us, char out[WHEN_BYTES])
{
    struct tm tm;

    out[0] = '\0';
    if (when_parts(us, &tm) == 0)
        strftime(out, WHEN_BYTES, "%Y-%m-%d %H:%M:%S", &tm);
}

/* The digits of ${text} from ${at}, or -1. */
static int64_t
number_at(struct str text, size_t at, size_t digits)
{
    int64_t n = -1;

    if (text.len < at + digits
        || str_i64(&n, (struct str){ text.p + at, digits }) < 0)
        return -1;
    return n;
}

void
when_date(const char *text, char out[WHEN_BYTES])
{
    struct str s = str_of(text);
    int64_t year = number_at(s, 0, 4), month = number_at(s, 5, 2);
    int64_t day = number_at(s, 8, 2);

    if (year < 0 || month < 1 || month > 12) {
        snprintf(out, WHEN_BYTES, "%s", text);
        return;
    }
    if (day > 0)
        snprintf(out, WHEN_BYTES, "%d %.3s %d", (int)day, months[month - 1],
                 (int)year);
    else
        snprintf(out, WHEN_BYTES, "%s %d", months[month - 1], (int)year);
}
