#ifndef BOOK_EDGES_H
#define BOOK_EDGES_H

#include <stddef.h>

#include "base/str.h"
#include "book/states.h"

/*
 * Edges as lists of names: how the table of states reaches the statements
 * that move.  ${from}[i] leads to ${to}[i] because of ${why}[i].
 */
#define EDGES_MAX 8             /* of one event; the cancel edges are 3 */

struct edges {
    size_t      n;
    const char *event;
    struct str  from[EDGES_MAX], to[EDGES_MAX], why[EDGES_MAX];
};

/* edges_on(out, m, event): every edge of ${m} that ${event} may take. */
void edges_on(struct edges *, const struct state_machine *, int);

/* edges_all(out, m): every edge of a small machine. */
void edges_all(struct edges *, const struct state_machine *);

#endif
