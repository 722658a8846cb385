#include "sandbox/shape.h"

#include "money/money.h"
#include "sandbox/ids.h"

void
shape_text(struct buf *out, const char *key, const char *text)
{
    buf_text(out, key);
    if (text == NULL)
        buf_text(out, "null");
    else
        buf_json(out, str_of(text));
}

void
shape_or_null(struct buf *out, const char *key, const char *text)
{
    shape_text(out, key, text != NULL && text[0] != '\0' ? text : NULL);
}

void
shape_stamp(struct buf *out, const char *key, int64_t us)
{
    char stamp[IDS_STAMP_BYTES];

    ids_stamp(us, stamp);
    buf_text(out, key);
    buf_char(out, '"');
    buf_text(out, stamp);
    buf_char(out, '"');
}

void
shape_bool(struct buf *out, const char *key, bool yes)
{
    buf_text(out, key);
    buf_text(out, yes ? "true" : "false");
}

/* KES 1000 as 1000, 98668.49 as 98668.49, 0.5 as 0.5. */
static void
shape_number(struct buf *out, int64_t minor)
{
    if (minor % 100 == 0) {
        buf_i64(out, minor / 100);
        return;
    }
    buf_minor(out, minor, 2);
    if (minor % 10 == 0 && !out->failed)
        out->p[--out->len] = '\0';
}

void
shape_money(struct buf *out, const char *key, int64_t minor, bool bare)
{
    buf_text(out, key);
    if (bare) {
        shape_number(out, minor);
        return;
    }
    buf_char(out, '"');
    buf_minor(out, minor, 2);
    buf_char(out, '"');
}

void
shape_count(struct buf *out, const char *key, int64_t n, enum numbers numbers)
{
    buf_text(out, key);
    if (numbers == NUMBERS_TEXT)
        buf_char(out, '"');
    buf_i64(out, n);
    if (numbers == NUMBERS_TEXT)
        buf_char(out, '"');
}

bool
shape_bare(enum numbers numbers, bool recorded)
{
    switch (numbers) {
    case NUMBERS_RECORDED:
        return recorded;
    case NUMBERS_TEXT:
        return false;
    case NUMBERS_BARE:
        return true;
    }
    return recorded;
}
