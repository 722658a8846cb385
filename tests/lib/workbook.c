#include "tests/lib/workbook.h"

#include <zip.h>

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/" \
            "relationships"
#define PKG "http://schemas.openxmlformats.org/package/2006/relationships"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

#define PARTS 6

static void
must(bool fine)
{
    if (!fine)
        abort();
}

static void
read_back(zip_source_t *s, struct buf *out)
{
    char chunk[4096];
    zip_int64_t n = 0;

    must(zip_source_open(s) == 0);
    while ((n = zip_source_read(s, chunk, sizeof(chunk))) > 0)
        buf_add(out, chunk, (size_t)n);
    must(n == 0 && !out->failed);
    zip_source_close(s);
}

void
workbook_zip(struct buf *out, const struct workbook_part *parts, int n)
{
    zip_source_t *s = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *z = NULL;

    must(s != NULL);
    zip_source_keep(s);
    must((z = zip_open_from_source(s, ZIP_TRUNCATE, NULL)) != NULL);
    for (int i = 0; i < n; i++) {
        zip_source_t *part = zip_source_buffer(z, parts[i].text,
                                               strlen(parts[i].text), 0);

        must(part != NULL
             && zip_file_add(z, parts[i].name, part, ZIP_FL_ENC_UTF_8) >= 0);
    }
    must(zip_close(z) == 0);
    read_back(s, out);
    zip_source_free(s);
}

static const char *
wrap(struct buf *b, const char *name, const char *space, const char *text)
{
    buf_init(b, WORKBOOK_BYTES);
    buf_printf(b, XML "<%s xmlns=\"%s\" xmlns:r=\"" REL "\">", name, space);
    buf_text(b, text);
    buf_printf(b, "</%s>", name);
    must(!b->failed);
    return b->p;
}

void
workbook_make(struct buf *out, const struct workbook *w)
{
    static const char root[] = XML "<Relationships xmlns=\"" PKG "\">"
        "<Relationship Id=\"rId1\" Type=\"" REL "/officeDocument\" "
        "Target=\"xl/workbook.xml\"/></Relationships>";
    static const char rels[] = XML "<Relationships xmlns=\"" PKG "\">"
        "<Relationship Id=\"rId1\" Type=\"" REL "/worksheet\" "
        "Target=\"worksheets/sheet1.xml\"/>"
        "<Relationship Id=\"rId2\" Type=\"" REL "/worksheet\" "
        "Target=\"/xl/worksheets/sheet1.xml\"/>"
        "<Relationship Id=\"rId8\" Type=\"" REL "/styles\" "
        "Target=\"styles.xml\"/>"
        "<Relationship Id=\"rId9\" Type=\"" REL "/sharedStrings\" "
        "Target=\"sharedStrings.xml\"/></Relationships>";
    struct buf text[4], book;
    struct workbook_part parts[PARTS] = {
        { "_rels/.rels", root },
        { "xl/_rels/workbook.xml.rels", rels }
    };
    int n = 2;

    memset(text, 0, sizeof(text));
    buf_init(&book, WORKBOOK_BYTES);
    buf_printf(&book, "%s<sheets>%s</sheets>", w->book != NULL ? w->book : "",
               w->sheets != NULL ? w->sheets
               : "<sheet name=\"Nov\" sheetId=\"1\" r:id=\"rId1\"/>");
    parts[n++] = (struct workbook_part){
        "xl/workbook.xml", wrap(&text[0], "workbook", MAIN, book.p) };
    parts[n++] = (struct workbook_part){
        "xl/worksheets/sheet1.xml",
        wrap(&text[1], "worksheet", MAIN, w->sheet) };
    if (w->strings != NULL)
        parts[n++] = (struct workbook_part){
            "xl/sharedStrings.xml", wrap(&text[2], "sst", MAIN, w->strings) };
    if (w->styles != NULL)
        parts[n++] = (struct workbook_part){
            "xl/styles.xml", wrap(&text[3], "styleSheet", MAIN, w->styles) };
    workbook_zip(out, parts, n);
    for (int i = 0; i < 4; i++)
        buf_release(&text[i]);
    buf_release(&book);
}
