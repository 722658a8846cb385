#ifndef CLI_PAYERS_H
#define CLI_PAYERS_H

#include "book/run_account.h"
#include "cli/app.h"

/* The accounts that pay a run; large. */
struct payers {
    int n;
    struct run_account list[CONFIG_ACCOUNTS_MAX];
};

/* payers_read(app, run, out, e): 0 or -1. */
int payers_read(struct app *, const struct run *, struct payers *,
                struct err *);

/* payers_several(p): not just the run's own account. */
bool payers_several(const struct payers *);

/* payers_open(app, run, accounts, n, e): all of them, from the configuration,
 * with their secrets, into CONFIG_ACCOUNTS_MAX places.  0, or -1: nothing of
 * the run leaves before all are there. */
int payers_open(struct app *, const struct run *, struct account *, int *,
                struct err *);

/* payers_of_env(app, accounts, n, e): all accounts of the environment, sandbox
 * or --live, into CONFIG_ACCOUNTS_MAX places; the secrets stay the
 * configuration's. */
int payers_of_env(struct app *, struct account *, int *, struct err *);

/* payers_print(p, ccy): a line for each, when there are several: how many
 * payments, how much, by which rails, and what was seen of its funds. */
void payers_print(const struct payers *, const char *ccy);
json_t *payers_json(const struct payers *, const char *ccy);

#endif
