#include "cli/doctor.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake/routing.h"
#include "loaders/bank.h"

/* --- the files ------------------------------------------------------------ */

/* Who may write ${path} decides where money comes from. */
static void
check_file(struct doctor *d, const char *check, const char *path,
           bool has_password)
{
    struct stat st;
    char fix[ERR_TEXT_BYTES];

    if (stat(path, &st) < 0) {
        doctor_fail(d, ERR_CONFIG, check, "", "name a file that is there",
                    "%s: %s", path, strerror(errno));
        return;
    }
    snprintf(fix, sizeof(fix), "chmod %s '%.300s'",
             has_password ? "600" : "go-w", path);
    if (st.st_uid != 0 && st.st_uid != geteuid())
        doctor_fail(d, ERR_CONFIG, check, "", "let root or the user who runs "
                    "payrun own it", "%s belongs to user %u, who can change "
                    "it", path, (unsigned)st.st_uid);
    else if (st.st_mode & (S_IWGRP | S_IWOTH))
        doctor_fail(d, ERR_CONFIG, check, "", fix, "other users may change "
                    "%s (mode %04o)", path, (unsigned)st.st_mode & 07777);
    else if (has_password && st.st_mode & (S_IRWXG | S_IRWXO))
        doctor_fail(d, ERR_CONFIG, check, "", fix, "other users may read %s "
                    "(mode %04o), and the database's password is in it", path,
                    (unsigned)st.st_mode & 07777);
    else
        doctor_ok(d, check, "", "%s (mode %04o)", path,
                  (unsigned)st.st_mode & 07777);
}

static void
check_files(struct doctor *d)
{
    const struct config *c = &d->app->config;
    const char *rules = args_value(&d->app->args, "rules");
    char shown[PATH_BYTES_MAX];
    bool has_password = false;

    if (rules == NULL && c->rules_path[0] != '\0')
        rules = c->rules_path;
    if (c->database[0] != '\0')
        (void)db_public_url(c->database, shown, sizeof(shown), &has_password);
    if (c->path[0] != '\0')
        check_file(d, "configuration file", c->path, has_password);
    else
        doctor_ok(d, "configuration file", "", "none: the built-in one, which "
                  "talks to payrun sandbox");
    if (rules != NULL)
        check_file(d, "rules file", rules, false);
}

/* --- the rules ------------------------------------------------------------ */

static bool
somebody_has(const char *rail)
{
    for (const struct provider *const *p = providers; *p != NULL; p++)
        for (const char *const *r = (*p)->rails; *r != NULL; r++)
            if (strcmp(*r, rail) == 0)
                return true;
    return false;
}

static bool
is_account(const struct config *c, const char *name)
{
    for (int i = 0; i < c->naccounts; i++)
        if (strcmp(c->accounts[i].name, name) == 0)
            return true;
    return false;
}

/* Limits for an account that is not there hold nobody back. */
static int
check_names(struct doctor *d)
{
    const struct rules *r = &d->app->rules;
    const char *odd = NULL;
    int n = 0;

    for (int i = 0; i < r->naccounts; i++)
        if (!is_account(&d->app->config, odd = r->accounts[i].account))
            goto odd;
    for (int i = 0; i < r->nlimits; i++)
        if (r->limits[i].account[0] != '\0' &&
            !is_account(&d->app->config, odd = r->limits[i].account))
            goto odd;
    for (int i = 0; i < r->nrails; i++) {
        const struct rail_rule *rail = &r->rails[i];

        if (!somebody_has(rail->name)) {
            doctor_warn(d, "rules", rail->name, "correct the name, or take "
                        "the rail out", "no provider has a rail of that name");
            n++;
        } else if (rail->nbands > 0 &&
                   rail->bands[rail->nbands - 1].upto_minor < rail->max_minor) {
            doctor_warn(d, "rules", rail->name, "add a last line to its "
                        "charges, up to its max", "its charges end below its "
                        "largest payment; above them the last one counts");
            n++;
        }
    }
    return n;
odd:
    doctor_fail(d, ERR_CONFIG, "rules", "", "write the account as it is "
                "called in the configuration", "limits are set for an account "
                "\"%s\" that is not configured", odd);
    return 1;
}

static void
check_rules(struct doctor *d)
{
    static struct bank_index banks;         /* large */
    const struct rules *r = &d->app->rules;
    struct err e = { 0 };

    if (bank_index_make(&banks, r, &e) < 0) {
        doctor_err(d, "rules", "", &e);
        return;
    }
    if (check_names(d) == 0)
        doctor_ok(d, "rules", "", "%d rails, %d prefixes, %d names of banks, "
                  "%d limits of their own", r->nrails, r->nprefixes, r->nbanks,
                  r->nlimits);
}

/* --- who pays ------------------------------------------------------------- */

/* Every account is tried as the one that a file is paid from. */
static void
check_routes(struct doctor *d)
{
    static struct routing routing;          /* large */
    struct config *c = &d->app->config;
    struct routing_order o = {
        .all = c->accounts, .nall = c->naccounts, .routes = c->routes,
        .nroutes = c->nroutes, .rules = &d->app->rules
    };
    struct err e = { 0 };
    int bad = 0;

    for (int i = 0; i < c->naccounts; i++) {
        o.own = &c->accounts[i];
        if (routing_make(&routing, &o, &e) == 0)
            continue;
        if (bad++ == 0)                     /* all of them say the same */
            doctor_err(d, "routes", "", &e);
    }
    if (bad == 0)
        doctor_ok(d, "routes", "", c->nroutes == 0 ? "none" :
                  "each leads to an account that has the rail");
}

