#ifndef DB_COPY_H
#define DB_COPY_H

#include <stdint.h>

#include "db/db.h"

/*
 * Binary COPY FROM STDIN, inside an open transaction.  Rows are gathered and
 * given to libpq in pieces of DB_COPY_FLUSH_BYTES.
 */
struct db_copy {
    struct db *db;
    const char *sql;
    struct buf out;
    int64_t    rows;
    int        columns;
    int        values;          /* of the row under way                       */
    bool       failed;
};

/* db_copy_begin(c, db, sql, columns): ${sql} is a sql_copy_* text. */
enum db_status db_copy_begin(struct db_copy *, struct db *, const char *sql,
                             int columns);

/* One row: db_copy_row, then exactly ${columns} values in order.  Failures
 * are remembered and told by db_copy_end. */
void db_copy_row(struct db_copy *);
void db_copy_i64(struct db_copy *, int64_t);
void db_copy_i32(struct db_copy *, int32_t);
void db_copy_i16(struct db_copy *, int16_t);
void db_copy_text(struct db_copy *, struct str);    /* p NULL: NULL */
void db_copy_bytes(struct db_copy *, struct str);   /* bytea */

/* db_copy_end(c): flush and finish; DB_OK and c->rows, or what failed. */
enum db_status db_copy_end(struct db_copy *);

/* db_copy_abort(c, why): give up; the transaction must be rolled back. */
void db_copy_abort(struct db_copy *, const char *why);

#endif
