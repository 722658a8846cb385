#ifndef SANDBOX_CASH_CALLBACK_H
#define SANDBOX_CASH_CALLBACK_H

#include <stdint.h>

#include "sandbox/cash_books.h"
#include "sandbox/cash_due.h"

/*
 * Callbacks out (contract section 8): form fields by POST or query parameters
 * by GET, to the URL of the payout, as Guzzle 4 sends them.  One delivery, no
 * more, unless switched.  Not durable: a restart forgets what was not sent.
 */
struct cash;
struct cash_callback;

struct cash_callbacks {
    struct cash_dues      waiting;
    struct cash_callback *flying;
    int     flights;
    int64_t sent, answered, failed, dropped;
};

/* cash_callback_note(s, row, tell, now_us): tell of ${row}, with what the
 * switches and faults make of it. */
void cash_callback_note(struct cash *, const struct cash_row *,
                        enum cash_tell, int64_t now_us);

/* cash_callback_turn(s, now_us): send what is due.  The books must have been
 * synced before. */
void cash_callback_turn(struct cash *, int64_t now_us);

/* cash_callback_next_us(c): INT64_MAX when that only depends on an answer. */
int64_t cash_callback_next_us(const struct cash_callbacks *);
void cash_callback_release(struct cash *);

#endif
