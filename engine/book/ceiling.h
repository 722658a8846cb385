#ifndef BOOK_CEILING_H
#define BOOK_CEILING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "book/states.h"
#include "db/db.h"

/*
 * Ceilings: what the organisation itself allows to be paid at most, of one
 * account or of all of a currency together: by one payment, by one run, on one
 * day of Nairobi.  The database holds them (schema step 0008): at the approval,
 * at every claim and at the door.  Here they are changed and told.
 */
enum ceiling_what { CEILING_PAYMENT, CEILING_RUN, CEILING_DAY };

/* ceiling_what_name(what): "payment", "run", "day". */
const char *ceiling_what_name(enum ceiling_what);

struct ceiling {
    int64_t id;                         /* 0: none is set                     */
    char    account[USER_NAME_BYTES_MAX];   /* "": all of them together       */
    bool    live;
    char    ccy[4], what[16];
    char    state[16];                  /* in_force, proposed; none           */
    int64_t minor, before_minor;        /* 0: none                            */
    int64_t spent;                      /* today, of a day's                  */
    char    proposed_by[USER_NAME_BYTES_MAX];
    char    agreed_by[USER_NAME_BYTES_MAX];     /* "": nobody had to, or yet  */
    struct str why;
};

/* ceiling_each(db, row, owner, e): those in force and proposed, and one of
 * state none wherever none is in force or proposed. */
int ceiling_each(struct db *, int (*row)(void *, const struct ceiling *),
                 void *, struct err *);

/* ceiling_account(db, name, live, ccy, e): what the book knows of an account;
 * ERR_USAGE when it does not know it. */
int ceiling_account(struct db *, const char *, bool *live, char ccy[4],
                    struct err *);

struct ceiling_ask {
    const char *account;                /* "": all of live and ccy together   */
    bool        live;
    const char *ccy;
    enum ceiling_what what;
    int64_t     minor;                  /* 0: no ceiling any more             */
    const char *why;
};

enum ceiling_fate { CEILING_IN_FORCE, CEILING_PROPOSED, CEILING_SAME };

/**
 * ceiling_propose(db, ask, who, id, fate, e):
 * By an admin.  What is closer than before is in force at once; anything higher
 * waits for a second person.
 */
int ceiling_propose(struct db *, const struct ceiling_ask *, const char *who,
                    int64_t *id, enum ceiling_fate *, struct err *);

/* ceiling_answer(db, id, agrees, who, e): by another admin, or a checker. */
int ceiling_answer(struct db *, int64_t, bool, const char *who, struct err *);

/* A ceiling that would be passed, and what by. */
struct ceiling_hit {
    int64_t run_id, id, minor, reaches;
    int     number;                     /* of the batch                       */
    char    run_ref[32], account[USER_NAME_BYTES_MAX], ccy[4], what[16];
    bool    live;
};

/* ceiling_of_run(db, run_id, out): DB_NONE when paying the run on its day, with
 * everything else that is approved for it, passes none. */
enum db_status ceiling_of_run(struct db *, int64_t, struct ceiling_hit *);

/* ceiling_of_due(db, account_id, on, out): the first batch of the account that
 * the claim ${on} would take but for a ceiling; DB_NONE: there is none. */
enum db_status ceiling_of_due(struct db *, int64_t, enum batch_event,
                              struct ceiling_hit *);

/* ceiling_words(hit, e): which ceiling, by how much, who can change it:
 * ERR_GUARD and its fix. */
int ceiling_words(const struct ceiling_hit *, struct err *);

#endif