static bool
find_account(struct doctor *d)
{
    struct err e = { 0 };

    if (d->only == NULL && d->app->config.path[0] == '\0')
        d->only = d->app->config.default_account;   /* not both built-in ones */
    if (config_account(&d->app->config, d->only, &e) != NULL)
        return true;
    doctor_err(d, "accounts", "", &e);
    return false;
}

/* What is wrong in a map is told when it is read; whether the columns are those
 * of the bank only its next statement tells. */
static void
check_statements(struct doctor *d)
{
    const struct config *c = &d->app->config;

    for (int i = 0; i < c->nstatements; i++) {
        const struct config_statement *m = &c->statements[i];
        int n = 0;

        for (int f = 0; f < SF_COUNT; f++)
            n += m->map.column[f] != NULL;
        doctor_ok(d, "statement map", m->name, "%d columns, days as %s%s%s", n,
                  m->dates, m->account[0] != '\0' ? ", for account " : "",
                  m->account);
    }
}

bool
doctor_config(struct doctor *d)
{
    struct err e = { 0 };

    if (app_config(d->app, &e) < 0) {
        doctor_err(d, d->app->config_parsed ? "rules" : "configuration", "",
                   &e);
        return false;
    }
    check_files(d);
    check_rules(d);
    check_routes(d);
    check_statements(d);
    return find_account(d);
}

/* --- secrets -------------------------------------------------------------- */

/* A file beside which others may put theirs can be replaced by them. */
static void
check_place(struct doctor *d, const char *account, const char *source)
{
    char dir[1024];
    char *slash = NULL;
    struct stat st;

    if (strncmp(source, "file:", 5) != 0 ||
        str_copy(dir, sizeof(dir), str_of(source + 5)) < 0)
        return;
    if (stat(dir, &st) == 0 && st.st_uid != 0 && st.st_uid != geteuid()) {
        doctor_fail(d, ERR_CONFIG, "secrets", account, "let root or the user "
                    "who runs payrun own it", "%s belongs to user %u", dir,
                    (unsigned)st.st_uid);
        return;
    }
    slash = strrchr(dir, '/');
    if (slash == NULL || slash == dir)
        return;
    *slash = '\0';
    if (stat(dir, &st) == 0 && st.st_mode & S_IWOTH &&
        !(st.st_mode & S_ISVTX))
        doctor_warn(d, "secrets", account, "chmod o-w on it", "everybody may "
                    "write into %s and replace the file", dir);
}

static void
check_secrets(struct doctor *d, int i)
{
    struct account *a = &d->app->config.accounts[i];
    const struct config_source *from = &d->app->config.sources[i];
    struct err e = { 0 };

    if (config_secrets(&d->app->config, a, &e) < 0) {
        doctor_err(d, "secrets", a->name, &e);
        return;
    }
    d->has_key[i] = true;
    check_place(d, a->name, from->key);
    check_place(d, a->name, from->secret);
    check_place(d, a->name, from->challenge);
    if (a->callback_url[0] != '\0' && a->provider->two_phase &&
        a->challenge.p == NULL)
        doctor_warn(d, "secrets", a->name, "set the challenge at the provider "
                    "and as challenge: in the configuration", "callbacks come "
                    "without a challenge: anybody may send one (they are only "
                    "hints)");
    else
        doctor_ok(d, "secrets", a->name, "loaded; only payrun may read them");
}

static bool
same_secret(const struct secret *a, const struct secret *b)
{
    return a->p != NULL && str_eq(secret_view(a), secret_view(b));
}

/* Two names for one wallet: each would count on money that is the other's. */
static void
check_wallets(struct doctor *d)
{
    struct config *c = &d->app->config;
    int n = 0;

    for (int i = 0; i < c->naccounts; i++)
        for (int k = 0; k < i; k++) {
            const struct account *a = &c->accounts[i], *b = &c->accounts[k];

            if (a->provider != b->provider || a->live != b->live ||
                strcmp(a->base_url, b->base_url) != 0 ||
                strcmp(a->wallet_id, b->wallet_id) != 0 ||
                strcmp(a->short_code, b->short_code) != 0 ||
                !same_secret(&a->key, &b->key))
                continue;
            doctor_fail(d, ERR_CONFIG, "wallets", a->name, "leave one of them "
                        "out, or give each a wallet_id of its own",
                        "it and \"%s\" are the same wallet: each would count "
                        "on the other's money", b->name);
            n++;
        }
    if (n == 0)
        doctor_ok(d, "wallets", "", "%d account%s, no two of one wallet",
                  c->naccounts, c->naccounts == 1 ? "" : "s");
}

void
doctor_secrets(struct doctor *d)
{
    for (int i = 0; i < d->app->config.naccounts; i++)
        if (doctor_wants(d, i))
            check_secrets(d, i);
    check_wallets(d);
}
