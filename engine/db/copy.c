#include "db/copy.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <poll.h>

#include "db/inside.h"

/* The binary format: signature, flags, extension; rows; -1.
 * https://www.postgresql.org/docs/15/sql-copy.html */
static const char signature[] = "PGCOPY\n\377\r\n";     /* and its NUL */

#define COPY_LOOK_MS 500        /* how often libpq reads again what it has     */

/* Remember the first failure; everything after it does nothing. */
static void
copy_fail(struct db_copy *c, enum db_status st, const char *why)
{
    if (!c->failed)
        (void)fault_say(c->db, st, c->sql, "%s", why);
    c->failed = true;
}

static void
copy_send(struct db_copy *c, const char *p, size_t n)
{
    if (!c->failed && PQputCopyData(c->db->pg, p, (int)n) != 1) {
        (void)fault_of(c->db, c->sql, NULL);
        c->failed = true;
    }
}

static void
copy_flush(struct db_copy *c)
{
    if (c->out.len > 0)
        copy_send(c, c->out.p, c->out.len);
    buf_clear(&c->out);
}

/* Where the next ${n} bytes go, at most DB_COPY_FLUSH_BYTES: a million rows
 * are thirty million of these, so there is nothing to grow or to fail. */
static inline char *
out_room(struct db_copy *c, size_t n)
{
    assert(c->out.p != NULL);       /* begun, and not ended */
    if (c->out.len + n > DB_COPY_FLUSH_BYTES)
        copy_flush(c);
    c->out.len += n;
    return c->out.p + c->out.len - n;
}

static inline void
out_i16(struct db_copy *c, int16_t v)
{
    uint16_t wire = htons((uint16_t)v);

    memcpy(out_room(c, sizeof(wire)), &wire, sizeof(wire));
}

static inline void
out_i32(struct db_copy *c, int32_t v)
{
    uint32_t wire = htonl((uint32_t)v);

    memcpy(out_room(c, sizeof(wire)), &wire, sizeof(wire));
}

/*
 * When libpq has no memory for the answer to a COPY, it takes that for half an
 * answer and waits for the rest, which never comes.  Asked again, it reads what
 * it has once more.
 */
static void
copy_await(PGconn *pg)
{
    struct pollfd at = { .fd = PQsocket(pg), .events = POLLIN };

    while (PQisBusy(pg) != 0) {
        (void)poll(&at, 1, COPY_LOOK_MS);
        if (PQconsumeInput(pg) == 0)
            return;
    }
}

static enum db_status
copy_start(struct db *db, const char *sql)
{
    PGresult *rest = NULL;

    query_forget(db);
    fault_clear(db);
    if (PQsendQuery(db->pg, sql) == 0)
        return fault_of(db, sql, NULL);
    copy_await(db->pg);
    db->held = PQgetResult(db->pg);
    switch ((int)PQresultStatus(db->held)) {
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:              /* the caller says what it is not */
        return DB_OK;
    }
    (void)fault_of(db, sql, db->held);
    while ((rest = PQgetResult(db->pg)) != NULL)
        PQclear(rest);
    return db->last;
}

enum db_status
db_copy_begin(struct db_copy *c, struct db *db, const char *sql, int columns)
{
    enum db_status st = DB_OK;

    *c = (struct db_copy){ .db = db, .sql = sql, .columns = columns,
                           .values = columns };
    if (!db->in_txn)
        return fault_say(db, DB_HARD, sql, "COPY outside a transaction");
    if ((st = link_ready(db)) < 0 || (st = copy_start(db, sql)) < 0)
        return st;
    buf_init(&c->out, DB_COPY_FLUSH_BYTES);
    buf_reserve(&c->out, DB_COPY_FLUSH_BYTES);
    if (PQresultStatus(db->held) != PGRES_COPY_IN
        || PQbinaryTuples(db->held) != 1 || PQnfields(db->held) != columns) {
        db_copy_abort(c, "not this COPY");
        return fault_say(db, DB_HARD, sql, "is not a binary COPY of %d "
                         "columns from the client", columns);
    }
    if (c->out.cap <= DB_COPY_FLUSH_BYTES) {
        db_copy_abort(c, "the client failed");
        return fault_memory(db, sql);
    }
    memcpy(out_room(c, sizeof(signature)), signature, sizeof(signature));
    out_i32(c, 0);
    out_i32(c, 0);
    return DB_OK;
}

static void
copy_row_whole(struct db_copy *c)
{
    if (c->values != c->columns)
        copy_fail(c, DB_HARD, "a row has the wrong number of values");
}

void
db_copy_row(struct db_copy *c)
{
    copy_row_whole(c);
    c->rows++;
    c->values = 0;
    out_i16(c, (int16_t)c->columns);
}

void
db_copy_i64(struct db_copy *c, int64_t v)
{
    uint64_t wire = htobe64((uint64_t)v);

    c->values++;
    out_i32(c, sizeof(wire));
    memcpy(out_room(c, sizeof(wire)), &wire, sizeof(wire));
}

void
db_copy_i32(struct db_copy *c, int32_t v)
{
    c->values++;
    out_i32(c, sizeof(v));
    out_i32(c, v);
}

void
db_copy_i16(struct db_copy *c, int16_t v)
{
    c->values++;
    out_i32(c, sizeof(v));
    out_i16(c, v);
}

void
db_copy_bytes(struct db_copy *c, struct str s)
{
    c->values++;
    if (s.p == NULL) {
        out_i32(c, -1);
        return;
    }
    if (s.len > DB_BYTES_MAX) {
        copy_fail(c, DB_HARD, "a value is too long");
        return;
    }
    out_i32(c, (int32_t)s.len);
    if (s.len <= DB_COPY_FLUSH_BYTES) {
        memcpy(out_room(c, s.len), s.p, s.len);
    } else {
        copy_flush(c);              /* what is larger goes out by itself */
        copy_send(c, s.p, s.len);
    }
}

void
db_copy_text(struct db_copy *c, struct str s)
{
    db_copy_bytes(c, s);
}

/* Read the answer to the end of the COPY. */
static enum db_status
copy_answer(struct db_copy *c)
{
    struct db *db = c->db;
    enum db_status st = DB_OK;
    PGresult *res = NULL;

    while ((res = PQgetResult(db->pg)) != NULL) {
        if (PQresultStatus(res) != PGRES_COMMAND_OK && st == DB_OK)
            st = fault_of(db, c->sql, res);
        PQclear(res);
        if (!link_up(db))
            break;
    }
    return link_up(db) || st < 0 ? st : fault_of(db, c->sql, NULL);
}

enum db_status
db_copy_end(struct db_copy *c)
{
    enum db_status st = DB_OK;

    copy_row_whole(c);
    out_i16(c, -1);
    copy_flush(c);
    if (c->failed) {
        st = c->db->last;
        db_copy_abort(c, "the client failed");
        return st;
    }
    buf_release(&c->out);
    if (FP("copy.end") != FP_GO) {
        link_drop(c->db);
        return fault_say(c->db, DB_SOFT, c->sql, "the connection was lost");
    }
    if (PQputCopyEnd(c->db->pg, NULL) != 1)
        return fault_of(c->db, c->sql, NULL);
    return copy_answer(c);
}

void
db_copy_abort(struct db_copy *c, const char *why)
{
    buf_release(&c->out);
    if (c->db != NULL && PQtransactionStatus(c->db->pg) == PQTRANS_ACTIVE)
        link_end_copy(c->db, why);
}
