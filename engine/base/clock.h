#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_ISO_BYTES 32

/* Wall time, microseconds since 1970 UTC: for people and for the database. */
int64_t clock_wall_us(void);

/* Monotonic milliseconds: for timeouts inside this process. */
int64_t clock_mono_ms(void);

/* Milliseconds since boot, counting suspend: for leases. */
int64_t clock_boot_ms(void);

/* clock_iso(wall_us, out): "2026-11-27T06:00:00.123Z". */
void clock_iso(int64_t, char out[CLOCK_ISO_BYTES]);

/**
 * clock_backoff_ms(n, base_ms, cap_ms, dice):
 * The wait before try ${n} (from 1): doubles, capped, up to half of it random
 * by ${dice}.  No clock inside, so a test is a table.
 */
int64_t clock_backoff_ms(unsigned n, int64_t base_ms, int64_t cap_ms,
                         uint32_t dice);

#endif
