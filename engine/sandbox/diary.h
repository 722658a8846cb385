#ifndef SANDBOX_DIARY_H
#define SANDBOX_DIARY_H

#include <stdint.h>

#include "base/buf.h"
#include "sandbox/faults.h"
#include "sandbox/figures.h"

/* What was asked and answered lately: the latest FIGURE_DIARY_MAX requests one
 * by one, all of them counted.  Not durable: it is about this process. */
struct note {
    int64_t       at_us;
    enum endpoint on;
    int           http;         /* 0: hung up without an answer      */
    const char   *fault;        /* its kind, or NULL                 */
    char          file_id[FIGURE_ALIAS_BYTES];   /* "": about no file */
};

struct diary {
    struct note list[FIGURE_DIARY_MAX];
    int64_t     n;              /* ever; the latest is (n - 1) % MAX */
    int64_t     counts[ON_ANY];
};

void diary_add(struct diary *, const struct note *);

/* diary_json(out, d, last): the latest ${last}, newest first. */
void diary_json(struct buf *, const struct diary *, int64_t last);

#endif
