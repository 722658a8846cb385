#ifndef INTAKE_KEEP_H
#define INTAKE_KEEP_H

#include "base/crypto.h"
#include "base/err.h"
#include "db/db.h"

/**
 * keep_file(db, file_id, path, sha256, e):
 * Inside the upload's transaction, behind its COPY: store the bytes of the
 * file at ${path}, so that an evidence pack has them.  They are read once more,
 * because nothing else can be said on a connection while a COPY is under way;
 * bytes that are not those of ${sha256} any more are refused.  DB_OK, a
 * database error, or DB_HARD with ${e} filled.
 */
enum db_status keep_file(struct db *, int64_t file_id, const char *path,
                         const unsigned char sha256[SHA256_BYTES],
                         struct err *);

#endif
