#ifndef TORTURE_PLACE_H
#define TORTURE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/limits.h"
#include "db/cluster.h"
#include "db/db.h"

/*
 * Where the rounds take place: one folder, one private PostgreSQL, and in it a
 * database with the whole schema, a maker (amina) and a checker (brian), which
 * every round gets a copy of.
 */
struct place {
    const char    *payrun;
    char           dir[PATH_BYTES_MAX / 4];
    char           note[PATH_BYTES_MAX];
    struct cluster cluster;
    struct db     *admin;
    pid_t          falling;         /* the server, told to stop; 0: it is not */
    pid_t          raising;         /* payrun db up after that; 0: none       */
    int            crashes;
};

/* place_open(p, e): make it, under $TMPDIR or /tmp.  ${note} is a file that
 * names it while it is there: what a killed driver left is removed first.
 * place_close: stop the server; the folder goes too unless ${keep}. */
int place_open(struct place *, const char *note, struct err *);
void place_close(struct place *, bool keep);

/* place_fresh(p, name, url, e): a copy of the database.  place_drop(p, name):
 * it is not needed any more. */
int place_fresh(struct place *, const char *name, char url[PATH_BYTES_MAX],
                struct err *);
void place_drop(struct place *, const char *name);

/* place_backend(p, name, which, hard): end one of the connections to a
 * database, ${which} of 1000: politely, or with SIGKILL, at which PostgreSQL
 * ends all and recovers. */
void place_backend(struct place *, const char *name, int which, bool hard);

/* place_immediate(p): stop the server as a power cut would, and start it;
 * place_turn(p): is it being started? */
void place_immediate(struct place *);
bool place_turn(struct place *);

/* place_run(log, argv): the exit code of a program, its output at the end of
 * ${log}. */
int place_run(const char *log, const char *const argv[]);

/* place_remove(dir): a folder and all in it. */
void place_remove(const char *dir);

#endif
