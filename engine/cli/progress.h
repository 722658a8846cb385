#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "book/run.h"

/*
 * One line about a run on its way: a bar that redraws itself on a terminal, a
 * plain line every few seconds elsewhere, one JSON object a line with --json.
 */
struct progress {
    bool    tty, json, color;
    int64_t started_ms, told_ms;
    int64_t first_done;             /* when we started looking: for the rate */
    int64_t told_done, told_doubt;  /* what the last line said               */
    bool    drawn;
    char    last[512];
};

void progress_init(struct progress *, bool json, bool color);

/* progress_show(p, run, now, last): ${last}: the final state, always told. */
void progress_show(struct progress *, const struct run *,
                   const struct run_progress *, bool last);

/* progress_clear(p): leave the line, so that other text can follow. */
void progress_clear(struct progress *);

#endif
