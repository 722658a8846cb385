#ifndef DB_CHILD_H
#define DB_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/limits.h"

/*
 * What has to be done as the user who runs the private server: in a child
 * process, which root has turned into that user, with nothing inherited: no
 * open files, no signal settings, a clean environment, the root directory.
 */
struct child_user {
    uid_t uid;
    gid_t gid;
    char  name[USER_NAME_BYTES_MAX];
};

/* child_user(u, path, e): who runs the server of ${path}: for root its owner
 * when it is there, else postgres, else nobody; for others themselves. */
int child_user(struct child_user *, const char *path, struct err *);

/* child_call(u, work, owner): what ${work} returns there, 0 to 255; or -1. */
int child_call(const struct child_user *, int (*work)(void *), void *owner);

/* child_run(u, argv, log): the exit status of a program, which writes to the
 * end of the file ${log}; or -1. */
int child_run(const struct child_user *, const char *const argv[],
              const char *log);

#endif
