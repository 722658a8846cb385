#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>

static const char ellipsis[] = "...";

/*
 * Format into ${out}.  The text goes through a copy, because callers wrap an
 * error with words of its own ("%s: %s", file, e->text), and it is cut
 * between characters, because a half character is no longer valid JSON.
 */
static void
say(char out[ERR_TEXT_BYTES], const char *fmt, va_list args)
{
    char text[ERR_TEXT_BYTES];
    int n = vsnprintf(text, sizeof(text), fmt, args);
    size_t end = sizeof(text) - sizeof(ellipsis);

    if (n < 0)
        text[0] = '\0';
    if (n >= (int)sizeof(text)) {
        while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
            end--;
        memcpy(text + end, ellipsis, sizeof(ellipsis));
    }
    memcpy(out, text, sizeof(text));
}

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    va_list args;

    if (e == NULL)
        return -1;
    va_start(args, fmt);
    say(e->text, fmt, args);
    va_end(args);
    e->kind = kind;
    e->fix[0] = '\0';
    return -1;
}

int
err_fix(struct err *e, const char *fmt, ...)
{
    va_list args;

    if (e == NULL)
        return -1;
    va_start(args, fmt);
    say(e->fix, fmt, args);
    va_end(args);
    return -1;
}

int
err_oom(struct err *e)
{
    err_set(e, ERR_TEMP, "there is not enough memory for this");
    return err_fix(e, "close other programs or use a larger machine, "
                      "then run the same command again");
}

const char *
err_kind_name(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:        return "none";
    case ERR_GUARD:       return "guard";
    case ERR_USAGE:       return "usage";
    case ERR_DATA:        return "data";
    case ERR_NOINPUT:     return "noinput";
    case ERR_UNAVAILABLE: return "unavailable";
    case ERR_BUG:         return "bug";
    case ERR_CANTCREATE:  return "cantcreate";
    case ERR_IO:          return "io";
    case ERR_TEMP:        return "temp";
    case ERR_NOPERM:      return "noperm";
    case ERR_CONFIG:      return "config";
    }
    return "unknown";           /* a number that is none of ours */
}
