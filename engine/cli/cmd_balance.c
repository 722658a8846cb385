#include "cli/cmds.h"

#include "cli/service.h"
#include "money/money.h"
#include "report/words.h"

const struct opt balance_opts[] = {
    SERVICE_OPT_ACCOUNT,
    { "all", NULL, "every account of this environment", false },
    { NULL, NULL, NULL, false }
};
const struct opt wallets_opts[] = {
    SERVICE_OPT_ACCOUNT, { NULL, NULL, NULL, false }
};
const struct opt wallets_create_opts[] = {
    { "label", "NAME", "what it is called", false },
    { "currency", "CCY", "default: the account's", false },
    SERVICE_OPT_ACCOUNT, SERVICE_OPT_AGAIN, { NULL, NULL, NULL, false }
};

/* What is known of one account. */
struct holding {
    struct wallet_answer wallet;
    int64_t in_flight, free;
    bool    asked;                  /* false: its provider cannot be asked    */
    struct service_row last;        /* then: the newest row with a balance    */
    bool    seen;
    struct err e;                   /* kind != 0: it could not be read        */
};

static int
note_last(void *owner, const struct service_row *row, struct err *e)
{
    struct holding *h = owner;

    (void)e;
    /* What failed says nothing, or nought, of the balance. */
    if (row->balance_minor == INT64_MIN || row->fate == SERVICE_FAILED)
        return 0;
    h->last = *row;
    h->seen = true;
    return 1;
}

/* As at the gate before a run is released: the hold on the available balance
 * comes some time after the release, and the current one falls only when a
 * file is finished. */
static void
work_out(struct holding *h)
{
    h->free = h->wallet.current_minor - h->in_flight;
    if (h->wallet.available_minor < h->free)
        h->free = h->wallet.available_minor;
}

static int
look_at(struct asking *s, struct holding *h, struct err *e)
{
    const struct account *a = s->account;

    if (account_in_flight(s->app->db, a->account_id, &h->in_flight) < DB_NONE)
        return db_fail(s->app->db, e, "adding up what is in flight");
    h->asked = a->provider->write_wallets != NULL;
    if (!h->asked)
        return errand_ask(&s->errand, 1, note_last, h, e) < 0 ? -1 : 0;
    if (errand_wallet(&s->errand, &h->wallet, e) < 0)
        return -1;
    work_out(h);
    return 0;
}

static void
print_holding(const struct account *a, const struct holding *h)
{
    char current[MONEY_TEXT_BYTES], available[MONEY_TEXT_BYTES];
    char flight[MONEY_TEXT_BYTES], left[MONEY_TEXT_BYTES];

    printf("%s  %s%s", a->name, words_provider(a->provider->name),
           a->live ? "  LIVE" : "  sandbox");
    if (h->e.kind != ERR_NONE) {
        printf("\n  could not be read: %s\n", h->e.text);
        return;
    }
    rows_money(h->in_flight, a->ccy, flight);
    if (h->asked) {
        printf("  wallet %s\n", h->wallet.wallet_id);
        printf("  current    %24s\n  available  %24s\n",
               rows_money(h->wallet.current_minor, h->wallet.ccy, current),
               rows_money(h->wallet.available_minor, h->wallet.ccy,
                          available));
        printf("  in flight  %24s  payrun's, released and not finished\n"
               "  free       %24s\n", flight,
               rows_money(h->free, h->wallet.ccy, left));
        return;
    }
    printf("\n  %s cannot be asked what an account holds: look at its own "
           "pages.\n  in flight  %24s  payrun's, sent and not finished\n",
           words_provider(a->provider->name), flight);
    if (h->seen)
        printf("  last seen  %24s  on %s, with its transaction %s\n",
               rows_money(h->last.balance_minor, a->ccy, current), h->last.at,
               h->last.id);
    else
        puts("  last seen: no balance stands on its newest transactions");
}

