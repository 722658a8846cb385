#include "cli/config.h"

#include "base/buf.h"
#include "cli/args.h"
#include "cli/config_account.h"
#include "cli/yamldoc.h"

#define CONFIG_LISTEN "127.0.0.1:8701"      /* of `payrun serve`          */
#define BUILT_IN      "built-in:sandbox"    /* the sandbox's own secrets  */

/* payrun.yaml as libcyaml gives it: text and numbers, checked below. */
struct y_route {
    char *rail, *account;
    bool always;
};
struct y_config {
    char *database, *rules, *mark, *default_account, *listen, *log, *backups,
         *calendar;
    struct y_account *accounts;
    unsigned accounts_count;
    struct y_route *routes;
    unsigned routes_count;
    struct y_statement *statements;
    unsigned statements_count;
    struct y_channel *channels;
    unsigned channels_count;
};

#define TEXT_OPT(key, m, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
                           struct y_config, m, 0, max)

static const cyaml_schema_field_t route_fields[] = {
    CYAML_FIELD_STRING_PTR("rail", CYAML_FLAG_POINTER, struct y_route, rail, 1,
                           23),
    CYAML_FIELD_STRING_PTR("account", CYAML_FLAG_POINTER, struct y_route,
                           account, 1, USER_NAME_BYTES_MAX - 1),
    CYAML_FIELD_BOOL("always", CYAML_FLAG_OPTIONAL, struct y_route, always),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t route_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_route, route_fields)
};
static const cyaml_schema_field_t config_fields[] = {
    TEXT_OPT("database", database, 1023),
    TEXT_OPT("rules", rules, PATH_BYTES_MAX - 1),
    TEXT_OPT("mark", mark, PATH_BYTES_MAX - 1),
    TEXT_OPT("default_account", default_account, USER_NAME_BYTES_MAX - 1),
    TEXT_OPT("listen", listen, 127),
    TEXT_OPT("log", log, 7),
    TEXT_OPT("backups", backups, PATH_BYTES_MAX - 1),
    TEXT_OPT("calendar", calendar, PATH_BYTES_MAX - 1),
    CYAML_FIELD_SEQUENCE("accounts", CYAML_FLAG_POINTER, struct y_config,
                         accounts, &config_account_schema, 1,
                         CONFIG_ACCOUNTS_MAX),
    CYAML_FIELD_SEQUENCE("routes", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct y_config, routes, &route_schema, 0,
                         ROUTING_ROUTES_MAX),
    CYAML_FIELD_SEQUENCE("statements",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct y_config, statements,
                         &config_statement_schema, 0, STATEMENT_MAPS_MAX),
    CYAML_FIELD_SEQUENCE("channels",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct y_config, channels, &config_channel_schema, 0,
                         OUTBOX_CHANNELS_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t config_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct y_config, config_fields)
};
static const char *const config_keys[] = {
    "database", "rules", "calendar", "mark", "default_account", "listen", "accounts", "name",
    "provider", "live", "currency", "wallet_id", "base_url", "callback_url",
    "key", "challenge", "batch_rows", "in_flight", "poll_first_ms",
    "poll_cap_ms", "lease_ms", "give_up_ms", "connect_ms", "answer_ms",
    "canary", "secret", "public_key", "expires", "location_id", "short_code", "callback_method",
    "routes", "rail", "account", "always",
    "statements", "columns", "dates", "times", "amounts", "decimals",
    "mark_out", "mark_in", "zone_minutes", "date", "time", "value_date",
    "amount", "out", "in", "mark", "balance", "charge", "id", "reference",
    "linked", "party", "type", "text", "status",
    "log", "backups", "channels", "command", "mail", "from", "to", "user", "folder",
    "webhook", "events", NULL
};

/* The whole of it when there is no file: it can pay nobody. */
static const char built_in[] =
    "default_account: sandbox\n"
    "accounts:\n"
    "  - name: sandbox\n"
    "    provider: intasend\n"
    "    base_url: http://" CONFIG_SANDBOX_LISTEN "/api/v1/\n"
    "    key: \"" BUILT_IN "\"\n"
    "    poll_first_ms: 500\n"
    "    poll_cap_ms: 5000\n"
    "  - name: sapama\n"
    "    provider: sapama\n"
    "    base_url: http://" CONFIG_SAPAMA_LISTEN "/api/\n"
    "    key: \"" BUILT_IN "\"\n"
    "    secret: \"" BUILT_IN "\"\n"
    "    location_id: \"" CONFIG_SAPAMA_LOCATION "\"\n"
    "    short_code: \"" CONFIG_SAPAMA_SHORT_CODE "\"\n"
    "    callback_url: http://" CONFIG_LISTEN "/callback/sapama\n"
    "    poll_first_ms: 500\n"
    "    poll_cap_ms: 5000\n";

static void
copy(char *to, size_t bytes, const char *text)
{
    /* libcyaml held every text to the size of its place. */
    if (text != NULL)
        str_copy(to, bytes, str_of(text));
}

/* --- routes --------------------------------------------------------------- */

