#ifndef BOOK_MARK_H
#define BOOK_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/left.h"

/*
 * What a host remembers of the database's history, in a file outside the
 * database and never part of its backup: a database that does not know it has
 * gone back.  All workers of the host share one file.
 */
struct mark {
    char    installation[40];       /* lineage.installation                   */
    int64_t epoch, beat;            /* lineage.epoch, .beat                   */
    char    nonce[40];              /* of that beat; "": beat is 0            */
    int64_t audit_id;               /* newest entry of the audit; 0: none     */
    char    audit_hash[72];         /* its hash in hex                        */
    char    place[64];              /* lineage_place()                        */
    int64_t at_us;                  /* when that was, by the database         */
    int64_t left, kept;             /* book/left.h: number of the last entry, and of
                                       the oldest kept; 0: none               */
};

/* mark_read(path, out, e): 1, 0: there is none, or -1: it cannot be read or is
 * damaged (ERR_CONFIG). */
int mark_read(const char *, struct mark *, struct err *);

/**
 * mark_write(path, m, e):
 * Remember ${m} too: of what another process wrote meanwhile, the later stays.
 * A mark of another installation, place or of an earlier epoch is replaced.
 * Synced to the disk before it returns.  0 or -1.
 */
int mark_write(const char *, const struct mark *, struct err *);

/* mark_leave(path, m, entry, e): the same, with  in the journal first: it
 * gets its number, and  remembers it.  0 or -1. */
int mark_leave(const char *, struct mark *, struct left_entry *, struct err *);

#endif
