#ifndef DB_INSIDE_H
#define DB_INSIDE_H

/* What the files of engine/db share with each other, and with nobody else. */

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/failpoint.h"
#include "db/db.h"

/* TEXT_OF(LIMIT): its digits, to put into a statement. */
#define TEXT_OF(x)  TEXT_OF_(x)
#define TEXT_OF_(x) #x

struct db_prepared {
    const char *sql;            /* the key is the pointer, never the text     */
    unsigned    number;         /* its name at the server: "s12"              */
    unsigned    life;           /* of the connection that knows it            */
};

#define DB_SERVER_BYTES 160
#define DB_XID_BYTES    24      /* 20 digits and the NUL */
#define FATE_UNKNOWN    "08007" /* SQL's own "transaction resolution unknown" */
#define NO_MEMORY       "53200" /* the server's, libpq's or our own */

struct db {
    PGconn  *pg;
    char    *url;
    unsigned life;              /* counts connections                         */
    bool     in_txn;            /* between db_begin and commit or rollback    */
    bool     warned;            /* the server sent a WARNING                  */
    char     server[DB_SERVER_BYTES];   /* this start of this server          */
    const char *role;           /* db_become: taken on again with every new
                                   connection; NULL: the login's own       */

    struct db_prepared *prepared;       /* a hash table, a power of two long  */
    size_t   slots;
    size_t   known;
    unsigned names;                     /* given to them so far               */

    const char *sent;           /* under way, see send.h; NULL: nothing       */
    bool     answered;          /* ... and all of its answer is in held       */
    PGresult *held;             /* what borrowed text points into             */
    struct arena bytes;         /* what borrowed bytea points into            */
    struct buf args;            /* the arguments of the statement under way   */

    enum db_status last;        /* of the last statement                      */
    char     why[ERR_TEXT_BYTES];
    char     state[6];          /* SQLSTATE                                   */
};

/* --- link.c: the connection --------------------------------------------- */

/* link_open(db): connect anew, whatever was there. */
enum db_status link_open(struct db *);

/* link_become(db, role): for db_become, and after each link_open. */
enum db_status link_become(struct db *, const char *role);

/* link_ready(db): there is a connection, a new one when the old one ended
 * between transactions; DB_SOFT when there is none. */
enum db_status link_ready(struct db *);

bool link_up(const struct db *);
void link_drop(struct db *);

/* link_end_copy(db, why): make the COPY that is under way fail. */
void link_end_copy(struct db *, const char *why);

/* --- fault.c: what went wrong -------------------------------------------- */

void fault_clear(struct db *);

/* fault_name(sql, n): the name in the first line, "-- NAME: what it does". */
const char *fault_name(const char *sql, int *n);

/* fault_of(db, sql, result): remember why ${result} (may be NULL) is a
 * failure; DB_SOFT or DB_HARD. */
enum db_status fault_of(struct db *, const char *sql, const PGresult *);

/* fault_memory(db, sql): there was none, which passes: DB_SOFT. */
enum db_status fault_memory(struct db *, const char *sql);

/* fault_say: remember our own words behind the statement's name. */
enum db_status fault_say(struct db *, enum db_status, const char *sql,
                         const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* --- query.c -------------------------------------------------------------- */

/* query_script(db, name, sql): statements without arguments or rows, as psql
 * would run them; ${name} is for messages. */
enum db_status query_script(struct db *, const char *name, const char *sql);

/* query_forget(db): what the last statement lent out is gone. */
void query_forget(struct db *);

/* --- args.c, cols.c ------------------------------------------------------- */

struct args {
    const char *value[DB_ARGS_MAX];
    int         bytes[DB_ARGS_MAX];
    int         binary[DB_ARGS_MAX];
    int         n;
};

/* args_pack(db, sql, args, n, out): as libpq takes them; they live in
 * db->args and in what the caller passed. */
enum db_status args_pack(struct db *, const char *sql, const struct db_arg *,
                         size_t, struct args *);

struct cols {
    const char          *sql;
    const struct db_col *col;
    size_t               n;
    int                  at[DB_COLS_MAX];   /* where each is in the result    */
};

/* cols_find(db, c, result): look every name up, once. */
enum db_status cols_find(struct db *, struct cols *, const PGresult *);

/* cols_read(db, c, result, row): fill the caller's variables. */
enum db_status cols_read(struct db *, const struct cols *, const PGresult *,
                         int row);

#endif
