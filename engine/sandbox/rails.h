#ifndef SANDBOX_RAILS_H
#define SANDBOX_RAILS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/wording.h"

/* The kinds of payment (contract 2.2), and what each asks of an item. */
enum rail_charge { CHARGE_MPESA, CHARGE_BANK, CHARGE_FREE };

struct rail {
    const char      *name;          /* "MPESA-B2C"                     */
    int64_t          min_minor;     /* 0: no limit; outside: TF106     */
    int64_t          max_minor;
    enum rail_charge charge;
    bool             wants_bank;    /* without bank_code: TF103        */
    bool             wants_type;    /* without account_type: TF103     */
};

/* rails_find(name): NULL when there is none of that name. */
const struct rail *rails_find(struct str);

/* rails_charge(rail, mpesa_minor): what one payment costs; ${mpesa_minor} is
 * the charge of an M-Pesa payment. */
int64_t rails_charge(const struct rail *, int64_t mpesa_minor);

/**
 * rails_begins(rail, bank_code, account_type, account_reference):
 * The code an item is born with: TP101, or TF103 when a detail is missing
 * that its rail needs.  Each text may be NULL.
 */
enum item_code rails_begins(const struct rail *, const char *, const char *,
                            const char *);

/* rails_limit(rail, minor): REASON_NONE, _TOO_SMALL or _TOO_LARGE. */
enum reason rails_limit(const struct rail *, int64_t minor);

#endif
