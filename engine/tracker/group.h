#ifndef TRACKER_GROUP_H
#define TRACKER_GROUP_H

#include "dispatch/flight.h"
#include "tracker/enter.h"
#include "tracker/listed.h"

/* The rows of one page that are payments of one batch. */
struct group {
    struct flight *f;
    struct arena  *arena;
    struct listed *rows;                /* in listed_order()                  */
    int            nrows;

    struct batch   batch;               /* internal                           */
    struct known_line *lines;
    int            nlines;
    struct choice  choice;
    struct verdicts v;
    struct buf     raw;                 /* the rows as they came              */
    bool           moves, over;
    struct entered entered;
};

/**
 * group_take(g):
 * What the rows mean for a batch that is with the provider, or was, into the
 * book.  Rows of a request that we held for not sent stop the run: see
 * README.  false: the database, and desk_db() took note.
 */
bool group_take(struct group *);

/* group_is_open(g, seq): it had no final answer before this page. */
bool group_is_open(const struct group *, int seq);

#endif
