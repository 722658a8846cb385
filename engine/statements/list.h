#ifndef STATEMENTS_LIST_H
#define STATEMENTS_LIST_H

#include "base/limits.h"
#include "db/db.h"

/* A statement as it was taken in; days "" when it names none. */
struct statement_kept {
    int64_t statement_id;
    char    account[USER_NAME_BYTES_MAX], book[16], source[16], state[16];
    bool    live;
    struct str file_name, own_number, own_account;      /* borrowed           */
    char    ccy[4], from[16], until[16];
    bool    has_opening, has_closing;
    int64_t opening_minor, closing_minor;
    int64_t lines, parts, new_lines, unbooked, open_rows, unclear;
    int64_t in_minor, out_minor, at_us;
    char    by[USER_NAME_BYTES_MAX];
};

/* list_statements(db, account, one, row, owner, e): newest first; account "":
 * of all; ${one}: only that one, 0: all.  ${row}: 0 or -1. */
int list_statements(struct db *, const char *account, int64_t one,
                    int (*row)(void *, const struct statement_kept *), void *,
                    struct err *);

struct statement_gap {
    char    account[USER_NAME_BYTES_MAX], book[16], ccy[4];
    int64_t before_id, statement_id, days;
    char    covered[16], goes_on[16];
    bool    has_minor;          /* the balances are known                     */
    int64_t minor;              /* what moved in between                      */
};

/* list_gaps(db, account, row, owner, e): where statements do not follow on. */
int list_gaps(struct db *, const char *account,
              int (*row)(void *, const struct statement_gap *), void *,
              struct err *);

struct statement_line_kept {
    int64_t line_id, minor, charge_minor, balance_minor;
    bool    has_balance, again;         /* ${again}: another brought it first */
    int     part;
    char    day[16], at[32], kind[16], ccy[4];
    struct str provider_id, receipt, reference, account, name, text;
};

/* list_lines(db, statement_id, row, owner, e): in its order, any number. */
int list_lines(struct db *, int64_t,
               int (*row)(void *, const struct statement_line_kept *), void *,
               struct err *);

#endif
