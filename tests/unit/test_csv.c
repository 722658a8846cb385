/*
 * Bytes to records: every encoding and delimiter, exact positions, and every
 * way a line can be wrong.  Each row is read whole, byte by byte and in pieces
 * of 7, and must say the same each time.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "loaders/csv.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define T(s)   (s), sizeof(s) - 1

static const char *const flaw_names[] = {
    [CSV_BAD_QUOTE] = "BAD_QUOTE", [CSV_OPEN_QUOTE] = "OPEN_QUOTE",
    [CSV_TOO_LONG] = "TOO_LONG", [CSV_TOO_MANY_FIELDS] = "TOO_MANY",
    [CSV_NUL_BYTE] = "NUL", [CSV_BAD_ENCODING] = "ENCODING"
};

/* What came out: "1:1'a' 1:3\"b c\"|" a record, quotes as in the file;
 * "!BAD_QUOTE 2:3 'raw'|" a flaw, with ~ for NUL. */
struct told {
    struct buf  text;
    struct csv *csv;
    bool        brief;
};

static void
on_record(void *owner, const struct csv_record *r)
{
    struct told *t = owner;

    if (t->brief) {
        buf_printf(&t->text, "%lld-%lld %d|", (long long)r->line,
                   (long long)r->line_end, r->n);
        return;
    }
    if (r->line_end != r->line)
        buf_printf(&t->text, "[%lld-%lld] ", (long long)r->line,
                   (long long)r->line_end);
    for (int i = 0; i < r->n; i++) {
        const struct csv_field *f = &r->fields[i];

        buf_printf(&t->text, "%s%lld:%lld%c%.*s%c", i > 0 ? " " : "",
                   (long long)f->line, (long long)f->at,
                   f->quoted ? '"' : '\'', STR_ARG(f->text),
                   f->quoted ? '"' : '\'');
    }
    buf_char(&t->text, '|');
}

static void
on_flaw(void *owner, enum csv_flaw flaw, int64_t line, int column)
{
    struct told *t = owner;
    struct str raw = csv_raw(t->csv);

    buf_printf(&t->text, "!%s %lld:%d ", flaw_names[flaw], (long long)line,
               column);
    if (t->brief) {
        buf_printf(&t->text, "%zu|", raw.len);
        return;
    }
    buf_char(&t->text, '\'');
    for (size_t i = 0; i < raw.len; i++)
        buf_char(&t->text, raw.p[i] == '\0' ? '~' : raw.p[i]);
    buf_text(&t->text, "'|");
}

static void
read_all(struct told *t, const char *bytes, size_t n, size_t piece,
         enum csv_encoding *encoding, char *delim, bool *crlf)
{
    const struct csv_sink sink = { on_record, on_flaw, t };

    buf_init(&t->text, (size_t)1 << 24);
    assert_non_null(t->csv = csv_new(&sink, NULL));
    for (size_t i = 0; i < n; i += piece) {
        /* memory of its own, so that ASan sees a byte too far */
        size_t k = n - i < piece ? n - i : piece;
        char *part = malloc(k);

        memcpy(part, bytes + i, k);
        assert_int_equal(csv_feed(t->csv, part, k, NULL), 0);
        free(part);
    }
    assert_int_equal(csv_end(t->csv, NULL), 0);
    *encoding = csv_encoding(t->csv);
    *delim = csv_delimiter(t->csv);
    *crlf = csv_crlf(t->csv);
    csv_close(t->csv);
}

static void
expect(const char *name, const char *bytes, size_t n, const char *want,
       enum csv_encoding encoding, char delim, bool brief)
{
    static const size_t pieces[] = { 1, 7, 1000, (size_t)1 << 24 };

    for (size_t i = 0; i < LEN(pieces); i++) {
        struct told t = { .brief = brief };
        enum csv_encoding e = CSV_UTF8;
        bool crlf = false;
        char d = '\0';

        read_all(&t, bytes, n, pieces[i], &e, &d, &crlf);
        if (strcmp(t.text.p != NULL ? t.text.p : "", want) != 0)
            fail_msg("%s in pieces of %zu:\n got %s\nwant %s", name,
                     pieces[i], t.text.p != NULL ? t.text.p : "", want);
        if (e != encoding || d != delim)
            fail_msg("%s in pieces of %zu: %s '%c', want %s '%c'", name,
                     pieces[i], csv_encoding_name(e), d,
                     csv_encoding_name(encoding), delim);
        buf_release(&t.text);
    }
}

