#ifndef TESTS_FAILPOINT_MATRIX_H
#define TESTS_FAILPOINT_MATRIX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "book/account.h"
#include "db/db.h"

/*
 * Every failpoint of a small run, with everything that may happen there.  Some
 * processes ("slots") work side by side; each has a database and a state
 * folder of its own, all share one PostgreSQL and the same stand-ins.
 */
#define SLOTS_MAX    16
#define CASES_MAX    4096
#define POINTS_MAX   256        /* of one scene                               */
#define ROWS         6          /* of a run, in batches of two                */
#define POINT_BYTES  96
#define CAP_MS       120000     /* a command that takes longer hangs          */

/* How a run goes when nothing happens, and so which points it comes past. */
enum scene {
    SCENE_TWO_PHASE,            /* IntaSend                                   */
    SCENE_ONE_PHASE,            /* Sapama                                     */
    SCENE_DIFFERS,              /* IntaSend, an answer that is not what was
                                   sent: its file is cancelled there          */
    SCENE_LATE,                 /* Sapama lists payments late: looked up      */
    SCENES
};

enum fp_action { DO_NOTHING, DO_KILL, DO_STOP, DO_ERROR, DO_HARD, DO_DELAY };

struct scene_plan {
    const char *name;
    const char *account;        /* of the configuration                       */
    bool        two_phase;
};
extern const struct scene_plan scenes[SCENES];
const char *action_name(enum fp_action);

struct point {
    char name[POINT_BYTES];
    int  hits;                  /* in a run to which nothing happens          */
};

struct fp_case {
    enum scene     scene;
    enum fp_action action;
    const struct point *point;
    int            nth;         /* which of its hits                          */
    int            number;      /* from 1; the payees' numbers come from it   */

    /* what came of it */
    bool           over;
    bool           reached;
    int            doubt;       /* payments in doubt after healing            */
    int            left;        /* ... and in requests that may have left     */
    int            paid;        /* by our book                                */
    char           why[256];    /* what is wrong; "": nothing                 */
};

/* The programs and places; the same for all slots. */
struct house {
    char payrun[512], check[512];
    char dir[64];
    int  port, sport, late_port;        /* of the stand-ins                   */
    uint64_t seed;
    bool all;
};

struct slot {
    const struct house *house;
    int        number;          /* from 0                                     */
    char       dir[96];
    const char *url;
    struct db *db;
    struct account accounts[3]; /* wallet, till, late                         */
    int        runs;            /* made so far                                */
    char       log[128];        /* every hit of every process                 */
};

/* slot_open(s, house, number, url): its folder, configuration and people. */
void slot_open(struct slot *, const struct house *, int, const char *url);

/* slot_case(s, c): one run to which ${c} happens, healed, and looked at. */
void slot_case(struct slot *, struct fp_case *);

/* slot_end(s, why): what must hold of all its runs together; 0 or -1. */
int slot_end(struct slot *, char why[256]);

/* payee(number, row, out): the phone of a case's payee, 0 to ROWS - 1. */
void payee(int number, int row, char out[16]);

/* stand_begin(h): both stand-ins, one more whose rows come late. */
void stand_begin(struct house *);
void stand_end(void);

/* stand_fault(h, port, json): 0 or -1. */
int stand_fault(const struct house *, const char *json);

/* stand_moved(h, each, owner): every payment that moved money anywhere. */
int stand_moved(const struct house *, void (*each)(void *, const char *phone),
                void *);

/* stand_doubles(h): what the stand-ins themselves call paid twice. */
int stand_doubles(const struct house *);

#endif
