#ifndef CLI_PREFLIGHT_GROUPS_H
#define CLI_PREFLIGHT_GROUPS_H

#include "book/short.h"
#include "cli/preflight.h"

/* The accounts that pay a run, and where each stands in p->wallets. */
struct preflight_parts {
    int n;
    int place[CONFIG_ACCOUNTS_MAX];
    struct run_account list[CONFIG_ACCOUNTS_MAX];
};

/**
 * preflight_groups(p, run, as, parts, why, e):
 * For a run whose groups may go alone: which of them would go, and which not,
 * into p->groups; their money is set aside.  0: some go; 1: none does, ${why}
 * says so; -1: the database.  p->short_minor is what all of them lack.
 */
int preflight_groups(struct preflight *, const struct run *,
                     const struct run_short *, const struct preflight_parts *,
                     char why[ERR_TEXT_BYTES], struct err *);

#endif