static json_t *
holding_json(const struct account *a, const struct holding *h)
{
    json_t *o = json_pack("{s:s, s:s, s:b, s:s, s:b}", "account", a->name,
                          "provider", a->provider->name, "live", a->live,
                          "currency", a->ccy, "asked", h->asked);

    if (h->e.kind != ERR_NONE) {
        json_object_set_new(o, "error", json_error(&h->e));
        return o;
    }
    json_object_set_new(o, "in_flight", json_money(h->in_flight, a->ccy));
    if (h->asked) {
        json_object_set_new(o, "wallet", json_string(h->wallet.wallet_id));
        json_object_set_new(o, "current",
                            json_money(h->wallet.current_minor, a->ccy));
        json_object_set_new(o, "available",
                            json_money(h->wallet.available_minor, a->ccy));
        json_object_set_new(o, "free", json_money(h->free, a->ccy));
    } else if (h->seen) {
        json_object_set_new(o, "last_balance",
                            json_money(h->last.balance_minor, a->ccy));
        json_object_set_new(o, "last_at", json_string(h->last.at));
        json_object_set_new(o, "last_transaction", json_string(h->last.id));
    }
    return o;
}

/* One account; what is wrong with it is told beside the others, and ends the
 * command with its code. */
static int
balance_of(struct app *app, const char *name, json_t *list, int *code,
           struct err *e)
{
    struct holding h = { .in_flight = 0 };
    struct asking s;

    if (service_open(&s, app, name, SERVICE_STATEMENT, e) < 0) {
        service_close(&s);
        return -1;
    }
    if (look_at(&s, &h, &h.e) < 0)
        *code = (int)h.e.kind;
    service_close(&s);
    if (list == NULL)
        print_holding(s.account, &h);
    else if (json_array_append_new(list, holding_json(s.account, &h)) < 0)
        return err_oom(e);
    return 0;
}

int
cmd_balance(struct app *app, struct err *e)
{
    json_t *list = app->json ? json_array() : NULL;
    const char *name = args_value(&app->args, "account");
    int code = 0, rc = app_config(app, e);

    if (rc == 0 && !args_has(&app->args, "all"))
        rc = balance_of(app, name, list, &code, e);
    else if (rc == 0 && name != NULL)
        rc = err_set(e, ERR_USAGE, "--account or --all, not both");
    else
        for (int i = 0; rc == 0 && i < app->config.naccounts; i++)
            if (app->config.accounts[i].live == app->live)
                rc = balance_of(app, app->config.accounts[i].name, list,
                                &code, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O}", "accounts", list), e);
    json_decref(list);
    return rc < 0 ? -1 : code;
}

static const struct column wallet_columns[] = {
    { "wallet", CELL_ID, -10, false }, { "label", CELL_LABEL, -20, false },
    { "kind", CELL_KIND, -10, false }, { "current", CELL_BALANCE, 20, false },
    { "available", CELL_AVAILABLE, 20, false },
    { "note", CELL_STATE, 0, false }, { NULL, CELL_ID, 0, false }
};

int
cmd_wallets(struct app *app, struct err *e)
{
    struct rows r = { .n = 0 };
    struct asking s;
    int rc = service_open(&s, app, NULL, SERVICE_WALLETS, e);

    if (rc == 0)
        rc = rows_init(&r, app, wallet_columns, s.account->ccy, e);
    if (rc == 0)
        rc = service_listed(&s, &r, "wallets", service_list(&s, &r, 0, e), e);
    rows_release(&r);
    service_close(&s);
    return rc;
}

int
cmd_wallets_create(struct app *app, struct err *e)
{
    const char *ccy = args_value(&app->args, "currency");
    struct errand_end end;
    struct rows r = { .n = 0 };
    struct asking s;
    int rc = service_open(&s, app, NULL, SERVICE_WALLET_CREATE, e);

    if (rc == 0)
        rc = rows_init(&r, app, wallet_columns, s.account->ccy, e);
    if (rc == 0) {
        s.errand.ask.label = args_value(&app->args, "label");
        if (ccy != NULL)
            s.errand.ask.ccy = ccy;
        rc = service_do(&s, &r, &end, e);
    }
    if (rc == 0)
        rc = service_told(&s, &r, &end, e);
    rows_release(&r);
    service_close(&s);
    return rc;
}
