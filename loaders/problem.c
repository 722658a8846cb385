#include "loaders/problem.h"

#include <stdarg.h>

#define VALUE_BYTES   120       /* as problem.h promises                     */
#define DETAIL_BYTES  ERR_TEXT_BYTES
#define LIST_FIRST    64        /* most files have fewer                     */

/* value, detail and fix of one problem are under 1200 bytes by the cuts here */
#define TEXT_BYTES_EACH 2048

void
problems_init(struct problems *ps)
{
    *ps = (struct problems){ .list = NULL };
    arena_init(&ps->arena, (size_t)PROBLEMS_MAX * TEXT_BYTES_EACH);
}

void
problems_release(struct problems *ps)
{
    bool allow = ps->allow_stops;

    arena_release(&ps->arena);
    free(ps->list);
    problems_init(ps);
    ps->allow_stops = allow;
}

const struct problem_kind *
problem_kind(const char *code)
{
    for (const struct problem_kind *k = problem_kinds; k->code != NULL; k++)
        if (strcmp(k->code, code) == 0)
            return k;
    return NULL;
}

/* Cut ${s} to ${bytes} without leaving half a character at the end. */
static struct str
cut_text(struct str s, size_t bytes)
{
    if (s.len <= bytes)
        return s;
    while (bytes > 0 && ((unsigned char)s.p[bytes] & 0xC0) == 0x80)
        bytes--;
    return str_cut(s, bytes);
}

static void
count(struct problems *ps, const struct problem_kind *kind,
      enum severity severity)
{
    ps->by_kind[kind - problem_kinds]++;
    switch (severity) {
    case SEV_WARNING: ps->warnings++; return;
    case SEV_STOP:    ps->stops++;    return;
    case SEV_ERROR:   ps->errors++;   return;
    }
}

/* Is there room for one more in detail?  Called after it was counted. */
static bool
room_for(struct problems *ps, const struct problem_kind *kind,
         enum severity severity)
{
    struct problem *list = NULL;
    size_t cap = ps->cap == 0 ? LIST_FIRST : ps->cap * 2;

    if (ps->n >= PROBLEMS_MAX
        || ps->by_kind[kind - problem_kinds] > PROBLEMS_MAX / 4)
        return false;
    if (severity == SEV_WARNING && ps->kept_warnings >= PROBLEMS_MAX / 2)
        return false;
    if (ps->n < ps->cap)
        return true;
    if ((list = realloc(ps->list, cap * sizeof(*list))) == NULL)
        return false;               /* it stays counted, so nothing is lost */
    ps->list = list;
    ps->cap = cap;
    return true;
}

static struct str
keep(struct problems *ps, struct str s, size_t bytes)
{
    s = cut_text(s, bytes);
    return s.len == 0 ? (struct str){ NULL, 0 } : arena_str(&ps->arena, s);
}

struct problem *
problem_add(struct problems *ps, const char *code, int64_t line, int column,
            const char *field, struct str value, const char *fix,
            const char *fmt, ...)
{
    const struct problem_kind *kind = problem_kind(code);
    enum severity severity = SEV_ERROR;
    struct problem *p = NULL;
    char detail[DETAIL_BYTES];
    va_list ap;

    if (kind == NULL)
        abort();                    /* a code that is in no table: a bug */
    severity = kind->severity;
    if (severity == SEV_STOP && ps->allow_stops)
        severity = SEV_WARNING;
    count(ps, kind, severity);
    if (!room_for(ps, kind, severity))
        return NULL;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof(detail), fmt, ap);
    va_end(ap);
    p = &ps->list[ps->n++];
    *p = (struct problem){
        .kind = kind,
        .severity = severity,
        .line = line,
        .column = column,
        .field = keep(ps, str_of(field), NAME_BYTES_MAX),
        .value = keep(ps, value, VALUE_BYTES),
        /* a little less than the array, so that a cut finds the character */
        .detail = keep(ps, str_of(detail), DETAIL_BYTES - 8),
        .fix = keep(ps, str_of(fix), DETAIL_BYTES - 8),
    };
    ps->kept_warnings += severity == SEV_WARNING;
    return p;
}

bool
problems_block(const struct problems *ps)
{
    return ps->errors > 0 || ps->stops > 0;
}
