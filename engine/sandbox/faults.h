#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sandbox/payfile.h"
#include "sandbox/figures.h"

/* What can be asked of the stand-in, as faults and the diary name it. */
enum endpoint {
    ON_INITIATE, ON_APPROVE, ON_STATUS, ON_CANCEL, ON_WALLETS,
    ON_WEBHOOK,             /* what it sends out by itself                  */
    ON_ANY                  /* every one of the first five                  */
};

enum fault_kind {
    FAULT_DROP_BEFORE,      /* hang up, nothing done                        */
    FAULT_DROP_AFTER,       /* everything done, no byte of answer           */
    FAULT_STATUS,           /* an HTTP error, nothing done                  */
    FAULT_DELAY,            /* done, answered later                         */
    FAULT_TRUNCATE,         /* done, half an answer                         */
    FAULT_GARBAGE,          /* done, bytes that are not JSON                */
    FAULT_HTML,             /* done, a page of some proxy                   */
    HOOK_REPEAT,            /* every webhook ${times} times                 */
    HOOK_DROP,              /* never sent                                   */
    HOOK_FORGE,             /* sent with a wrong challenge                  */
    HOOK_SHUFFLE            /* those of a file in reverse order at its end  */
};

struct fault {
    enum endpoint   on;
    enum fault_kind kind;
    int     http;
    int64_t retry_after_s;      /* 0: no header                             */
    int64_t delay_ms;
    int64_t skip;               /* let so many pass first                   */
    int64_t times;              /* fire so often; 0: until cleared          */
    int64_t seen, fired;
    char    account[FIGURE_ACCOUNT_MAX + 1];     /* "": any file             */
};

struct faults {
    struct fault list[FIGURE_FAULTS_MAX];
    int n;
};

const char *faults_endpoint_name(enum endpoint);
const char *faults_kind_name(enum fault_kind);
int faults_endpoint_read(enum endpoint *, struct str);
int faults_kind_read(enum fault_kind *, struct str);

/* faults_fits(f): its kind goes with its endpoint. */
bool faults_fits(const struct fault *);

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

/* faults_hook(all, kind, file): the same for one kind of webhook fault. */
const struct fault *faults_hook(struct faults *, enum fault_kind,
                                const struct payfile *);

/* faults_has(all, kind): one of that kind is set, fired out or not. */
bool faults_has(const struct faults *, enum fault_kind);

/* faults_json(out, all): all of them, with how often they fired. */
void faults_json(struct buf *, const struct faults *);

#endif
