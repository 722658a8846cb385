#include "tracker/pace.h"

#include "base/limits.h"

static int64_t
doubled(int64_t ms, int times, int64_t cap_ms)
{
    while (times-- > 0 && ms < cap_ms)
        ms *= 2;
    return ms < cap_ms ? ms : cap_ms;
}

int64_t
pace_open_ms(int polls, int64_t first_ms, int64_t cap_ms)
{
    return doubled(first_ms, polls > 0 ? (polls - 1) / 4 : 0,
                   cap_ms > first_ms ? cap_ms : first_ms);
}

int64_t
pace_doubt_ms(int polls, int64_t first_ms)
{
    return doubled(first_ms, polls > 0 ? polls : 0, POLL_DOUBT_CAP_MS);
}
