#ifndef DISPATCH_FLIGHT_H
#define DISPATCH_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/wire.h"
#include "book/attempt.h"
#include "book/batch.h"
#include "dispatch/desk.h"

struct http_call;

/*
 * One exchange with a provider, from the committed intention to the stored
 * answer.  While net_turn() runs, a flight only takes notes; what its answer
 * means is decided between turns.
 */
enum flight_step {
    FLIGHT_INITIATE, FLIGHT_APPROVE, FLIGHT_CANCEL,     /* change something */
    FLIGHT_SEND,                                        /* the same, at once */
    FLIGHT_STATUS, FLIGHT_WALLET,                       /* ask              */
    FLIGHT_SCAN, FLIGHT_LOOKUP                          /* one-phase: lists */
};

/* Why a file there is never approved, and so what follows its cancel. */
enum flight_after {
    AFTER_DIFFERS,              /* it is not what was sent: initiate anew     */
    AFTER_DIFFERS_STOP,         /* ... but first a person must look           */
    AFTER_OTHER_FILE,           /* the batch has another file already         */
    AFTER_RUN_CANCELLED         /* nothing more: the batch is cancelled       */
};

struct flight {
    struct flight   *next;
    struct desk     *desk;
    struct lane     *lane;
    enum flight_step step;
    struct batch     batch;
    struct attempt   attempt;           /* what changes something has one     */
    struct request   request;
    struct reply     reply;             /* once it landed                     */
    struct http_call *call;             /* while it is in the air             */
    bool             landed;
    bool             waits;             /* claimed ahead: not started yet     */
    bool             alone;             /* stored with others it was not: by
                                           itself now                         */
    bool             shut;              /* our own door kept it back          */
    bool             door_failed;       /* ... as the database did not answer */
    int64_t          lease_end_ms;      /* clock_boot_ms(): ours until then   */

    struct arena     arena;
    struct pay_line *lines;             /* what is being sent                 */
    unsigned char    token_key[TOKEN_KEY_BYTES];    /* FLIGHT_SEND            */
    void            *note;              /* FLIGHT_SCAN, _LOOKUP: how far it is;
                                           in the arena                       */
    char             flaw[ERR_TEXT_BYTES];  /* why nothing of it may be sent,
                                               or why its file is cancelled   */
    enum flight_after after;
    int64_t          in_flight_minor;   /* FLIGHT_WALLET: when it was asked   */
    bool             several_accounts;  /* ...: the run has more than this    */
    int64_t          on_wire_ms;        /* FLIGHT_STATUS: when it was asked, an
                                           approve could still arrive there for
                                           this long; 0: certainly not        */
};

/* How the handling of a landed flight ended. */
enum flight_fate {
    FLIGHT_OVER,                /* free it                                    */
    FLIGHT_AGAIN,               /* the answer is not stored yet: try again    */
    FLIGHT_GOES_ON              /* it is in the air again, with another step  */
};

/* flight_new(desk, lane, step): NULL when out of memory (logged). */
struct flight *flight_new(struct desk *, struct lane *, enum flight_step);
void flight_free(struct flight *);

/* flight_start(f): off it goes.  A request that cannot even be started has
 * landed as not sent, so there is nothing to check. */
void flight_start(struct flight *);

/* flight_wait(f): it leaves when there is room: flight_start(), or else
 * flight_keep_back(): it has landed as not sent, and that was no try. */
void flight_wait(struct flight *);
void flight_keep_back(struct flight *);

/* flight_store_failed(f, st): what becomes of a landed flight whose answer
 * could not be stored: tried again while the lease is ours. */
enum flight_fate flight_store_failed(struct flight *, enum db_status);

/* flight_tried(f): it counts as a try.  Not when the door kept it back because
 * of what it saw: that decides when to go on. */
bool flight_tried(const struct flight *);

bool flight_changes(enum flight_step);
const char *flight_step_name(enum flight_step);     /* as attempt.step */

/* flight_log(f, answer, detail): one line about a landed flight. */
void flight_log(const struct flight *, const char *, const char *);

#endif
