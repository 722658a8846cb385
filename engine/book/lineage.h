#ifndef BOOK_LINEAGE_H
#define BOOK_LINEAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "book/mark.h"
#include "db/db.h"

/*
 * Is this database's history the one this host knows?  After a restore, or a
 * failover that lost the last seconds, payments that were made look unsent.
 * So whoever lets money out keeps a mark outside the database, checks it on
 * every new connection, and gives it to the door, which checks it again.
 */
enum lineage_state {
    LINEAGE_UNKNOWN,            /* not looked yet                             */
    LINEAGE_SOUND,              /* what the mark knows is here                */
    LINEAGE_STRANGE,            /* no mark, and nobody vouches for it: nothing
                                   leaves from here until somebody does       */
    LINEAGE_UNWRITABLE,         /* the mark cannot be read or written         */
    LINEAGE_HELD                /* a hold is open: nothing leaves from anywhere */
};

struct lineage {
    char     path[PATH_BYTES_MAX];      /* of the mark                        */
    char     host[NAME_BYTES_MAX];      /* who keeps it, for people           */
    char     actor[NAME_BYTES_MAX];     /* for the audit                      */
    struct mark known;                  /* the last that was here and there   */
    enum lineage_state state;
    unsigned life;                      /* the connection that was checked    */
    char     why[ERR_TEXT_BYTES];       /* unless SOUND: why, and what to do  */
};

/* lineage_init(l, path, actor): not looked yet. */
void lineage_init(struct lineage *, const char *path, const char *actor);

/**
 * lineage_check(l, db):
 * Look, whatever was seen before; sets ${l}->state.  A history that went back
 * opens a hold, for everybody.  A host without a mark takes this database's
 * when nothing was ever sent, or when another host's mark has agreed with it
 * since the server started.  Return how the database calls ended.
 */
enum db_status lineage_check(struct lineage *, struct db *);

/* lineage_ready(l, db): SOUND, on this connection; looks only when it is
 * another one than before.  Return false also when the database fails. */
bool lineage_ready(struct lineage *, struct db *);

/* What a door needs to know, as the arguments of attempt_leave. */
struct lineage_step {
    int64_t beat, at_us;        /* filled by the door; 0: it moves no money   */
    char    nonce[40];          /* made here                                  */
};

void lineage_step(struct lineage_step *);

/**
 * lineage_passed(l, db, step, leaves):
 * Behind the door: the beat stands in the database; put it into the mark, and
 * ${leaves} (NULL: no batch) into the journal: its number, beat and installation
 * are filled in.  Only then may a byte leave.  false: it must not.
 */
bool lineage_passed(struct lineage *, struct db *,
                    const struct lineage_step *, struct left_entry *);

/* --- holds ---------------------------------------------------------------- */

/* A hold as people see it; hold_id 0: none is open. */
struct lineage_hold {
    int64_t hold_id, opened_us, mark_beat, mark_us, db_beat, since_us;
    char    why[ERR_TEXT_BYTES], opened_by[NAME_BYTES_MAX];
};

/* lineage_hold_read(db, out, e): the open one. */
int lineage_hold_read(struct db *, struct lineage_hold *, struct err *);

/**
 * lineage_hold_open(db, mark, why, since_us, lost, actor):
 * Everything stands still; numbers of runs are skipped for ${lost} lost ones.
 * DB_NONE: one is open already.
 */
enum db_status lineage_hold_open(struct db *, const struct mark *,
                                 const char *why, int64_t since_us,
                                 int64_t lost, const char *actor);

#endif
