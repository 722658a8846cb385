#ifndef LOADERS_CSV_H
#define LOADERS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * Bytes in, records out: RFC 4180 on libcsv with CSV_STRICT|CSV_STRICT_FINI
 * and exact positions.  Encoding (UTF-8 with or without BOM, UTF-16 LE/BE as
 * Excel writes it, Windows-1252 as a last resort, reported) and delimiter
 * (comma, semicolon, tab) are found from the first READ_CHUNK_BYTES.  The
 * caller feeds chunks; memory is one record.
 */
struct csv;

enum csv_encoding {
    CSV_UTF8, CSV_UTF8_BOM, CSV_UTF16LE, CSV_UTF16BE, CSV_CP1252
};

struct csv_field {
    struct str text;            /* UTF-8, unquoted; blanks kept in quotes     */
    int64_t    line;            /* where the field starts, from 1             */
    int64_t    at;              /* byte of the line (before Windows-1252
                                   becomes UTF-8), from 1                     */
    bool       quoted;
    unsigned   marks;           /* CSV_FIELD_*; a CSV file has none           */
};

/* What a workbook says of a cell besides its text; see xlsx.h. */
#define CSV_FIELD_FORMULA 1u    /* its text is what a formula came to         */
#define CSV_FIELD_ROUNDED 2u    /* a number, shown with 15 digits             */
#define CSV_FIELD_CUT     4u    /* a number that lost its last digits         */
#define CSV_FIELD_NUMBER  8u    /* a number, not a text                       */

struct csv_record {
    int64_t                 line;       /* line of its first byte, from 1     */
    int64_t                 line_end;   /* line of its last byte              */
    int                     n;          /* fields                             */
    bool                    hidden;     /* a workbook does not show the row   */
    const struct csv_field *fields;
};

/* What went wrong in the bytes; a record that has one is not delivered. */
enum csv_flaw {
    CSV_BAD_QUOTE,              /* a quote inside an unquoted field, or text
                                   behind a closing quote                     */
    CSV_OPEN_QUOTE,             /* a quoted field runs over its line and does
                                   not end well; line = where it was opened   */
    CSV_TOO_LONG,               /* field or line over the caps                */
    CSV_TOO_MANY_FIELDS,
    CSV_NUL_BYTE,
    CSV_BAD_ENCODING            /* bytes that are not in the encoding         */
};

struct csv_sink {
    void (*record)(void *owner, const struct csv_record *);
    /* ${line}, ${column}: the field it is in; see csv_raw(). */
    void (*flaw)(void *owner, enum csv_flaw, int64_t line, int column);
    void *owner;
};

/* csv_close: what _free is elsewhere; libcsv exports a csv_free of its own. */
struct csv *csv_new(const struct csv_sink *, struct err *);
void csv_close(struct csv *);

/**
 * csv_feed(c, bytes, n, e) / csv_end(c, e):
 * Give the next chunk; give the end.  Blank lines are no records.  After a
 * flaw reading goes on with the next line: behind a quote that was opened and
 * not closed well, with the line after the one it was opened on, so that one
 * stray quote does not swallow the rows below it.  How the file is cut into
 * chunks changes nothing.  Return 0, or -1 when memory ran out.
 */
int csv_feed(struct csv *, const void *, size_t, struct err *);
int csv_end(struct csv *, struct err *);

/* csv_raw(c): within the flaw call, the line that has it, as decoded so far
 * (not always UTF-8), at most CSV_LINE_BYTES_MAX. */
struct str csv_raw(const struct csv *);

/* Known once the first record came; UTF-8 turns into Windows-1252 when the
 * first bytes beyond ASCII are none. */
enum csv_encoding csv_encoding(const struct csv *);
char csv_delimiter(const struct csv *);     /* ',', ';' or '\t' */
bool csv_crlf(const struct csv *);

const char *csv_encoding_name(enum csv_encoding);

#endif
