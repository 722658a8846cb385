#ifndef BOOK_PEOPLE_H
#define BOOK_PEOPLE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"
#include "db/db.h"

struct person {
    char name[USER_NAME_BYTES_MAX];
    char role[16];                  /* maker, checker, auditor, admin */
    bool disabled;
};

/* person_add(db, name, role, actor, e): ERR_GUARD when the name exists. */
int person_add(struct db *, const char *, const char *, const char *actor,
               struct err *);

/* person_find(db, name, out, e): ERR_NOPERM when unknown or disabled, with how
 * to add them. */
int person_find(struct db *, const char *, struct person *, struct err *);

int person_each(struct db *, int (*row)(void *, const struct person *), void *,
                struct err *);

/* audit_add(db, actor, action, subject, detail): inside the transaction of
 * what it tells about; appends to the hash chain. */
enum db_status audit_add(struct db *, const char *actor, const char *action,
                         const char *subject, const char *detail);

/* The first entry of the chain that does not hold; why "": it all holds. */
struct audit_fault {
    int64_t audit_id;
    char    why[64];
};

/* audit_verify(db, out, e): compute the whole chain again.  0 or -1. */
int audit_verify(struct db *, struct audit_fault *, struct err *);

#endif
