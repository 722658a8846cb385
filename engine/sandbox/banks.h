#ifndef SANDBOX_BANKS_H
#define SANDBOX_BANKS_H

#include "base/str.h"

/* The bank codes of GET send-money/bank-codes/ke/ (contract 5.6). */
struct bank {
    const char *name;
    const char *code;
};

const struct bank *banks_at(int);           /* NULL behind the last */
const struct bank *banks_find(struct str code);

#endif
