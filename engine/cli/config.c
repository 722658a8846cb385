#include "cli/config.h"

#include "base/buf.h"
#include "cli/yamldoc.h"

/* payrun.yaml as libcyaml gives it: text and numbers, checked below. */
struct y_account {
    char *name, *provider, *currency, *wallet_id, *base_url, *callback_url;
    char *key, *challenge;
    bool live;
    unsigned batch_rows, in_flight;
    unsigned poll_first_ms, poll_cap_ms, lease_ms, give_up_ms;
    unsigned connect_ms, answer_ms;
};
struct y_config {
    char *database, *rules, *default_account, *listen;
    struct y_account *accounts;
    unsigned accounts_count;
};

#define TEXT(key, st, m, min, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, st, m, min, max)
#define TEXT_OPT(key, st, m, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, st, \
                           m, 0, max)
#define NUM_OPT(key, m) \
    CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, struct y_account, m)

static const cyaml_schema_field_t account_fields[] = {
    TEXT("name", struct y_account, name, 1, USER_NAME_BYTES_MAX - 1),
    TEXT("provider", struct y_account, provider, 1, 23),
    CYAML_FIELD_BOOL("live", CYAML_FLAG_OPTIONAL, struct y_account, live),
    TEXT_OPT("currency", struct y_account, currency, 3),
    TEXT_OPT("wallet_id", struct y_account, wallet_id, 31),
    TEXT_OPT("base_url", struct y_account, base_url, 255),
    TEXT_OPT("callback_url", struct y_account, callback_url, 399),
    TEXT("key", struct y_account, key, 1, 1000),
    TEXT_OPT("challenge", struct y_account, challenge, 1000),
    NUM_OPT("batch_rows", batch_rows),
    NUM_OPT("in_flight", in_flight),
    NUM_OPT("poll_first_ms", poll_first_ms),
    NUM_OPT("poll_cap_ms", poll_cap_ms),
    NUM_OPT("lease_ms", lease_ms),
    NUM_OPT("give_up_ms", give_up_ms),
    NUM_OPT("connect_ms", connect_ms),
    NUM_OPT("answer_ms", answer_ms),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t account_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_account, account_fields)
};
static const cyaml_schema_field_t config_fields[] = {
    TEXT_OPT("database", struct y_config, database, 1023),
    TEXT_OPT("rules", struct y_config, rules, PATH_BYTES_MAX - 1),
    TEXT_OPT("default_account", struct y_config, default_account,
             USER_NAME_BYTES_MAX - 1),
    TEXT_OPT("listen", struct y_config, listen, 127),
    CYAML_FIELD_SEQUENCE("accounts", CYAML_FLAG_POINTER, struct y_config,
                         accounts, &account_schema, 1, CONFIG_ACCOUNTS_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t config_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct y_config, config_fields)
};
static const char *const config_keys[] = {
    "database", "rules", "default_account", "listen", "accounts", "name",
    "provider", "live", "currency", "wallet_id", "base_url", "callback_url",
    "key", "challenge", "batch_rows", "in_flight", "poll_first_ms",
    "poll_cap_ms", "lease_ms", "give_up_ms", "connect_ms", "answer_ms", NULL
};

/* The whole of it when there is no file: it can pay nobody. */
static const char built_in[] =
    "default_account: sandbox\n"
    "accounts:\n"
    "  - name: sandbox\n"
    "    provider: intasend\n"
    "    base_url: http://" CONFIG_SANDBOX_LISTEN "/api/v1/\n"
    "    key: \"built-in:sandbox\"\n"
    "    poll_first_ms: 500\n"
    "    poll_cap_ms: 5000\n";

static void
copy(char *to, size_t bytes, const char *text)
{
    /* libcyaml held every text to the size of its place. */
    if (text != NULL)
        str_copy(to, bytes, str_of(text));
}

static int
in_range(int64_t *to, unsigned given, int64_t fallback, int64_t lo, int64_t hi,
         const char *key, const char *account, const char *path, struct err *e)
{
    *to = given == 0 ? fallback : (int64_t)given;
    if (*to >= lo && *to <= hi)
        return 0;
    return err_set(e, ERR_CONFIG, "%s: account %s: %s must be %lld to %lld",
                   path, account, key, (long long)lo, (long long)hi);
}

