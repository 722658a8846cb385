#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* One flag; the same rows parse the command line and print the help. */
struct opt {
    const char *name;           /* "period"; NULL ends a list               */
    const char *value;          /* "YYYY-MM"; NULL: a switch                */
    const char *help;
    bool        repeats;        /* may be given more than once              */
};

#define ARGS_OPTS_MAX   64
#define ARGS_PLAIN_MAX  8

struct args {
    int nopts;
    struct { const struct opt *opt; const char *value; } opts[ARGS_OPTS_MAX];
    int nplain;
    const char *plain[ARGS_PLAIN_MAX];      /* RUN, FILE ... */
};

/**
 * args_read(a, argc, argv, own, common, e):
 * Read flags of the two lists and plain words, in any order; "--" ends flags;
 * "--flag=value" and "--flag value".  Return 0, or -1 (ERR_USAGE) naming the
 * word and the nearest flag there is.
 */
int args_read(struct args *, int, char **, const struct opt *own,
              const struct opt *common, struct err *);

/* args_has(a, name); args_value(a, name): NULL when not given. */
bool args_has(const struct args *, const char *);
const char *args_value(const struct args *, const char *);

/* args_nth(a, name, n): the n-th value (from 0) of a flag that repeats. */
const char *args_nth(const struct args *, const char *, int);

/* args_i64(a, name, fallback, lo, hi, out, e): a number flag.  0 or -1. */
int args_i64(const struct args *, const char *, int64_t fallback, int64_t lo,
             int64_t hi, int64_t *out, struct err *);

/* args_nearest(word, names, n): the most similar name, or NULL. */
const char *args_nearest(const char *, const char *const *, int);

#endif
