#ifndef SANDBOX_WALLETS_H
#define SANDBOX_WALLETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/figures.h"

/*
 * The wallets of the one business that this stand-in has as a customer.  The
 * first is the settlement wallet in KES and is what null means; further ones
 * are made by POST wallets/.  Only wallets in KES can hold money in here.
 */
struct wallet {
    uint32_t n;                     /* its place in wallets->list            */
    char     id[FIGURE_ALIAS_BYTES];
    char     label[FIGURE_LABEL_MAX * 4 + 1];
    char     ccy[4];
    bool     working;               /* WORKING, else SETTLEMENT              */
    bool     can_disburse;
    int64_t  given_minor;           /* opening balance and later changes     */
    int64_t  current_minor;
    int64_t  held_minor;            /* available is current less held        */
    int64_t  promised_minor;        /* float check passed, not yet held      */
    int64_t  updated_us;
};

struct wallets {
    struct wallet **list;
    uint32_t        n, cap;
};

void wallets_release(struct wallets *);     /* also fine on a zeroed struct */

/* wallets_add(all, salt): a new one with its id, or NULL (out of memory). */
struct wallet *wallets_add(struct wallets *, uint64_t salt);

/* wallets_find(all, id): NULL when there is none of that name. */
struct wallet *wallets_find(const struct wallets *, struct str);

int64_t wallet_available_minor(const struct wallet *);

/* wallet_free_minor(w): what a further file may cost. */
int64_t wallet_free_minor(const struct wallet *);

/* All wallets together. */
struct wallet wallets_sum(const struct wallets *);

#endif
