#ifndef DB_CLUSTER_H
#define DB_CLUSTER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"

/*
 * A private PostgreSQL cluster in DIR/postgres: initdb with checksums, Unix
 * socket only (no TCP), peer authentication mapped to the people who may use
 * it, binaries found through `pg_config --bindir`, then /usr/lib/postgresql.
 * Run as root, the server runs as an unprivileged user (postgres, else
 * nobody) who owns DIR/postgres; root and that user may connect.
 */
struct cluster {
    char dir[PATH_BYTES_MAX];       /* DIR/postgres                           */
    char socket_dir[PATH_BYTES_MAX];/* DIR/postgres/run, or a short folder
                                       under /tmp (mode 0700) when the path
                                       would not fit a Unix socket            */
    char url[PATH_BYTES_MAX];       /* for db_open                            */
};

/**
 * cluster_dir_reachable(dir, user, e):
 * May the user who runs the server enter ${dir}, or the folders above it that
 * exist already?  ${user} gets that user's name.  Return 0, or -1 with a
 * message that names the closed folder (a clone below /root, for example).
 */
int cluster_dir_reachable(const char *, char user[USER_NAME_BYTES_MAX],
                          struct err *);

/* cluster_at(c, dir, e): fill in the places; touches nothing. */
int cluster_at(struct cluster *, const char *, struct err *);

/* cluster_up(c, e): make it when it is not there, start it when it is down,
 * wait until it answers, create the database "payrun".  Safe to repeat and to
 * run from two processes at once (a lock). */
int cluster_up(const struct cluster *, struct err *);

/* cluster_down(c, e): fast stop; fine when it is down or was never made. */
int cluster_down(const struct cluster *, struct err *);

enum cluster_state { CLUSTER_NONE, CLUSTER_DOWN, CLUSTER_UP };
enum cluster_state cluster_state(const struct cluster *);

#endif
