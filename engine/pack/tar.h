#ifndef PACK_TAR_H
#define PACK_TAR_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

/*
 * Plain ustar (POSIX.1-1988), so that every machine can open a pack.  Only
 * regular files; owner, times and modes are always the same, so that the same
 * content gives the same bytes, and one byte that differs is not ours.
 */
#define TAR_NAME_BYTES 100          /* the name field; no prefix is used    */
#define TAR_SIZE_MAX   INT64_C(8589934591)  /* eleven octal digits          */

/**
 * tar_begin(out, name, bytes, e): the head of a member; ${bytes} of content
 * and then tar_pad(out, bytes, e) must follow.  tar_end(out, e): behind the
 * last.  Return 0 or -1.
 */
int tar_begin(FILE *, const char *name, int64_t bytes, struct err *);
int tar_pad(FILE *, int64_t bytes, struct err *);
int tar_end(FILE *, struct err *);

/* What stands at one place of an archive. */
enum tar_next {
    TAR_MEMBER,
    TAR_END,            /* the end as tar_end() writes it, and nothing behind */
    TAR_ODD,            /* none of ours: ${why} says what                     */
    TAR_BROKEN          /* cannot be read on                                  */
};

struct tar_member {
    char    name[TAR_NAME_BYTES + 1];
    int64_t bytes, at;              /* where its content begins             */
    const char *why;
};

/* tar_next(in, m): ${in} stands at a head, and afterwards at its content. */
enum tar_next tar_next(FILE *, struct tar_member *);

/* tar_skip_pad(in, bytes): over the rest of the block; 0, or -1 when there is
 * something in it, or the file ends. */
int tar_skip_pad(FILE *, int64_t bytes);

#endif
