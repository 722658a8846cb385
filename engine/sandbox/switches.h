#ifndef SANDBOX_SWITCHES_H
#define SANDBOX_SWITCHES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sandbox/answers.h"
#include "sandbox/refusal.h"

/*
 * Where the provider's behaviour is unknown, or its sources disagree (contract
 * 8, 9 and 10.3), every reading can be played: POST /_rules.  README.md tells
 * what each means and where the contract speaks of it.
 */
struct switches {
    bool    check_yes;          /* initiate with "YES" checks the balance     */
    bool    check_no;           /* initiate with "NO" does                    */
    bool    cancel_marks;       /* cancel makes items TC108                   */
    bool    lenient;            /* approve takes {"tracking_id"} alone        */
    bool    keys_once;          /* a known idempotency_key is refused         */
    bool    bp101;              /* a new file is BP101 for a moment           */
    bool    bare_wallets;       /* GET wallets/ is an array with numbers      */
    bool    list_waiting;       /* payments of waiting files are listed       */
    bool    unsigned_lines;     /* the statement has no negative values       */
    bool    public_key;         /* public calls must carry the right one      */
    bool    one_wallet;         /* intra_transfer answers only the origin     */
    bool    line_bulk;          /* a file is one line of the statement        */
    int64_t line_omit, line_amount, line_again, line_charge, line_unknown;
                                /* every nth line of a payment: odd.h; 0: none */
    int64_t line_late_s;        /* files are booked so much later             */
    int64_t items_max;          /* more in one file is refused; 0: no limit   */
    int64_t initiate_http;      /* 201, or 200                                */
    int64_t expired_key;        /* every key is answered 401 or 403; 0: not   */
    int64_t page_rows;          /* of a list                                  */
    int64_t collect_per_mille;  /* charge of a collection                     */
    enum refusal_shape errors;
    struct manner manner;       /* numbers, inner_file_id                     */
};

void switches_begin(struct switches *);

/* switches_json(out, sw): its members, each behind a comma but the first. */
void switches_json(struct buf *, const struct switches *);

/* switches_read(sw, body, r): change those that are given; 0, or -1 with
 * ${sw} half changed. */
int switches_read(struct switches *, const json_t *, struct refusal *);

#endif
