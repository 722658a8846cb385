#ifndef SCHEDULE_STANDING_H
#define SCHEDULE_STANDING_H

#include <stdint.h>

#include "base/err.h"
#include "book/people.h"
#include "db/db.h"
#include "schedule/calendar.h"
#include "schedule/drop.h"

/*
 * What two people approved beforehand: files of one folder, within ceilings and
 * for a time.  The database holds every use against it (standing_refuses in
 * schema step 0015); a file it does not cover stays a draft and says why.
 */
struct standing_ask {
    const struct drop_folder *folder;
    int64_t     file_minor, payee_minor, change_percent;
    const char *until;                  /* "2026-12-31": to the end of it, in
                                           Nairobi                            */
    const char *why;
};

/* standing_propose(db, ask, who, id, e): a maker or admin.
 * standing_agree(db, id, who, e): a checker, another person.
 * standing_end(db, id, who, e): anybody but an auditor, at once. */
int standing_propose(struct db *, const struct standing_ask *,
                     const struct person *, int64_t *id, struct err *);
int standing_agree(struct db *, int64_t, const struct person *, struct err *);
int standing_end(struct db *, int64_t, const struct person *, struct err *);

/**
 * standing_turn(db, live, approved, e):
 * Ask about every draft that came out of a folder with a standing approval:
 * submit and approve what it covers, note why it does not cover the rest.
 * Takes on the checker's database role for that and goes back to the maker's.
 */
int standing_turn(struct db *, bool live, int *approved, struct err *);

#endif
