#ifndef SANDBOX_PAPER_H
#define SANDBOX_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * The books as a statement in a file: what a bank or M-Pesa's portal would let
 * somebody download.  It shares nothing with the readers of such files.
 */
struct paper_line {
    int64_t     at_us, minor;       /* + in, - out                           */
    const char *sort;               /* "payment", "charge", "deposit",
                                       "reversal", "transfer"                */
    char        id[48];             /* receipt, or the bank's reference      */
    char        linked[48];         /* id of what it belongs to              */
    char        reference[96], account[48], name[128];
};

struct paper {
    char    number[32];             /* short code or account                 */
    int64_t closing_minor;
    struct paper_line *lines;
    size_t  n, cap;
};

/* paper_line(p): room for one more, empty; NULL without memory. */
struct paper_line *paper_line(struct paper *);
void paper_release(struct paper *);

/**
 * paper_write(out, p, format):
 * Lines by time.  ${format}: "mpesa", "camt053", "mt940", "bank-csv".  0, or -1
 * when there is no such format.
 */
int paper_write(struct buf *, struct paper *, const char *format);

#endif
