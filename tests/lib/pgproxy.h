#ifndef TEST_PGPROXY_H
#define TEST_PGPROXY_H

#include <sys/types.h>

#include "base/limits.h"
#include "db/cluster.h"

/*
 * A go-between for one database connection at a time, in a process of its
 * own.  It does its mischief at the first COMMIT that comes by; everything
 * after that passes.
 */
enum proxy_mischief {
    PROXY_NONE,
    PROXY_COMMIT_LOST,      /* the server never sees it                       */
    PROXY_ANSWER_LOST,      /* the server did it; nobody hears of it          */
    PROXY_ANSWER_CRASH      /* ... and then a backend dies, and all with it   */
};

struct proxy {
    pid_t pid;
    char  dir[64];
    char  url[PATH_BYTES_MAX];
};

/* proxy_start(p, cluster, url, mischief): p->url leads to the database of
 * ${url}, which is one of ${cluster}.  0 or -1. */
int proxy_start(struct proxy *, const struct cluster *, const char *,
                enum proxy_mischief);
void proxy_stop(struct proxy *);

#endif
