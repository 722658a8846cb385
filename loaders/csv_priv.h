#ifndef LOADERS_CSV_PRIV_H
#define LOADERS_CSV_PRIV_H

#include "base/buf.h"
#include "loaders/csv.h"
#include "loaders/encoding.h"

struct csv_parser;

/*
 * The reader's own: csv.c brings bytes into the window, csv_scan.c makes
 * records of them, csv_line.c of the lines that are plain.  The window always
 * holds the whole record that is being read, so that reading can go back to
 * the line after a stray quote.
 */
#define CSV_WINDOW_BYTES (CSV_LINE_BYTES_MAX + 2 * READ_CHUNK_BYTES)

struct csv {
    struct csv_sink    sink;
    struct csv_parser *lib;
    bool               out_of_memory;

    /* the file */
    struct buf         head;        /* raw, until the file is understood      */
    bool               started;
    enum csv_encoding  encoding;
    bool               maybe_cp1252;
    struct utf16       utf16;
    char               delim;
    bool               crlf;
    unsigned char      kind[256];   /* of each byte; see csv_scan.c           */

    /* the window: offsets into ${win} */
    char              *win;
    size_t             len;
    size_t             pos;         /* scanned up to here                     */
    size_t             rec_at;      /* where the record begins                */
    size_t             line_at;     /* where the line begins                  */
    size_t             field_at;    /* where the field begins                 */
    size_t             line_end;    /* of the line given in one piece, or 0   */
    int64_t            line;
    bool               after_cr;

    /* the record */
    int64_t            rec_line;
    int64_t            field_line;
    int64_t            field_byte;
    bool               field_quoted;
    bool               field_done, row_done;    /* libcsv said so just now    */
    unsigned char      seen;                    /* all its bytes, or'ed       */
    struct csv_field   fields[CSV_FIELDS_MAX];
    int                n;
    char              *text;        /* of the fields; CSV_LINE_BYTES_MAX      */
    size_t             text_len;
    char              *wide;        /* the same out of Windows-1252           */
    struct str         raw;

    /* its flaw */
    bool               flawed, skipping;
    enum csv_flaw      flaw;
    int64_t            flaw_line;
    int                flaw_column;
};

/* csv_scan_start(c): the encoding and delimiter are known now. */
int csv_scan_start(struct csv *);
void csv_scan_close(struct csv *);

/* csv_scan(c): read on to the end of the window.  csv_scan_end: and finish
 * what is there. */
void csv_scan(struct csv *);
void csv_scan_end(struct csv *);

/* csv_line_split(c, line): all its fields, into the record, when that is what
 * libcsv would make of them; they point into ${line}.  false: libcsv has to
 * look, and nothing is changed that counts. */
bool csv_line_split(struct csv *, struct str line);

#endif
