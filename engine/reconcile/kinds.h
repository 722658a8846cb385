#ifndef RECONCILE_KINDS_H
#define RECONCILE_KINDS_H

#include <stdbool.h>

/* A kind of finding, as a finance person reads it. */
struct finding_kind {
    const char *name;           /* "missing_there", as in finding.kind        */
    const char *title;
    const char *todo;           /* what to do about it                        */
    bool        heals;          /* may end by waiting                         */
};

/* The table; ends with name NULL.  finding_kind(name): its row, or NULL. */
extern const struct finding_kind finding_kinds[];
const struct finding_kind *finding_kind(const char *);

#endif
