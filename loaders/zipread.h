#ifndef LOADERS_ZIPREAD_H
#define LOADERS_ZIPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/*
 * A zip archive in memory, on libzip: parts by name, as a stream of pieces.
 * A small archive can be made to unpack to terabytes, so a part gives at most
 * ZIPREAD_PART_BYTES_MAX bytes, and beyond ZIPREAD_FREE_BYTES no more than
 * ZIPREAD_RATIO_MAX for each packed one.
 */
struct zipread;

#define ZIPREAD_PARTS_MAX      10000    /* a large workbook has a hundred     */
#define ZIPREAD_PART_BYTES_MAX (INT64_C(1) << 30)   /* 1,000,000 rows: 0.4 GB */
#define ZIPREAD_FREE_BYTES     (INT64_C(64) << 20)
#define ZIPREAD_RATIO_MAX      200      /* sheets reach about 30              */

/* zipread_open(bytes, e): ${bytes} are borrowed until zipread_close().  NULL:
 * no archive, or too many parts, ${e} says which. */
struct zipread *zipread_open(struct str, struct err *);
void zipread_close(struct zipread *);

bool zipread_has(const struct zipread *, const char *name);

enum zipread_end {
    ZIPREAD_FINE,
    ZIPREAD_STOPPED,            /* ${piece} had enough                        */
    ZIPREAD_MISSING,
    ZIPREAD_BROKEN,             /* damaged, encrypted, or packed in a way that
                                   libzip does not know                       */
    ZIPREAD_BOMB                /* over the caps                              */
};

/* zipread_part(z, name, piece, owner): give the part piece by piece; ${piece}
 * returns false to stop. */
enum zipread_end zipread_part(const struct zipread *, const char *name,
                              bool (*piece)(void *owner, const void *, size_t),
                              void *owner);

#endif
