#include "db/inside.h"
#include "db/send.h"

/* --- prepared statements ------------------------------------------------- */

static size_t
slot_of(const struct db *db, const char *sql)
{
    /* Fibonacci hashing: the low bits of pointers hardly differ */
    uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(h >> 32) & (db->slots - 1);

    while (db->prepared[i].sql != NULL && db->prepared[i].sql != sql)
        i = (i + 1) & (db->slots - 1);
    return i;
}

static int
slots_grow(struct db *db)
{
    struct db_prepared *old = db->prepared;
    size_t was = db->slots;
    size_t now = was > 0 ? was * 2 : 64;

    if ((db->prepared = calloc(now, sizeof(*old))) == NULL) {
        db->prepared = old;
        return -1;
    }
    db->slots = now;
    for (size_t i = 0; i < was; i++)
        if (old[i].sql != NULL)
            db->prepared[slot_of(db, old[i].sql)] = old[i];
    free(old);
    return 0;
}

/* ${name}: what ${sql} is called at the server, prepared there if need be. */
static enum db_status
prepare(struct db *db, const char *sql, char name[16])
{
    struct db_prepared *p = NULL;
    PGresult *res = NULL;
    enum db_status st = DB_OK;

    if ((db->known + 1) * 2 > db->slots && slots_grow(db) < 0)
        return fault_memory(db, sql);
    p = &db->prepared[slot_of(db, sql)];
    if (p->sql == NULL) {
        *p = (struct db_prepared){ sql, ++db->names, 0 };
        db->known++;
    }
    snprintf(name, 16, "s%u", p->number);
    if (p->life == db->life)
        return DB_OK;
    res = PQprepare(db->pg, name, sql, 0, NULL);
    if (PQresultStatus(res) == PGRES_COMMAND_OK) {
        p->life = db->life;
    } else {
        st = fault_of(db, sql, res);
        /* Its answer may have found no memory, and the server knows the name. */
        p->number = ++db->names;
    }
    PQclear(res);
    return st;
}

/* --- running one --------------------------------------------------------- */

void
query_forget(struct db *db)
{
    PQclear(db->held);
    db->held = NULL;
    arena_reset(&db->bytes);
}

/* Everything before the statement goes out. */
static enum db_status
query_ready(struct db *db, const char *sql, const struct db_arg *args,
            size_t n, struct args *a, char name[16])
{
    enum db_status st = DB_OK;

    query_forget(db);
    if ((st = link_ready(db)) < 0)
        return st;
    fault_clear(db);
    if ((st = args_pack(db, sql, args, n, a)) < 0)
        return st;
    return prepare(db, sql, name);
}

/* A failpoint cut the link before or after the statement was run. */
static enum db_status
query_cut(struct db *db, const char *sql, enum fp_result how)
{
    if (how == FP_HARD)
        return fault_say(db, DB_HARD, sql, "a failpoint");
    link_drop(db);
    return fault_say(db, DB_SOFT, sql, "the connection was lost");
}

/* The same of a statement that may write. */
static enum db_status
query_out(struct db *db, const char *sql, const struct db_arg *args, size_t n,
          struct args *a, char name[16])
{
    enum db_status st = query_ready(db, sql, args, n, a, name);
    enum fp_result fp = FP_GO;

    if (st >= 0 && (fp = FP_WRITE("write", db->in_txn, sql)) != FP_GO)
        return query_cut(db, sql, fp);
    return st;
}

/* What became of ${sql}, whose result is db->held. */
static enum db_status
query_end(struct db *db, const char *sql)
{
    switch ((int)PQresultStatus(db->held)) {
    case PGRES_TUPLES_OK:
        return PQntuples(db->held) > 0 ? DB_OK : DB_NONE;
    case PGRES_COMMAND_OK:
        /* "", "0" or a number without leading zeros */
        return PQcmdTuples(db->held)[0] > '0' ? DB_OK : DB_NONE;
    }
    return fault_of(db, sql, db->held);
}

/* Bytes alone come as they are: as text they are twice as many, which both
 * sides would have to go through. */
static int
binary_result(const struct db_col *cols, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cols[i].kind != DB_C_BYTES)
            return 0;
    return n > 0;
}

/* Run ${sql}; its result, in that format, is db->held. */
static enum db_status
query_run(struct db *db, const char *sql, const struct db_arg *args, size_t n,
          int binary)
{
    struct args a;
    char name[16];
    enum db_status st = query_out(db, sql, args, n, &a, name);
    enum fp_result fp = FP_GO;

    if (st < 0)
        return st;
    db->held = PQexecPrepared(db->pg, name, a.n, a.value, a.bytes, a.binary,
                              binary);
    if ((fp = FP_WRITE("written", db->in_txn, sql)) != FP_GO)
        return query_cut(db, sql, fp);
    return query_end(db, sql);
}

enum db_status
db_do(struct db *db, const char *sql, const struct db_arg *args, size_t nargs)
{
    return query_run(db, sql, args, nargs, 0);
}

enum db_status
db_one(struct db *db, const char *sql, const struct db_arg *args, size_t nargs,
       const struct db_col *cols, size_t ncols)
{
    struct cols c = { .sql = sql, .col = cols, .n = ncols };
    enum db_status st = query_run(db, sql, args, nargs,
                                  binary_result(cols, ncols));

    if (st < 0 || (st = cols_find(db, &c, db->held)) < 0)
        return st;
    if (PQntuples(db->held) == 0)
        return DB_NONE;
    if (PQntuples(db->held) > 1)
        return fault_say(db, DB_HARD, sql, "gives %d rows where one is "
                         "expected", PQntuples(db->held));
    return cols_read(db, &c, db->held, 0);
}