static const struct row {
    const char       *name;
    const char       *bytes;
    size_t            n;
    const char       *want;
    enum csv_encoding encoding;
    char              delim;
} rows[] = {
    { "nothing", T(""), "", CSV_UTF8, ',' },
    { "only blank lines", T("\n \r\n  \n\r"), "", CSV_UTF8, ',' },
    { "one cell", T("a"), "1:1'a'|", CSV_UTF8, ',' },
    { "plain", T("a,b\n1,2\n"), "1:1'a' 1:3'b'|2:1'1' 2:3'2'|", CSV_UTF8,
      ',' },
    { "no last newline", T("a,b\n1,2"), "1:1'a' 1:3'b'|2:1'1' 2:3'2'|",
      CSV_UTF8, ',' },
    { "empty fields", T("a,b,\n,,\n1,,"),
      "1:1'a' 1:3'b' 1:5''|2:1'' 2:2'' 2:3''|3:1'1' 3:3'' 3:4''|", CSV_UTF8,
      ',' },
    { "CRLF", T("a,b\r\n1,2\r\n3,4\r\n"),
      "1:1'a' 1:3'b'|2:1'1' 2:3'2'|3:1'3' 3:3'4'|", CSV_UTF8, ',' },
    { "CR alone", T("a,b\r1,2\r3,4"),
      "1:1'a' 1:3'b'|2:1'1' 2:3'2'|3:1'3' 3:3'4'|", CSV_UTF8, ',' },
    { "blank lines count", T("\n\na,b\r\n\r\n  \r\n1,2\n\n\n3,4\n"),
      "3:1'a' 3:3'b'|6:1'1' 6:3'2'|9:1'3' 9:3'4'|", CSV_UTF8, ',' },
    { "blanks around", T(" a , b c ,\t d\n"), "1:1'a' 1:5'b c' 1:11'd'|",
      CSV_UTF8, ',' },

    /* quotes */
    { "quoted", T("\"a,b\",\"c\"\"d\",\" e \"\n"),
      "1:1\"a,b\" 1:7\"c\"d\" 1:14\" e \"|", CSV_UTF8, ',' },
    { "quoted then blanks", T("\"a\" ,b\n"), "1:1\"a\" 1:6'b'|", CSV_UTF8,
      ',' },
    { "quoted and empty", T("\"\",x\n"), "1:1\"\" 1:4'x'|", CSV_UTF8, ',' },
    { "quoted at the end", T("a,\"b\""), "1:1'a' 1:3\"b\"|", CSV_UTF8, ',' },
    { "blanks before quotes", T(" \"a b \",b\n"), "1:1\"a b \" 1:9'b'|",
      CSV_UTF8, ',' },
    { "doubled at the end", T("\"a\"\"\",b\nc,\"\"\"\"\n"),
      "1:1\"a\"\" 1:7'b'|2:1'c' 2:3\"\"\"|", CSV_UTF8, ',' },
    { "quoted newline", T("a,\"x\ny\",b\nc,d,e\n"),
      "[1-2] 1:1'a' 1:3\"x\ny\" 2:4'b'|3:1'c' 3:3'd' 3:5'e'|", CSV_UTF8,
      ',' },
    { "quoted CRLF", T("a,\"x\r\ny\",b\r\nc,d,e\r\n"),
      "[1-2] 1:1'a' 1:3\"x\r\ny\" 2:4'b'|3:1'c' 3:3'd' 3:5'e'|", CSV_UTF8,
      ',' },
    { "quoted blank lines", T("\"\n\n\",b\n\n1,2\n"),
      "[1-3] 1:1\"\n\n\" 3:3'b'|5:1'1' 5:3'2'|", CSV_UTF8, ',' },

    /* flaws, and how reading goes on */
    { "quote in a field", T("a,b\nx\"y,1\n2,3\n"),
      "1:1'a' 1:3'b'|!BAD_QUOTE 2:1 'x\"y,1'|3:1'2' 3:3'3'|", CSV_UTF8, ',' },
    { "text behind quotes", T("a,b\r\n1,\"x\"y,2\r\n2,3\r\n"),
      "1:1'a' 1:3'b'|!BAD_QUOTE 2:2 '1,\"x\"y,2'|3:1'2' 3:3'3'|", CSV_UTF8,
      ',' },
    { "two bad lines", T("a\"\nb\"\nc,d"),
      "!BAD_QUOTE 1:1 'a\"'|!BAD_QUOTE 2:1 'b\"'|3:1'c' 3:3'd'|", CSV_UTF8,
      ',' },
    { "bad last line", T("c,d\n1,x\"y"), "1:1'c' 1:3'd'|!BAD_QUOTE 2:2 "
      "'1,x\"y'|", CSV_UTF8, ',' },
    { "open at the end", T("a,b\n1,\"x"),
      "1:1'a' 1:3'b'|!OPEN_QUOTE 2:2 '1,\"x'|", CSV_UTF8, ',' },
    { "open above good lines", T("a,b\n1,\"x\n2,y\n3,z\n"),
      "1:1'a' 1:3'b'|!OPEN_QUOTE 2:2 '1,\"x'|3:1'2' 3:3'y'|4:1'3' 4:3'z'|",
      CSV_UTF8, ',' },
    { "open above a quoted one", T("a,b\r\n1,\"x\r\n2,y\r\n3,\"z,z\"\r\n"),
      "1:1'a' 1:3'b'|!OPEN_QUOTE 2:2 '1,\"x'|3:1'2' 3:3'y'|"
      "4:1'3' 4:3\"z,z\"|", CSV_UTF8, ',' },
    { "open twice", T("a,b\n1,\"x\n2,y\n3,\"z\n4,w\n"),
      "1:1'a' 1:3'b'|!OPEN_QUOTE 2:2 '1,\"x'|3:1'2' 3:3'y'|"
      "!OPEN_QUOTE 4:2 '3,\"z'|5:1'4' 5:3'w'|", CSV_UTF8, ',' },
    { "open behind a good newline", T("\"a\nb\",\"c\nd,e\n"),
      "!OPEN_QUOTE 2:2 '\"a\nb\",\"c'|3:1'd' 3:3'e'|", CSV_UTF8, ',' },
    { "bad behind a good newline", T("\"a\nb\",c\"\nd,e\n"),
      "!BAD_QUOTE 2:2 '\"a\nb\",c\"'|3:1'd' 3:3'e'|", CSV_UTF8, ',' },
    { "NUL", T("a,b\n1,x\0y\n2,3\n"),
      "1:1'a' 1:3'b'|!NUL 2:2 '1,x~y'|3:1'2' 3:3'3'|", CSV_UTF8, ',' },

    /* encodings */
    { "UTF-8", T("a,\xC3\xA9\n\xE2\x82\xAC,1\n"),
      "1:1'a' 1:3'\xC3\xA9'|2:1'\xE2\x82\xAC' 2:5'1'|", CSV_UTF8, ',' },
    { "BOM", T("\xEF\xBB\xBF" "a,b\n"), "1:1'a' 1:3'b'|", CSV_UTF8_BOM, ',' },
    { "BOM and quotes", T("\xEF\xBB\xBF" "\"a\",b\n"), "1:1\"a\" 1:5'b'|",
      CSV_UTF8_BOM, ',' },
    { "BOM alone", T("\xEF\xBB\xBF"), "", CSV_UTF8_BOM, ',' },
    { "Windows-1252", T("a,b\nJos\xE9,\x80\nx,y\nM\xFCller,\x93z\x94\n"),
      "1:1'a' 1:3'b'|2:1'Jos\xC3\xA9' 2:6'\xE2\x82\xAC'|3:1'x' 3:3'y'|"
      "4:1'M\xC3\xBCller' 4:8'\xE2\x80\x9Cz\xE2\x80\x9D'|", CSV_CP1252, ',' },
    { "nothing in Windows-1252", T("a,b\nJos\xE9,x\ny,\x81\nz,1\n"),
      "1:1'a' 1:3'b'|2:1'Jos\xC3\xA9' 2:6'x'|!ENCODING 3:2 'y,\x81'|"
      "4:1'z' 4:3'1'|", CSV_CP1252, ',' },
    { "UTF-8, then not", T("\xC3\xA9,b\nx,Jos\xE9\nz,1\n"),
      "1:1'\xC3\xA9' 1:4'b'|!ENCODING 2:2 'x,Jos\xE9'|3:1'z' 3:3'1'|",
      CSV_UTF8, ',' },
    { "BOM, then not", T("\xEF\xBB\xBF" "a,b\nx,Jos\xE9\n"),
      "1:1'a' 1:3'b'|!ENCODING 2:2 'x,Jos\xE9'|", CSV_UTF8_BOM, ',' },
    { "overlong", T("\xC3\xA9,b\n\xC0\xAF,x\n"),
      "1:1'\xC3\xA9' 1:4'b'|!ENCODING 2:1 '\xC0\xAF,x'|", CSV_UTF8, ',' },
    { "UTF-16 LE", T("\xFF\xFE" "a\0,\0\xE9\0\n\0" "1\0,\0\xAC\x20\r\0\n\0"),
      "1:1'a' 1:3'\xC3\xA9'|2:1'1' 2:3'\xE2\x82\xAC'|", CSV_UTF16LE, ',' },
    { "UTF-16 BE", T("\xFE\xFF\0a\0\t\0\xE9\0\n\xD8\x3D\xDE\x00\0\t\0x"),
      "1:1'a' 1:3'\xC3\xA9'|2:1'\xF0\x9F\x98\x80' 2:6'x'|", CSV_UTF16BE,
      '\t' },
    { "UTF-16 without BOM", T("a\0;\0b\0\n\0"), "1:1'a' 1:3'b'|", CSV_UTF16LE,
      ';' },
    { "UTF-16, half a pair", T("\xFF\xFE" "a\0,\0\x3D\xD8x\0\n\0" "b\0"),
      "!ENCODING 1:2 'a,\xFFx'|2:1'b'|", CSV_UTF16LE, ',' },
    { "UTF-16, half a unit", T("\xFF\xFE" "a\0,\0b\0\n\0x"),
      "1:1'a' 1:3'b'|!ENCODING 2:1 '\xFF'|", CSV_UTF16LE, ',' },
    { "UTF-16 with NUL", T("\xFF\xFE" "a\0,\0\0\0\n\0b\0,\0c\0"),
      "!NUL 1:2 'a,~'|2:1'b' 2:3'c'|", CSV_UTF16LE, ',' },

    /* delimiters */
    { "semicolons", T("a;b\n1,5;2,5\n"), "1:1'a' 1:3'b'|2:1'1,5' 2:5'2,5'|",
      CSV_UTF8, ';' },
    { "tabs", T("a\tb\n1,5\t \tc\n"), "1:1'a' 1:3'b'|2:1'1,5' 2:5'' 2:7'c'|",
      CSV_UTF8, '\t' },
    { "nothing but tabs", T("a\tb\n\t\n \t \n"),
      "1:1'a' 1:3'b'|2:1'' 2:2''|3:1'' 3:3''|", CSV_UTF8, '\t' },
    { "a comma in the header", T("Name;Pay, KES\nJane;1500,50\n"),
      "1:1'Name' 1:6'Pay, KES'|2:1'Jane' 2:6'1500,50'|", CSV_UTF8, ';' },
    { "commas in the header", T("N (a, b, c, d);P\nJane;1\nJoe;2\n"),
      "1:1'N (a, b, c, d)' 1:16'P'|2:1'Jane' 2:6'1'|3:1'Joe' 3:5'2'|",
      CSV_UTF8, ';' },
    { "semicolons in a cell", T("a,b\nx;y,1\nz;w,2\n"),
      "1:1'a' 1:3'b'|2:1'x;y' 2:5'1'|3:1'z;w' 3:5'2'|", CSV_UTF8, ',' },
    { "semicolons in quotes", T("\"a;b;c\",d\n1,2\n"),
      "1:1\"a;b;c\" 1:9'd'|2:1'1' 2:3'2'|", CSV_UTF8, ',' },
};

