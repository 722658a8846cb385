#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sandbox/figures.h"
#include "sandbox/payfile.h"

/* What can be asked of the stand-in, as faults and the diary name it. */
enum endpoint {
    ON_INITIATE, ON_APPROVE, ON_STATUS, ON_CANCEL, ON_WALLETS, ON_STATEMENT,
    ON_TRANSFER, ON_COLLECT, ON_CHECKOUT, ON_PAYMENT, ON_CHARGEBACKS,
    ON_PAYOUTS, ON_BANKS, ON_VALIDATE, ON_BENEFICIARIES,
    ON_ANY,                 /* every one of these                           */
    ON_WEBHOOK,             /* what it sends out by itself                  */
    ON_ITEM,                /* what becomes of a payment                    */
    ON_FILE                 /* what becomes of a released file              */
};

enum fault_kind {
    FAULT_DROP_BEFORE,      /* hang up, nothing done                        */
    FAULT_DROP_AFTER,       /* everything done, no byte of answer           */
    FAULT_STATUS,           /* an HTTP error, nothing done                  */
    FAULT_DELAY,            /* done, answered later                         */
    FAULT_DRIP,             /* done, a few bytes at a time                  */
    FAULT_TRUNCATE,         /* done, half an answer                         */
    FAULT_GARBAGE,          /* done, bytes that are not JSON                */
    FAULT_HTML,             /* done, a page of some proxy                   */
    FAULT_FOREIGN,          /* done, somebody else's file in the answer     */
    FAULT_WRONG_REF,        /* done, somebody else's batch_reference        */
    FAULT_REORDER,          /* done, the items in another order             */
    FAULT_MISSING,          /* done, the last item is not in the answer     */
    HOOK_REPEAT,            /* every webhook ${times} times                 */
    HOOK_DROP,              /* never sent                                   */
    HOOK_FORGE,             /* sent with a wrong challenge                  */
    HOOK_SHUFFLE,           /* those of a file in reverse order at its end  */
    HOOK_LATE,              /* sent ${delay_ms} later                       */
    HOOK_CONTRADICT,        /* paid is told as failed, failed as paid       */
    FILE_FAILS,             /* BF102 instead of being sent                  */
    FILE_FLOAT,             /* BF105                                        */
    FILE_FLOAT_LATE,        /* BF107                                        */
    ITEM_PLOT               /* a plot of payfile.h                          */
};

struct fault {
    enum endpoint   on;
    enum fault_kind kind;
    enum plot plot;             /* of ITEM_PLOT                             */
    int     http;
    int64_t retry_after_s;      /* 0: no header                             */
    int64_t delay_ms;           /* of DELAY and LATE; of DRIP: the pause    */
    int64_t bytes;              /* of DRIP: at a time                       */
    int64_t skip;               /* let so many pass first                   */
    int64_t times;              /* fire so often; 0: until cleared          */
    int64_t per_mille;          /* so many of 1000, drawn by ${seed}        */
    int64_t seed;
    int64_t seen, fired;
    char    account[FIGURE_ACCOUNT_MAX + 1];     /* "": any file            */
};

struct faults {
    struct fault list[FIGURE_FAULTS_MAX];
    int n;
};

const char *faults_endpoint_name(enum endpoint);
int faults_endpoint_read(enum endpoint *, struct str);

/* faults_kind_name(f): what it does, as it was asked for. */
const char *faults_kind_name(const struct fault *);

/* faults_kind_read(f, name): its kind and plot; -1 for a word that does not go
 * with its endpoint. */
int faults_kind_read(struct fault *, struct str);

/* faults_add(all, f): 0, or -1 when there are too many. */
int faults_add(struct faults *, const struct fault *);
void faults_clear(struct faults *);

/**
 * faults_hit(all, on, file):
 * The first fault that fires for this request about ${file} (may be NULL), or
 * NULL; it is counted.
 */
const struct fault *faults_hit(struct faults *, enum endpoint,
                               const struct payfile *);

/* faults_plot(all, account, minor, plot): what becomes of this payment, when a
 * fault fires for it; else ${plot}. */
enum plot faults_plot(struct faults *, struct str account, int64_t minor,
                      enum plot);

/* faults_hook(all, kind, file): the same for one kind of webhook fault. */
const struct fault *faults_hook(struct faults *, enum fault_kind,
                                const struct payfile *);

/* faults_has(all, kind): one of that kind is set, fired out or not. */
bool faults_has(const struct faults *, enum fault_kind);

/* faults_json(out, all): all of them, with how often they fired. */
void faults_json(struct buf *, const struct faults *);

#endif
