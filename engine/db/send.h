#ifndef DB_SEND_H
#define DB_SEND_H

#include "db/db.h"

/**
 * db_send(db, sql, args, nargs):
 * Begin db_do() of a statement that commits by itself, without waiting for its
 * answer: DB_OK when it is under way.  Until db_finish() nothing else runs on
 * this connection.
 * db_ready(db): is its answer here, to the commit and all?  To be asked again
 * when db_fd() is readable.  A lost link is an answer.
 * db_finish(db): the answer, as db_do() gives it; waits when it must.
 */
enum db_status db_send(struct db *, const char *sql,
                       const struct db_arg *, size_t);
bool db_ready(struct db *);
enum db_status db_finish(struct db *);

#endif