/* Numbers, each with its range; the reasons stand in limits.h. */
static int
fill_numbers(struct account *a, const struct y_account *y, const char *path,
             struct err *e)
{
    int64_t rows, inflight;

    if (in_range(&rows, y->batch_rows, BATCH_ROWS_MAX, 1, BATCH_ROWS_MAX,
                 "batch_rows", y->name, path, e) < 0 ||
        in_range(&inflight, y->in_flight, NET_INFLIGHT_DEFAULT, 1,
                 NET_INFLIGHT_MAX, "in_flight", y->name, path, e) < 0 ||
        in_range(&a->poll_first_ms, y->poll_first_ms, POLL_FIRST_MS, 50,
                 3600000, "poll_first_ms", y->name, path, e) < 0 ||
        in_range(&a->poll_cap_ms, y->poll_cap_ms, POLL_CAP_MS, 50, 3600000,
                 "poll_cap_ms", y->name, path, e) < 0 ||
        in_range(&a->connect_ms, y->connect_ms, NET_CONNECT_MS, 100, 60000,
                 "connect_ms", y->name, path, e) < 0 ||
        in_range(&a->answer_ms, y->answer_ms, NET_ANSWER_MS, 100, 600000,
                 "answer_ms", y->name, path, e) < 0 ||
        in_range(&a->lease_ms, y->lease_ms, LEASE_MS, 500, 3600000,
                 "lease_ms", y->name, path, e) < 0 ||
        in_range(&a->give_up_ms, y->give_up_ms, GIVE_UP_MS, 100, 86400000,
                 "give_up_ms", y->name, path, e) < 0)
        return -1;
    a->batch_rows_max = (int)rows;
    a->inflight_max = (int)inflight;
    if (a->lease_ms <= a->connect_ms + a->answer_ms)
        return err_set(e, ERR_CONFIG, "%s: account %s: lease_ms (%lld) must be "
                       "longer than connect_ms + answer_ms (%lld)", path,
                       y->name, (long long)a->lease_ms,
                       (long long)(a->connect_ms + a->answer_ms));
    return 0;
}

/* The host of "https://host:443/path", in what case it was written. */
static struct str
host_of(const char *url)
{
    const char *p = strstr(url, "://");
    struct str s = { NULL, 0 };
    const char *at = NULL;

    s.p = p != NULL ? p + 3 : url;
    s.len = strcspn(s.p, "/?#");
    if ((at = memchr(s.p, '@', s.len)) != NULL)
        s = (struct str){ at + 1, s.len - (size_t)(at + 1 - s.p) };
    if ((at = memchr(s.p, ':', s.len)) != NULL)
        s.len = (size_t)(at - s.p);
    while (s.len > 0 && s.p[s.len - 1] == '.')
        s.len--;
    return s;
}

/* Real money by mistake, or a payday that paid nobody: live says which it is,
 * and everything else must say the same. */
static int
other_environment(const struct account *a, const char *path, const char *what,
                  struct err *e)
{
    err_set(e, ERR_CONFIG, "%s: account %s: live is %s, but %s is the %s's",
            path, a->name, a->live ? "true" : "false", what,
            a->live ? "sandbox" : "live environment");
    return err_fix(e, a->live
                   ? "To pay for real, use the live address and key; to try "
                     "things out, set live: false."
                   : "To try things out, use the sandbox's address and key; "
                     "to pay for real, set live: true.");
}

static int
check_host(const struct account *a, const char *path, struct err *e)
{
    const struct provider *p = a->provider;

    return str_ieq(host_of(a->base_url),
                   host_of(a->live ? p->sandbox_url : p->live_url))
        ? other_environment(a, path, "the host of base_url", e) : 0;
}

/* IntaSend's keys say where they belong. */
static int
check_key(const struct config *c, const struct account *a, struct err *e)
{
    const struct str wrong = a->live ? STR("ISSecretKey_test_")
                                     : STR("ISSecretKey_live_");

    if (a->key.len < wrong.len || memcmp(a->key.p, wrong.p, wrong.len) != 0)
        return 0;
    return other_environment(a, c->path[0] != '\0' ? c->path
                             : "the built-in configuration", "the key", e);
}

