#ifndef RECONCILE_BREAKS_H
#define RECONCILE_BREAKS_H

#include "base/err.h"
#include "book/people.h"
#include "db/db.h"

/*
 * What people do about findings that last.  Everything is told in the break's
 * history and in the audit.
 */
struct brk {
    int64_t id, minor, run_id, proposal;
    bool    live;
    char    state[16], ccy[4], made_by[USER_NAME_BYTES_MAX];
    char    proposed_by[USER_NAME_BYTES_MAX];
    struct str about, detail;   /* borrowed                                   */
};

enum break_did { BREAK_ASSIGN, BREAK_EXPLAIN, BREAK_CORRECT, BREAK_WRITE_OFF,
                 BREAK_AGREE, BREAK_REFUSE };

/* break_find(db, id, out, e): ERR_USAGE when there is none. */
int break_find(struct db *, int64_t, struct brk *, struct err *);

/**
 * break_do(db, id, did, owner, note, me, e):
 * ${owner}: whom it is assigned to, else NULL.  Writing off proposes; another
 * person, a checker, agrees, to the price it was proposed at.  What a maker's
 * own run is found out about somebody else explains or corrects.
 */
int break_do(struct db *, int64_t, enum break_did, const char *owner,
             const char *note, const struct person *, struct err *);

/* One line of a list; texts borrowed. */
struct break_line {
    int64_t    id, minor, ours_minor, theirs_minor, age_days;
    bool       is_open;
    struct str kind, state, owner, note, about, detail, run_ref, account,
               book, ccy, age, heals_until;
};

/* breaks_each(db, run_id, account, all, row, owner, e): ${run_id} 0 and
 * ${account} "": any; ${all}: ended ones, too. */
int breaks_each(struct db *, int64_t run_id, const char *account, bool all,
                int (*row)(void *, const struct break_line *), void *,
                struct err *);

struct break_event {
    int64_t    minor;
    struct str at, actor, did, from, to, note;
};
int break_history_each(struct db *, int64_t id,
                       int (*row)(void *, const struct break_event *), void *,
                       struct err *);

#endif
