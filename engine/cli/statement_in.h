#ifndef CLI_STATEMENT_IN_H
#define CLI_STATEMENT_IN_H

#include "cli/service.h"

/* statement_pull(app, e): `payrun statement --pull ACCOUNT`; the exit code. */
int statement_pull(struct app *, struct err *);

/* statement_wallet(s, wallet, e): lines do not say whose they are, so the
 * default wallet is asked for by its number, or those of other wallets would
 * stand among its own. */
int statement_wallet(struct asking *, struct wallet_answer *, struct err *);

#endif
