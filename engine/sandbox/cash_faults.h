#ifndef SANDBOX_CASH_FAULTS_H
#define SANDBOX_CASH_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "sandbox/cash_figures.h"

/* What can be asked of the stand-in, as faults and the diary name it. */
enum cash_call {
    CALL_B2C, CALL_GET, CALL_UPDATE, CALL_POST, CALL_CHECKOUT, CALL_SMS,
    CALL_TRANSFER,
    CALL_CALLBACK,              /* what it sends out by itself              */
    CALL_ANY                    /* every one of the first seven             */
};

enum cash_fault_kind {
    CASH_DROP_BEFORE,           /* hang up, nothing done                    */
    CASH_DROP_AFTER,            /* everything done, no byte of answer       */
    CASH_STATUS,                /* an HTTP error, nothing done              */
    CASH_DELAY,                 /* done, answered later                     */
    CASH_TRUNCATE,              /* done, half an answer                     */
    CASH_GARBAGE,               /* done, bytes that are not JSON            */
    CASH_HTML,                  /* done, a page of some proxy               */
    CASH_DRIP,                  /* done, answered a few bytes at a time     */
    CASH_REPEAT,                /* callbacks: every one ${copies} times     */
    CASH_DROP,                  /* never sent                               */
    CASH_FORGE,                 /* sent with a wrong hash                   */
    CASH_LATE,                  /* sent ${delay_ms} later                   */
    CASH_CONTRADICT             /* followed by the opposite                 */
};

struct cash_fault {
    enum cash_call       on;
    enum cash_fault_kind kind;
    int64_t http, retry_after_s, delay_ms, skip, times, copies;
    int64_t per_mille, seed;    /* fires so often by chance                 */
    int64_t seen, fired;
    char    phone[24];          /* "": anybody                              */
};

struct cash_faults {
    struct cash_fault list[CASH_FAULTS_MAX];
    int n;
};

/* Does what the fault is tried on concern ${phone}? */
typedef bool (*cash_about)(const void *owner, struct str phone);

const char *cash_faults_call_name(enum cash_call);
const char *cash_faults_kind_name(enum cash_fault_kind);

/**
 * cash_faults_add(all, order, why):
 * A fault as the body of POST /_faults tells it.  0, or -1 with the reason.
 */
int cash_faults_add(struct cash_faults *, const json_t *, struct buf *why);

/* cash_faults_hit(all, call, about, owner): the first that fires, counted, or
 * NULL. */
const struct cash_fault *cash_faults_hit(struct cash_faults *, enum cash_call,
                                         cash_about, const void *);

/* cash_faults_callback(all, kind, about, owner): the same for one kind. */
const struct cash_fault *cash_faults_callback(struct cash_faults *,
                                              enum cash_fault_kind, cash_about,
                                              const void *);

/* cash_faults_json(out, all): all of them, with how often they fired. */
void cash_faults_json(struct buf *, const struct cash_faults *);

#endif
