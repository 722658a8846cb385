/*
 * len and max count the content; cap is the memory, which has one byte more
 * for the NUL.  Every append goes through fit() and grow(), which check.
 */
#include "base/buf.h"

#define BUF_FIRST_BYTES 256     /* most texts are shorter: one allocation */

void
buf_init(struct buf *b, size_t bytes_max)
{
    *b = (struct buf){ 0 };
    /* so that max + 1 (for the NUL) and doubling cannot wrap */
    b->max = bytes_max < PTRDIFF_MAX / 2 ? bytes_max : PTRDIFF_MAX / 2;
}

void
buf_release(struct buf *b)
{
    free(b->p);
    buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->p != NULL)
        b->p[0] = '\0';
}

/* Make ${bytes} more and a NUL fit behind len.  Return 0, or -1 and failed. */
static int
grow(struct buf *b, size_t bytes)
{
    size_t need = 0, cap = b->cap > 0 ? b->cap : BUF_FIRST_BYTES;
    char *p = NULL;

    if (b->failed || bytes > b->max - b->len) {
        b->failed = true;
        return -1;
    }
    need = b->len + bytes + 1;
    if (need <= b->cap)
        return 0;
    /* doubling makes a million appends cost a million, not its square */
    while (cap < need)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    if ((p = realloc(b->p, cap)) == NULL) {
        b->failed = true;
        return -1;
    }
    b->p = p;
    b->cap = cap;
    return 0;
}

/* The same, and nothing to do for nearly every append: the memory is never
 * larger than the maximum allows. */
static inline int
fit(struct buf *b, size_t bytes)
{
    if (!b->failed && bytes < b->cap - b->len)
        return 0;
    return grow(b, bytes);
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
    if (fit(b, n) < 0)
        return;
    if (n > 0)
        memcpy(b->p + b->len, bytes, n);
    b->len += n;
    b->p[b->len] = '\0';
}

void
buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.len);
}

void
buf_text(struct buf *b, const char *text)
{
    buf_str(b, str_of(text));
}

void
buf_char(struct buf *b, char c)
{
    if (fit(b, 1) < 0)
        return;
    b->p[b->len++] = c;
    b->p[b->len] = '\0';
}

void
buf_i64(struct buf *b, int64_t n)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    int n = 0;

    va_start(args, fmt);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, fmt, args);
    if (n < 0)
        b->failed = true;
    else if (grow(b, (size_t)n) == 0) {
        vsnprintf(b->p + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

char *
buf_room(struct buf *b, size_t bytes)
{
    if (fit(b, bytes) < 0)
        return NULL;
    /* the caller moves len by itself: whatever it adds, a NUL is behind it */
    memset(b->p + b->len, 0, bytes + 1);
    return b->p + b->len;
}

void
buf_reserve(struct buf *b, size_t bytes)
{
    bool failed = b->failed;

    if (!failed && bytes <= b->max - b->len)
        (void)fit(b, bytes);
    b->failed = failed;
}

struct str
buf_view(const struct buf *b)
{
    return (struct str){ b->p, b->len };
}
