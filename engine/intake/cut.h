#ifndef INTAKE_CUT_H
#define INTAKE_CUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "book/account.h"
#include "db/copy.h"
#include "loaders/payroll.h"

struct groups;
struct routing;

/*
 * Rows into batches, while they are read: one open batch for each account and
 * rail, and group where groups may go alone, closed when it is full.  Memory is
 * a few dozen bytes a batch.
 */
struct cut_batch {
    struct account *account;        /* which pays it                          */
    const struct rail_rule *rail;
    int     group;                  /* place in the groups; -1: none          */
    int     rows;
    int64_t minor, charge_minor, largest_minor;
    int     rows_max;               /* full then                              */
    int     split_rows;             /* rows whose first part is in it         */
    unsigned char digest[SHA256_BYTES];
};

struct cut {
    int64_t run_id;
    struct account *account;        /* the run's own                          */
    const struct routing *routing;  /* who else pays; NULL: nobody            */
    const struct rules *rules;
    struct groups *groups;          /* found on the way; NULL: none wanted    */
    struct db_copy *copy;           /* where rows go; NULL: nowhere           */
    struct cut_batch *list;
    size_t n, cap;
    struct cut_open *open;          /* by group, account and rail             */
    size_t nopen;
    int64_t charge_minor;           /* sum over all batches                   */
};

/* cut_row(c, row, e): 0, or -1: out of memory, too many batches or groups, or a
 * rail that the provider of the account does not have (only without a routing). */
int cut_row(struct cut *, const struct payroll_row *, struct err *);

/* What one account pays of it. */
struct cut_share {
    int64_t rows, minor, charge_minor, batches;
};

/* cut_share(c, account, group, out): of ${account}, by its name; of one group,
 * or with -1 of all. */
void cut_share(const struct cut *, const struct account *, int group,
               struct cut_share *);

/* cut_end(c): close what is open; every digest is there now. */
void cut_end(struct cut *);
void cut_release(struct cut *);     /* also fine on a zeroed struct */

#endif
