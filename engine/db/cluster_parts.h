#ifndef DB_CLUSTER_PARTS_H
#define DB_CLUSTER_PARTS_H

#include "db/child.h"
#include "db/cluster.h"

/* What the cluster_*.c files share with each other, and with nobody else. */
struct cluster_parts {
    const struct cluster *c;
    struct child_user user;         /* who runs the server                    */
    char data[PATH_BYTES_MAX];      /* DIR/postgres/data                      */
    char log[PATH_BYTES_MAX];       /* DIR/postgres/log: of every program     */
    char bin[PATH_BYTES_MAX];       /* where initdb and pg_ctl are            */
};

/* cluster_path(out, folder, name, e): "folder/name". */
int cluster_path(char out[PATH_BYTES_MAX], const char *, const char *,
                 struct err *);

/* cluster_fail(p, e, what): ${what}, and what the log says last. */
int cluster_fail(const struct cluster_parts *, struct err *, const char *);

/* cluster_find(p, e): fill in p->bin. */
int cluster_find(struct cluster_parts *, struct err *);

/* cluster_make(p, e): initdb, all of it or nothing. */
int cluster_make(const struct cluster_parts *, struct err *);

/* cluster_start(p, e): start it unless it runs; return when it is ready.
 * cluster_stop(p, e): return when it is down. */
int cluster_start(const struct cluster_parts *, struct err *);
int cluster_stop(const struct cluster_parts *, struct err *);

/* cluster_answers(c, ready): a server is there, though perhaps still starting;
 * ${ready} (may be NULL): it takes connections. */
bool cluster_answers(const struct cluster *, bool *ready);

#endif
