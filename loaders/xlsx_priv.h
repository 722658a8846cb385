#ifndef LOADERS_XLSX_PRIV_H
#define LOADERS_XLSX_PRIV_H

#include "base/arena.h"
#include "loaders/xlsx.h"
#include "loaders/xmlread.h"
#include "loaders/zipread.h"

/*
 * The reader's own: xlsx.c opens the workbook and chooses the sheet,
 * xlsx_parts.c reads what all sheets share, xlsx_sheet.c the rows,
 * xlsx_value.c what a number or date says.
 */
#define XLSX_PART_NAME_BYTES 256
#define XLSX_STYLES_MAX      65536      /* Excel's own limit is 65,490        */
#define XLSX_VALUE_BYTES     64

struct xlsx_sheet_name {
    char name[XLSX_NAME_BYTES], rel[64], part[XLSX_PART_NAME_BYTES];
    bool hidden;
};

struct xlsx {
    struct table_sink      sink;
    const struct zipread  *zip;
    struct err            *e;

    struct xlsx_sheet_name *sheets;     /* XLSX_SHEETS_MAX                    */
    int                    nsheets;
    char workbook[XLSX_PART_NAME_BYTES], strings[XLSX_PART_NAME_BYTES];
    char styles[XLSX_PART_NAME_BYTES];
    bool from_1904;                     /* its days count from 1904           */

    struct buf  text;                   /* the shared strings, one by one ... */
    uint32_t   *ends;                   /* ... and where each ends            */
    size_t      nstrings, room;

    bool       *dates;                  /* by style: a date is shown          */
    int         nstyles;
};

/* xlsx_part(x, name, sink, owner): one XML part through the sink.  0; or -1,
 * and a problem says why.  A part that is MISSING is -1 when it is needed. */
int xlsx_part(struct xlsx *, const char *name, bool needed,
              const struct xmlread_sink *);

/* xlsx_fail(x, code, detail): nothing can be read, told by that problem. */
int xlsx_fail(struct xlsx *, const char *code, const char *detail);

/* The parts; 0, or -1 as xlsx_part(). */
int xlsx_root(struct xlsx *);           /* finds ${workbook}                  */
int xlsx_workbook(struct xlsx *);       /* the sheets' names and parts        */
int xlsx_strings(struct xlsx *);
int xlsx_styles(struct xlsx *);

/* xlsx_string(x, i, out): shared string ${i}; false: there is none. */
bool xlsx_string(const struct xlsx *, int64_t, struct str *);

/* xlsx_sheet(x, sheet): its rows into the sink; 0, or -1 as xlsx_part(). */
int xlsx_sheet(struct xlsx *, const struct xlsx_sheet_name *);

/**
 * xlsx_number(text, out, marks):
 * A number as the file writes it ("45000", "7.12345678E8",
 * "1050.4999999999999") as plain decimals, of 15 digits, which are all that
 * Excel shows or keeps; ${marks} get CSV_FIELD_NUMBER; CSV_FIELD_ROUNDED when
 * others were dropped, CSV_FIELD_CUT when it is a whole number that had more.
 * false: it is no number, or one that no payroll has.
 */
bool xlsx_number(struct str, char out[XLSX_VALUE_BYTES], unsigned *marks);

/* xlsx_date(number, from_1904, out): 45991 is "2025-11-30", with its time when
 * it has one; false: no such day. */
bool xlsx_date(struct str, bool from_1904, char out[XLSX_VALUE_BYTES]);

#endif
