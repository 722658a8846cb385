/*
 * A line is built on the stack and leaves in one write: no allocation, so that
 * running out of memory can be logged, and no mixing with other processes.
 */
#include "base/log.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"

#define MASK "***"
#define MASK_SHOWN 3            /* characters: enough to recognise one's own */

/* What the operator asked for, once, at start-up. */
static enum log_level shown_from = LOG_WARN;
static enum log_form shown_as = LOG_TEXT;

void
log_setup(enum log_level least, enum log_form form)
{
    shown_from = least;
    shown_as = form;
}

static const char *
level_name(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG: return "debug";
    case LOG_INFO:  return "info";
    case LOG_WARN:  return "warn";
    case LOG_BUG:   return "bug";
    }
    return "bug";
}

/* Can ${s} stand behind "key=" and still be told from what follows it? */
static bool
reads_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7F)
            return false;
    }
    return s.len > 0;
}

static void
add_text(struct buf *line, struct str s)
{
    /* no line break or escape sequence from outside reaches the log raw */
    if (shown_as == LOG_TEXT && reads_plain(s))
        buf_str(line, s);
    else
        buf_json(line, s);
}

static void
add_value(struct buf *line, const struct log_field *f)
{
    char masked[LOG_MASK_BYTES];

    switch (f->kind) {
    case LOG_I64:
        buf_i64(line, f->i64);
        return;
    case LOG_STR:
        add_text(line, str_cut(f->str, ERR_TEXT_BYTES));
        return;
    case LOG_MASKED:
        log_mask(f->str, masked);
        add_text(line, str_of(masked));
        return;
    }
}

static void
add_key(struct buf *line, const char *key)
{
    if (shown_as == LOG_TEXT) {
        buf_printf(line, " %s=", key);
        return;
    }
    buf_char(line, ',');
    buf_json(line, str_of(key));
    buf_char(line, ':');
}

static void
add_head(struct buf *line, enum log_level level, const char *name)
{
    char now[CLOCK_ISO_BYTES];

    clock_iso(clock_wall_us(), now);
    if (shown_as == LOG_TEXT) {
        buf_printf(line, "%s %s", now, name);
        /* what is in order needs no word for it; what is not stands out */
        if (level >= LOG_WARN)
            buf_printf(line, " level=%s", level_name(level));
        return;
    }
    buf_printf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":", now,
               level_name(level));
    buf_json(line, str_of(name));
}

void
log_write(enum log_level level, const char *name,
          const struct log_field *fields)
{
    char space[LOG_LINE_BYTES_MAX];
    /* three bytes stay free for the end of the line */
    struct buf line = { .p = space, .cap = sizeof(space),
                        .max = sizeof(space) - 3 };
    int saved = errno;

    if (level < shown_from)
        return;
    add_head(&line, level, name);
    for (const struct log_field *f = fields; f->key != NULL; f++) {
        size_t before = line.len;

        add_key(&line, f->key);
        add_value(&line, f);
        if (line.failed) {          /* leave out what does not fit, whole */
            line.len = before;
            line.failed = false;
        }
    }
    if (shown_as == LOG_JSON)
        line.p[line.len++] = '}';
    line.p[line.len++] = '\n';
    /* if stderr is gone there is nobody left to tell */
    if (write(STDERR_FILENO, line.p, line.len) < 0) {
    }
    errno = saved;                  /* callers log before they look at it */
}

/* "254" and nine digits, with or without a plus; gives the digits. */
static bool
is_phone(struct str s, struct str *digits)
{
    if (s.len > 0 && s.p[0] == '+')
        s = (struct str){ s.p + 1, s.len - 1 };
    if (s.len != 12 || memcmp(s.p, "254", 3) != 0)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    *digits = s;
    return true;
}

static bool
starts_char(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* The last characters of ${s}: three, or fewer when that is most of it. */
static struct str
tail_of(struct str s)
{
    size_t chars = 0, at = s.len, seen = 0, want = MASK_SHOWN;

    for (size_t i = 0; i < s.len; i++)
        chars += starts_char(s.p[i]);
    if (chars / 2 < want)
        want = chars / 2;
    while (seen < want && at > 0)
        seen += starts_char(s.p[--at]);
    return (struct str){ s.p != NULL ? s.p + at : NULL, s.len - at };
}

void
log_mask(struct str s, char out[LOG_MASK_BYTES])
{
    struct str tail = tail_of(s);

    /* Behind 254 every mobile number starts with 7 or 1, so that much tells
     * nothing about whose it is. */
    if (is_phone(s, &s)) {
        snprintf(out, LOG_MASK_BYTES, "+254 %c** *** %.*s", s.p[3],
                 STR_ARG(tail));
        return;
    }
    /* four bytes a character at most, unless it is not text at all */
    if (tail.len > 4 * MASK_SHOWN)
        tail.len = 0;
    for (size_t i = 0; i < tail.len; i++)
        if ((unsigned char)tail.p[i] < ' ' || tail.p[i] == 0x7F)
            tail.len = 0;
    snprintf(out, LOG_MASK_BYTES, MASK "%.*s", STR_ARG(tail));
}
