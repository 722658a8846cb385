#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include <stdio.h>

#include "base/err.h"

/**
 * place_whole(path, write, owner, e):
 * A file that is there whole or not at all: ${write} fills a temporary one
 * beside it, which only its owner reads, is synced, and takes the place of
 * ${path}.  Return 0 or -1 with nothing left behind.
 */
int place_whole(const char *path, int (*write)(void *, FILE *, struct err *),
                void *owner, struct err *);

#endif
