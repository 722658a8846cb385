#ifndef INTAKE_REJECT_FILE_H
#define INTAKE_REJECT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "loaders/rejects.h"

/*
 * The rejects of loaders/rejects.h as a file: written beside its place while
 * the payroll is read, and put there as a whole.  A file that is there is
 * never overwritten: somebody may have corrected it.
 */
struct reject_file {
    const char *path;               /* NULL: nothing is written              */
    char       *tmp;
    FILE       *f;                  /* NULL before the first row             */
    struct buf  out;                /* not yet given to ${f}                 */
    struct rejects rejects;
    int         why;                /* errno of the first failure; 0: none   */
    bool        kept;
    char        at[PATH_BYTES_MAX]; /* once kept: where it is                */
};

/* reject_file_init(r, path): nothing is made before the first row comes. */
void reject_file_init(struct reject_file *, const char *path);
void reject_file_header(struct reject_file *, const struct csv_record *,
                        char delimiter);
/* Failures are remembered and told by reject_file_keep. */
void reject_file_row(struct reject_file *, const struct csv_record *,
                     const struct problem *, const struct problems *);

/**
 * reject_file_keep(r, e):
 * Put it in its place, if there is a row.  When a file with other content is
 * there, "nov.rejects.csv" becomes "nov.rejects-2.csv" and so on; one with the
 * same content is left as it is.  ${r->at} says where.  Once it is kept, does
 * nothing.  0, or -1 with ERR_CANTCREATE.
 */
int reject_file_keep(struct reject_file *, struct err *);

/* reject_file_drop(r): there shall be none: what was written is removed. */
void reject_file_drop(struct reject_file *);

/* reject_file_release(r): what was not kept is gone.  Fine when zeroed. */
void reject_file_release(struct reject_file *);

#endif
