#ifndef STATEMENTS_MOVEMENT_H
#define STATEMENTS_MOVEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "loaders/seen.h"

#define MOVEMENT_IDENTITY_BYTES 16

/*
 * One movement on an account as a statement tells it, whatever the statement:
 * what becomes a row of statement_line.  Texts are borrowed.
 */
struct movement {
    int64_t     line_no;            /* of the file, or which row of a pull    */
    int64_t     booked_on;          /* days since 1970, in Nairobi            */
    bool        has_time, has_value, has_balance;
    int64_t     booked_us;          /* since 1970 UTC                         */
    int64_t     value_on;
    int64_t     minor;              /* + in, - out                            */
    char        ccy[4];
    const char *kind;               /* movement_kind()                        */
    int         part, parts;
    int64_t     bulk_nr;            /* of a part: nr of its batch; else 0     */
    int64_t     charge_minor, balance_minor;
    struct str  bulk_id, provider_id, receipt, reference, linked, account,
                name, type, text, status, raw;
    int64_t     batch_id;           /* ours, by the reference; 0: none        */
    int         seq;
};

/* movement_day(text, day): "2026-11-30" as days since 1970; 0 or -1. */
int movement_day(struct str, int64_t *day);

/* movement_stamp(text, us, day): "2026-11-30T18:00:01.5+03:00", or without a
 * zone, which is UTC; ${day}: of Nairobi, since 1970.  0 or -1. */
int movement_stamp(struct str, int64_t *us, int64_t *day);

/* movement_ours(m): batch and instruction, when a word of its reference or
 * text is a payment reference of ours, also as the head of a token. */
void movement_ours(struct movement *);

/* Which of several alike it is, within one import. */
struct likes {
    struct seen seen;
};

void likes_init(struct likes *);
void likes_release(struct likes *);

/**
 * movement_of_file(m, likes, out) / movement_of_row(m, ledger, out):
 * The identity of a line of a file, and of a provider's row.  The same line
 * gets the same one from every statement that contains it.  With an id: over
 * id, day and amount, as other formats of the same account tell them too;
 * without: over all it says.  ${ledger}: the provider's ids may stand for
 * several movements, told apart by the balance.  0, or -1 (no memory).
 */
int movement_of_file(const struct movement *, struct likes *,
                     unsigned char out[MOVEMENT_IDENTITY_BYTES]);
void movement_of_row(const struct movement *, bool ledger,
                     unsigned char out[MOVEMENT_IDENTITY_BYTES]);

#endif
