#ifndef LOADERS_XMLREAD_H
#define LOADERS_XMLREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/*
 * An XML document as a stream of elements, on expat.  Names come without their
 * namespace; a document type is refused, so there are no entities to blow up;
 * depth and the text of one element are capped.
 */
struct xmlread;

#define XMLREAD_DEPTH_MAX      32       /* pain.001's deepest is 12           */
#define XMLREAD_PATH_BYTES     1024
#define XMLREAD_TEXT_BYTES_MAX (16 * 1024)  /* as one cell of a CSV           */

enum xmlread_end {
    XMLREAD_FINE,
    XMLREAD_STOPPED,            /* the sink had enough                        */
    XMLREAD_BROKEN,             /* not well formed, or cut off                */
    XMLREAD_DOCTYPE,
    XMLREAD_TOO_DEEP,
    XMLREAD_TOO_LONG,           /* the text of one element                    */
    XMLREAD_NO_MEMORY
};

struct xmlread_sink {
    /* ${atts}: name, value, ..., NULL; false: stop. */
    bool (*start)(void *owner, const char *name, const char **atts);
    /* ${text}: of an element without elements inside, blanks and all; empty
     * for others.  xmlread_path() still ends in ${name}. */
    bool (*end)(void *owner, const char *name, struct str text);
    void *owner;
};

struct xmlread *xmlread_new(const struct xmlread_sink *, struct err *);
void xmlread_free(struct xmlread *);

/* xmlread_feed(x, bytes, n) / xmlread_end(x): the next piece; the end.  What
 * is not FINE stays. */
enum xmlread_end xmlread_feed(struct xmlread *, const void *, size_t);
enum xmlread_end xmlread_end(struct xmlread *);

/* Within a call of the sink, or after the end: the line, from 1; the path from
 * the root, "Document/CstmrCdtTrfInitn/GrpHdr"; how deep, the root is 1. */
int64_t xmlread_line(const struct xmlread *);
const char *xmlread_path(const struct xmlread *);
int xmlread_depth(const struct xmlread *);

/* xmlread_space(x): the namespace of the root, with a bar behind; or "". */
const char *xmlread_space(const struct xmlread *);

/* xmlread_why(x): of what is BROKEN, "no element found". */
const char *xmlread_why(const struct xmlread *);

/* xmlread_att(atts, name): its value, or NULL. */
const char *xmlread_att(const char **atts, const char *name);

#endif