/* The one that was meant, or all there are. */
static int
name_accounts(const struct config *c, const char *name, struct err *e)
{
    const char *names[CONFIG_ACCOUNTS_MAX];
    const char *near = NULL;
    char all[ERR_TEXT_BYTES / 2] = "";
    size_t n = 0;

    for (int i = 0; i < c->naccounts; i++) {
        names[i] = c->accounts[i].name;
        if (n < sizeof(all))
            n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s",
                                  i > 0 ? ", " : "", names[i]);
    }
    near = args_nearest(name, names, c->naccounts);
    return near != NULL ? err_fix(e, "did you mean \"%s\"?", near)
                        : err_fix(e, "there are: %s", all);
}

static int
no_such_account(const struct config *c, const char *path, const char *name,
                struct err *e)
{
    err_set(e, ERR_CONFIG, "%s: routes: there is no account \"%s\"", path,
            name);
    return name_accounts(c, name, e);
}

static int
check_rail(const struct account *a, const char *path, const char *rail,
           struct err *e)
{
    char names[256] = "";
    size_t n = 0;

    for (int i = 0; a->provider->rails[i] != NULL; i++) {
        if (strcmp(a->provider->rails[i], rail) == 0)
            return 0;
        if (n < sizeof(names))
            n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
                                  i > 0 ? ", " : "", a->provider->rails[i]);
    }
    err_set(e, ERR_CONFIG, "%s: routes: account %s (%s) does not pay by %s",
            path, a->name, a->provider->name, rail);
    return err_fix(e, "%s pays by %s", a->provider->name, names);
}

static int
fill_route(struct config *c, const struct y_route *y, const char *path,
           struct err *e)
{
    struct route *r = &c->routes[c->nroutes];
    const struct account *a = NULL;

    for (int i = 0; i < c->naccounts; i++)
        if (strcmp(c->accounts[i].name, y->account) == 0)
            a = &c->accounts[i];
    if (a == NULL)
        return no_such_account(c, path, y->account, e);
    if (check_rail(a, path, y->rail, e) < 0)
        return -1;
    copy(r->rail, sizeof(r->rail), y->rail);
    copy(r->account, sizeof(r->account), y->account);
    r->always = y->always;
    c->nroutes++;
    return 0;
}

/* --- maps of statements --------------------------------------------------- */

static int
fill_statement(struct config *c, const struct y_statement *y,
               const char *path, struct err *e)
{
    struct config_statement *to = &c->statements[c->nstatements];
    bool known = y->account == NULL;

    for (int i = 0; i < c->nstatements; i++)
        if (strcmp(c->statements[i].name, y->name) == 0)
            return err_set(e, ERR_CONFIG, "%s: statement map %s is there twice",
                           path, y->name);
    for (int i = 0; i < c->naccounts; i++)
        known = known || strcmp(c->accounts[i].name, y->account) == 0;
    if (!known) {
        err_set(e, ERR_CONFIG, "%s: statement map %s: there is no account "
                "\"%s\"", path, y->name, y->account);
        return name_accounts(c, y->account, e);
    }
    c->nstatements++;
    return config_statement_fill(to, y, path, e);
}

const struct config_statement *
config_statement(const struct config *c, const char *name, struct err *e)
{
    char all[ERR_TEXT_BYTES / 2] = "";
    size_t n = 0;

    for (int i = 0; i < c->nstatements; i++) {
        if (strcmp(c->statements[i].name, name) == 0)
            return &c->statements[i];
        if (n < sizeof(all))
            n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s",
                                  i > 0 ? ", " : "", c->statements[i].name);
    }
    err_set(e, ERR_CONFIG, "there is no statement map \"%s\" in %s", name,
            c->path[0] != '\0' ? c->path : "the built-in configuration");
    if (c->nstatements == 0)
        err_fix(e, "add one under statements: (README: Bank statements)");
    else
        err_fix(e, "there are: %s", all);
    return NULL;
}

/* --- who is told ---------------------------------------------------------- */

static int
fill_channel(struct config *c, const struct y_channel *y, const char *path,
             struct err *e)
{
    for (int i = 0; i < c->nchannels; i++)
        if (strcmp(c->channels[i].name, y->name) == 0)
            return err_set(e, ERR_CONFIG, "%s: channel %s is there twice",
                           path, y->name);
    copy(c->channel_secrets[c->nchannels], sizeof(c->channel_secrets[0]),
         y->secret);
    return config_channel_fill(&c->channels[c->nchannels++], y, path, e);
}

int
config_channel_secrets(struct config *c, struct err *e)
{
    for (int i = 0; i < c->nchannels; i++)
        if (c->channel_secrets[i][0] != '\0'
            && c->channels[i].secret.p == NULL
            && secret_load(&c->channels[i].secret, c->channel_secrets[i], e)
               < 0)
            return -1;
    return 0;
}

static int
fill_log(struct config *c, const struct y_config *y, const char *path,
         struct err *e)
{
    c->log_json = y->log != NULL && strcmp(y->log, "json") == 0;
    if (y->log == NULL || c->log_json || strcmp(y->log, "text") == 0)
        return 0;
    return err_set(e, ERR_CONFIG, "%s: log: is text or json, not \"%s\"", path,
                   y->log);
}

