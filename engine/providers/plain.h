#ifndef PROVIDERS_PLAIN_H
#define PROVIDERS_PLAIN_H

#include <stddef.h>

#include "base/str.h"

/*
 * A provider's words, made safe to show: UTF-8, one line, no markup, and no
 * character that steers a terminal or reorders what is shown.
 */

/**
 * plain_add(to, bytes, s):
 * Append ${s} to the NUL-terminated ${to} of ${bytes} as further words, as
 * much as fits: markup left out, entities and bytes that are not UTF-8
 * replaced, runs of blanks made one and none at the ends.
 */
void plain_add(char *, size_t, struct str);

/* plain_copy(to, bytes, s): the same into an empty ${to}. */
void plain_copy(char *, size_t, struct str);

#endif
