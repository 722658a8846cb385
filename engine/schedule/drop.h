#ifndef SCHEDULE_DROP_H
#define SCHEDULE_DROP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/people.h"
#include "db/db.h"
#include "intake/intake.h"

/*
 * Folders whose files become drafts, through the same intake as an upload.  A
 * file is noted in the transaction that makes its run, so it is taken once; it
 * is moved afterwards, so a kill between loses nothing.  Temporary names
 * (.x, x.part, x.tmp) and what was written within DROP_QUIET_S are left alone,
 * with a done marker everything that has none.
 */
#define DROP_QUIET_S     5              /* nobody writes a payroll slower     */
#define DROP_FILES_MAX   1000           /* of one folder in one turn          */
#define DROP_BYTES_MAX   255            /* of a name: NAME_MAX                */

struct drop_folder {
    int64_t folder_id, standing_id;     /* standing_id 0: none in force       */
    char    path[PATH_BYTES_MAX], account[USER_NAME_BYTES_MAX];
    char    maker[USER_NAME_BYTES_MAX], run_kind[16], ccy[4];
    char    standing[ERR_TEXT_BYTES];
    bool    live, done_marker;
};

struct drop_ask {
    const char *path, *maker, *run_kind;
    int64_t     account_id;
    bool        done_marker;
};

/* drop_folder_add(db, ask, who, e): ERR_GUARD when it is watched already. */
int drop_folder_add(struct db *, const struct drop_ask *, const struct person *,
                    struct err *);
int drop_folder_end(struct db *, const struct drop_folder *,
                    const struct person *, struct err *);
int drop_folder_each(struct db *, const char *path,
                     int (*row)(void *, const struct drop_folder *), void *,
                     struct err *);
int drop_folder_find(struct db *, const char *, struct drop_folder *,
                     struct err *);

/* What became of one file. */
struct drop_result {
    const struct drop_folder *folder;
    const char *name;
    const char *state;                  /* accepted, rejected or duplicate    */
    char        ref[RUN_REF_BYTES];     /* its run, or the one it repeats     */
    char        note[ERR_TEXT_BYTES];
};

struct drop {
    struct db  *db;
    bool        live;
    const char *owner;                  /* this process                       */
    /* Fill what the configuration says: account, routing, rules. */
    int       (*order)(void *, const struct drop_folder *,
                       struct intake_order *, struct err *);
    void      (*tell)(void *, const struct drop_result *);
    void       *to;                     /* of both                            */

    int         accepted, rejected, duplicate;
    int         failed;                 /* folders, and the last one's reason */
    char        why[ERR_TEXT_BYTES];
};

/**
 * drop_turn(d, e):
 * Take what is complete in every watched folder of the environment.  Nothing
 * when another process is at it.  A folder that cannot be read or written, or
 * whose account is not configured, is counted in  and stops nothing
 * else.  0, or -1: the database; what was done stays done.
 */
int drop_turn(struct drop *, struct err *);

/* drop_period(name, out): the first YYYY-MM in a name.  0, or -1: none. */
int drop_period(const char *, char out[8]);

/* drop_complete(name): it is no temporary name, nor a marker. */
bool drop_complete(const char *);

#endif
