#ifndef SANDBOX_RAILS_H
#define SANDBOX_RAILS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/figures.h"
#include "sandbox/wording.h"

/* The kinds of payment (contract 2.2), and what each asks of an item. */
struct rail {
    const char      *name;          /* "MPESA-B2C"                     */
    int              n;             /* its place, from 0               */
    bool             wants_bank;    /* without bank_code: TF103        */
    bool             wants_type;    /* without account_type: TF103     */
};

/* What a payment may be and costs on a rail: POST /_rules.  None of it is the
 * provider's. */
struct tariff {
    int64_t min_minor;              /* 0: no limit; outside: TF106     */
    int64_t max_minor;
    int     nbands;
    struct band {
        int64_t upto_minor;         /* amounts up to this; 0: any      */
        int64_t charge_minor;
    } bands[FIGURE_BANDS_MAX];
};

/* rails_find(name): NULL when there is none of that name.  rails_at(n): the
 * ${n}-th of FIGURE_RAILS. */
const struct rail *rails_find(struct str);
const struct rail *rails_at(int);

/* rails_tariffs(out, mpesa_minor): what holds until it is changed. */
void rails_tariffs(struct tariff out[FIGURE_RAILS], int64_t mpesa_minor);

/* rails_charge(tariff, minor): what a payment of ${minor} costs. */
int64_t rails_charge(const struct tariff *, int64_t minor);

/**
 * rails_begins(rail, bank_code, account_type, account_reference):
 * The code an item is born with: TP101, or TF103 when a detail is missing
 * that its rail needs.  Each text may be NULL.
 */
enum item_code rails_begins(const struct rail *, const char *, const char *,
                            const char *);

#endif
