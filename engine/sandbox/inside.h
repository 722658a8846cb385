#ifndef SANDBOX_INSIDE_H
#define SANDBOX_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/secret.h"
#include "net/httpd.h"
#include "sandbox/diary.h"
#include "sandbox/faults.h"
#include "sandbox/late.h"
#include "sandbox/ledger.h"
#include "sandbox/refusal.h"
#include "sandbox/switches.h"
#include "sandbox/timeline.h"
#include "sandbox/webhook.h"

/* The whole stand-in, for the files of this folder. */

struct sandbox {
    struct net     *net;
    struct httpd   *httpd;
    struct secret   key;
    char            public_key[FIGURE_TEXT_MAX];
    struct play     play;
    struct switches switches;
    struct ledger   ledger;
    struct timeline timeline;
    struct faults   faults;
    struct webhooks hooks;
    struct diary    diary;
    struct late    *late;       /* answers that a fault holds back            */
};

/* One request of the API, from its bytes to its answer. */
struct exchange {
    struct sandbox *sandbox;
    struct httpd_request *request;
    int64_t         now_us;
    json_t         *body;       /* of a POST, NULL: none, or not JSON         */
    struct manner   manner;     /* how a file is told, faults included        */
    const char     *name;       /* the '*' of its path, NUL-terminated        */
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

/* Wallets and their statement, in purses.c. */
int purses_do_list(struct exchange *);
int purses_do_one(struct exchange *);
int purses_do_create(struct exchange *);
int purses_do_transfer(struct exchange *);
int purses_do_lines(struct exchange *);         /* of one wallet              */
int purses_do_statement(struct exchange *);     /* of all, with filters       */
int purses_do_line(struct exchange *);

/* Payments one by one, banks, whose account, in lists.c. */
int lists_do_payouts(struct exchange *);
int lists_do_payout(struct exchange *);
int lists_do_banks(struct exchange *);
int lists_do_validate(struct exchange *);
int lists_do_beneficiaries(struct exchange *);
int lists_do_beneficiary(struct exchange *);

/* Money in, in collecting.c and checkouts.c; and back, in chargebacks.c. */
int collecting_do_push(struct exchange *);
int collecting_do_status(struct exchange *);
int collecting_do_invoices(struct exchange *);
int collecting_do_invoice(struct exchange *);
int collecting_do_estimate(struct exchange *);
int checkouts_do_create(struct exchange *);
int checkouts_do_details(struct exchange *);
int chargebacks_do_list(struct exchange *);
int chargebacks_do_create(struct exchange *);
int chargebacks_do_one(struct exchange *);

/* exchange_wallet(x, key): the wallet that member ${key} of the body names,
 * the settlement wallet when it does not; NULL with x->refusal. */
struct wallet *exchange_wallet(struct exchange *, const char *);

/* exchange_amount(x, minor): the member amount, above 0; or -1. */
int exchange_amount(struct exchange *, int64_t *);

/* exchange_text(x, out, bytes, key, needed): a text member; or -1. */
int exchange_text(struct exchange *, char *, size_t, const char *, bool);

/* checkouts_pay(s, body, out, r): POST /_pay: somebody opens the link. */
int checkouts_pay(struct sandbox *, const json_t *, struct buf *,
                  struct refusal *);

/* front_handle(owner, request): the handler of the HTTP server. */
void front_handle(void *, struct httpd_request *);

/* control_handle(s, request): everything whose path begins with "/_". */
void control_handle(struct sandbox *, struct httpd_request *);

/* bookview_...: the answers of /_books. */
void bookview_summary(struct buf *, const struct sandbox *);
void bookview_payments(struct buf *, const struct books *, struct str account,
                       bool twice_only);
void bookview_csv(struct buf *, const struct books *, struct str account);

#endif
