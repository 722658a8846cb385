#ifndef BOOK_SHORT_H
#define BOOK_SHORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "db/db.h"

/*
 * What was approved with a run for the case that money is short.  "stop", which
 * most runs have and the book does not write down: it is paid whole or not at
 * all.  "groups": each group that is covered whole goes.  "priority": the
 * groups go in order, none before those ahead of it.  A group is what one column
 * of the file says; a batch never mixes groups.
 */
struct run_short {
    char policy[16];            /* "groups" or "priority"; "": stop           */
    char group_by[GROUP_NAME_BYTES];    /* the column                         */
};

/* short_words(s, no, name, out): how a batch's group stands in the digest of
 * its run; group_words() in the database says the same. */
#define SHORT_WORDS_BYTES (2 * GROUP_NAME_BYTES + 64)
void short_words(const struct run_short *, int64_t, const char *name,
                 char out[SHORT_WORDS_BYTES]);

/* short_add(db, run_id, s) / short_group_add(db, run_id, g, account_id): for a
 * new run; of ${g} only group_no, name, rows and minor: what the account pays. */
struct short_group;
enum db_status short_add(struct db *, int64_t, const struct run_short *);
enum db_status short_group_add(struct db *, int64_t,
                               const struct short_group *, int64_t account_id);

/* short_of_run(db, run_id, out): DB_NONE, with ${out} empty: "stop". */
enum db_status short_of_run(struct db *, int64_t, struct run_short *);

/* A group with all accounts that pay it. */
struct short_group {
    int64_t group_no;           /* its place in the order                     */
    char    name[GROUP_NAME_BYTES];
    int64_t rows, minor, charges;
    int64_t open_minor, open_charges;   /* not released yet                   */
    int64_t paid_rows;
    bool    goes;               /* every account covers its part              */
    char    note[ERR_TEXT_BYTES];       /* why it waits; or ""                */
};

/* short_each(db, run_id, row, owner): its groups in order; ${row} as for
 * db_each(). */
enum db_status short_each(struct db *, int64_t,
                          int (*row)(void *owner, const struct short_group *),
                          void *owner);

/* short_look_now(db, account_ids, n): look at once for money that runs of these
 * accounts wait for. */
enum db_status short_look_now(struct db *, const int64_t *, size_t);

#endif
