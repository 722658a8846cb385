#include "cli/config_account.h"

#include "cli/version.h"

#define TEXT(key, m, min, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct y_account, m, min, \
                           max)
#define TEXT_OPT(key, m, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
                           struct y_account, m, 0, max)
#define NUM_OPT(key, m) \
    CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, struct y_account, m)

static const cyaml_schema_field_t fields[] = {
    TEXT("name", name, 1, USER_NAME_BYTES_MAX - 1),
    TEXT("provider", provider, 1, 23),
    CYAML_FIELD_BOOL("live", CYAML_FLAG_OPTIONAL, struct y_account, live),
    TEXT_OPT("currency", currency, 3),
    TEXT_OPT("wallet_id", wallet_id, 31),
    TEXT_OPT("location_id", location_id, 19),
    TEXT_OPT("short_code", short_code, 15),
    TEXT_OPT("base_url", base_url, 255),
    TEXT_OPT("callback_url", callback_url, 399),
    TEXT_OPT("callback_method", callback_method, 7),
    TEXT("key", key, 1, 1000),
    TEXT_OPT("challenge", challenge, 1000),
    TEXT_OPT("secret", secret, 1000),
    TEXT_OPT("public_key", public_key, 1000),
    TEXT_OPT("expires", expires, 10),
    TEXT_OPT("canary", canary, 6),
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
const cyaml_schema_value_t config_account_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_account, fields)
};

static void
copy(char *to, size_t bytes, const char *text)
{
    /* libcyaml held every text to the size of its place. */
    if (text != NULL)
        str_copy(to, bytes, str_of(text));
}

static bool
is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* --- numbers -------------------------------------------------------------- */

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

/* Each with its range; the reasons stand in limits.h. */
static int
fill_numbers(struct account *a, const struct y_account *y, const char *path,
             struct err *e)
{
    bool two = a->provider->two_phase;
    int64_t rows, inflight;

