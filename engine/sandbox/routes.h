#ifndef SANDBOX_ROUTES_H
#define SANDBOX_ROUTES_H

#include "sandbox/inside.h"

/* Who may ask. */
enum access {
    ACCESS_SECRET,              /* Authorization: Bearer <secret key>        */
    ACCESS_PUBLIC,              /* that, or the publishable key              */
    ACCESS_OPEN
};

struct route {
    const char   *method;
    const char   *path;         /* behind /api/v1/; '*' is one name more */
    enum endpoint on;
    enum access   access;
    int (*read)(struct exchange *);     /* NULL: nothing to read */
    int (*act)(struct exchange *);
};

/**
 * routes_find(method, path, bare, known):
 * What ${method} and ${path} mean, or NULL; then ${known} says whether another
 * method has a meaning.  ${bare}: the path without its last slash.
 */
const struct route *routes_find(const char *, const char *, bool bare,
                                bool *known);

/* routes_name(route, path, out, bytes): what its '*' stands for, or "". */
void routes_name(const struct route *, const char *, char *, size_t);

#endif
