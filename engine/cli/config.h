#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "base/err.h"
#include "book/account.h"
#include "cli/config_channels.h"
#include "cli/config_statements.h"
#include "intake/routing.h"
#include "money/rules.h"

#define CONFIG_ACCOUNTS_MAX ROUTING_ACCOUNTS_MAX

/*
 * payrun.yaml, checked.  Secrets are not in the file: it names where they are.
 * Without a file there are two accounts, "sandbox" and "sapama", which pay
 * nobody: they talk to `payrun sandbox` on 127.0.0.1:8700 and, as Sapama, on
 * 127.0.0.1:8702.
 */
struct config_source {          /* where an account's secrets are; "": none  */
    char key[1024], challenge[1024], secret[1024], public_key[1024];
    char expires[16];           /* the day the key ends, by its provider; ""  */
};

struct config {
    char path[PATH_BYTES_MAX];      /* "" when built in                      */
    char database[1024];            /* "" : PG* variables, else private      */
    char rules_path[PATH_BYTES_MAX];
    char calendar_path[PATH_BYTES_MAX];     /* "": the one built in    */
    char mark[PATH_BYTES_MAX];      /* "": beside the private database      */
    char backups[PATH_BYTES_MAX];   /* "": nobody said where they are       */
    char default_account[USER_NAME_BYTES_MAX];
    char listen[128];               /* of `payrun serve`                     */
    int  naccounts;
    struct account accounts[CONFIG_ACCOUNTS_MAX];
    struct config_source sources[CONFIG_ACCOUNTS_MAX];
    int  nroutes;
    struct route routes[ROUTING_ROUTES_MAX];
    int  nchannels;
    struct channel channels[OUTBOX_CHANNELS_MAX];
    char channel_secrets[OUTBOX_CHANNELS_MAX][1024];    /* where; "": none   */
    bool log_json;                  /* log: json                            */
    int  nstatements;
    struct config_statement statements[STATEMENT_MAPS_MAX];
};

#define CONFIG_SANDBOX_KEY     "ISSecretKey_test_payrun_sandbox"
#define CONFIG_SANDBOX_LISTEN  "127.0.0.1:8700"

/* The built-in account "sapama": `payrun sandbox --sapama`. */
#define CONFIG_SAPAMA_KEY      "PAYRUNSANDBOXAPIKEY00000000000000000000000000001"
#define CONFIG_SAPAMA_SECRET   "PAYRUNSANDBOXSECRET00000000000000000000000000002"
#define CONFIG_SAPAMA_LISTEN   "127.0.0.1:8702"
#define CONFIG_SAPAMA_LOCATION "2"
#define CONFIG_SAPAMA_SHORT_CODE "830830"

/**
 * config_read(c, path, e):
 * Read ${path}; NULL: the built-in one.  Unknown keys, wrong types and values
 * out of range are ERR_CONFIG with file, line and the nearest key.  Secrets
 * are not loaded yet.
 */
int config_read(struct config *, const char *, struct err *);
void config_release(struct config *);       /* wipes the secrets */

/* config_secrets(c, a, e): load the key and what other secrets one account
 * has.  All of them or, on -1, none. */
int config_secrets(const struct config *, struct account *, struct err *);

/* config_channel_secrets(c, e): of all channels; 0 or -1. */
int config_channel_secrets(struct config *, struct err *);

/* config_account(c, name, e): NULL name: the default one; NULL with
 * ERR_CONFIG and the names there are. */
struct account *config_account(struct config *, const char *, struct err *);

/* config_statement(c, name, e): the saved map of that name; NULL with ERR_CONFIG
 * and the names there are. */
const struct config_statement *config_statement(const struct config *,
                                                const char *, struct err *);

/* config_rules(r, path, e): from ${path}, or the compiled-in rules.yaml when
 * NULL. */
int config_rules(struct rules *, const char *, struct err *);

#endif
