#ifndef INTAKE_REJECT_FILE_H
#define INTAKE_REJECT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "loaders/rejects.h"

/*
 * The rejects of loaders/rejects.h as a file: written beside its place while
 * the payroll is read, and put there as a whole.
 */
struct reject_file {
    const char *path;               /* NULL: nothing is written              */
    char       *tmp;
    FILE       *f;                  /* NULL before the first row             */
    struct buf  out;                /* not yet given to ${f}                 */
    struct rejects rejects;
    int         why;                /* errno of the first failure; 0: none   */
};

/* reject_file_init(r, path): nothing is made before the first row comes. */
void reject_file_init(struct reject_file *, const char *path);
void reject_file_header(struct reject_file *, const struct csv_record *,
                        char delimiter);
/* Failures are remembered and told by reject_file_keep. */
void reject_file_row(struct reject_file *, const struct csv_record *,
                     const struct problem *, const struct problems *);

/* reject_file_keep(r, e): put it in its place, if there is a row.  0 or -1. */
int reject_file_keep(struct reject_file *, struct err *);

/* reject_file_release(r): what was not kept is gone.  Fine when zeroed. */
void reject_file_release(struct reject_file *);

#endif
