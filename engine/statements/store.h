#ifndef STATEMENTS_STORE_H
#define STATEMENTS_STORE_H

#include "db/copy.h"
#include "statements/movement.h"

/*
 * Movements into statement_line, by way of a temporary table: what is there
 * already stays as it is.  All of it inside the caller's transaction.
 */
struct store {
    struct db     *db;
    int64_t        account_id;
    const char    *book;            /* "provider", "mpesa", "bank"            */
    struct db_copy copy;
    bool           open;            /* a COPY is under way                    */
    int64_t        nr;              /* of the last one in its statement       */
    int64_t        staged;
};

/* store_open(s, first): an empty stage; numbers begin with ${first}. */
enum db_status store_open(struct store *, int64_t first);

/* store_number(s): the next number; every line and part takes one, and a batch
 * takes its own before its parts do. */
int64_t store_number(struct store *);

/* store_put(s, nr, m, identity): failures are told by store_keep(). */
void store_put(struct store *, int64_t nr, const struct movement *,
               const unsigned char identity[MOVEMENT_IDENTITY_BYTES]);

/* store_end(s): all of the statement is in the stage. */
enum db_status store_end(struct store *);

/* store_keep(s, statement_id, fresh): the stage into the table, as lines of
 * this statement; ${fresh}: how many nobody had brought before. */
enum db_status store_keep(struct store *, int64_t statement_id,
                          int64_t *fresh);

/* store_abort(s): the transaction is about to be rolled back. */
void store_abort(struct store *);

#endif
