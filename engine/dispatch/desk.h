#ifndef DISPATCH_DESK_H
#define DISPATCH_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wire.h"
#include "book/account.h"
#include "book/lineage.h"
#include "db/db.h"
#include "dispatch/owner.h"

struct flight;
struct net;

/* What goes on with one funding account, in this process.  Times are of
 * clock_mono_ms(). */
struct lane {
    struct account *account;
    int      sends, asks;       /* in the air: what changes, what asks        */
    int      waits;             /* of ${sends}: claimed ahead, not started    */
    int64_t  look_ms, poll_look_ms;     /* nothing was due: look again then   */
    int64_t  due_ms, poll_due_ms;       /* the next we know of will be then   */
    int64_t  release_ms;        /* nothing was to be released: look then      */
    int64_t  hold_ms;           /* nothing starts before                      */
    unsigned misses;            /* exchanges in a row without a useful answer */
    int64_t  missing_ms;        /* since when, while there are misses         */
    char     why[NET_WHY_BYTES];/* the last miss                              */
    int64_t  funds_ms;          /* ask for the wallet no earlier              */
    unsigned funds_tries;
};

/* What one worker works with. */
struct desk {
    struct db   *db;
    struct net  *net;
    char         owner[OWNER_BYTES];    /* the name of its leases             */
    char         actor[OWNER_BYTES];    /* ... and in the history             */
    struct lane *lanes;
    int          nlanes;
    struct flight *flights;             /* all that is in the air or landed   */
    bool         busy;          /* something moved: look again at once        */
    bool         finals;        /* a batch ended: a run may be settled        */
    bool         stopping;      /* nothing new                                */
    struct lineage lineage;     /* is this the history this host knows?       */

    bool         failed;        /* the database refused something: stop       */
    struct err   why_failed;
    unsigned     db_misses;     /* database calls in a row that failed        */
    int64_t      db_missing_ms, db_hold_ms;
};

/**
 * desk_db(desk, status, doing):
 * Take note of how a database call ended.  Return true for DB_OK and DB_NONE.
 * An outage holds everything up for a growing while; a refusal stops the desk.
 */
bool desk_db(struct desk *, enum db_status, const char *doing);

/* desk_sound(desk): it is, on this connection: what changes something may
 * start.  Looks when it has to. */
bool desk_sound(struct desk *);

/* desk_open(desk): the database is not known to be away, nothing stops us. */
bool desk_open(const struct desk *);

/* lane_room(lane): how many more requests that change something may start?
 * Up to inflight_max; while the provider is not answering, one at a time.
 * lane_ahead(lane): how many more may be claimed ahead, to leave when there is
 * room: 0 while some do.  lane_poll_room(lane): may one more that asks? */
int lane_room(const struct lane *);
int lane_ahead(const struct lane *);
bool lane_poll_room(const struct lane *);

/* lane_due_in, lane_poll_due_in(lane, ms): something will be due in ${ms}.
 * lane_idle, lane_poll_idle(lane): nothing is now: look again when something
 * is, or after WORK_LOOK_MS, because others give work too. */
void lane_due_in(struct lane *, int64_t);
void lane_poll_due_in(struct lane *, int64_t);
void lane_idle(struct lane *);
void lane_poll_idle(struct lane *);

/* desk_wait_ms(desk): until the next look of any lane. */
int64_t desk_wait_ms(const struct desk *);

/* lane_heard(lane, reply): how an exchange ended: reached it or not. */
void lane_heard(struct lane *, const struct reply *);

/* lane_missing_for_ms(lane): how long it was not reached; 0: it is. */
int64_t lane_missing_for_ms(const struct lane *);

/* lane_lease_ms, lane_answer_ms(lane): the account's, or the default. */
int64_t lane_lease_ms(const struct lane *);
int64_t lane_answer_ms(const struct lane *);

/* lane_bar(desk, lane, why): our key was refused: close the lane. */
void lane_bar(struct desk *, struct lane *, const char *why);

/**
 * desk_pause(desk, run_id, run_ref, why):
 * Pause a paying run, with its reason in history and audit.  DB_NONE: it is
 * not paying any more.  desk_pause_in(): the same inside a transaction.
 */
enum db_status desk_pause(struct desk *, int64_t, const char *, const char *);
enum db_status desk_pause_in(struct db *, const struct desk *, int64_t,
                             const char *, const char *);

#endif
