#ifndef TORTURE_CREW_H
#define TORTURE_CREW_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "tests/torture/plan.h"

/* The processes of one round.  Each dies with this one. */
enum role { ROLE_WORKER, ROLE_LISTENER, ROLE_COMMAND, ROLE_STAND, ROLES };

#define HANDS_MAX 64

struct hand {
    pid_t     pid;                  /* 0: free                                */
    enum role role;
    int       tag;                  /* the caller's                           */
    struct spawn_plan plan;
    int64_t   kill_ms, cont_ms;     /* when; 0: not                           */
    bool      stopped;
};

struct crew {
    const char *payrun, *check;     /* the programs; ${check} may be NULL     */
    struct hand hands[HANDS_MAX];
    int         kills[ROLES];       /* ended by SIGKILL                       */
    int         at_points;          /* ... which they sent themselves         */
    int         stops, terms;
    int         broken;             /* crashed, or said that it has a bug     */
    char        how[96];            /* the last of those                      */
    /* One has ended; ${status} is waitpid's. */
    void      (*ended)(void *owner, const struct hand *, int status);
    void       *owner;
};

/**
 * crew_spawn(c, role, tag, argv, log, plan, e):
 * Start payrun with the words ${argv} (without its name, up to a NULL), its
 * output at the end of ${log}.  With failpoints it is payrun-check.  The hand,
 * or NULL.
 */
struct hand *crew_spawn(struct crew *, enum role, int tag,
                        const char *const argv[], const char *log,
                        const struct spawn_plan *, struct err *);

/* crew_count(c, role): how many live.  crew_nth(c, role, n): one of them. */
int crew_count(const struct crew *, enum role);
struct hand *crew_nth(struct crew *, enum role, int n);

/* crew_kill: SIGKILL.  crew_stop: SIGSTOP, and SIGCONT ${hold_ms} later. */
void crew_kill(struct crew *, struct hand *);
void crew_stop(struct crew *, struct hand *, int hold_ms);
void crew_term(struct crew *, struct hand *);

/* crew_turn(c, now_ms): see who ended, kill and wake who is due.  Return when
 * the next is due. */
int64_t crew_turn(struct crew *, int64_t now_ms);

/* crew_quiet(c, role): kill and wait for all of a role. */
void crew_quiet(struct crew *, enum role);

/* crew_total(c): all that were killed. */
int crew_total(const struct crew *);

#endif
