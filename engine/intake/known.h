#ifndef INTAKE_KNOWN_H
#define INTAKE_KNOWN_H

#include "base/limits.h"
#include "db/db.h"
#include "intake/intake.h"
#include "loaders/seen.h"

/*
 * Whom the other runs of the period pay how much, read before a large file is:
 * nearly always none of its rows is among them, and then they need not be
 * joined with it behind the COPY, which takes four times as long.  It only
 * says what is certainly no duplicate.  Empty after known_forget().
 */
struct known {
    struct seen keys;
    int64_t     runs[KNOWN_RUNS_MAX];
    int         nruns;          /* 0: it says nothing                         */
    bool        hit;            /* a row of the file is among them            */
};

void known_forget(struct known *);

/**
 * known_read(k, db, order, run_id):
 * Read the payments of the runs that ${run_id} may repeat, unless the file at
 * order->path is small beside them, or there is no room for them.  Rows of a
 * run never change, so what is read here is true as long as the run is there.
 * DB_OK, or what failed.
 */
enum db_status known_read(struct known *, struct db *,
                          const struct intake_order *, int64_t run_id);

/* known_look(k, account, minor): a payment of the file. */
void known_look(struct known *, struct str account, int64_t minor);

/* known_clears(k, run_id): the whole file was looked at, and ${run_id} pays
 * nobody on it the same amount. */
bool known_clears(const struct known *, int64_t run_id);

#endif
