#include "providers/plain.h"

#include "providers/jscan.h"

/* Where the words go; ${blank} is owed before the next one. */
struct words {
    char  *to;
    size_t len, room;           /* ${room}: most bytes, without the NUL */
    bool   blank, full;
};

static void
put(struct words *w, const char *p, size_t n)
{
    size_t blank = w->blank && w->len > 0 ? 1 : 0;

    if (w->full || n + blank > w->room - w->len) {
        w->full = true;
        return;
    }
    if (blank > 0)
        w->to[w->len++] = ' ';
    memcpy(w->to + w->len, p, n);
    w->len += n;
    w->to[w->len] = '\0';
    w->blank = false;
}

/* Blanks of every kind, and what breaks lines. */
static bool
is_blank(int32_t c)
{
    return c <= 0x20 || c == 0x7F || (c >= 0x80 && c <= 0xA0)
           || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029
           || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* What shows nothing, or makes its neighbours show in another order. */
static bool
is_hidden(int32_t c)
{
    return c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F)
           || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F)
           || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB)
           || (c >= 0xE0000 && c <= 0xE007F);
}

static bool
begins(struct str s, struct str with)
{
    return s.len >= with.len && str_ieq(str_cut(s, with.len), with);
}

/* Behind the first ${what} in ${s}, or ${none}. */
static size_t
behind(struct str s, struct str what, size_t none)
{
    for (size_t i = 0; i + what.len <= s.len; i++)
        if (begins((struct str){ s.p + i, s.len - i }, what))
            return i + what.len;
    return none;
}

/* The length of the tag, comment or hidden element at ${s}, or 0. */
static size_t
markup_bytes(struct str s)
{
    char next = s.len > 1 ? s.p[1] : ' ';

    if (begins(s, STR("<!--")))
        return behind(s, STR("-->"), s.len);
    if (begins(s, STR("<script")))
        return behind(s, STR("</script>"), s.len);
    if (begins(s, STR("<style")))
        return behind(s, STR("</style>"), s.len);
    if (next != '/' && next != '!' && next != '?'
        && !(next >= 'a' && next <= 'z') && !(next >= 'A' && next <= 'Z'))
        return 0;                   /* "less than" */
    return behind(s, STR(">"), 0);
}

/* The length of an entity at ${s} that we need not know, or 0. */
static size_t
other_entity_bytes(struct str s)
{
    size_t n = 1;

    while (n < s.len && n < 10
           && ((s.p[n] >= 'a' && s.p[n] <= 'z') || s.p[n] == '#'
               || (s.p[n] >= 'A' && s.p[n] <= 'Z')
               || (s.p[n] >= '0' && s.p[n] <= '9')))
        n++;
    return n > 2 && n < s.len && s.p[n] == ';' ? n + 1 : 0;
}

/* The length of the entity at ${s}, or 0; ${shows} is what it stands for. */
static size_t
entity_bytes(struct str s, const char **shows)
{
    static const struct entity {
        struct str name;
        const char *shows;
    } known[] = {
        { { "&amp;", 5 }, "&" },   { { "&quot;", 6 }, "\"" },
        { { "&#39;", 5 }, "'" },   { { "&#x27;", 6 }, "'" },
        { { "&apos;", 6 }, "'" },  { { "&nbsp;", 6 }, " " },
        { { "&lt;", 4 }, "<" },    { { "&gt;", 4 }, ">" }
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (begins(s, known[i].name)) {
            *shows = known[i].shows;
            return known[i].name.len;
        }
    *shows = " ";                   /* "&bull;" and the like */
    return other_entity_bytes(s);
}

/* One character that is neither a tag nor an entity; how long it was. */
static size_t
put_char(struct words *w, struct str s)
{
    int32_t c = (unsigned char)s.p[0];
    size_t n = 1;

    if (c >= 0x80 && (n = jscan_char(s.p, s.p + s.len, &c)) == 0) {
        put(w, "?", 1);             /* not UTF-8 */
        return 1;
    }
    if (is_blank(c))
        w->blank = true;
    else if (!is_hidden(c))
        put(w, s.p, n);
    /* kept apart from what follows, it can begin no tag again */
    if (c == '<')
        w->blank = true;
    return n;
}

/* Most answers need nothing done; then this is all the work. */
static bool
is_plain(struct str s)
{
    bool blank = true;              /* none in front */

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c < 0x20 || c >= 0x7F || c == '<' || c == '&'
            || (c == ' ' && blank))
            return false;
        blank = c == ' ';
    }
    return s.len == 0 || !blank;
}

void
plain_add(char *to, size_t bytes, struct str s)
{
    struct words w = { .to = to, .len = strlen(to), .room = bytes - 1,
                       .blank = true };
    size_t i = 0;

    if (s.len < w.room - w.len && is_plain(s)) {
        if (s.len > 0)
            put(&w, s.p, s.len);
        return;
    }
    while (i < s.len && !w.full) {
        struct str rest = { s.p + i, s.len - i };
        const char *shows = NULL;
        size_t n = 0;

        if (rest.p[0] == '<' && (n = markup_bytes(rest)) > 0)
            w.blank = true;         /* "<br>" stands between two words */
        else if (rest.p[0] == '&' && (n = entity_bytes(rest, &shows)) > 0)
            put_char(&w, str_of(shows));
        else
            n = put_char(&w, rest);
        i += n;
    }
}

void
plain_copy(char *to, size_t bytes, struct str s)
{
    to[0] = '\0';
    plain_add(to, bytes, s);
}
