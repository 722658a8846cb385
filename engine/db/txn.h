#ifndef DB_TXN_H
#define DB_TXN_H

#include "base/failpoint.h"
#include "db/db.h"

/**
 * db_begin / db_commit / db_rollback(db):
 * Nothing may touch the network between begin and commit.  A lost answer to
 * COMMIT is resolved by asking for the transaction's fate
 * (pg_xact_status) on a new connection: DB_OK when it committed, DB_SOFT when
 * it did not, DB_HARD when nobody can tell.
 */
enum db_status db_begin(struct db *);
enum db_status db_commit(struct db *);
void db_rollback(struct db *);

/**
 * db_txn(db, fn, owner):
 * Run ${fn} in a transaction, again from the start on DB_SOFT, at most
 * DB_TXN_TRIES_MAX times with a growing wait, reconnecting when the link went
 * down.  ${fn} must not send, print or free anything: it can run more than
 * once.  ${fn} returning DB_HARD or DB_NONE rolls back; DB_OK commits.
 */
enum db_status db_txn(struct db *, enum db_status (*fn)(struct db *, void *),
                      void *owner);

#ifdef PAYRUN_FAILPOINTS
/* Each kind of transaction has a name of its own, without anybody giving it. */
#define db_txn(db, fn, owner) \
    (failpoint_txn(__FILE__, #fn), (db_txn)((db), (fn), (owner)))
#endif

#endif
