#ifndef CLI_RESOLVE_SHOW_H
#define CLI_RESOLVE_SHOW_H

#include "base/buf.h"
#include "book/evidence.h"
#include "cli/app.h"

/* What `payrun resolve` says, in words, JSON and CSV. */

/* A payment named by a person, or the whole run. */
struct resolve_which {
    int64_t batch_id;               /* 0: all                                 */
    int     seq;                    /* 0: all of the batch                    */
};

/* resolve_show(app, run, which, found, e): what is on the desk, with all that
 * was sent and said; ${found} payments.  0 or -1. */
int resolve_show(struct app *, const struct run *, struct resolve_which,
                 int64_t *found, struct err *);

/* resolve_evidence(text, say, file, e): --evidence of a person: words, or a file
 * read into ${file}, which must outlive ${say}. */
int resolve_evidence(const char *, struct evidence_say *, struct buf *,
                     struct err *);

/* resolve_list(app, found, e): the runs with something on the desk. */
int resolve_list(struct app *, int64_t *found, struct err *);

/* resolve_export(app, run, path, e): all of it as a file for the provider's
 * support. */
int resolve_export(struct app *, const struct run *, const char *,
                   struct err *);

#endif
