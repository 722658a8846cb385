#include "cli/cmds.h"

#include "cli/service.h"
#include "report/words.h"

/* One end of a transfer: a wallet, and the account it belongs to. */
struct end_point {
    const char *word;               /* as it was said                         */
    const struct account *account;  /* NULL: none of ours has this wallet     */
    char wallet_id[64];
};

static bool
same_place(const struct account *a, const struct account *b)
{
    return a->provider == b->provider && a->live == b->live;
}

/* A funding account by its name, or by the wallet it stands for. */
static const struct account *
find_account(const struct app *app, const struct account *near,
             const char *word)
{
    const struct config *c = &app->config;

    for (int i = 0; i < c->naccounts; i++)
        if (strcmp(c->accounts[i].name, word) == 0)
            return &c->accounts[i];
    for (int i = 0; i < c->naccounts; i++)
        if (c->accounts[i].live == app->live
            && (near == NULL || same_place(&c->accounts[i], near))
            && strcmp(c->accounts[i].wallet_id, word) == 0)
            return &c->accounts[i];
    return NULL;
}

struct search {
    const char *id;
    bool found;
};

static int
note_wallet(void *owner, const struct service_row *row, struct err *e)
{
    struct search *s = owner;

    (void)e;
    s->found = strcmp(row->id, s->id) == 0;
    return s->found;
}

/* A word that is no account of ours must be the number of a wallet that the
 * provider calls ours; where it cannot be asked, whoever keeps the
 * configuration is the second person.  A slip is not sent anywhere. */
static int
check_wallet(const struct asking *s, const char *word, struct err *e)
{
    const struct config *c = &s->app->config;
    const char *names[CONFIG_ACCOUNTS_MAX], *near = NULL;
    struct search search = { .id = word };
    struct errand ask = s->errand;

    for (int i = 0; i < c->naccounts; i++)
        names[i] = c->accounts[i].name;
    ask.service = SERVICE_WALLETS;
    if (service_offered(s->account->provider, SERVICE_WALLETS)
        && errand_ask(&ask, 0, note_wallet, &search, e) < 0)
        return -1;
    if (search.found)
        return 0;
    if (word[strspn(word, "0123456789")] == '\0'
        && !service_offered(s->account->provider, SERVICE_WALLETS)) {
        err_set(e, ERR_GUARD, "till %.40s is not in the configuration: money "
                "moves only between tills that it names", word);
        return err_fix(e, "if it is yours, have it added to payrun.yaml as an "
                       "account with location_id: \"%.40s\"", word);
    }
    near = args_nearest(word, names, c->naccounts);
    err_set(e, ERR_USAGE, "\"%.40s\" is no funding account, and %s has no "
            "wallet of that number", word,
            words_provider(s->account->provider->name));
    return near != NULL ? err_fix(e, "did you mean %s?", near) :
           err_fix(e, "payrun balance --all names the accounts, payrun "
                   "wallets the wallets by their numbers");
}

/* "" is the account's default wallet: its number has to be asked for. */
static int
wallet_of(struct asking *s, struct end_point *p, struct err *e)
{
    struct wallet_answer w = { .wallet_id = "" };
    struct errand ask = s->errand;
    const char *id = p->account != NULL ? p->account->wallet_id : p->word;

    if (p->account == NULL && check_wallet(s, p->word, e) < 0)
        return -1;
    if (id[0] != '\0') {
        if (str_copy(p->wallet_id, sizeof(p->wallet_id), str_of(id)) < 0)
            return err_set(e, ERR_USAGE, "\"%.40s\" is too long for a wallet",
                           id);
        return 0;
    }
    ask.account = app_account(s->app, p->account->name, e);
    if (ask.account == NULL || errand_wallet(&ask, &w, e) < 0)
        return -1;
    memcpy(p->wallet_id, w.wallet_id, sizeof(w.wallet_id));
    return 0;
}

static int
check_ends(const struct account *a, const struct end_point *to,
           struct err *e)
{
    const struct account *b = to->account;

