#ifndef PACK_CRATE_H
#define PACK_CRATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/limits.h"
#include "pack/tar.h"

/*
 * A pack that was given to us: its members by name, with the SHA-256 of what
 * is really in them.  Nothing of it is believed.
 */
struct crate_member {
    char    name[TAR_NAME_BYTES + 1];   /* without the folder               */
    int64_t at, bytes;
    unsigned char sha256[SHA256_BYTES];
    const char *odd;                    /* what is wrong with its head; NULL */
    bool    listed, cited;              /* by the manifest; by another list  */
};

struct crate {
    FILE   *in;
    char    folder[64];                 /* "evidence-R-2026-11-A"            */
    struct crate_member *list;          /* by name                           */
    size_t  n, room;
    const char *odd;                    /* what is wrong with the archive    */
};

/* crate_open(s, path, e): read all of it once.  Return 0, or -1: ERR_NOINPUT,
 * or ERR_DATA when it is no pack at all.  An archive that is damaged is opened
 * as far as it can be read, and ${odd} says so. */
int crate_open(struct crate *, const char *path, struct err *);
void crate_release(struct crate *);

/* crate_find(s, name): NULL when it is not there. */
struct crate_member *crate_find(struct crate *, const char *);

/* crate_read(s, m, b): its content behind what is in ${b}.  0 or -1. */
int crate_read(struct crate *, const struct crate_member *, struct buf *);

/**
 * crate_lines(s, m, row, owner):
 * Each line of it as a JSON object; ${row} returns 0 to go on.  Return 0, the
 * number of the first line that is none, or -1 (stopped, or unreadable).
 */
int64_t crate_lines(struct crate *, const struct crate_member *,
                    int (*row)(void *, const json_t *), void *);

/* Members of such an object; absent, null and another type read as "", 0 and
 * false. */
const char *crate_text(const json_t *, const char *);
struct str crate_str(const json_t *, const char *);
int64_t crate_i64(const json_t *, const char *);
bool crate_bool(const json_t *, const char *);

/* crate_hex(text, out): 64 hexadecimal digits.  0 or -1. */
int crate_hex(const char *, unsigned char out[SHA256_BYTES]);

#endif
