#include "loaders/csv_priv.h"

/* Twice as long after UTF-16 at worst, and the window holds two of those. */
#define PIECE_BYTES (READ_CHUNK_BYTES / 2)

struct csv *
csv_new(const struct csv_sink *sink, struct err *e)
{
    struct csv *c = calloc(1, sizeof(*c));

    if (c == NULL)
        goto oom;
    c->sink = *sink;
    buf_init(&c->head, READ_CHUNK_BYTES);
    c->win = malloc(CSV_WINDOW_BYTES);
    c->text = malloc(CSV_LINE_BYTES_MAX);
    if (c->win != NULL && c->text != NULL)
        return c;
oom:
    csv_close(c);
    err_oom(e);
    return NULL;
}

void
csv_close(struct csv *c)
{
    if (c == NULL)
        return;
    csv_scan_close(c);
    buf_release(&c->head);
    free(c->win);
    free(c->text);
    free(c->wide);
    free(c);
}

/*
 * Drop what was read from the front of the window.  Of a line that is only
 * being skipped, the first CSV_LINE_BYTES_MAX are kept for csv_raw().
 */
static void
make_room(struct csv *c)
{
    size_t gone = c->rec_at;

    if (c->skipping && c->pos - c->rec_at > CSV_LINE_BYTES_MAX)
        c->pos = c->len = c->rec_at + CSV_LINE_BYTES_MAX;
    if (gone == 0)
        return;
    memmove(c->win, c->win + gone, c->len - gone);
    c->len -= gone;
    c->pos -= gone;
    c->rec_at = 0;
    /* while skipping these two are not looked at and may be behind */
    c->line_at -= c->line_at < gone ? c->line_at : gone;
    c->field_at -= c->field_at < gone ? c->field_at : gone;
}

static void
take(struct csv *c, struct str bytes)
{
    while (bytes.len > 0 && !c->out_of_memory) {
        struct str piece = str_cut(bytes, PIECE_BYTES);

        make_room(c);
        if (c->encoding == CSV_UTF16LE || c->encoding == CSV_UTF16BE) {
            c->len += encoding_utf16(&c->utf16, c->win + c->len, piece);
        } else {
            memcpy(c->win + c->len, piece.p, piece.len);
            c->len += piece.len;
        }
        csv_scan(c);
        bytes.p += piece.len;
        bytes.len -= piece.len;
    }
}

/* Enough of the file is here to know what it is, or all of it. */
static int
start(struct csv *c)
{
    struct str head = buf_view(&c->head), text = head;
    struct utf16 look = { .big = false };
    char *utf8 = NULL;
    size_t bom = 0;

    c->encoding = encoding_guess(head, &bom);
    c->maybe_cp1252 = c->encoding == CSV_UTF8;
    if (bom > 0) {
        head.p += bom;
        head.len -= bom;
    }
    text = head;
    if (c->encoding == CSV_UTF16LE || c->encoding == CSV_UTF16BE) {
        if ((utf8 = malloc(ENCODING_UTF16_ROOM(head.len))) == NULL)
            return -1;
        look.big = c->utf16.big = c->encoding == CSV_UTF16BE;
        text = (struct str){ utf8, encoding_utf16(&look, utf8, head) };
    }
    c->delim = encoding_delimiter(text);
    c->crlf = encoding_crlf(text);
    free(utf8);
    if (csv_scan_start(c) < 0)
        return -1;
    c->started = true;
    take(c, head);
    buf_release(&c->head);
    return 0;
}

int
csv_feed(struct csv *c, const void *bytes, size_t n, struct err *e)
{
    struct str in = { bytes, n };

    if (n == 0)
        return 0;
    if (!c->started) {
        struct str head = str_cut(in, READ_CHUNK_BYTES - c->head.len);

        buf_str(&c->head, head);
        if (c->head.failed)
            return err_oom(e);
        in.p += head.len;
        in.len -= head.len;
        if (c->head.len == READ_CHUNK_BYTES && start(c) < 0)
            return err_oom(e);
    }
    take(c, in);
    return c->out_of_memory ? err_oom(e) : 0;
}

int
csv_end(struct csv *c, struct err *e)
{
    if (!c->started && start(c) < 0)
        return err_oom(e);
    make_room(c);
    c->len += encoding_utf16_end(&c->utf16, c->win + c->len);
    csv_scan(c);
    csv_scan_end(c);
    return c->out_of_memory ? err_oom(e) : 0;
}

struct str
csv_raw(const struct csv *c)
{
    return c->raw;
}

enum csv_encoding
csv_encoding(const struct csv *c)
{
    return c->encoding;
}

char
csv_delimiter(const struct csv *c)
{
    return c->delim;
}

bool
csv_crlf(const struct csv *c)
{
    return c->crlf;
}

const char *
csv_encoding_name(enum csv_encoding encoding)
{
    switch (encoding) {
    case CSV_UTF8:     return "UTF-8";
    case CSV_UTF8_BOM: return "UTF-8 with BOM";
    case CSV_UTF16LE:  return "UTF-16 (little endian)";
    case CSV_UTF16BE:  return "UTF-16 (big endian)";
    case CSV_CP1252:   return "Windows-1252";
    }
    return "";
}
