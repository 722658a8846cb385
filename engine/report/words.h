#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <stdbool.h>

#include "base/str.h"
#include "book/states.h"
#include "providers/provider.h"

/*
 * What a person reads for what the book says.  A payment without an answer is
 * "sent" or "waiting" by its batch, and never "paid".
 */
enum pay_state {
    PAY_PAID,
    PAY_FAILED,             /* certainly not paid                             */
    PAY_RETURNED,           /* paid, then sent back by the payee's side       */
    PAY_REVERSED,           /* paid, then taken back                          */
    PAY_DOUBT,
    PAY_SENT,               /* released, no answer yet                        */
    PAY_WAITING,            /* not released                                   */
    PAY_CANCELLED
};
#define PAY_STATES 8

/* pay_state_of(outcome, batch): of the names in the database; ${outcome} is
 * empty when there is none.  A name that is unknown is in doubt. */
enum pay_state pay_state_of(struct str outcome, struct str batch);

/* pay_state_name(s): "in doubt" for people; pay_state_key(s): "in_doubt". */
const char *pay_state_name(enum pay_state);
const char *pay_state_key(enum pay_state);

/* pay_state_failed(s): it counts as failed in the sums: the money is not with
 * the payee. */
bool pay_state_failed(enum pay_state);

/* words_run(state): "closed: every payment has its end and all sums tie". */
const char *words_run(enum run_state);

/* words_batch(state): "released" for in_flight; a name itself when unknown. */
struct str words_batch(struct str);

const char *words_provider(const char *);       /* "IntaSend" */
const char *words_kind(const char *);           /* "main pay" */

/* words_reason(p, code, reason): ${reason}, or what the code means. */
struct str words_reason(const struct provider *, const char *code,
                        struct str reason);

/* words_todo(p, state, code): what a person does about it, "" when nothing. */
const char *words_todo(const struct provider *, enum pay_state,
                       const char *code);

#endif
