#ifndef INTAKE_CUT_H
#define INTAKE_CUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "book/account.h"
#include "db/copy.h"
#include "loaders/payroll.h"

/*
 * Rows into batches, while they are read: one open batch a rail, closed when
 * it is full.  Memory is a few dozen bytes a batch.
 */
struct cut_batch {
    const struct rail_rule *rail;
    int     rows;
    int64_t minor, charge_minor;
    unsigned char digest[SHA256_BYTES];
};

struct cut {
    int64_t run_id;
    const struct account *account;
    const struct rules *rules;
    struct db_copy *copy;           /* where rows go; NULL: nowhere           */
    struct cut_batch *list;
    size_t n, cap;
    struct {
        size_t number;              /* of the batch, from 1; 0: none is open  */
        struct sha256 hash;
    } open[RULES_RAILS_MAX];
    int64_t charge_minor;           /* sum over all batches                   */
};

/* cut_row(c, row, e): 0, or -1: out of memory, too many batches, or a rail
 * the account's provider does not have. */
int cut_row(struct cut *, const struct payroll_row *, struct err *);

/* cut_end(c): close what is open; every digest is there now. */
void cut_end(struct cut *);
void cut_release(struct cut *);     /* also fine on a zeroed struct */

#endif
