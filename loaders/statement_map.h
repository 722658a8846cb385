#ifndef LOADERS_STATEMENT_MAP_H
#define LOADERS_STATEMENT_MAP_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"
#include "money/money.h"

#define STATEMENT_DAY_BYTES     11              /* "2026-11-30"               */
#define STATEMENT_NAME_BYTES    (NAME_BYTES_MAX + 1)
#define STATEMENT_PATTERN_BYTES 400
#define STATEMENT_RAW_BYTES_MAX CSV_LINE_BYTES_MAX

/*
 * How a bank's CSV is read: which of its columns is what, and how it writes
 * dates and amounts.  Saved once for each bank.
 */
enum statement_field {
    SF_DATE,            /* needed: the day it was booked, perhaps with a time */
    SF_TIME,            /* the time, when it has a column of its own          */
    SF_VALUE_DATE,
    SF_AMOUNT,          /* one column of amounts: SIGNED, SIGNED_OUT, MARKED  */
    SF_OUT,             /* two columns: TWO_COLUMNS.  A minus in OUT is fine  */
    SF_IN,
    SF_MARK,            /* "D" or "C": MARKED                                 */
    SF_BALANCE,
    SF_CHARGE,
    SF_CCY,
    SF_ID,
    SF_REFERENCE,
    SF_LINKED,
    SF_ACCOUNT,
    SF_NAME,
    SF_PARTY,           /* "254712345678 - JANE WANJIRU"                      */
    SF_TYPE,
    SF_TEXT,
    SF_STATUS,          /* Completed, Failed, ...                             */
    SF_COUNT
};

enum statement_sign {
    STATEMENT_SIGNED,           /* a minus is money out                       */
    STATEMENT_SIGNED_OUT,       /* a minus is money in                        */
    STATEMENT_TWO_COLUMNS,
    STATEMENT_MARKED            /* the amount has no sign; SF_MARK says       */
};

struct statement_map {
    const char *column[SF_COUNT];   /* as in the header; NULL or "": none.
                                       "A|B": whichever of them is there      */
    const char *dates;              /* "DD/MM/YYYY"; see statement_when.h     */
    const char *times;              /* "hh:mm[:ss]"; NULL without SF_TIME     */
    int         zone_min;           /* of its times: minutes east of UTC      */
    enum amount_format amounts;     /* AMOUNT_DOT or AMOUNT_COMMA             */
    enum statement_sign sign;
    const char *mark_out, *mark_in; /* NULL: D, DR, Debit and C, CR, Credit   */
    const char *ccy;                /* NULL: the options'                     */
};

/* statement_map_check(map, e): can statements be read by it?  0 or -1. */
int statement_map_check(const struct statement_map *, struct err *);

/* statement_field_name(f): "date", "amount", ...; for maps and messages.
 * statement_field_of(name): SF_COUNT when there is none. */
const char *statement_field_name(enum statement_field);
enum statement_field statement_field_of(struct str);

#endif
