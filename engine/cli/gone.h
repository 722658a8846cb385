#ifndef CLI_GONE_H
#define CLI_GONE_H

#include "cli/app.h"

/* What the hosts' journals say in a hold, for payrun lineage. */
struct gone {
    struct app *app;
    json_t *hosts, *runs;       /* as JSON                                    */
    int     silent;             /* hosts whose journal is waited for          */
    int     excused;            /* ... and is lost, somebody says             */
    int64_t lost;               /* payments that left in runs not here        */
};

/* gone_read(app, hold_id, out, e): prints it too, unless it is for --json.
 * gone_release() it either way.  0 or -1. */
int gone_read(struct app *, int64_t, struct gone *, struct err *);
void gone_release(struct gone *);

#endif