    if (in_range(&rows, y->batch_rows,
                 two ? BATCH_ROWS_MAX : ONE_PHASE_ROWS_DEFAULT, 1,
                 BATCH_ROWS_MAX, "batch_rows", y->name, path, e) < 0 ||
        in_range(&inflight, y->in_flight,
                 two ? NET_INFLIGHT_DEFAULT : ONE_PHASE_INFLIGHT_DEFAULT, 1,
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
    if (a->lease_ms > a->connect_ms + a->answer_ms)
        return 0;
    err_set(e, ERR_CONFIG, "%s: account %s: lease_ms (%lld) must be longer "
            "than connect_ms + answer_ms (%lld)", path, y->name,
            (long long)a->lease_ms,
            (long long)(a->connect_ms + a->answer_ms));
    return err_fix(e, "leave lease_ms out, or make it longer; what is not "
                   "written has its default: connect_ms %d, answer_ms %d",
                   NET_CONNECT_MS, NET_ANSWER_MS);
}

/* --- sandbox or live ------------------------------------------------------ */

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

/* "https://" and a host at least. */
static int
check_address(const struct account *a, const char *path, struct err *e)
{
    const char *url = a->callback_url;

    if (url[0] == '\0' || ((strncmp(url, "https://", 8) == 0
                            || strncmp(url, "http://", 7) == 0)
                           && host_of(url).len > 0))
        return 0;
    err_set(e, ERR_CONFIG, "%s: account %s: callback_url \"%s\" is not an "
            "address", path, a->name, url);
    return err_fix(e, "Write it as https://host/path: where payrun serve is "
                   "reached from outside.");
}

/* A provider with one host for both says in each request which it means. */
static int
check_host(const struct account *a, const char *path, struct err *e)
{
    struct str sandbox = host_of(a->provider->sandbox_url);
    struct str live = host_of(a->provider->live_url);

    if (str_ieq(sandbox, live))
        return 0;
    return str_ieq(host_of(a->base_url), a->live ? sandbox : live)
        ? other_environment(a, path, "the host of base_url", e) : 0;
}

/* IntaSend's keys say where they belong; nobody else's begin like that. */
int
config_account_key(const struct account *a, const char *path, struct err *e)
{
    const struct str wrong = a->live ? STR("ISSecretKey_test_")
                                     : STR("ISSecretKey_live_");

    if (a->key.len < wrong.len || memcmp(a->key.p, wrong.p, wrong.len) != 0)
        return 0;
    return other_environment(a, path, "the key", e);
}

/* --- what one provider has and the other has not -------------------------- */

/* A key that means nothing here was meant for something. */
static int
not_its(const struct y_account *y, const char *path, const char *key,
        const char *text, const char *fix, struct err *e)
{
    if (is_empty(text))
        return 0;
    err_set(e, ERR_CONFIG, "%s: account %s: %s has no %s", path, y->name,
            y->provider, key);
    return err_fix(e, "%s", fix);
}

static int
needs(const struct y_account *y, const char *path, const char *key,
      const char *text, const char *fix, struct err *e)
{
    if (!is_empty(text))
        return 0;
    err_set(e, ERR_CONFIG, "%s: account %s: %s is missing: %s needs it", path,
            y->name, key, y->provider);
    return err_fix(e, "%s", fix);
}

static int
digits_only(const struct y_account *y, const char *path, const char *key,
            const char *text, struct err *e)
{
    if (strspn(text, "0123456789") == strlen(text))
        return 0;
    return err_set(e, ERR_CONFIG, "%s: account %s: %s \"%s\" is not a number",
                   path, y->name, key, text);
}

static int
check_two_phase(const struct y_account *y, const char *path, struct err *e)
{
    if (not_its(y, path, "secret", y->secret, "Take it out: its key is all "
                "there is.", e) < 0 ||
        not_its(y, path, "location_id", y->location_id, "Take it out, or "
                "write wallet_id: for one of several wallets.", e) < 0 ||
        not_its(y, path, "short_code", y->short_code, "Take it out.", e) < 0)
        return -1;
    return not_its(y, path, "callback_method", y->callback_method,
                   "Take it out: its callbacks are always POST.", e);
}

/* Sapama's words (contract 7.1): each payment carries till, paybill and an
 * address of its own for its callback. */
static int
check_one_phase(struct account *a, const struct y_account *y,
                const char *path, struct err *e)
{
    const char *method = y->callback_method != NULL ? y->callback_method
                                                    : "post";
    size_t n;

    if (needs(y, path, "secret", y->secret, "secret: says where the "
              "api_secret is, as key: does for the api_key.", e) < 0 ||
        needs(y, path, "location_id", y->location_id, "location_id: the "
              "number of the till that pays.", e) < 0 ||
        needs(y, path, "short_code", y->short_code, "short_code: the paybill "
              "that pays.", e) < 0 ||
        needs(y, path, "callback_url", y->callback_url, "callback_url: where "
              "payrun serve is reached from outside; each payment gets an "
              "address of its own below it.", e) < 0 ||
        not_its(y, path, "wallet_id", y->wallet_id, "Write location_id: for "
                "the till that pays.", e) < 0 ||
        not_its(y, path, "public_key", y->public_key, "Take it out.", e) < 0 ||
        digits_only(y, path, "location_id", y->location_id, e) < 0 ||
        digits_only(y, path, "short_code", y->short_code, e) < 0)
        return -1;
    if (strcmp(method, "post") != 0 && strcmp(method, "get") != 0)
        return err_set(e, ERR_CONFIG, "%s: account %s: callback_method is "
                       "post or get, not \"%s\"", path, y->name, method);
    copy(a->callback_method, sizeof(a->callback_method), method);
    copy(a->wallet_id, sizeof(a->wallet_id), y->location_id);
    copy(a->short_code, sizeof(a->short_code), y->short_code);
    /* the token of each payment is put behind it with a slash */
    for (n = strlen(a->callback_url); n > 0 && a->callback_url[n - 1] == '/';)
        a->callback_url[--n] = '\0';
    return 0;
}

/* --- what is tried out first ---------------------------------------------- */

/* Real money is always tried out where it is new; sandbox money when somebody
 * says so.  Looking the other way with real money is not to be had. */
static int
fill_canary(struct account *a, const struct y_account *y, const char *path,
            struct err *e)
{
    const char *when = !is_empty(y->canary) ? y->canary
        : a->live ? "new" : "never";

    if (strcmp(when, "never") == 0 && !a->live)
        return 0;
    if (strcmp(when, "new") != 0 && strcmp(when, "always") != 0) {
        err_set(e, ERR_CONFIG, "%s: account %s: canary is new%s or always, not "
                "\"%s\"", path, a->name, a->live ? "" : ", never", when);
        return err_fix(e, "new: the first run of this account and these "
                       "versions pays %d people and waits for their answers; "
                       "always: every run does", CANARY_ROWS);
    }
    a->canary.each_run = strcmp(when, "always") == 0;
    snprintf(a->canary.proof, sizeof(a->canary.proof),
             "payrun " PAYRUN_VERSION ", %s %s", a->provider->name,
             a->provider->contract);
    return 0;
}

/* --- all of it ------------------------------------------------------------ */

static int
find_provider(struct account *a, const struct y_account *y, const char *path,
              struct err *e)
{
    char names[128] = "";
    size_t n = 0;

    if ((a->provider = provider_named(y->provider)) != NULL)
        return 0;
    for (int i = 0; providers[i] != NULL && n < sizeof(names); i++)
        n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
                              i > 0 ? ", " : "", providers[i]->name);
    err_set(e, ERR_CONFIG, "%s: account %s: there is no provider \"%s\"", path,
            y->name, y->provider);
    return err_fix(e, "providers: %s", names);
}

int
config_account_fill(struct account *a, const struct y_account *y,
                    const char *path, struct err *e)
{
    copy(a->name, sizeof(a->name), y->name);
    copy(a->ccy, sizeof(a->ccy), y->currency != NULL ? y->currency : "KES");
    copy(a->wallet_id, sizeof(a->wallet_id), y->wallet_id);
    copy(a->callback_url, sizeof(a->callback_url), y->callback_url);
    a->live = y->live;
    if (find_provider(a, y, path, e) < 0)
        return -1;
    if (ccy_decimals(a->ccy) < 0)
        return err_set(e, ERR_CONFIG, "%s: account %s: currency \"%s\" is not "
                       "one payrun knows", path, y->name, a->ccy);
    copy(a->base_url, sizeof(a->base_url), y->base_url != NULL ? y->base_url :
         y->live ? a->provider->live_url : a->provider->sandbox_url);
    if (check_host(a, path, e) < 0 || check_address(a, path, e) < 0)
        return -1;
    if (a->provider->two_phase ? check_two_phase(y, path, e) < 0
                               : check_one_phase(a, y, path, e) < 0)
        return -1;
    if (fill_canary(a, y, path, e) < 0)
        return -1;
    return fill_numbers(a, y, path, e);
}
