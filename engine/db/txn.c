#include "db/txn.h"

#include <poll.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "db/inside.h"

static const char sql_xid[] =
"-- xid: this transaction's number, NULL while it has written nothing\n"
"SELECT pg_current_xact_id_if_assigned()::text AS xid";

static const char sql_fate[] =
"-- fate: what became of transaction $1; NULL when that is too long ago\n"
"SELECT pg_xact_status($1::text::xid8) AS fate";

/* Commits something that every standby must have confirmed before it is
 * answered, and with it everything committed earlier. */
static const char sql_barrier[] =
"-- barrier: wait until the standbys have all that was committed\n"
"SELECT pg_logical_emit_message(true, 'payrun', 'barrier')";

static void
pause_ms(int64_t ms)
{
    (void)poll(NULL, 0, (int)ms);
}

/* A lost link waits for a server to come back; a conflict for a neighbour. */
static void
wait_before_try(const struct db *db, unsigned n)
{
    if (link_up(db))
        pause_ms(clock_backoff_ms(n, DB_RETRY_MS, DB_RETRY_CAP_MS,
                                  crypto_dice()));
    else
        pause_ms(clock_backoff_ms(n, DB_RELINK_MS, DB_RELINK_CAP_MS,
                                  crypto_dice()));
}

enum db_status
db_begin(struct db *db)
{
    enum db_status st = DB_OK;

    if (db->in_txn)
        return fault_say(db, DB_HARD, "-- begin:",
                         "a transaction is already open");
    if ((st = link_ready(db)) < 0)
        return st;
    /* spelled out: a server's defaults may differ */
    st = query_script(db, "-- begin:",
                      "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    db->in_txn = st == DB_OK;
    return st;
}

/* --- the fate of a transaction whose COMMIT was not answered ------------- */

static enum db_status
nobody_can_tell(struct db *db, const char *why)
{
    (void)fault_say(db, DB_HARD, "-- commit:", "the connection was lost and it "
                    "cannot be found out whether the transaction is stored: %s",
                    why);
    (void)str_copy(db->state, sizeof(db->state), STR(FATE_UNKNOWN));
    return DB_HARD;
}

static enum db_status
not_stored(struct db *db)
{
    return fault_say(db, DB_SOFT, "-- commit:",
                     "the connection was lost; nothing was stored");
}

/* Committed here; but its COMMIT may have been cut off while it waited for a
 * standby.  DB_SOFT: ask again. */
static enum db_status
fate_confirmed(struct db *db)
{
    enum db_status st = DB_OK;

    db->warned = false;
    if ((st = db_do(db, sql_barrier, NULL, 0)) < 0)
        return st;
    return db->warned ? nobody_can_tell(db, "no standby confirmed it") : DB_OK;
}

enum fate { FATE_STORED, FATE_GONE, FATE_OPEN, FATE_AMBIGUOUS, FATE_TOO_OLD };

/*
 * After a crash or a failover a server may hand out again a number whose
 * first owner left no trace on disk: "committed" is then perhaps another's.
 * Every other answer still proves that ours is not stored.
 */
static enum fate
fate_read(const char *word, bool same_server)
{
    if (word[0] == '\0')
        return FATE_TOO_OLD;
    if (strcmp(word, "committed") == 0)
        return same_server ? FATE_STORED : FATE_AMBIGUOUS;
    if (strcmp(word, "in progress") == 0)
        return same_server ? FATE_OPEN : FATE_GONE;
    return FATE_GONE;
}

/* Ask once.  DB_SOFT with ${*again}: not known yet. */
static enum db_status
fate_ask(struct db *db, const char *xid, const char *server, bool *again)
{
    char word[16] = "";
    const struct db_arg args[] = { A_TEXT(xid) };
    const struct db_col cols[] = { C_TEXT_NULL("fate", word) };
    enum db_status st = db_one(db, sql_fate, args, LEN(args), cols, LEN(cols));

    *again = false;
    if (st == DB_HARD && strcmp(db->state, "22023") == 0)
        return not_stored(db);          /* "is in the future": never on disk */
    if (st < 0) {
        *again = st == DB_SOFT;
        return st;
    }
    switch (fate_read(word, strcmp(server, db->server) == 0)) {
    case FATE_STORED:
        st = fate_confirmed(db);
        *again = st == DB_SOFT;
        return st;
    case FATE_GONE:
        return not_stored(db);
    case FATE_OPEN:
        *again = true;
        return DB_SOFT;
    case FATE_AMBIGUOUS:
        return nobody_can_tell(db, "the server was restarted meanwhile");
    case FATE_TOO_OLD:
        return nobody_can_tell(db, "the server no longer knows");
    }
    return DB_HARD;
}

static enum db_status
fate(struct db *db, const char *xid, const char *server)
{
    bool again = true;

    for (unsigned n = 1; n <= DB_TXN_TRIES_MAX && again; n++) {
        enum db_status st = fate_ask(db, xid, server, &again);

        if (!again && st == DB_HARD && strcmp(db->state, FATE_UNKNOWN) != 0)
            return nobody_can_tell(db, "asking for it failed");
        if (!again)
            return st;
        /* the old connection's end of it, or the server, needs a moment */
        pause_ms(clock_backoff_ms(n, DB_RELINK_MS, DB_RELINK_CAP_MS,
                                  crypto_dice()));
    }
    return nobody_can_tell(db, "it does not answer, or is still at it");
}

/* A failpoint before COMMIT: it never got there. */
static enum db_status
not_sent(struct db *db, enum fp_result how)
{
    db_rollback(db);
    if (how == FP_HARD)
        return fault_say(db, DB_HARD, "-- commit:", "a failpoint");
    link_drop(db);
    return not_stored(db);
}

enum db_status
db_commit(struct db *db)
{
    char xid[DB_XID_BYTES] = "";
    char server[DB_SERVER_BYTES];
    const struct db_col cols[] = { C_TEXT_NULL("xid", xid) };
    enum db_status st = DB_OK;
    enum fp_result fp = FP_GO;

    if (!db->in_txn)
        return fault_say(db, DB_HARD, "-- commit:", "no transaction is open");
    memcpy(server, db->server, sizeof(server));
    if ((st = db_one(db, sql_xid, NULL, 0, cols, LEN(cols))) < 0) {
        db_rollback(db);
        return st;
    }
    db->warned = false;
    if ((fp = FP_OF("commit", FP_TXN_NAME())) != FP_GO)
        return not_sent(db, fp);
    st = query_script(db, "-- commit:", "COMMIT");
    db->in_txn = false;
    if ((fp = FP_OF("committed", FP_TXN_NAME())) == FP_ERROR)
        link_drop(db);
    else if (fp == FP_HARD)
        return nobody_can_tell(db, "a failpoint");
    /* Its answer came and there was no memory for it: stored or not? */
    if (st < 0 && strcmp(db->state, NO_MEMORY) == 0)
        link_drop(db);
    if (!link_up(db))
        return xid[0] == '\0' ? not_stored(db) : fate(db, xid, server);
    if (st < 0)
        return st;
    /* the server answers COMMIT of a failed transaction with ROLLBACK */
    if (strcmp(PQcmdStatus(db->held), "COMMIT") != 0)
        return fault_say(db, DB_HARD, "-- commit:",
                         "a statement had failed before; nothing was stored");
    if (db->warned)                     /* a cancelled wait for the standby */
        return nobody_can_tell(db, "no standby confirmed it");
    return DB_OK;
}

void
db_rollback(struct db *db)
{
    query_forget(db);
    if (!db->in_txn)
        return;
    db->in_txn = false;                 /* db_why() stays what it was */
    if (PQtransactionStatus(db->pg) == PQTRANS_ACTIVE)
        link_end_copy(db, "rolled back");
    PQclear(PQexec(db->pg, "ROLLBACK"));
    if (PQtransactionStatus(db->pg) != PQTRANS_IDLE)
        link_drop(db);                  /* the server rolls back by itself */
}

/* in parentheses: in payrun-check it is a macro, too */
enum db_status
(db_txn)(struct db *db, enum db_status (*fn)(struct db *, void *), void *owner)
{
    enum db_status st = DB_SOFT;

    for (unsigned n = 1; st == DB_SOFT && n <= DB_TXN_TRIES_MAX; n++) {
        if (n > 1)
            wait_before_try(db, n - 1);
        if ((st = db_begin(db)) < 0)
            continue;
        if ((st = fn(db, owner)) == DB_OK)
            st = db_commit(db);
        else
            db_rollback(db);
    }
    return st;
}
