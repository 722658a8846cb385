#ifndef PROVIDERS_SAPAMA_SERVICES_H
#define PROVIDERS_SAPAMA_SERVICES_H

#include "providers/services_parts.h"

/*
 * Between sapama_services.c, which has the table, sapama_services_post.c and
 * sapama_services_read.c: how the answers are found, and what their rows look
 * like.
 */

/* sapama_services_check_post(list, e): ${list} is a JSON array of
 * transactions as post_transaction takes them (6); ERR_USAGE names the
 * first that is not. */
int sapama_services_check_post(struct str list, struct err *);

/* Each is the member "read" of a struct service_op. */
int sapama_services_page(struct service_answer *, const struct jscan_value *,
                         struct str, struct err *);
int sapama_services_list(struct service_answer *, const struct jscan_value *,
                         struct str, struct err *);
int sapama_services_one(struct service_answer *, const struct jscan_value *,
                        struct str, struct err *);

extern const struct service_shape sapama_shape_line, sapama_shape_payment,
    sapama_shape_payout, sapama_shape_marked, sapama_shape_moved,
    sapama_shape_prompt, sapama_shape_posted, sapama_shape_sms;

#endif