static int
fill_account(struct account *a, const struct y_account *y, const char *path,
             struct err *e)
{
    copy(a->name, sizeof(a->name), y->name);
    copy(a->ccy, sizeof(a->ccy), y->currency != NULL ? y->currency : "KES");
    copy(a->wallet_id, sizeof(a->wallet_id), y->wallet_id);
    copy(a->callback_url, sizeof(a->callback_url), y->callback_url);
    a->live = y->live;
    a->provider = provider_named(y->provider);
    if (a->provider == NULL) {
        err_set(e, ERR_CONFIG, "%s: account %s: there is no provider \"%s\"",
                path, y->name, y->provider);
        return err_fix(e, "providers: intasend");
    }
    if (ccy_decimals(a->ccy) < 0)
        return err_set(e, ERR_CONFIG, "%s: account %s: currency \"%s\" is not "
                       "one payrun knows", path, y->name, a->ccy);
    copy(a->base_url, sizeof(a->base_url), y->base_url != NULL ? y->base_url :
         y->live ? a->provider->live_url : a->provider->sandbox_url);
    if (check_host(a, path, e) < 0)
        return -1;
    return fill_numbers(a, y, path, e);
}

/* Where the secrets are stays beside the account until they are loaded. */
static int
fill(struct config *c, const struct y_config *y, const char *path,
     struct err *e)
{
    copy(c->database, sizeof(c->database), y->database);
    copy(c->rules_path, sizeof(c->rules_path), y->rules);
    copy(c->listen, sizeof(c->listen),
         y->listen != NULL ? y->listen : "127.0.0.1:8701");
    copy(c->default_account, sizeof(c->default_account),
         y->default_account != NULL ? y->default_account :
         y->accounts[0].name);
    for (unsigned i = 0; i < y->accounts_count; i++) {
        const struct y_account *from = &y->accounts[i];

        for (int k = 0; k < c->naccounts; k++)
            if (strcmp(c->accounts[k].name, from->name) == 0)
                return err_set(e, ERR_CONFIG, "%s: account %s is there twice",
                               path, from->name);
        if (fill_account(&c->accounts[c->naccounts], from, path, e) < 0)
            return -1;
        copy(c->sources[c->naccounts].key, sizeof(c->sources[0].key),
             from->key);
        copy(c->sources[c->naccounts].challenge,
             sizeof(c->sources[0].challenge), from->challenge);
        c->naccounts++;
    }
    return 0;
}

int
config_read(struct config *c, const char *path, struct err *e)
{
    struct buf text;
    void *y = NULL;
    int rc = -1;

    memset(c, 0, sizeof(*c));
    buf_init(&text, 1024 * 1024);
    if (path != NULL && buf_read_file(&text, path, e) < 0)
        goto out;
    if (path != NULL && str_copy(c->path, sizeof(c->path), str_of(path)) < 0) {
        err_set(e, ERR_CONFIG, "the path of the configuration is too long");
        goto out;
    }
    if (path == NULL) {
        path = "the built-in configuration";
        buf_text(&text, built_in);
    }
    if (yamldoc_load(&y, path, buf_view(&text), &config_schema, config_keys,
                  e) < 0)
        goto out;
    rc = fill(c, y, path, e);
out:
    yamldoc_free(&config_schema, y);
    buf_release(&text);
    return rc;
}

void
config_release(struct config *c)
{
    for (int i = 0; i < c->naccounts; i++) {
        secret_release(&c->accounts[i].key);
        secret_release(&c->accounts[i].challenge);
    }
    c->naccounts = 0;
}

int
config_secrets(const struct config *c, struct account *a, struct err *e)
{
    const struct config_source *from = &c->sources[a - c->accounts];

    if (a->key.p != NULL)
        return 0;
    if (strcmp(from->key, "built-in:sandbox") == 0 && !a->live)
        return secret_set(&a->key, STR(CONFIG_SANDBOX_KEY)) < 0 ?
               err_oom(e) : 0;
    if (secret_load(&a->key, from->key, e) < 0)
        return -1;
    if (check_key(c, a, e) < 0) {
        secret_release(&a->key);
        return -1;
    }
    if (from->challenge[0] == '\0')
        return 0;
    return secret_load(&a->challenge, from->challenge, e);
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
    err_fix(e, "the first there is: %s", c->accounts[0].name);
    return NULL;
}
