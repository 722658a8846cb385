#include "loaders/problem_text.h"

#include "base/text.h"
#include "loaders/pain001.h"
#include "loaders/xlsx.h"
#include "money/money.h"

#define EXCERPT_BYTES 60        /* of a value; a line should stay a line */

const char *
problem_text_severity(enum severity s)
{
    switch (s) {
    case SEV_WARNING: return "warning";
    case SEV_STOP:    return "stop";
    case SEV_ERROR:   return "error";
    }
    return "";
}

/* --- text that is safe to show ------------------------------------------ */

/* The character at ${i} of UTF-8 ${s}: its bytes, and its number. */
static size_t
char_at(struct str s, size_t i, unsigned *c)
{
    unsigned char b = (unsigned char)s.p[i];
    size_t n = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;

    *c = b;
    if (b < 0xC0 || i + n > s.len)
        return 1;
    *c = b & (0xFFU >> (n + 1));
    for (size_t k = 1; k < n; k++)
        *c = *c << 6 | ((unsigned char)s.p[i + k] & 0x3F);
    return n;
}

static void
put_safe(struct buf *out, struct str s, size_t bytes_max)
{
    unsigned hidden = TEXT_CONTROL | TEXT_BIDI | TEXT_INVISIBLE | TEXT_NOT_UTF8;

    for (size_t i = 0; i < s.len;) {
        unsigned c = 0;
        size_t n = char_at(s, i, &c);
        struct str one = { s.p + i, n };

        if (i + n > bytes_max) {
            buf_text(out, "...");
            return;
        }
        if (text_look(one, NULL) & hidden)
            buf_printf(out, "<U+%04X>", c);
        else
            buf_str(out, one);
        i += n;
    }
}

/* --- one place ---------------------------------------------------------- */

/* "B7", "Amt/InstdAmt"; or "" when line and column say it all. */
static void
name_place(enum problem_places places, int64_t line, int column,
           char out[PROBLEM_PLACE_BYTES])
{
    const char *element = NULL;

    out[0] = '\0';
    if (places == PLACE_CELL && column > 0)
        xlsx_cell(column, line, out);
    else if (places == PLACE_ELEMENT
             && (element = pain001_element(column)) != NULL)
        snprintf(out, PROBLEM_PLACE_BYTES, "%s", element);
}

void
problem_text_place(const struct problems *ps, const struct problem *p,
                   char out[PROBLEM_PLACE_BYTES])
{
    name_place(ps->places, p->line, p->column, out);
}

static void
put_place(struct buf *out, enum problem_places places, const char *file,
          int64_t line, int column)
{
    char name[PROBLEM_PLACE_BYTES];

    put_safe(out, str_of(file), PATH_BYTES_MAX);
    if (line <= 0)
        return;
    name_place(places, line, column, name);
    switch (places) {
    case PLACE_LINE:
        buf_printf(out, ":%lld", (long long)line);
        if (column > 0)
            buf_printf(out, ":%d", column);
        return;
    case PLACE_CELL:
        buf_printf(out, ":%s", name);
        if (name[0] == '\0')
            buf_printf(out, "row %lld", (long long)line);
        return;
    case PLACE_ELEMENT:
        buf_printf(out, ": payment %lld", (long long)line);
        if (name[0] != '\0')
            buf_printf(out, " (%s)", name);
        return;
    }
}

static void
put_problem(struct buf *out, const struct problems *ps,
            const struct problem *p, const char *file)
{
    buf_text(out, "  ");
    put_place(out, ps->places, file, p->line, p->column);
    if (p->other_line > 0) {
        buf_text(out, " and ");
        put_place(out, ps->places, file, p->other_line, 0);
    }
    if (p->field.len > 0 || p->value.len > 0)
        buf_text(out, "  ");
    buf_str(out, p->field);
    if (p->value.len > 0) {
        buf_text(out, p->field.len > 0 ? " \"" : "\"");
        put_safe(out, p->value, EXCERPT_BYTES);
        buf_char(out, '"');
    }
    if (p->detail.len > 0) {
        buf_text(out, "  ");
        put_safe(out, p->detail, ERR_TEXT_BYTES);
    }
    buf_char(out, '\n');
    if (p->fix.len > 0) {
        buf_text(out, "      fix: ");
        put_safe(out, p->fix, ERR_TEXT_BYTES);
        buf_char(out, '\n');
    }
}

/* --- one cause ---------------------------------------------------------- */

static void
put_more(struct buf *out, int64_t more)
{
    char count[MONEY_TEXT_BYTES];

    if (more <= 0)
        return;
    money_count(more, count);
    buf_printf(out, "  and %s more\n", count);
}

/* All places of the cause that ${first} has, from there on. */
static void
put_cause(struct buf *out, const struct problems *ps, size_t first,
          const char *file, size_t places)
{
    const struct problem_kind *kind = ps->list[first].kind;
    bool own_fixes = true;
    size_t shown = 0;

    buf_printf(out, "%s %s  %s\n",
               problem_text_severity(ps->list[first].severity), kind->code,
               kind->cause);
    for (size_t i = first; i < ps->n && shown < places; i++) {
        if (ps->list[i].kind != kind)
            continue;
        put_problem(out, ps, &ps->list[i], file);
        own_fixes = own_fixes && ps->list[i].fix.len > 0;
        shown++;
    }
    put_more(out, ps->by_kind[kind - problem_kinds] - (int64_t)shown);
    if (!own_fixes)
        buf_printf(out, "  fix: %s\n", kind->fix);
}

void
problem_text(struct buf *out, const struct problems *ps, const char *file,
             size_t places)
{
    static const enum severity order[] = { SEV_ERROR, SEV_STOP, SEV_WARNING };
    bool told[PROBLEM_KINDS_MAX] = { false };
    bool any = false;

    for (size_t s = 0; s < sizeof(order) / sizeof(order[0]); s++)
        for (size_t i = 0; i < ps->n; i++) {
            const struct problem *p = &ps->list[i];

            if (p->severity != order[s] || told[p->kind - problem_kinds])
                continue;
            told[p->kind - problem_kinds] = true;
            if (any)
                buf_char(out, '\n');
            any = true;
            put_cause(out, ps, i, file, places);
        }
}

/* --- JSON --------------------------------------------------------------- */

static void
put_member(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, ",\"%s\":", name);
    buf_json(out, value);
}

void
problem_text_json(struct buf *out, const struct problems *ps,
                  const char *file)
{
    buf_char(out, '[');
    for (size_t i = 0; i < ps->n; i++) {
        const struct problem *p = &ps->list[i];
        char place[PROBLEM_PLACE_BYTES];

        problem_text_place(ps, p, place);
        buf_printf(out, "%s{\"code\":\"%s\"", i > 0 ? "," : "",
                   p->kind->code);
        put_member(out, "severity", str_of(problem_text_severity(p->severity)));
        put_member(out, "file", str_of(file));
        buf_printf(out, ",\"line\":%lld,\"column\":%d,\"other_line\":%lld",
                   (long long)p->line, p->column, (long long)p->other_line);
        if (place[0] != '\0')
            put_member(out, "place", str_of(place));
        put_member(out, "field", p->field);
        put_member(out, "value", p->value);
        put_member(out, "cause", str_of(p->kind->cause));
        put_member(out, "detail", p->detail);
        put_member(out, "fix", p->fix.len > 0 ? p->fix : str_of(p->kind->fix));
        buf_char(out, '}');
    }
    buf_char(out, ']');
}
