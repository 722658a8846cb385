#include "cli/phrase.h"

#include <time.h>

#include "base/clock.h"
#include "money/money.h"

#define NAIROBI_S   10800       /* east of UTC, without summer time */

static const char *const months[] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"
};

void
phrase_count(int64_t n, const char *one, const char *many,
            char out[PHRASE_BYTES])
{
    char text[MONEY_TEXT_BYTES];

    money_count(n, text);
    snprintf(out, PHRASE_BYTES, "%s %s", text, n == 1 ? one : many);
}

/* The month in "2026-11" or "2026-11-27", or NULL. */
static const char *
month_of(const char *iso)
{
    int64_t month = 0;

    if (strlen(iso) < 7 || str_i64(&month, (struct str){ iso + 5, 2 }) < 0 ||
        month < 1 || month > 12)
        return NULL;
    return months[month - 1];
}

void
phrase_day(const char *iso, char out[PHRASE_BYTES])
{
    const char *month = month_of(iso);

    if (month == NULL || strlen(iso) != 10)
        snprintf(out, PHRASE_BYTES, "%.16s", iso);
    else
        snprintf(out, PHRASE_BYTES, "%s %.3s %.4s",
                 iso[8] == '0' ? iso + 9 : iso + 8, month, iso);
}

void
phrase_month(const char *period, char out[PHRASE_BYTES])
{
    const char *month = month_of(period);

    if (month == NULL)
        snprintf(out, PHRASE_BYTES, "%.16s", period);
    else
        snprintf(out, PHRASE_BYTES, "%s %.4s", month, period);
}

void
phrase_today(char out[16])
{
    time_t at = (time_t)(clock_wall_us() / 1000000) + NAIROBI_S;
    struct tm day;

    out[0] = '\0';
    if (gmtime_r(&at, &day) != NULL)
        strftime(out, 16, "%Y-%m-%d", &day);
}

bool
phrase_too_early(const struct run *run)
{
    char today[16];

    phrase_today(today);
    return run->pay_date[0] != '\0' && strcmp(run->pay_date, today) > 0;
}
