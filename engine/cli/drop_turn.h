#ifndef CLI_DROP_TURN_H
#define CLI_DROP_TURN_H

#include "cli/app.h"
#include "intake/routing.h"
#include "schedule/drop.h"

/* A look at the watched folders, with what the configuration says of them. */
struct drop_look {
    struct app    *app;
    struct routing routing;             /* of the file in hand                */
    struct drop    drop;
    int            approved;            /* by standing approvals              */
    bool           barred;              /* there are folders, and this login
                                           may not act as a maker             */
    json_t        *files;               /* may be NULL                        */
};

/* drop_look(l, actor, e): take in what is there, in the role of a maker; a
 * login that may not act as one leaves it, and ${l} says so.  The role stays. */
int drop_look(struct drop_look *, const char *actor, struct err *);

#endif
