#ifndef SANDBOX_CASH_INSIDE_H
#define SANDBOX_CASH_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/secret.h"
#include "net/httpd.h"
#include "sandbox/cash.h"
#include "sandbox/cash_callback.h"
#include "sandbox/cash_faults.h"
#include "sandbox/cash_form.h"
#include "sandbox/cash_ledger.h"
#include "sandbox/cash_rows.h"
#include "sandbox/late.h"

/* The whole stand-in for Sapama Cash, for the cash_* files of this folder. */

/* What was asked lately; not durable. */
struct cash_note {
    int64_t        at_us;
    enum cash_call call;
    int            http;        /* 0: hung up                               */
    int            taken;       /* payouts taken                            */
    const char    *fault;
};

struct cash_diary {
    struct cash_note list[CASH_DIARY_MAX];
    int64_t n;
    int64_t counts[CALL_CALLBACK];
    int64_t refused;            /* for their key or hash                    */
};

struct cash {
    struct net        *net;
    struct httpd      *httpd;
    struct secret      key, secret;
    struct cash_play   play;
    struct cash_rules  rules;
    struct cash_ledger ledger;
    struct cash_dues   life;
    struct cash_faults faults;
    struct cash_callbacks callbacks;
    struct cash_diary  diary;
    struct late       *late;    /* answers held back                        */
    char               transferring;    /* its address marks a transfer     */
};

/* One request of the API, from its bytes to its answer. */
struct cash_exchange {
    struct cash *cash;
    struct httpd_request *request;
    int64_t      now_us;
    struct cash_form form;
    int          http;          /* 200, or what it is refused with          */
    bool         token;         /* the refusal is in the old snake shape    */
    struct buf   list;          /* of a 400: its fields                     */
    const char  *about;         /* of a 404: "Transaction"                  */
    int          taken;         /* payouts                                  */
    struct buf   out;
};

/* cash_front_handle(owner, request): the handler of the HTTP server. */
void cash_front_handle(void *, struct httpd_request *);

/*
 * cash_check.c: field rules.  Each notes a refusal in x->http and returns
 * nothing useful then.  _field: one more of a 400's list; _needs: a variable
 * that must be there; _i64: and be a whole number; _till: and be a till of
 * ours (its place); _phone: its digits with 254.
 */
void cash_check_field(struct cash_exchange *, const char *field,
                      const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct str cash_check_needs(struct cash_exchange *, const char *name);
int64_t cash_check_i64(struct cash_exchange *, const char *name);
int cash_check_till(struct cash_exchange *, const char *name);
int cash_check_phone(struct str, char out[24]);
int cash_check_amount(struct str, int64_t *minor);

/* cash_check_answer(x, message): the envelope of a good answer, open at its
 * data; close it with one bracket. */
void cash_check_answer(struct cash_exchange *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The endpoints.  They check, do, and write the answer into x->out; after a
 * refusal they have done nothing. */
void cash_pay_b2c(struct cash_exchange *);
void cash_list_get(struct cash_exchange *);
void cash_list_update(struct cash_exchange *);
void cash_list_post(struct cash_exchange *);
void cash_other_checkout(struct cash_exchange *);
void cash_other_sms(struct cash_exchange *);
void cash_other_transfer(struct cash_exchange *);

/* cash_life.c: what happens by itself and when. */
void cash_life_plan(struct cash *, const struct cash_row *);
void cash_life_plan_transfer(struct cash *, uint32_t n);
void cash_life_resume(struct cash *);
void cash_life_turn(struct cash *, int64_t now_us);

/* cash_life_take(s, row, phone): into the books, under way. */
int cash_life_take(struct cash *, struct cash_row *, int64_t now_us);

/* cash_tell_fields(out, s, row, tell, forged): what a callback says. */
void cash_tell_fields(struct cash_form *, const struct cash *,
                      const struct cash_row *, enum cash_tell, bool forged);

/* cash_control_handle(s, request): everything whose path begins with "/_". */
void cash_control_handle(struct cash *, struct httpd_request *);
void cash_view_summary(struct buf *, const struct cash *);
void cash_view_payments(struct buf *, const struct cash *, struct str account,
                        bool twice_only);
void cash_view_csv(struct buf *, const struct cash *, struct str account);
void cash_view_requests(struct buf *, const struct cash *, int64_t last);

#endif
