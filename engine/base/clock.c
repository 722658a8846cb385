/* The only place that asks the machine for the time. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

#include "base/str.h"

#define US_PER_S INT64_C(1000000)

/* The clock ${id} in parts of a second, ${per_s} of them. */
static int64_t
clock_of(clockid_t id, int64_t per_s)
{
    struct timespec t = { 0 };
    int rc = clock_gettime(id, &t);

    assert(rc == 0);            /* fails only for a clock that does not exist */
    (void)rc;
    return (int64_t)t.tv_sec * per_s
           + t.tv_nsec / (INT64_C(1000000000) / per_s);
}

int64_t
clock_wall_us(void)
{
    return clock_of(CLOCK_REALTIME, US_PER_S);
}

int64_t
clock_mono_ms(void)
{
    return clock_of(CLOCK_MONOTONIC, 1000);
}

int64_t
clock_boot_ms(void)
{
    return clock_of(CLOCK_BOOTTIME, 1000);
}

void
clock_iso(int64_t wall_us, char out[CLOCK_ISO_BYTES])
{
    int64_t us = wall_us % US_PER_S;
    time_t s = (time_t)(wall_us / US_PER_S);
    struct tm tm = { 0 };
    char text[80];              /* room for any int, to please the compiler */

    if (us < 0) {               /* before 1970 seconds still count upwards */
        us += US_PER_S;
        s--;
    }
    gmtime_r(&s, &tm);
    snprintf(text, sizeof(text), "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ",
             tm.tm_year + 1900LL, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
             tm.tm_min, tm.tm_sec, (int)(us / 1000));
    str_copy(out, CLOCK_ISO_BYTES, str_of(text));   /* years to 294247 fit */
}

int64_t
clock_backoff_ms(unsigned n, int64_t base_ms, int64_t cap_ms, uint32_t dice)
{
    int64_t wait = base_ms;

    assert(n >= 1);
    assert(base_ms > 0 && cap_ms >= base_ms);
    while (--n > 0 && wait < cap_ms)
        wait = wait > cap_ms / 2 ? cap_ms : wait * 2;
    /* the random half keeps many workers from all coming back at once */
    return wait - (int64_t)(dice % (uint64_t)(wait / 2 + 1));
}
