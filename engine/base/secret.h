#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>

#include "base/str.h"

struct buf;
struct err;

/*
 * A credential.  It has no formatter, is never logged, and is wiped on
 * release.  ${p} is NUL-terminated; NULL means "none".
 */
struct secret {
    char  *p;
    size_t len;
};

/**
 * secret_load(s, source, e):
 * ${source} is "file:PATH" (a regular file that only its owner may read),
 * "cred:NAME" (a file in $CREDENTIALS_DIRECTORY, systemd's LoadCredential=)
 * or "env:NAME" (the variable is removed from the environment after reading).
 * One trailing newline is dropped; what is then empty, longer than
 * SECRET_BYTES_MAX or has a control character in it is refused.  A variable is
 * wiped and removed even when its value is refused.  Return 0, or -1
 * (ERR_CONFIG) with ${s} as it was and a message that names ${source} and
 * never the value (nor ${source}, when it is no place but perhaps the value).
 */
int secret_load(struct secret *, const char *, struct err *);

/* secret_set(s, value): a copy of ${value}.  Return 0 or -1. */
int secret_set(struct secret *, struct str);

/* secret_view(s): borrowed, for the one place that writes the header. */
struct str secret_view(const struct secret *);

void secret_release(struct secret *);

/* secret_blot(text, s): wherever ${s} stands in ${text}, put asterisks of the
 * same length: what others send is stored, and some send our own secrets back.
 * One shorter than SECRET_BLOT_BYTES_MIN could be a word, and stays. */
void secret_blot(struct buf *, const struct secret *);

/* secret_guard(): from now on this process leaves no core dump, and no other
 * process of its user can look into its memory.  Once, before any secret is
 * loaded. */
void secret_guard(void);

#endif
