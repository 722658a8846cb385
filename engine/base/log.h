#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/str.h"

/*
 * One event, one line on stderr, no secrets:
 *   2026-01-31T06:00:00.123Z reply batch=100001 step=approve http=200 ms=184
 * or, with log_setup(.., LOG_JSON), one JSON object a line.
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_BUG };
enum log_form  { LOG_TEXT, LOG_JSON };

struct log_field {
    const char *key;                        /* NULL ends the list */
    enum { LOG_I64, LOG_STR, LOG_MASKED } kind;
    int64_t     i64;
    struct str  str;
};

#define L_I64(k, v) { (k), LOG_I64, (int64_t)(v), { NULL, 0 } }
#define L_STR(k, v) { (k), LOG_STR, 0, str_of(v) }
#define L_S(k, v)   { (k), LOG_STR, 0, (v) }
/* Names, phone numbers, accounts: only the last three characters are shown. */
#define L_MASKED(k, v) { (k), LOG_MASKED, 0, (v) }

#define log_event(level, name, ...) \
    log_write((level), (name), \
              (const struct log_field[]){ __VA_ARGS__, { 0 } })

/* log_setup(least, form): what is shown, and how; default LOG_WARN, text. */
void log_setup(enum log_level, enum log_form);
void log_write(enum log_level, const char *, const struct log_field *);

/* log_mask(s, out): "+254 7** *** 118" for 254 and nine digits, else "***iru"
 * (of a short text fewer than three); also for lists on screen. */
#define LOG_MASK_BYTES 64
void log_mask(struct str, char out[LOG_MASK_BYTES]);

#endif
