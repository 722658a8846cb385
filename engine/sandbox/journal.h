#ifndef SANDBOX_JOURNAL_H
#define SANDBOX_JOURNAL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The file behind the books: one JSON text a line, only ever appended.  What
 * was added is not there until journal_sync() returned 0.
 */
struct journal {
    int        fd;              /* -1 when not open                 */
    struct buf out;             /* added and not yet written        */
    int64_t    syncs;
};

/* One whole line, without its newline.  Return 0, or -1 to refuse the books. */
typedef int (*journal_line)(void *owner, struct str line, struct err *);

/**
 * journal_open(j, dir, name, line, owner, e):
 * Open or make ${dir}/${name}, lock it against a second sandbox, give
 * every line to ${line}, and cut off a last line that has no newline: the
 * process died while writing it, so no answer ever depended on it.
 * Return 0, or -1.
 */
int journal_open(struct journal *, const char *, const char *, journal_line,
                 void *, struct err *);
void journal_close(struct journal *);

/* journal_sync(j): write what was added and wait for the disk.  0 or -1. */
int journal_sync(struct journal *);

#endif
