#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

/* A dump of pg_dump --format=custom. */
struct backup {
    char    path[PATH_BYTES_MAX];
    int64_t bytes, made_s;          /* of its file, seconds since 1970        */
};

/* backup_newest(place, out, e): ${place} is a dump, or a folder of *.dump: the
 * newest of them.  0, or -1 (ERR_NOINPUT: there is none). */
int backup_newest(const char *place, struct backup *, struct err *);

/* backup_reads(b, work_dir, e): pg_restore can read what is in it.  Its words
 * go to ${work_dir}/log.  0, or -1 (ERR_DATA). */
int backup_reads(const struct backup *, const char *work_dir, struct err *);

/**
 * backup_drill(b, work_dir, look, owner, e):
 * Restore ${b} into a private server of its own below ${work_dir}, call ${look}
 * with its URL, and take the server away again.  What is at work is not
 * touched.
 * Return what ${look} returned, or -1.
 */
int backup_drill(const struct backup *, const char *work_dir,
                 int (*look)(void *, const char *url, struct err *), void *,
                 struct err *);

#endif
