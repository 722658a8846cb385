#ifndef LOADERS_PAYROLL_PRIV_H
#define LOADERS_PAYROLL_PRIV_H

#include "base/arena.h"
#include "base/buf.h"
#include "loaders/bank.h"
#include "loaders/pain001.h"
#include "loaders/payroll.h"
#include "loaders/payroll_note.h"
#include "loaders/seen.h"

/*
 * The loader's own.  payroll.c has the file, payroll_source.c who reads it,
 * payroll_header.c the columns,
 * payroll_hold.c the rows that wait until the amounts are understood,
 * payroll_row.c one row, with payroll_rail.c, payroll_payee.c, payroll_amount.c
 * and payroll_total.c for its parts, payroll_note.c the problems.
 */

/* The format of the amounts is settled by the first rows: as many as a person
 * would look through, and no more memory than a few chunks. */
#define PAYROLL_HOLD_ROWS     1000
#define PAYROLL_HOLD_BYTES    (16 * READ_CHUNK_BYTES)
#define PAYROLL_HINTS_LEAST   2     /* "45,237" alone may be a slip          */
#define PAYROLL_PREFIXES      1000  /* three digits behind 254               */
#define PAYROLL_MAGIC_BYTES   8
#define PAYROLL_ACCOUNT_BYTES 32

struct payroll_column {
    enum payroll_field field;
    bool               ours;    /* of a rejects file: passed over     */
    bool               mapped;  /* by --map                           */
    struct str         header;
    struct str         key;     /* "\"header\":", unique in the file  */
};

struct payroll {
    struct payroll_options opt;
    struct payroll_sink    sink;
    struct problems       *problems;
    struct csv            *csv;
    struct payroll_facts   facts;
    const struct rail_rule *default_rail;
    const char    *network[PAYROLL_PREFIXES];   /* by 3 digits behind 254    */
    bool           short_prefixes;              /* none is longer            */
    const struct rail_rule *home_rail;          /* the last one looked at    */
    const char    *home;                        /* whose numbers it pays     */
    struct bank_index banks;
    struct money   ccy;             /* nothing, in the file's currency       */
    int            decimals;        /* of that                               */

    /* the file: read by ${csv}, ${pain}, or kept whole, as facts.source says */
    int64_t        bytes;
    unsigned char  magic[PAYROLL_MAGIC_BYTES];
    size_t         nmagic;
    bool           decided;         /* facts.source is known                  */
    struct pain001 *pain;
    struct buf     file;
    int64_t        cp1252_line;     /* where that was found out; 0: not      */
    bool           dead;            /* nothing more is read; ${why} says why */
    struct err     why;

    /* the header */
    bool           have_header;
    struct arena   header_mem;
    struct payroll_column columns[CSV_FIELDS_MAX];
    int            at[PF_COUNT];    /* index into ${columns}, or -1          */
    unsigned char  used[PF_COUNT];  /* the fields that have a column ...     */
    int            nused;           /* ... and how many; others stay empty   */
    int            group_at;        /* the options' group column, or -1      */
    bool           header_blocks;   /* no row can be paid, because of ...    */
    struct problem header_problem;

    /* the first rows */
    bool           holding;
    struct arena   held_mem;
    struct payroll_held   *held, **held_end;
    int            nheld;

    /* sums over all rows, good or bad, whose amount can be read */
    int64_t        sum_minor;
    int64_t        unread;          /* rows whose amount cannot              */
    int64_t        trailer_line;

    struct seen    payees, employees;
    struct seen    days;            /* what payees named twice get in all    */

    /* the row at hand */
    const struct csv_record *rec;
    struct str     cell[PF_COUNT];
    struct payroll_row row;
    int            from;            /* the payer it names; -1: none          */
    bool           blocked;
    struct problem first;
    char           first_detail[ERR_TEXT_BYTES], first_fix[ERR_TEXT_BYTES];
    unsigned       broken;          /* 1 << field: said what is wrong        */
    char           account[PAYROLL_ACCOUNT_BYTES];
    struct rail_split split;        /* parts 0 or 1: paid as it is           */
    bool           has_payee, has_employee;
    uint64_t       payee_hash, employee_hash;
    unsigned       name_flaws;
    struct buf     name, extra, text;
};

/* payroll_put(to, s, end): ${s} and the byte ${end}; where the next goes. */
static inline char *
payroll_put(char *to, struct str s, char end)
{
    if (s.len > 0)
        memcpy(to, s.p, s.len);
    to[s.len] = end;
    return to + s.len + 1;
}

/* --- the other files ---------------------------------------------------- */

/* payroll_take(p, rec): a record, from whichever reader. */
void payroll_take(struct payroll *, const struct csv_record *);
void payroll_header(struct payroll *, const struct csv_record *);

/* payroll_hold: keep a record, or a flaw with its raw line, until the format
 * is settled.  false: settled, the caller goes on with it at once. */
bool payroll_hold(struct payroll *, const struct csv_record *);
bool payroll_hold_flaw(struct payroll *, enum csv_flaw, int64_t, int,
                       struct str raw);
void payroll_settle(struct payroll *);  /* settle and let go what was held */

void payroll_row_take(struct payroll *, const struct csv_record *);
void payroll_row_flaw(struct payroll *, enum csv_flaw, int64_t, int,
                      struct str raw);

/* payroll_payee(p): the rail and the account.  payroll_payee_twice(p): was it
 * there before? */
void payroll_payee(struct payroll *);
void payroll_payee_twice(struct payroll *, bool amount_known);

/* payroll_group_find(p): the column that names groups, in the header at hand.
 * payroll_group_take(p): the group of the row at hand. */
void payroll_group_find(struct payroll *);
void payroll_group_take(struct payroll *);

/* payroll_amount(p): true when it can be read, even if it cannot be paid. */
bool payroll_amount(struct payroll *);

/* payroll_amount_read(p, text, minor): in the file's format. */
enum amount_flaw payroll_amount_read(struct payroll *, struct str, int64_t *);

/* payroll_amount_format(p, text): what a text decides, if anything.
 * payroll_amount_hints: it decides nothing, but a comma in it cannot stand
 * before cents: "45,237". */
enum amount_format payroll_amount_format(const struct payroll *, struct str);
bool payroll_amount_hints(const struct payroll *, struct str);

/* payroll_trailer(p): is the row at hand the total row?  Then check it. */
bool payroll_trailer(struct payroll *);
void payroll_declared(struct payroll *);

#endif
