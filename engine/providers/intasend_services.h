#ifndef PROVIDERS_INTASEND_SERVICES_H
#define PROVIDERS_INTASEND_SERVICES_H

#include "providers/services_parts.h"

/*
 * Between intasend_services.c, which has the table, and
 * intasend_services_read.c: how the answers are found, and what their rows
 * look like.
 */

/* Each is the member "read" of a struct service_op. */

/* {"count","next","previous","results":[...]}, a bare array, or one alone */
int intasend_services_list(struct service_answer *,
                           const struct jscan_value *, struct str,
                           struct err *);
int intasend_services_wallet(struct service_answer *,
                             const struct jscan_value *, struct str,
                             struct err *);
/* two wallets, one, or none: only the HTTP status says what came of it */
int intasend_services_transfer(struct service_answer *,
                               const struct jscan_value *, struct str,
                               struct err *);
int intasend_services_invoice(struct service_answer *,
                              const struct jscan_value *, struct str,
                              struct err *);
int intasend_services_checkout(struct service_answer *,
                               const struct jscan_value *, struct str,
                               struct err *);
int intasend_services_owner(struct service_answer *,
                            const struct jscan_value *, struct str,
                            struct err *);

extern const struct service_shape intasend_shape_wallet, intasend_shape_moved,
    intasend_shape_line, intasend_shape_invoice, intasend_shape_checkout,
    intasend_shape_chargeback, intasend_shape_bank, intasend_shape_owner,
    intasend_shape_payout;

#endif
