/*
 * Any bytes at all through the CSV reader: it must not matter how they are cut
 * into chunks, positions only grow, text is UTF-8, and the caps hold.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "loaders/csv.h"
#include "loaders/encoding.h"

#define TOLD_BYTES ((size_t)1 << 28)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

struct told {
    struct csv *csv;
    struct buf  text;
    int64_t     line;
};

static void
on_record(void *owner, const struct csv_record *r)
{
    struct told *t = owner;
    int64_t line = r->line, at = 0;

    MUST(r->line > t->line && r->line_end >= r->line);
    t->line = r->line_end;
    MUST(r->n > 0 && r->n <= CSV_FIELDS_MAX);
    buf_printf(&t->text, "R%lld-%lld", (long long)r->line,
               (long long)r->line_end);
    for (int i = 0; i < r->n; i++) {
        const struct csv_field *f = &r->fields[i];

        MUST(f->line >= line && f->line <= r->line_end);
        MUST(f->line > line || f->at > at);
        MUST(encoding_utf8(f->text));
        MUST(f->text.len == 0
             || memchr(f->text.p, '\0', f->text.len) == NULL);
        line = f->line;
        at = f->at;
        buf_printf(&t->text, " %lld:%lld:%d:%zu:", (long long)f->line,
                   (long long)f->at, f->quoted, f->text.len);
        buf_str(&t->text, f->text);
    }
}

static void
on_flaw(void *owner, enum csv_flaw flaw, int64_t line, int column)
{
    struct told *t = owner;
    struct str raw = csv_raw(t->csv);

    MUST(line > t->line && column >= 1 && column <= CSV_FIELDS_MAX + 1);
    MUST(raw.len <= CSV_LINE_BYTES_MAX);
    buf_printf(&t->text, "F%d %lld:%d %zu:", (int)flaw, (long long)line,
               column, raw.len);
    buf_str(&t->text, raw);
}

static void
read_all(struct told *t, const uint8_t *data, size_t n, size_t piece)
{
    const struct csv_sink sink = { on_record, on_flaw, t };

    *t = (struct told){ .line = 0 };
    buf_init(&t->text, TOLD_BYTES);
    MUST((t->csv = csv_new(&sink, NULL)) != NULL);
    for (size_t i = 0; i < n; i += piece)
        MUST(csv_feed(t->csv, data + i, n - i < piece ? n - i : piece, NULL)
             == 0);
    MUST(csv_end(t->csv, NULL) == 0);
    buf_printf(&t->text, "%d%c%d", (int)csv_encoding(t->csv),
               csv_delimiter(t->csv), csv_crlf(t->csv));
    csv_close(t->csv);
    MUST(!t->text.failed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const size_t pieces[] = { 1, 7 };
    struct told whole, part;

    read_all(&whole, data, n, n > 0 ? n : 1);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        read_all(&part, data, n, pieces[i]);
        MUST(str_eq(buf_view(&whole.text), buf_view(&part.text)));
        buf_release(&part.text);
    }
    buf_release(&whole.text);
    return 0;
}
