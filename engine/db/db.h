#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * The only user of libpq.  One connection per struct db, used by one process.
 * Statements are the sql_* texts of db/sql.h, prepared on first use and again
 * after a reconnect.  They are known by their address: a text must stay where
 * it is, and never change, while the connection is open.
 */
struct db;

/* What the caller does next. */
enum db_status {
    DB_HARD = -2,       /* do not retry: broken rule, bad SQL, a bug          */
    DB_SOFT = -1,       /* roll back and run the same transaction again       */
    DB_NONE =  0,       /* worked; no row matched                             */
    DB_OK   =  1        /* worked; at least one row                           */
};

/**
 * db_open(url, e):
 * Connect to ${url} (a libpq URI or keyword string).  Sets application_name,
 * time zone UTC, lock_timeout, idle_in_transaction_session_timeout and
 * search_path "payrun".  NULL with ERR_UNAVAILABLE, or ERR_CONFIG for a URL or
 * server that cannot be used (never naming a password).
 */
struct db *db_open(const char *, struct err *);
void db_close(struct db *);

/* db_twin(db, e): another connection to the same place, in the same role. */
struct db *db_twin(const struct db *, struct err *);

/**
 * db_public_url(url, out, bytes, had_password):
 * ${url} without its passwords, as it may be shown; unchanged when it has none.
 * Return 0, or -1 with an empty ${out} when it cannot be read.
 */
int db_public_url(const char *, char *, size_t, bool *had_password);

/**
 * db_become(db, role, e):
 * From here on act as the database role ${role} (one of DB_AS_*; the text must
 * stay), on this connection and on those that replace it; NULL: as the login
 * itself.  ERR_NOPERM when the login is not a member of it.
 */
int db_become(struct db *, const char *role, struct err *);

#define DB_AS_MAKER    "payrun_maker"
#define DB_AS_CHECKER  "payrun_checker"
#define DB_AS_ADMIN    "payrun_admin"
#define DB_AS_AUDITOR  "payrun_auditor"    /* reads */
#define DB_AS_WORKER   "payrun_worker"
#define DB_AS_LISTENER "payrun_listener"
#define DB_AS_NIGHT    "payrun_night"      /* releases what is due */

/* db_may_become(db, role): is the login a member of it? */
bool db_may_become(struct db *, const char *role);

/* db_fd(db): its socket, for net_watch().  -1 when not connected. */
int db_fd(const struct db *);

/* db_life(db): counts its connections: another number is another connection,
 * perhaps to another server. */
unsigned db_life(const struct db *);

/* --- typed arguments and named columns ---------------------------------- */

struct db_arg {
    enum { DB_A_I64, DB_A_TEXT, DB_A_BYTES, DB_A_BOOL, DB_A_NULL,
           DB_A_I64S, DB_A_I32S, DB_A_TEXTS, DB_A_BYTEAS } kind;
    int64_t     i64;
    struct str  str;            /* TEXT, BYTES                                */
    const void *list;           /* int64_t[], int32_t[] or struct str[]       */
    size_t      n;              /* ... of this many                           */
};

#define A_I64(v)      { .kind = DB_A_I64, .i64 = (v) }
#define A_BOOL(v)     { .kind = DB_A_BOOL, .i64 = (v) ? 1 : 0 }
#define A_TEXT(v)     { .kind = DB_A_TEXT, .str = str_of(v) }   /* NULL: NULL */
#define A_STR(v)      { .kind = DB_A_TEXT, .str = (v) }     /* p NULL: NULL   */
#define A_BYTES(v)    { .kind = DB_A_BYTES, .str = (v) }
#define A_NULL        { .kind = DB_A_NULL }
#define A_I64S(v, c)  { .kind = DB_A_I64S, .list = (v), .n = (c) }
#define A_I32S(v, c)  { .kind = DB_A_I32S, .list = (v), .n = (c) }
#define A_TEXTS(v, c) { .kind = DB_A_TEXTS, .list = (v), .n = (c) }
#define A_BYTEAS(v, c) { .kind = DB_A_BYTEAS, .list = (v), .n = (c) }

struct db_col {
    enum { DB_C_I64, DB_C_INT, DB_C_BOOL, DB_C_TEXT, DB_C_STR,
           DB_C_BYTES } kind;
    const char *name;
    void       *out;            /* int64_t*, int*, bool*, char*, struct str*  */
    size_t      bytes;          /* of a char[]                                */
    bool        may_be_null;    /* NULL reads as 0, false or ""; else a bug   */
};

/* TEXT is copied into a char array (too long is DB_HARD).  STR and BYTES are
 * borrowed until the next statement on this connection. */
#define C_I64(n, v)       { DB_C_I64, (n), (v), 0, false }
#define C_I64_NULL(n, v)  { DB_C_I64, (n), (v), 0, true }
#define C_INT(n, v)       { DB_C_INT, (n), (v), 0, false }
#define C_BOOL(n, v)      { DB_C_BOOL, (n), (v), 0, false }
#define C_TEXT(n, v)      { DB_C_TEXT, (n), (v), sizeof(v), false }
#define C_TEXT_NULL(n, v) { DB_C_TEXT, (n), (v), sizeof(v), true }
#define C_STR(n, v)       { DB_C_STR, (n), (v), 0, false }
#define C_STR_NULL(n, v)  { DB_C_STR, (n), (v), 0, true }
#define C_BYTES(n, v)     { DB_C_BYTES, (n), (v), 0, false }
#define C_BYTES_NULL(n, v) { DB_C_BYTES, (n), (v), 0, true }

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/**
 * db_do(db, sql, args, nargs):
 * Run one statement.  DB_OK when it returned or changed at least one row.
 */
enum db_status db_do(struct db *, const char *sql,
                     const struct db_arg *, size_t);

/**
 * db_one(db, sql, args, nargs, cols, ncols):
 * Run one statement that gives at most one row (more is DB_HARD) and read it.
 */
enum db_status db_one(struct db *, const char *sql, const struct db_arg *,
                      size_t, const struct db_col *, size_t);

/**
 * db_each(db, sql, args, nargs, cols, ncols, row, owner):
 * Read every row of a result, calling ${row} after the ${cols} were filled;
 * it returns 0 to go on or -1 to stop (then DB_HARD).  ${row} must not use
 * ${db}.  Rows are fetched as libpq gives them: use db_stream for many.
 */
enum db_status db_each(struct db *, const char *sql, const struct db_arg *,
                       size_t, const struct db_col *, size_t,
                       int (*row)(void *), void *owner);

/* db_stream: the same in single-row mode; memory does not grow with rows, and
 * what is borrowed lasts only until ${row} returns. */
enum db_status db_stream(struct db *, const char *sql, const struct db_arg *,
                         size_t, const struct db_col *, size_t,
                         int (*row)(void *), void *owner);

/* db_why(db): the last failure, for people: message and SQLSTATE.  db_state:
 * the SQLSTATE alone, "" when none ("23505" is a unique key). */
const char *db_why(const struct db *);
const char *db_state(const struct db *);

/* db_fail(db, e, doing): fill ${e} from db_why, "${doing}: why":
 * ERR_UNAVAILABLE when the link is gone or a COMMIT's fate unknown, ERR_TEMP
 * after DB_SOFT, else ERR_BUG.  Return -1 always. */
int db_fail(const struct db *, struct err *, const char *doing);

#endif
