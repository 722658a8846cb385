#ifndef SCHEDULE_DROP_DISK_H
#define SCHEDULE_DROP_DISK_H

#include "base/crypto.h"
#include "base/err.h"
#include "loaders/problem.h"
#include "schedule/drop.h"

/* What the watched folders need of the disk.  0, or -1 (ERR_IO) naming the
 * folder. */

/* drop_disk_list(path, names, n, e): plain names, sorted; to be freed. */
int drop_disk_list(const char *, char (**)[DROP_BYTES_MAX + 1], int *,
                   struct err *);

/* drop_disk_hash(path, sha, e): 1: it is gone, or cannot be read yet. */
int drop_disk_hash(const char *, unsigned char sha[SHA256_BYTES],
                   struct err *);

/* drop_disk_move(folder, into, name, e): to folder/into/name, with a number
 * behind it when there is one; its marker goes.  Fine when it is there. */
int drop_disk_move(const char *, const char *, const char *, struct err *);

/* drop_disk_problems(folder, name, problems, why, e):
 * rejected/NAME.problems.txt and .csv; ${problems} may be NULL. */
int drop_disk_problems(const char *, const char *, const struct problems *,
                       const char *why, struct err *);

#endif
