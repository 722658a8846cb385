#ifndef LOADERS_STATEMENT_H
#define LOADERS_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "loaders/problem.h"
#include "loaders/statement_map.h"

/*
 * What moved on an account, as its provider or bank tells it: a file in, lines
 * out.  Pure, and memory is one line (of a batch booking: one payment of it).
 */
enum statement_format {
    STATEMENT_UNKNOWN,          /* find out                                   */
    STATEMENT_MPESA,            /* the organisation portal's CSV              */
    STATEMENT_CSV,              /* a bank's, by a map                         */
    STATEMENT_CAMT053,          /* ISO 20022, versions .02 to .13             */
    STATEMENT_MT940             /* SWIFT; MT950 too                           */
};

enum statement_kind {
    STATEMENT_PAYMENT,          /* also whatever is not one of the others     */
    STATEMENT_CHARGE,           /* a fee as a line of its own                 */
    STATEMENT_RETURNED,         /* money came back: it could not be paid out  */
    STATEMENT_INTEREST,
    STATEMENT_BATCH             /* one sum for many payments: its parts, which
                                   came just before it, are those             */
};

struct statement_line {
    int64_t    line;            /* of the file, from 1: where it begins       */
    int64_t    statement;       /* which of the file's statements, from 1     */
    int64_t    entry;           /* which line of that statement, from 1       */
    int64_t    part;            /* 0; or which part of batch ${entry}, from 1:
                                   a part is in no sum, its batch is          */
    int64_t    parts;           /* of a STATEMENT_BATCH: how many there were  */
    char       booked[STATEMENT_DAY_BYTES];     /* "2026-11-30"               */
    char       value_day[STATEMENT_DAY_BYTES];  /* "" when not said           */
    bool       has_time;
    int64_t    at_s;            /* then: since 1970 UTC                       */
    bool       has_amount;      /* false only of parts: the bank gave the sum */
    int64_t    minor;           /* + in, - out                                */
    char       ccy[4];
    enum statement_kind kind;
    bool       reversal;        /* it takes back an earlier line              */
    int64_t    charge_minor;    /* told with the line, 0 when not; a charge that
                                   was booked is a line of its own            */
    bool       has_balance;     /* after this line                            */
    int64_t    balance_minor;
    struct str id;              /* the provider's: receipt, bank's reference;
                                   M-Pesa's charges have their payment's      */
    struct str reference;       /* ours: EndToEndId, A/C No., ...             */
    struct str linked;          /* id of the line that this one belongs to    */
    struct str account, name;   /* the other side's; a phone may be masked    */
    struct str type;            /* in the provider's words: "Pay Bill Online" */
    struct str text;            /* what else it says                          */
    struct str raw;             /* as in the file, UTF-8, at most
                                   STATEMENT_RAW_BYTES_MAX                    */
};

enum statement_balance {
    STATEMENT_NO_BALANCE,
    STATEMENT_SAID,             /* the statement has it                       */
    STATEMENT_FOLLOWS           /* worked out from the balances of its lines,
                                   which follow on from one another           */
};

struct statement_facts {
    enum statement_format format;
    int64_t number;             /* which of the file's statements, from 1     */
    char    id[STATEMENT_NAME_BYTES];       /* its own number: "49/2"; or ""  */
    char    account[STATEMENT_NAME_BYTES];  /* short code, IBAN, ...; or ""   */
    char    holder[STATEMENT_NAME_BYTES];   /* or ""                          */
    char    ccy[4];
    char    from[STATEMENT_DAY_BYTES];      /* said, or of its lines; or ""   */
    char    until[STATEMENT_DAY_BYTES];
    enum statement_balance has_opening, has_closing;
    int64_t opening_minor, closing_minor;
    bool    ties;               /* opening + lines = closing was looked at and
                                   is so, both of them SAID                   */
    int64_t lines, parts;       /* delivered                                  */
    int64_t unbooked;           /* told of, but no money moved by them        */
    int64_t in_minor, out_minor;    /* sums of the lines, both positive       */
};

struct statement_options {
    enum statement_format format;       /* UNKNOWN: found out                 */
    const struct statement_map *map;    /* for STATEMENT_CSV; else NULL       */
    const char *ccy;                    /* where the file says none: "KES"    */
    int         zone_min;               /* where it says none: 180 in Nairobi */
};

/*
 * ${line}: money moved.  ${unbooked}: none did (failed, cancelled, pending,
 * zero).  ${statement}: its lines are through; with facts.lines they can be
 * counted.  Text is borrowed for the call.  The last two may be NULL.
 * A line with a mistake is not delivered.  Return 0, or -1 to stop.
 */
struct statement_sink {
    int (*line)(void *owner, const struct statement_line *, struct err *);
    int (*unbooked)(void *owner, const struct statement_line *, struct err *);
    int (*statement)(void *owner, const struct statement_facts *,
                     struct err *);
    void *owner;
};

struct statement;

/* statement_sniff(head): what a file that begins so is.  Text that is none of
 * the others is STATEMENT_CSV; STATEMENT_UNKNOWN is a workbook, a PDF, ... */
enum statement_format statement_sniff(struct str);

/* statement_format_name(f): "mpesa", "csv", "camt053", "mt940"; else "". */
const char *statement_format_name(enum statement_format);
const char *statement_kind_name(enum statement_kind);

/* ${options}' map and all it points to must live as long as the statement. */
struct statement *statement_new(const struct statement_options *,
                                const struct statement_sink *,
                                struct problems *, struct err *);
void statement_free(struct statement *);

/**
 * statement_feed(s, bytes, n, e) / statement_end(s, e):
 * Give the file chunk by chunk, then its end.  All mistakes go to the problems;
 * lines come before it is known whether the file is whole and adds up, so
 * nothing may be kept when problems_block() in the end.  How it is cut into
 * chunks changes nothing.  -1 only when the sink stopped or memory ran out.
 */
int statement_feed(struct statement *, const void *, size_t, struct err *);
int statement_end(struct statement *, struct err *);

/* statement_format(s): what it was read as, once that is known. */
enum statement_format statement_format(const struct statement *);

#endif
