#ifndef PACK_PACK_H
#define PACK_PACK_H

#include <stdint.h>

#include "base/err.h"
#include "base/sign.h"
#include "book/run.h"
#include "db/db.h"

/*
 * The evidence pack of a run: everything the book has about it, in one archive
 * that anybody can open, with a manifest signed by the installation's key.
 */
#define PACK_VERSION 1

struct pack_made {
    int64_t members, bytes;
    char    sha256[65];                 /* of the manifest, in hexadecimal   */
    bool    file_kept;                  /* the payroll file itself is in it  */
};

/**
 * pack_write(db, run, key, program, path, out, e):
 * Read all of ${run} in one transaction and write its pack to ${path}, whole
 * or not at all.  The same book gives the same bytes, but for the time of the
 * signature and the signature.  ${program}: the version of payrun.  Memory does
 * not grow with the run.  Return 0 or -1.
 */
int pack_write(struct db *, const struct run *, const struct sign_key *,
               const char *program, const char *path, struct pack_made *,
               struct err *);

/* pack_key_path(dir, out): where the installation's key is kept.  0 or -1. */
int pack_key_path(const char *dir, char out[PATH_BYTES_MAX]);

#endif