static void
test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        expect(rows[i].name, rows[i].bytes, rows[i].n, rows[i].want,
               rows[i].encoding, rows[i].delim, false);
}

/* Every row that is ASCII says the same in UTF-16 of either kind. */
static void
test_utf16(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char wide[2][512] = { "\xFF\xFE", "\xFE\xFF" };
        size_t n = 2;
        bool plain = rows[i].n > 0 && rows[i].encoding == CSV_UTF8;

        for (size_t k = 0; k < rows[i].n && plain; k++) {
            char c = rows[i].bytes[k];

            plain = c > 0;
            wide[0][n] = wide[1][n + 1] = c;
            wide[0][n + 1] = wide[1][n] = '\0';
            n += 2;
        }
        if (!plain)
            continue;
        expect(rows[i].name, wide[0], n, rows[i].want, CSV_UTF16LE,
               rows[i].delim, false);
        expect(rows[i].name, wide[1], n, rows[i].want, CSV_UTF16BE,
               rows[i].delim, false);
    }
}

static void
add_many(struct buf *b, char c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_char(b, c);
}

/* The caps: at them all is well, one more is a flaw, and then it goes on. */
static void
test_caps(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, (size_t)1 << 22);
    buf_text(&b, "a,b\n1,");
    add_many(&b, 'x', CSV_FIELD_BYTES_MAX - 1);
    buf_text(&b, "\n2,3\n");
    expect("a long field", b.p, b.len, "1-1 2|2-2 2|3-3 2|", CSV_UTF8, ',',
           true);

    buf_clear(&b);
    buf_text(&b, "a,b\n1,");
    add_many(&b, 'x', 3 * CSV_LINE_BYTES_MAX);
    buf_text(&b, "\"\n2,3\n");
    expect("a field too long", b.p, b.len, "1-1 2|!TOO_LONG 2:2 65536|3-3 2|",
           CSV_UTF8, ',', true);

    buf_clear(&b);
    buf_text(&b, "a,b\n1,\"");
    for (int i = 0; i < 4; i++)
        buf_text(&b, "\ny,z");
    expect("a quote open over many lines", b.p, b.len, "1-1 2|"
           "!OPEN_QUOTE 2:2 3|3-3 2|4-4 2|5-5 2|6-6 2|", CSV_UTF8, ',', true);

    buf_clear(&b);
    buf_text(&b, "a,b\n1");
    add_many(&b, ',', CSV_FIELDS_MAX - 1);
    buf_text(&b, "\n1");
    add_many(&b, ',', CSV_FIELDS_MAX);
    buf_text(&b, "\n2,3");
    expect("many fields", b.p, b.len, "1-1 2|2-2 128|!TOO_MANY 3:129 129|"
           "4-4 2|", CSV_UTF8, ',', true);

    buf_clear(&b);
    buf_text(&b, "a,b\n");
    for (int i = 0; i < 5; i++) {
        add_many(&b, 'x', CSV_FIELD_BYTES_MAX - 1);
        buf_char(&b, ',');
    }
    buf_text(&b, "\n2,3");
    expect("a line too long", b.p, b.len, "1-1 2|!TOO_LONG 2:5 65536|3-3 2|",
           CSV_UTF8, ',', true);
    buf_release(&b);
}

