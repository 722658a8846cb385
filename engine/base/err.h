#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/limits.h"

/*
 * What went wrong, in words an operator can act on.  A function that can fail
 * for a reason a person must hear takes a struct err as its last argument,
 * returns 0 or -1, and fills it on -1.  The value of a kind is the exit code
 * of the command that ends with it (sysexits.h, and 4 for a guard).
 */
enum err_kind {
    ERR_NONE        = 0,
    ERR_GUARD       = 4,    /* a rule stopped it: duplicate, limit, wrong total */
    ERR_USAGE       = 64,   /* the command line is wrong                        */
    ERR_DATA        = 65,   /* the input file has mistakes                      */
    ERR_NOINPUT     = 66,   /* the input file cannot be read                    */
    ERR_UNAVAILABLE = 69,   /* database or provider not reachable               */
    ERR_BUG         = 70,   /* payrun is wrong; nothing was sent after it       */
    ERR_CANTCREATE  = 73,   /* an output file cannot be made                    */
    ERR_IO          = 74,   /* reading or writing failed half way               */
    ERR_TEMP        = 75,   /* run the same command again                       */
    ERR_NOPERM      = 77,   /* not allowed for this user                        */
    ERR_CONFIG      = 78    /* the configuration is wrong                       */
};

struct err {
    enum err_kind kind;
    char text[ERR_TEXT_BYTES];  /* one sentence: what, where                 */
    char fix[ERR_TEXT_BYTES];   /* one sentence: how to mend it; may be ""   */
};

/**
 * err_set(e, kind, fmt, ...):
 * Fill ${e} (NULL is allowed and does nothing), clearing any fix.
 * Return -1 always, so that callers can write "return err_set(...)".
 */
int err_set(struct err *, enum err_kind, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * err_fix(e, fmt, ...):
 * Add the sentence that says how to mend it.  Return -1 always.
 */
int err_fix(struct err *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * err_oom(e):
 * Out of memory, ERR_TEMP.  Return -1 always.
 */
int err_oom(struct err *);

/**
 * err_kind_name(kind):
 * A short stable name for --json output, such as "guard".  Never NULL.
 */
const char *err_kind_name(enum err_kind);

#endif
