/*
 * Any text as the parts of a workbook: rows have room for what they hold, go
 * up, and are UTF-8; what cannot be read says why.  The parts stand one behind
 * the other with a NUL between them: sheet, strings, styles, workbook.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "loaders/problem.h"
#include "loaders/xlsx_priv.h"
#include "tests/lib/workbook.h"

#define PARTS 4
#define MUST(x) do { if (!(x)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct got {
    int64_t line, records, blocking;
    int     width;
};

static bool
on_record(void *owner, const struct csv_record *rec)
{
    struct got *g = owner;
    bool any = false;

    MUST(rec->line > g->line && rec->n > 0 && rec->n <= CSV_FIELDS_MAX);
    MUST(g->records == 0 || rec->n >= g->width);
    if (g->records++ == 0)
        g->width = rec->n;
    g->line = rec->line;
    for (int i = 0; i < rec->n; i++) {
        struct str s = rec->fields[i].text;

        MUST(s.len <= CSV_LINE_BYTES_MAX && rec->fields[i].line == rec->line);
        MUST((text_look(s, NULL) & TEXT_NOT_UTF8) == 0);
        any = any || s.len > 0 || rec->fields[i].marks != 0;
    }
    MUST(any);
    return g->records < 100000;
}

static void
on_note(void *owner, const char *code, int64_t line, int column,
        struct str value, const char *detail)
{
    struct got *g = owner;

    (void)value;
    MUST(problem_kind(code) != NULL && detail[0] != '\0');
    MUST(line >= 0 && column >= 0 && column <= XLSX_COLUMNS_MAX);
    g->blocking += problem_kind(code)->severity != SEV_WARNING;
}

/* Is it a number, and does it stay the same when it is read again? */
static void
check_number(struct str s)
{
    char once[XLSX_VALUE_BYTES], twice[XLSX_VALUE_BYTES];
    unsigned marks = 0, more = 0;

    if (!xlsx_number(s, once, &marks))
        return;
    MUST(strlen(once) < XLSX_VALUE_BYTES && once[0] != '\0');
    MUST(xlsx_number(str_of(once), twice, &more));
    MUST(strcmp(once, twice) == 0 && more == CSV_FIELD_NUMBER);
    (void)xlsx_date(str_of(once), false, twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct got g = { .line = 0 };
    const struct table_sink sink = { on_record, on_note, &g };
    struct workbook w = { .sheet = "" };
    const char **to[PARTS] = { &w.sheet, &w.strings, &w.styles, &w.book };
    char *text = malloc(n + 1), *at = text, name[XLSX_NAME_BYTES];
    struct err e = { .kind = ERR_NONE };
    struct buf file;

    MUST(text != NULL);
    if (n > 0)
        memcpy(text, data, n);
    text[n] = '\0';
    check_number(str_of(text));
    for (int i = 0; i < PARTS && at <= text + n; i++) {
        *to[i] = at;
        at += strlen(at) + 1;
    }
    buf_init(&file, WORKBOOK_BYTES);
    workbook_make(&file, &w);
    if (xlsx_read(buf_view(&file), NULL, &sink, name, &e) < 0)
        MUST(g.blocking > 0 && e.text[0] != '\0');
    buf_release(&file);
    free(text);
    return 0;
}