static enum db_status
stopped(struct db *db, const char *sql)
{
    return fault_say(db, DB_HARD, sql, "reading was stopped half way");
}

enum db_status
db_each(struct db *db, const char *sql, const struct db_arg *args,
        size_t nargs, const struct db_col *cols, size_t ncols,
        int (*row)(void *), void *owner)
{
    struct cols c = { .sql = sql, .col = cols, .n = ncols };
    enum db_status st = query_run(db, sql, args, nargs,
                                  binary_result(cols, ncols));
    int n = 0;

    if (st < 0 || (st = cols_find(db, &c, db->held)) < 0)
        return st;
    n = PQntuples(db->held);
    for (int i = 0; i < n; i++) {
        if ((st = cols_read(db, &c, db->held, i)) < 0)
            return st;
        if (row(owner) < 0)
            return stopped(db, sql);
    }
    return n > 0 ? DB_OK : DB_NONE;
}

/* --- sent now, answered later --------------------------------------------- */

enum db_status
db_send(struct db *db, const char *sql, const struct db_arg *args, size_t n)
{
    struct args a;
    char name[16];
    enum db_status st = query_out(db, sql, args, n, &a, name);

    if (st < 0)
        return st;
    /* It blocks while the server has not taken all of it: the server is idle,
     * and a megabyte is no wait worth another state. */
    if (PQsendQueryPrepared(db->pg, name, a.n, a.value, a.bytes, a.binary, 0)
        != 1)
        return fault_of(db, sql, NULL);
    db->sent = sql;
    db->answered = false;
    return DB_OK;
}

/*
 * Of several results the last one counts, as in PQexec(): what a statement did
 * is told before it is committed, and a commit that fails tells so afterwards.
 * Only the NULL behind them says that nothing more will come.
 */
static void
answer_take(struct db *db, PGresult *res)
{
    if (res == NULL) {
        db->answered = true;
        return;
    }
    PQclear(db->held);
    db->held = res;
}

bool
db_ready(struct db *db)
{
    if (db->sent == NULL || db->answered)
        return true;
    if (PQconsumeInput(db->pg) == 0)
        return true;                    /* db_finish() says why */
    while (!db->answered && PQisBusy(db->pg) == 0)
        answer_take(db, PQgetResult(db->pg));
    return db->answered;
}

enum db_status
db_finish(struct db *db)
{
    const char *sql = db->sent;
    enum fp_result fp = FP_GO;

    if (sql == NULL)
        return fault_say(db, DB_HARD, "-- answer:", "nothing was sent");
    while (!db->answered)
        answer_take(db, PQgetResult(db->pg));
    db->sent = NULL;
    if ((fp = FP_WRITE("written", db->in_txn, sql)) != FP_GO)
        return query_cut(db, sql, fp);
    return query_end(db, sql);
}

/* --- one row at a time --------------------------------------------------- */

/* When we stopped, the rest of the answer is not wanted: tell the server,
 * then read away what is on its way. */
static void
stream_end(struct db *db, bool early)
{
    char ignored[256];
    PGcancel *cancel = early ? PQgetCancel(db->pg) : NULL;
    PGresult *res = NULL;

    if (cancel != NULL)
        (void)PQcancel(cancel, ignored, sizeof(ignored));
    PQfreeCancel(cancel);
    while ((res = PQgetResult(db->pg)) != NULL)
        PQclear(res);
}

static enum db_status
stream_row(struct db *db, struct cols *c, bool first, int (*row)(void *),
           void *owner)
{
    enum db_status st = DB_OK;

    if (first && (st = cols_find(db, c, db->held)) < 0)
        return st;
    if ((st = cols_read(db, c, db->held, 0)) < 0)
        return st;
    return row(owner) < 0 ? stopped(db, c->sql) : DB_OK;
}

static enum db_status
stream_rows(struct db *db, struct cols *c, int (*row)(void *), void *owner)
{
    enum db_status st = DB_NONE;

    for (;;) {
        query_forget(db);
        db->held = PQgetResult(db->pg);
        switch ((int)PQresultStatus(db->held)) {
        case PGRES_SINGLE_TUPLE:
            st = stream_row(db, c, st == DB_NONE, row, owner);
            if (st < 0)
                return st;
            break;
        case PGRES_TUPLES_OK:           /* the end, itself without rows */
            return st == DB_NONE && cols_find(db, c, db->held) < 0
                ? DB_HARD : st;
        default:
            return fault_of(db, c->sql, db->held);
        }
    }
}

enum db_status
db_stream(struct db *db, const char *sql, const struct db_arg *args,
          size_t nargs, const struct db_col *cols, size_t ncols,
          int (*row)(void *), void *owner)
{
    struct cols c = { .sql = sql, .col = cols, .n = ncols };
    struct args a;
    char name[16];
    enum db_status st = query_ready(db, sql, args, nargs, &a, name);

    if (st < 0)
        return st;
    if (PQsendQueryPrepared(db->pg, name, a.n, a.value, a.bytes, a.binary,
                            binary_result(cols, ncols)) != 1)
        return fault_of(db, sql, NULL);
    (void)PQsetSingleRowMode(db->pg);   /* cannot fail right after a send */
    st = stream_rows(db, &c, row, owner);
    /* with a SQLSTATE it was the server that stopped */
    stream_end(db, st < 0 && db->state[0] == '\0' && link_up(db));
    return st;
}

enum db_status
query_script(struct db *db, const char *name, const char *sql)
{
    query_forget(db);
    fault_clear(db);
    db->held = PQexec(db->pg, sql);
    switch ((int)PQresultStatus(db->held)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_COPY_IN:
    case PGRES_EMPTY_QUERY:         /* a schema step of comments alone */
        return DB_OK;
    }
    return fault_of(db, name, db->held);
}
