#ifndef BOOK_LINEAGE_LEFT_H
#define BOOK_LINEAGE_LEFT_H

#include <stdbool.h>
#include <stdint.h>

#include "book/lineage.h"
#include "book/run.h"

/*
 * The journals of what left (book/left.h) in a hold: each host brings its own
 * into the database, which then knows what it has lost.  Nobody lifts a hold
 * before every host that kept a mark has done so, or two people say that a
 * journal is lost.
 */

/**
 * lineage_bring(db, mark, host, m, hold_id):
 * Once a hold: what the journal beside ${mark}, the path of the mark, has and
 * this database has not.  ${m}: what that mark says, NULL: there is none.
 */
enum db_status lineage_bring(struct db *, const char *mark, const char *host,
                             const struct mark *, int64_t hold_id);

/* lineage_untold(db, mark, n): how many batches left from this host of which
 * neither the book nor an earlier hold knows. */
enum db_status lineage_untold(struct db *, const char *mark, int64_t *);

/* A host that keeps a mark, and what its journal said in the hold. */
struct lineage_host {
    char    host[PATH_BYTES_MAX], note[ERR_TEXT_BYTES];
    bool    read, whole, excused;
    int64_t entries, unknown;       /* batches                                */
};

int lineage_hosts(struct db *, int64_t hold_id,
                  int (*row)(void *, const struct lineage_host *), void *,
                  struct err *);

/* Batches of one run that left and that this database did not know of. */
struct lineage_gone {
    char    run_ref[RUN_REF_BYTES], period[8], kind[16], ccy[4];
    char    account[USER_NAME_BYTES_MAX];
    bool    here;                   /* they are in the book, as not sent      */
    int64_t batches, rows, minor;
};

int lineage_gone(struct db *, int64_t hold_id,
                 int (*row)(void *, const struct lineage_gone *), void *,
                 struct err *);

/* lineage_excuse(db, hold_id, host, e): this host's journal is lost, says who
 * proposes to lift the hold. */
int lineage_excuse(struct db *, int64_t, const char *host, struct err *);

#endif
