#ifndef REPORT_OUT_H
#define REPORT_OUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * A file written through a buffer: renderers append to ${b} and call
 * out_turn() now and then.
 */
struct out {
    FILE *file;
    struct buf b;
    bool failed;
    int         why;            /* errno of the first failure, or 0 */
};

void out_init(struct out *, FILE *);

/* out_turn(o): give what has gathered to the file when it is worth it.
 * Return 0, or -1 once anything failed. */
int out_turn(struct out *);

/* out_end(o, e): give the rest to the file and release the buffer.  Return 0,
 * or -1 (ERR_IO) when not everything was written. */
int out_end(struct out *, struct err *);

#endif
