#include "report/out.h"

#include <errno.h>

void
out_init(struct out *o, FILE *file)
{
    *o = (struct out){ .file = file };
    buf_init(&o->b, REPORT_BUF_BYTES_MAX);
}

/* Only the first reason is the reason. */
static void
fail(struct out *o, int why)
{
    if (!o->failed)
        o->why = why;
    o->failed = true;
}

/* A buffer that overflowed lacks a piece, so nothing more may follow. */
static void
give(struct out *o)
{
    if (o->b.failed)
        fail(o, ENOMEM);
    if (o->failed || o->b.len == 0)
        return;
    errno = 0;
    if (fwrite(o->b.p, 1, o->b.len, o->file) != o->b.len)
        fail(o, errno);
    buf_clear(&o->b);
}

int
out_turn(struct out *o)
{
    if (o->b.len >= REPORT_FLUSH_BYTES || o->b.failed)
        give(o);
    return o->failed ? -1 : 0;
}

int
out_end(struct out *o, struct err *e)
{
    give(o);
    errno = 0;
    if (!o->failed && fflush(o->file) == EOF)
        fail(o, errno);
    buf_release(&o->b);
    if (!o->failed)
        return 0;
    if (o->why == ENOMEM)
        return err_oom(e);
    err_set(e, ERR_IO, "the report could not be written completely%s%s",
            o->why != 0 ? ": " : "", o->why != 0 ? strerror(o->why) : "");
    return err_fix(e, "Make room on the disk, then run the same command "
                   "again.");
}