/* --- all of it ------------------------------------------------------------ */

/* Where the secrets are stays beside the account until they are loaded. */
static void
fill_source(struct config_source *to, const struct y_account *from)
{
    copy(to->key, sizeof(to->key), from->key);
    copy(to->challenge, sizeof(to->challenge), from->challenge);
    copy(to->secret, sizeof(to->secret), from->secret);
    copy(to->public_key, sizeof(to->public_key), from->public_key);
    copy(to->expires, sizeof(to->expires), from->expires);
}

static int
fill(struct config *c, const struct y_config *y, const char *path,
     struct err *e)
{
    copy(c->database, sizeof(c->database), y->database);
    copy(c->rules_path, sizeof(c->rules_path), y->rules);
    copy(c->calendar_path, sizeof(c->calendar_path), y->calendar);
    copy(c->mark, sizeof(c->mark), y->mark);
    copy(c->backups, sizeof(c->backups), y->backups);
    copy(c->listen, sizeof(c->listen),
         y->listen != NULL ? y->listen : CONFIG_LISTEN);
    copy(c->default_account, sizeof(c->default_account),
         y->default_account != NULL ? y->default_account :
         y->accounts[0].name);
    for (unsigned i = 0; i < y->accounts_count; i++) {
        const struct y_account *from = &y->accounts[i];

        for (int k = 0; k < c->naccounts; k++)
            if (strcmp(c->accounts[k].name, from->name) == 0)
                return err_set(e, ERR_CONFIG, "%s: account %s is there twice",
                               path, from->name);
        if (config_account_fill(&c->accounts[c->naccounts], from, path, e) < 0)
            return -1;
        fill_source(&c->sources[c->naccounts++], from);
    }
    for (unsigned i = 0; i < y->routes_count; i++)
        if (fill_route(c, &y->routes[i], path, e) < 0)
            return -1;
    for (unsigned i = 0; i < y->statements_count; i++)
        if (fill_statement(c, &y->statements[i], path, e) < 0)
            return -1;
    for (unsigned i = 0; i < y->channels_count; i++)
        if (fill_channel(c, &y->channels[i], path, e) < 0)
            return -1;
    return fill_log(c, y, path, e);
}

int
config_read(struct config *c, const char *path, struct err *e)
{
    struct yamldoc doc = { path, "the built-in configuration", built_in,
                           &config_schema, config_keys };
    void *y = NULL;
    int rc = -1;

    memset(c, 0, sizeof(*c));
    if (path != NULL && str_copy(c->path, sizeof(c->path), str_of(path)) < 0)
        return err_set(e, ERR_CONFIG, "the path of the configuration is too "
                       "long");
    if (yamldoc_read(&y, &doc, e) == 0)
        rc = fill(c, y, doc.path, e);
    yamldoc_free(&config_schema, y);
    return rc;
}

static void
forget_secrets(struct account *a)
{
    secret_release(&a->key);
    secret_release(&a->challenge);
    secret_release(&a->secret);
    secret_release(&a->public_key);
}

void
config_release(struct config *c)
{
    for (int i = 0; i < c->naccounts; i++)
        forget_secrets(&c->accounts[i]);
    for (int i = 0; i < c->nchannels; i++)
        secret_release(&c->channels[i].secret);
    c->naccounts = 0;
}

static int
load(struct secret *to, const char *source, const char *built, bool live,
     struct err *e)
{
    if (source[0] == '\0')
        return 0;
    if (strcmp(source, BUILT_IN) == 0 && !live)
        return secret_set(to, str_of(built)) < 0 ? err_oom(e) : 0;
    return secret_load(to, source, e);
}

int
config_secrets(const struct config *c, struct account *a, struct err *e)
{
    const struct config_source *from = &c->sources[a - c->accounts];
    const char *key = a->provider->two_phase ? CONFIG_SANDBOX_KEY
                                             : CONFIG_SAPAMA_KEY;

    if (a->key.p != NULL)
        return 0;
    if (load(&a->key, from->key, key, a->live, e) == 0 &&
        load(&a->challenge, from->challenge, "", a->live, e) == 0 &&
        load(&a->secret, from->secret, CONFIG_SAPAMA_SECRET, a->live, e) == 0 &&
        load(&a->public_key, from->public_key, "", a->live, e) == 0 &&
        config_account_key(a, c->path[0] != '\0' ? c->path :
                           "the built-in configuration", e) == 0)
        return 0;
    forget_secrets(a);
    return -1;
}

struct account *
config_account(struct config *c, const char *name, struct err *e)
{
    const char *want = name != NULL ? name : c->default_account;

    for (int i = 0; i < c->naccounts; i++)
        if (strcmp(c->accounts[i].name, want) == 0)
            return &c->accounts[i];
    err_set(e, ERR_CONFIG, "there is no funding account \"%s\" in %s", want,
            c->path[0] != '\0' ? c->path : "the built-in configuration");
    name_accounts(c, want, e);
    return NULL;
}
