/*
 * Text from outside on its way into JSON, CSV and HTML: the three places where
 * a payee's name could otherwise become something that is run.
 */
#include "base/buf.h"

#include <utf8proc.h>

/* Append what JSON wants instead of ${c}. */
static void
json_escape(struct buf *b, int32_t c)
{
    switch (c) {
    case '"':  buf_text(b, "\\\""); return;
    case '\\': buf_text(b, "\\\\"); return;
    case '\n': buf_text(b, "\\n");  return;
    case '\r': buf_text(b, "\\r");  return;
    case '\t': buf_text(b, "\\t");  return;
    default:   buf_printf(b, "\\u%04x", (unsigned)c); return;
    }
}

/* Control characters up to U+009F steer terminals, so they never go out raw. */
static bool
json_plain(int32_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && (c < 0x7F || c > 0x9F);
}

void
buf_json(struct buf *b, struct str s)
{
    size_t i = 0, from = 0;

    buf_char(b, '"');
    while (i < s.len) {
        int32_t c = -1;
        utf8proc_ssize_t n = utf8proc_iterate(
            (const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.len - i),
            &c);

        if (n > 0 && json_plain(c)) {
            i += (size_t)n;         /* goes out with its neighbours */
            continue;
        }
        buf_add(b, s.p + from, i - from);
        if (n > 0)
            json_escape(b, c);
        else
            buf_text(b, "\\ufffd"); /* one reader's error must not make the
                                       whole document unreadable */
        i += n > 0 ? (size_t)n : 1;
        from = i;
    }
    if (i > from)
        buf_add(b, s.p + from, i - from);
    buf_char(b, '"');
}

/*
 * Would a spreadsheet run it?  Apostrophes in front count as well: the reader
 * takes one off, so a text that already looks guarded gets one more, and what
 * was exported comes back as it was.
 */
static bool
csv_needs_guard(struct str s)
{
    size_t i = 0;

    while (i < s.len && s.p[i] == '\'')
        i++;
    return i < s.len && s.p[i] != '\0'
           && strchr("=+-@\t\r", s.p[i]) != NULL;
}

static bool
csv_needs_quotes(struct str s, char delim)
{
    if (s.len == 0)
        return false;
    if (s.p[0] == ' ' || s.p[s.len - 1] == ' ')
        return true;                /* some readers trim what is not quoted */
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] == delim || s.p[i] == '"' || s.p[i] == '\r'
            || s.p[i] == '\n' || s.p[i] == '\t')
            return true;
    return false;
}

void
buf_csv(struct buf *b, struct str s, char delim)
{
    bool quotes = csv_needs_quotes(s, delim);

    if (quotes)
        buf_char(b, '"');
    if (csv_needs_guard(s))
        buf_char(b, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    if (quotes)
        buf_char(b, '"');
}

static const char *
html_entity(char c)
{
    switch (c) {
    case '&':  return "&amp;";
    case '<':  return "&lt;";
    case '>':  return "&gt;";
    case '"':  return "&quot;";
    case '\'': return "&#39;";
    default:   return NULL;
    }
}

void
buf_html(struct buf *b, struct str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        const char *entity = html_entity(s.p[i]);

        if (entity == NULL)
            continue;
        buf_add(b, s.p + from, i - from);
        buf_text(b, entity);
        from = i + 1;
    }
    if (s.len > from)
        buf_add(b, s.p + from, s.len - from);
}