/* A quote that is never closed costs its line, not the file: all rows of a
 * long file behind it are there, with their lines. */
static void
test_open_quote_far(void **state)
{
    struct told t = { .brief = true };
    struct buf b;
    enum csv_encoding e = CSV_UTF8;
    bool crlf = false;
    char d = '\0';

    (void)state;
    buf_init(&b, (size_t)1 << 24);
    buf_text(&b, "a,b\r\n1,\"x\r\n");
    for (int i = 0; i < 30000; i++)
        buf_printf(&b, "%d,y\r\n", i);
    read_all(&t, b.p, b.len, 4096, &e, &d, &crlf);
    assert_true(crlf);
    assert_int_equal(strncmp(t.text.p, "1-1 2|!OPEN_QUOTE 2:2 4|3-3 2|4-4 2|",
                             36), 0);
    assert_string_equal(t.text.p + t.text.len - 14, "30002-30002 2|");
    buf_release(&t.text);
    buf_release(&b);
}

/* Records and fields that straddle the chunks the reader works in. */
static void
test_long_file(void **state)
{
    struct buf b, want;

    (void)state;
    buf_init(&b, (size_t)1 << 24);
    buf_init(&want, (size_t)1 << 24);
    for (int i = 1; b.len < 5 * READ_CHUNK_BYTES; i += 2) {
        buf_printf(&b, "%d,\"a\n%s\",x\n", i, i % 3 ? "b" : "b\"\"cdefgh");
        buf_printf(&want, "%d-%d 3|", i, i + 1);
    }
    expect("a long file", b.p, b.len, want.p, CSV_UTF8, ',', true);
    buf_release(&b);
    buf_release(&want);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_open_quote_far),
        cmocka_unit_test(test_long_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
