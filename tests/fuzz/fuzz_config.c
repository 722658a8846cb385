/*
 * Any bytes as payrun.yaml, or (first byte odd) as rules.yaml: what is taken
 * is whole and within the limits that everything behind it relies on; what is
 * not says where and why.  Nothing is left behind either way.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "cli/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static bool
ends(const char *text, size_t bytes)
{
    return memchr(text, '\0', bytes) != NULL;
}

static void
check_refused(const struct err *e, const char *path)
{
    MUST(e->kind == ERR_CONFIG || e->kind == ERR_TEMP);
    MUST(ends(e->text, sizeof(e->text)) && ends(e->fix, sizeof(e->fix)));
    MUST(strncmp(e->text, path, strlen(path)) == 0
         && e->text[strlen(path)] == ':' && strlen(e->text) > strlen(path) + 2);
}

/* --- payrun.yaml ---------------------------------------------------------- */

static void
check_account(const struct config *c, int i)
{
    const struct account *a = &c->accounts[i];

    MUST(a->name[0] != '\0' && ends(a->name, sizeof(a->name)));
    for (int k = 0; k < i; k++)
        MUST(strcmp(c->accounts[k].name, a->name) != 0);
    MUST(a->provider != NULL && ccy_decimals(a->ccy) >= 0);
    MUST(ends(a->base_url, sizeof(a->base_url)));
    MUST(ends(a->callback_url, sizeof(a->callback_url)));
    MUST(a->batch_rows_max >= 1 && a->batch_rows_max <= BATCH_ROWS_MAX);
    MUST(a->inflight_max >= 1 && a->inflight_max <= NET_INFLIGHT_MAX);
    MUST(a->connect_ms > 0 && a->answer_ms > 0 && a->poll_first_ms > 0
         && a->poll_cap_ms > 0 && a->give_up_ms > 0);
    /* a lease outlives its request, or two could send it */
    MUST(a->lease_ms > a->connect_ms + a->answer_ms);
    MUST(a->key.p == NULL && a->secret.p == NULL && a->challenge.p == NULL);
    MUST(c->sources[i].key[0] != '\0');
    if (a->provider->two_phase)
        return;
    MUST(a->wallet_id[0] != '\0' && a->short_code[0] != '\0'
         && a->callback_url[0] != '\0' && c->sources[i].secret[0] != '\0');
    MUST(strspn(a->wallet_id, "0123456789") == strlen(a->wallet_id));
    MUST(strspn(a->short_code, "0123456789") == strlen(a->short_code));
    MUST(strcmp(a->callback_method, "get") == 0
         || strcmp(a->callback_method, "post") == 0);
}

static void
check_config(const char *path)
{
    static struct config c, again;
    struct err e = { 0 };
    int rc = config_read(&c, path, &e);

    if (rc < 0) {
        check_refused(&e, path);
        config_release(&c);
        return;
    }
    MUST(c.naccounts >= 1 && c.naccounts <= CONFIG_ACCOUNTS_MAX);
    for (int i = 0; i < c.naccounts; i++)
        check_account(&c, i);
    MUST(c.nroutes >= 0 && c.nroutes <= ROUTING_ROUTES_MAX);
    for (int i = 0; i < c.nroutes; i++)
        MUST(config_account(&c, c.routes[i].account, NULL) != NULL
             && c.routes[i].rail[0] != '\0');
    if (config_account(&c, NULL, &e) == NULL)
        MUST(e.kind == ERR_CONFIG && e.text[0] != '\0');
    MUST(config_read(&again, path, NULL) == 0);
    MUST(memcmp(&c, &again, sizeof(c)) == 0);
    config_release(&c);
    config_release(&again);
}

/* --- rules.yaml ----------------------------------------------------------- */

static bool
is_amount(int64_t minor)
{
    return minor >= 0 && minor <= MONEY_MINOR_MAX;
}

static void
check_rail(const struct rules *r, const struct rail_rule *rail)
{
    struct rail_rule of = *rail, all = *rail;

    MUST(rail->name[0] != '\0' && ends(rail->name, sizeof(rail->name)));
    MUST(rules_rail(r, str_of(rail->name)) != NULL);
    MUST(ccy_decimals(rail->ccy) >= 0);
    MUST(rail->account >= ACCOUNT_PHONE && rail->account <= ACCOUNT_TILL);
    MUST(rail->decimals >= 0 && rail->decimals <= ccy_decimals(rail->ccy));
    MUST(is_amount(rail->min_minor) && is_amount(rail->max_minor)
         && rail->min_minor <= rail->max_minor);
    MUST(is_amount(rail->payee_day_max_minor));
    MUST(rules_step(rail) >= 1);
    MUST(rail->nbands >= 1 && rail->nbands <= RULES_CHARGES_MAX);
    for (int i = 0; i < rail->nbands; i++)
        MUST(is_amount(rail->bands[i].charge_minor)
             && is_amount(rail->bands[i].upto_minor)
             && (i == 0 || rail->bands[i].upto_minor
                           > rail->bands[i - 1].upto_minor));
    MUST(is_amount(rules_charge(rail, rail->max_minor)));
    /* an account can be held closer than everybody, never wider */
    (void)rules_limit(&all, r, "", "2026-12-01");
    if (rules_limit(&of, r, "main", "2026-12-01"))
        MUST(of.max_minor <= all.max_minor && of.min_minor >= all.min_minor);
}

static void
check_rules(const char *path)
{
    static struct rules r, again;
    struct err e = { 0 };

    if (config_rules(&r, path, &e) < 0) {
        check_refused(&e, path);
        return;
    }
    MUST(r.nrails >= 1 && r.nrails <= RULES_RAILS_MAX);
    for (int i = 0; i < r.nrails; i++)
        check_rail(&r, &r.rails[i]);
    MUST(r.nprefixes >= 0 && r.nprefixes <= RULES_PREFIXES_MAX);
    for (int i = 0; i < r.nprefixes; i++)
        MUST(r.prefixes[i].prefix[0] != '\0'
             && r.prefixes[i].network[0] != '\0');
    MUST(r.nbanks >= 0 && r.nbanks <= RULES_BANKS_MAX);
    for (int i = 0; i < r.nbanks; i++)
        MUST(r.banks[i].code[0] != '\0' && r.banks[i].name[0] != '\0'
             && ends(r.banks[i].name, sizeof(r.banks[i].name)));
    MUST(r.nlimits >= 0 && r.nlimits <= RULES_LIMITS_MAX);
    MUST(r.naccounts >= 0 && r.naccounts <= RULES_ACCOUNTS_MAX);
    for (int i = 0; i < r.naccounts; i++)
        MUST(r.accounts[i].nrails >= 1
             && r.accounts[i].nrails <= RULES_RAILS_MAX);
    MUST(config_rules(&again, path, NULL) == 0);
    MUST(memcmp(&r, &again, sizeof(r)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static int fd = -1;
    static char path[64];

    if (n == 0 || n > 65536)
        return 0;
    if (fd < 0) {
        MUST((fd = memfd_create("payrun.yaml", MFD_CLOEXEC)) >= 0);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    MUST(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
    MUST(write(fd, data + 1, n - 1) == (ssize_t)(n - 1));
    if (data[0] & 1)
        check_rules(path);
    else
        check_config(path);
    return 0;
}
