#ifndef STATEMENTS_IMPORT_H
#define STATEMENTS_IMPORT_H

#include "base/crypto.h"
#include "book/account.h"
#include "book/people.h"
#include "loaders/statement.h"

struct import_order {
    const char           *path;
    const char           *name;         /* to be shown; NULL: of the path     */
    const struct account *account;      /* by account_sync()                  */
    enum statement_format format;       /* UNKNOWN: found out                 */
    const struct statement_map *map;    /* for STATEMENT_CSV, else NULL       */
    const char           *map_name;     /* "" without                         */
    bool                  other_account;    /* it may name another one than
                                           those before                       */
    const char           *person;
};

struct import_result {
    enum statement_format format;
    unsigned char sha256[SHA256_BYTES];
    int64_t bytes;
    int64_t statements;                 /* in the file                        */
    int64_t first_id, last_id;          /* of statement                       */
    int64_t lines, parts, fresh, unbooked;
    int64_t in_minor, out_minor;
    struct statement_facts first, last; /* of the first and the last of them  */
    bool    again;                      /* the same file was taken in before:
                                           first_id, by and at_us tell of then,
                                           nothing was changed                */
    char    by[USER_NAME_BYTES_MAX];
    int64_t at_us;
};

/* import_source(f): as stored: "mpesa", "bank-csv" ...; "" when unknown.
 * import_format(text): UNKNOWN when it is none of them. */
const char *import_source(enum statement_format);
enum statement_format import_format(const char *);

/**
 * import_file(db, order, problems, result, e):
 * Take in a statement: all of it or nothing.  Lines that another statement
 * brought stay as they are.  Return 0; -1: ERR_DATA with ${problems}, or for
 * another account or currency; ERR_NOINPUT, ERR_GUARD, or the database.
 */
int import_file(struct db *, const struct import_order *, struct problems *,
                struct import_result *, struct err *);

#endif
