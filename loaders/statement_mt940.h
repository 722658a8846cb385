#ifndef LOADERS_STATEMENT_MT940_H
#define LOADERS_STATEMENT_MT940_H

#include "base/arena.h"
#include "loaders/statement_priv.h"

#define MT940_LINE_BYTES_MAX  2048              /* SWIFT's are 65             */
#define MT940_FIELD_BYTES_MAX (16 * 1024)       /* :86: is 6 lines, or more   */

/*
 * The MT940 reader's own: statement_mt940.c makes fields of lines,
 * statement_mt61.c reads the ones with amounts, statement_mt86.c the
 * narrative.
 */
struct statement_mt940 {
    struct statement *s;
    struct buf  text;           /* the line at hand                           */
    bool        after_cr, long_line;
    int64_t     line;           /* its number, from 1                         */
    struct buf  utf8;

    char        tag[4];         /* of the field at hand: "61"; "": none       */
    int64_t     tag_line;
    struct buf  field;          /* its lines with LF between                  */

    /* the statement */
    bool        begun;          /* :20: came                                  */
    bool        opening, closing;       /* :60x:, :62x: came                  */
    bool        info;           /* an :86: now belongs to the held line       */
    struct statement_line held;
    bool        have_held, held_unbooked;
    struct arena mem;           /* its texts                                  */
    struct buf  work, raw;

    /* the page before, when it is to go on */
    bool        goes_on;
    char        page_account[STATEMENT_NAME_BYTES];
    int64_t     page_minor;
};

struct statement_where statement_mt940_at(const struct statement_mt940 *,
                                          const char *field, struct str);

/* statement_mt61(m, l, s): the value of a :61: field as a line; false when it
 * cannot be read, which is said.  ${unbooked}: only expected. */
bool statement_mt61(struct statement_mt940 *, struct statement_line *,
                    struct str, bool *unbooked);

/* A balance: "C261130KES1234,56". */
struct statement_mt_balance {
    char    day[STATEMENT_DAY_BYTES];
    char    ccy[4];
    int64_t minor;
};

bool statement_mt_balance(struct statement_mt_balance *, struct str);

/* statement_mt86(l, s, work): what :86: tells, into ${l}; its texts point into
 * ${s} or ${work}. */
void statement_mt86(struct statement_line *, struct str, struct buf *);

/* statement_mt_charge(l, s): "/CHGS/KES30,00/" in ${s}, if it is there. */
void statement_mt_charge(struct statement_line *, struct str);

#endif
