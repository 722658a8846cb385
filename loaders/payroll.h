#ifndef LOADERS_PAYROLL_H
#define LOADERS_PAYROLL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "loaders/csv.h"
#include "loaders/problem.h"
#include "money/rules.h"

/*
 * A payroll file to rows that can be paid.  Pure: bytes are given, rows and
 * problems come out; no file, database, socket or clock in here.  Memory does
 * not grow with the file but for 16 bytes a row to find payees named twice.
 */
enum payroll_field {
    PF_EMPLOYEE_NO, PF_NAME, PF_PHONE, PF_AMOUNT, PF_CURRENCY, PF_RAIL,
    PF_BANK, PF_BANK_CODE, PF_ACCOUNT, PF_PAYBILL, PF_TILL,
    PF_ACCOUNT_REFERENCE, PF_REFERENCE, PF_NARRATION, PF_ID_NUMBER,
    PF_KRA_PIN, PF_DEPARTMENT, PF_BRANCH, PF_PAY_FROM,
    PF_COUNT,
    PF_UNKNOWN = -1             /* kept and returned in reports */
};

/* payroll_field_name(f): "employee_no"; also what --map takes. */
const char *payroll_field_name(enum payroll_field);

/* payroll_field_of(header): by name or alias, any case, blanks, '_', '-', '.'
 * and '/' alike ("Net Pay (KES)" is PF_AMOUNT); PF_UNKNOWN when none. */
enum payroll_field payroll_field_of(struct str header);

/* One good row.  Text is valid during the call that delivers it. */
struct payroll_row {
    int64_t    line;
    const struct rail_rule *rail;
    int        payer;           /* which of the options' payers pays it; 0
                                   when none are said                         */
    int64_t    minor;           /* > 0                                        */
    struct str account;         /* "254712345678", or the bank account ...    */
    struct str bank_code, account_reference;
    struct str name;            /* NFC, as in the file otherwise              */
    struct str employee_no, reference, narration, id_number, kra_pin;
    struct str department, branch;
    int        part, parts;     /* 1 of 1, or one of the linked payments a row
                                   too large for its rail is split into       */
    struct str group;           /* what the options' group column says        */
    struct str extra;           /* columns we do not know, as a JSON object
                                   {"header":"value"}; empty when none        */
};

struct payroll_map { const char *column; enum payroll_field field; };

/* A funding account, as far as a file can name it in "pay from". */
struct payroll_payer {
    const char *name, *provider;
    const char *barred;         /* why no row may name it; NULL: rows may     */
    uint32_t    rails;          /* 1 << i: it pays by rules->rails[i] when a
                                   row names it                               */
};

struct payroll_options {
    const struct rules *rules;          /* required                           */
    const struct payroll_payer *payers; /* who may pay                        */
    int         npayers;                /* 0: not said; every rail is offered */
    const signed char *payer_of;        /* by rules->rails: who pays when a row
                                           names nobody; -1: nobody does      */
    const char *ccy;                    /* "KES"                              */
    const char *default_rail;           /* "MPESA-B2C"                        */
    const struct payroll_map *maps;     /* --map column=field                 */
    int         nmaps;
    int64_t     file_bytes;             /* how long the file is; 0: not known */
    int64_t     expect_count;           /* -1: not declared                   */
    int64_t     expect_minor;           /* -1: not declared                   */
    const char *sheet;              /* of a workbook; NULL: the first         */
    const char *group;                  /* the column that says whom a row is
                                           paid together with; NULL: nobody   */
    bool        priority;               /* ... and it is a number, 1 first    */
    bool        split;                  /* a row too large for its rail is paid
                                           in linked parts, not refused       */
};

struct payroll_sink {
    /* A row that can be paid, in file order; each of its parts, when it is
     * split.  Return 0, or -1 to stop. */
    int (*row)(void *owner, const struct payroll_row *, struct err *);
    /* A row that cannot, with its raw fields: for the rejects file.  ${first}
     * is its first problem.  May be NULL. */
    void (*reject)(void *owner, const struct csv_record *,
                   const struct problem *first);
    /* The header as found, once, before any row.  May be NULL. */
    void (*header)(void *owner, const struct csv_record *);
    void *owner;
};

/* A table of text, an Excel workbook (.xlsx), or an ISO 20022 payment order;
 * found from the first bytes, whatever the file is called. */
enum payroll_source { PAYROLL_CSV, PAYROLL_XLSX, PAYROLL_PAIN001 };

/* What the file turned out to be; complete after payroll_end(). */
struct payroll_facts {
    enum payroll_source source;
    char     sheet[128];        /* the sheet, or the version of the order     */
    char     pay_date[11];      /* that an order asks for; or ""              */
    enum csv_encoding encoding;
    char     delimiter;
    bool     crlf;
    int      columns, unknown_columns;
    enum amount_format format;
    int64_t  rows;              /* data rows, good and bad; no trailer row    */
    int64_t  good_rows, bad_rows;
    int64_t  good_minor;        /* sum of the good rows                       */
    int64_t  payments;          /* the good rows are paid in so many: more
                                   than good_rows when some were split        */
    int64_t  split_rows;        /* rows paid in linked parts                  */
    bool     has_trailer;       /* a total row was found (and checked)        */
    unsigned char rows_digest[16];  /* of the good rows in any order          */
};

struct payroll;

struct payroll *payroll_new(const struct payroll_options *,
                            const struct payroll_sink *, struct problems *,
                            struct err *);
void payroll_free(struct payroll *);

/**
 * payroll_feed(p, bytes, n, e) / payroll_end(p, e):
 * Give the file chunk by chunk, then its end.  All mistakes go to the
 * problems; -1 only when the sink stopped, memory ran out, or the file cannot
 * be read as a table at all (then a problem says why too).
 */
int payroll_feed(struct payroll *, const void *, size_t, struct err *);
int payroll_end(struct payroll *, struct err *);

const struct payroll_facts *payroll_facts(const struct payroll *);

/* payroll_column(p, i): what column ${i} (from 0) was taken for. */
enum payroll_field payroll_column(const struct payroll *, int);

#endif
