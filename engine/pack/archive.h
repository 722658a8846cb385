#ifndef PACK_ARCHIVE_H
#define PACK_ARCHIVE_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * A pack under construction: members one after the other, and the list of them
 * with size and SHA-256 for the manifest.  The file appears under its name when
 * it is whole and on disk, or not at all.
 */
struct archive {
    FILE       *out;
    FILE       *spool;              /* the member under way                   */
    char        path[PATH_BYTES_MAX], temp[PATH_BYTES_MAX];
    char        folder[64];         /* in front of every member: "x/"         */
    const char *name;               /* of the member under way                */
    struct buf  list;               /* JSON: the members so far               */
    int64_t     members, bytes;
};

/* archive_open(a, path, folder, e): 0 or -1.  archive_drop(a): give it up, or
 * release what archive_close() left; also fine on a zeroed struct. */
int archive_open(struct archive *, const char *path, const char *folder,
                 struct err *);
void archive_drop(struct archive *);

/* archive_begin(a, name): where the content of the next member is written to;
 * NULL when there is no room (${e}).  archive_end(a, records, e): it is whole;
 * ${records}: how many it has; -1: it is not made of records. */
FILE *archive_begin(struct archive *, const char *name, struct err *);
int archive_end(struct archive *, int64_t records, struct err *);

/* archive_whole(a, name, body, records, e): a member in one piece. */
int archive_whole(struct archive *, const char *name, struct str body,
                  int64_t records, struct err *);

/* archive_sealed(a, name, body, e): one that the manifest cannot list: itself,
 * and what signs it. */
int archive_sealed(struct archive *, const char *name, struct str body,
                   struct err *);

/* archive_close(a, e): its end; to disk, and under its name. */
int archive_close(struct archive *, struct err *);

#endif
