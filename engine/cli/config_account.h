#ifndef CLI_CONFIG_ACCOUNT_H
#define CLI_CONFIG_ACCOUNT_H

#include <cyaml/cyaml.h>

#include "cli/config.h"

/* One funding account of payrun.yaml as libcyaml gives it: text and numbers. */
struct y_account {
    char *name, *provider, *currency, *wallet_id, *base_url, *callback_url;
    char *key, *challenge, *secret, *public_key, *expires;
    char *location_id, *short_code, *callback_method, *canary;
    bool live;
    unsigned batch_rows, in_flight;
    unsigned poll_first_ms, poll_cap_ms, lease_ms, give_up_ms;
    unsigned connect_ms, answer_ms;
};

extern const cyaml_schema_value_t config_account_schema;

/* config_account_fill(a, y, path, e): checked, into a zeroed ${a}; not its
 * secrets.  0 or -1 (ERR_CONFIG). */
int config_account_fill(struct account *, const struct y_account *,
                        const char *path, struct err *);

/* config_account_key(a, path, e): the loaded key is of the environment that
 * the account says.  0 or -1. */
int config_account_key(const struct account *, const char *path,
                       struct err *);

#endif
