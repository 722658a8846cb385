#ifndef REPORT_ACCOUNTS_H
#define REPORT_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "book/run.h"
#include "book/run_account.h"
#include "providers/provider.h"

/* An account that pays the run, and the sums of its part. */
struct model_account {
    struct run_account payer;
    const struct provider *provider;    /* NULL: unknown to this program      */
    struct run_sums sums;               /* filled when there are several; of
                                           the file it has no part            */
    bool          ties;
};

#define MODEL_ACCOUNTS 32               /* as many as can be configured       */

struct model;

/* model_several(m): not just the run's own account pays.
 * model_account(m, id): one of them, or NULL.
 * model_code_of(m, code): the provider, of those that pay, whose code it is. */
bool model_several(const struct model *);
const struct model_account *model_account(const struct model *, int64_t);
const struct provider *model_code_of(const struct model *, const char *code);

/* model_accounts_read(m, e): by model_read(), inside its transaction. */
int model_accounts_read(struct model *, struct err *);

#endif