    if (b == NULL)
        return 0;
    if (!same_place(a, b)) {
        err_set(e, ERR_USAGE, "%s is at %s (%s) and %s at %s (%s): "
                "money moves only within one", a->name,
                words_provider(a->provider->name),
                a->live ? "live" : "sandbox", b->name,
                words_provider(b->provider->name),
                b->live ? "live" : "sandbox");
        return err_fix(e, "pay it into the other one from a phone (payrun "
                       "fund), or from a bank");
    }
    if (strcmp(a->ccy, b->ccy) != 0)
        return err_set(e, ERR_USAGE, "%s holds %s and %s holds %s", a->name,
                       a->ccy, b->name, b->ccy);
    return 0;
}

static void
tell_effect(const struct asking *s, const struct end_point *from,
            const struct end_point *to)
{
    char amount[MONEY_TEXT_BYTES];

    rows_money(s->errand.ask.minor, s->account->ccy, amount);
    printf("\n   %s MOVES from %s%s%s%s to %s%s%s%s%s.\n\n", amount,
           from->word, strcmp(from->word, from->wallet_id) != 0 ? " (" : "",
           strcmp(from->word, from->wallet_id) != 0 ? from->wallet_id : "",
           strcmp(from->word, from->wallet_id) != 0 ? ")" : "", to->word,
           strcmp(to->word, to->wallet_id) != 0 ? " (" : "",
           strcmp(to->word, to->wallet_id) != 0 ? to->wallet_id : "",
           strcmp(to->word, to->wallet_id) != 0 ? ")" : "",
           s->account->live ? ", LIVE" : " (sandbox)");
    fflush(stdout);
}

/* Both ends, and the account whose key asks. */
static int
open_ends(struct asking *s, struct app *app, struct end_point *from,
          struct end_point *to, struct err *e)
{
    const char *account = NULL;

    from->word = args_value(&app->args, "from");
    to->word = args_value(&app->args, "to");
    if (from->word == NULL || to->word == NULL) {
        err_set(e, ERR_USAGE, "this needs --from ACCOUNT and --to ACCOUNT");
        return err_fix(e, "payrun transfer --from salaries --to petty "
                       "--amount 1000; payrun balance --all names the "
                       "accounts");
    }
    if (app_config(app, e) < 0)
        return -1;
    from->account = find_account(app, NULL, from->word);
    if (from->account != NULL)
        account = from->account->name;
    if (service_open(s, app, account, SERVICE_TRANSFER, e) < 0)
        return -1;
    to->account = find_account(app, s->account, to->word);
    if (check_ends(s->account, to, e) < 0 || wallet_of(s, from, e) < 0
        || wallet_of(s, to, e) < 0)
        return -1;
    if (strcmp(from->wallet_id, to->wallet_id) == 0)
        return err_set(e, ERR_USAGE, "%s and %s are the same wallet, %s",
                       from->word, to->word, from->wallet_id);
    s->errand.ask.from = from->wallet_id;
    s->errand.ask.to = to->wallet_id;
    return 0;
}

static const struct column wallet_columns[] = {
    { "id", CELL_ID, -10, false }, { "label", CELL_LABEL, -20, false },
    { "current", CELL_BALANCE, 20, false },
    { "available", CELL_AVAILABLE, 20, false },
    { "state", CELL_STATE, 0, false }, { NULL, CELL_ID, 0, false }
};

int
cmd_transfer(struct app *app, struct err *e)
{
    struct end_point from = { .word = NULL }, to = { .word = NULL };
    struct rows r = { .n = 0 };
    struct errand_end end;
    struct asking s = { .app = app };
    int rc = open_ends(&s, app, &from, &to, e);

    if (rc == 0) {
        s.errand.ask.narrative = args_value(&app->args, "narrative");
        s.errand.ask.type = args_value(&app->args, "type");
        rc = service_amount(&s, e);
    }
    if (rc == 0)
        rc = rows_init(&r, app, wallet_columns, s.account->ccy, e);
    if (rc == 0)
        rc = errand_check(&s.errand, &app->me, e);
    if (rc == 0 && !app->json)
        tell_effect(&s, &from, &to);
    if (rc == 0)
        rc = service_confirm(&s, e);
    if (rc == 0)
        rc = service_do(&s, &r, &end, e);
    if (rc == 0)
        rc = service_told(&s, &r, &end, e);
    rows_release(&r);
    service_close(&s);
    return rc;
}
