#ifndef INTAKE_GROUPS_H
#define INTAKE_GROUPS_H

#include "book/short.h"
#include "intake/intake.h"

/*
 * The groups of a file, as they are found while it is read.  With a column of
 * priorities they have their numbers from there, else they are counted as first
 * seen; "Sales" and "SALES" are one.
 */
struct group {
    int64_t no;
    char    name[GROUP_NAME_BYTES];
};

struct groups {
    struct run_short as;        /* policy "": nobody asked for groups         */
    bool    priority;           /* the column has numbers                     */
    struct group *list;
    int     n, last;            /* last: the one found last                   */
};

/* groups_ask(g, order, e): what the order wants; 0, or -1 with ERR_USAGE. */
int groups_ask(struct groups *, const struct intake_order *, struct err *);

/* groups_at(g, name, e): its place in the list; -1: more than RUN_GROUPS_MAX, or
 * out of memory. */
int groups_at(struct groups *, struct str, struct err *);

/* groups_store(db, g, run_id, cut): with a new run, once its accounts are
 * there; nothing when there are none. */
struct cut;
enum db_status groups_store(struct db *, const struct groups *, int64_t,
                            const struct cut *);

void groups_release(struct groups *);   /* also fine on a zeroed struct */

#endif
