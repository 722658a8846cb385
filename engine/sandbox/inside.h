#ifndef SANDBOX_INSIDE_H
#define SANDBOX_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/secret.h"
#include "net/httpd.h"
#include "sandbox/diary.h"
#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/refusal.h"
#include "sandbox/timeline.h"
#include "sandbox/webhook.h"

/* The whole stand-in, for the files of this folder. */

/*
 * Where the provider's behaviour is unknown (contract 9 and 10.3), every
 * reading can be played: POST /_rules.
 */
struct switches {
    bool    check_yes;          /* initiate with "YES" checks the balance     */
    bool    check_no;           /* initiate with "NO" does                    */
    bool    cancel_marks;       /* cancel makes items TC108                   */
    bool    lenient;            /* approve takes {"tracking_id"} alone        */
    bool    keys_once;          /* a known idempotency_key is refused         */
    int64_t items_max;          /* more in one file is refused; 0: no limit   */
};

/* An answer that a fault holds back. */
struct late {
    struct late          *next;
    struct httpd_request *request;
    int                   http;
    struct buf            body;
    int64_t               due_us;
};

struct sandbox {
    struct net     *net;
    struct httpd   *httpd;
    struct secret   key;
    struct play     play;
    struct switches switches;
    struct ledger   ledger;
    struct timeline timeline;
    struct faults   faults;
    struct webhooks hooks;
    struct diary    diary;
    struct late    *late;
};

/* One request of the API, from its bytes to its answer. */
struct exchange {
    struct sandbox *sandbox;
    struct httpd_request *request;
    int64_t         now_us;
    json_t         *body;       /* of a POST                                  */
    struct payfile *file;       /* the one it is about, NULL: none or unknown */
    struct payfile *draft;      /* read from initiate, not yet in the books   */
    struct refusal  refusal;
    int             http;       /* of a good answer                           */
    struct buf      out;
};

/*
 * The endpoints, in payouts.c.  _read finds out what is asked and changes
 * nothing; _do does it and writes the answer.  Both return 0, or -1 with
 * x->refusal.
 */
int payouts_read_initiate(struct exchange *);
int payouts_do_initiate(struct exchange *);
int payouts_read_approve(struct exchange *);
int payouts_do_approve(struct exchange *);
int payouts_read_status(struct exchange *);
int payouts_do_status(struct exchange *);
int payouts_read_cancel(struct exchange *);
int payouts_do_cancel(struct exchange *);
int payouts_do_wallets(struct exchange *);
int payouts_do_wallet(struct exchange *);

/* front_handle(owner, request): the handler of the HTTP server. */
void front_handle(void *, struct httpd_request *);

/* front_late(s, now_us): give the held answers that are due.  Returns when
 * the next one is, or INT64_MAX. */
int64_t front_late(struct sandbox *, int64_t now_us);
void front_forget_late(struct sandbox *);

/* control_handle(s, request): everything whose path begins with "/_". */
void control_handle(struct sandbox *, struct httpd_request *);

/* bookview_...: the answers of /_books. */
void bookview_summary(struct buf *, const struct sandbox *);
void bookview_payments(struct buf *, const struct books *, struct str account,
                       bool twice_only);
void bookview_csv(struct buf *, const struct books *, struct str account);

#endif
