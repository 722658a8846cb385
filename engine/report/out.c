#include "report/out.h"

#include <errno.h>

void
out_init(struct out *o, FILE *file)
{
    *o = (struct out){ .file = file };
    buf_init(&o->b, REPORT_BUF_BYTES_MAX);
}

/* A buffer that overflowed lacks a piece, so nothing more may follow. */
static void
give(struct out *o)
{
    if (o->b.failed)
        o->failed = true;
    if (o->failed || o->b.len == 0)
        return;
    if (fwrite(o->b.p, 1, o->b.len, o->file) != o->b.len)
        o->failed = true;
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
    errno = 0;
    give(o);
    if (!o->failed && fflush(o->file) == EOF)
        o->failed = true;
    buf_release(&o->b);
    if (!o->failed)
        return 0;
    err_set(e, ERR_IO, "the report could not be written completely%s%s",
            errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
    return err_fix(e, "Make room on the disk, then run the same command "
                   "again.");
}
