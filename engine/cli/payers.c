#include "cli/payers.h"

#include "cli/phrase.h"
#include "money/money.h"
#include "report/words.h"

static int
note_payer(void *owner, const struct run_account *a)
{
    struct payers *p = owner;

    if (p->n == CONFIG_ACCOUNTS_MAX)
        return -1;
    p->list[p->n++] = *a;
    return 0;
}

int
payers_read(struct app *app, const struct run *run, struct payers *p,
            struct err *e)
{
    p->n = 0;
    if (run_account_each(app->db, run->run_id, note_payer, p) >= 0)
        return 0;
    if (p->n == CONFIG_ACCOUNTS_MAX)
        return err_set(e, ERR_CONFIG, "%s is paid by more accounts than can be "
                       "configured", run->ref);
    return db_fail(app->db, e, "reading which accounts pay the run");
}

bool
payers_several(const struct payers *p)
{
    return p->n > 1 || (p->n == 1 && !p->list[0].own);
}

int
payers_open(struct app *app, const struct run *run, struct account *to,
            int *n, struct err *e)
{
    static struct payers p;                 /* large */

    *n = 0;
    if (payers_read(app, run, &p, e) < 0)
        return -1;
    for (int i = 0; i < p.n; i++) {
        const struct account *a = app_account(app, p.list[i].account, e);

        if (a == NULL)
            return -1;
        to[(*n)++] = *a;
    }
    return 0;
}

static void
amount(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { minor, { 0 } };

    str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

void
payers_print(const struct payers *p, const char *ccy)
{
    if (!payers_several(p))
        return;
    for (int i = 0; i < p->n; i++) {
        const struct run_account *a = &p->list[i];
        char count[PHRASE_BYTES], total[MONEY_TEXT_BYTES];

        phrase_count(a->rows, "payment", "payments", count);
        amount(a->minor, ccy, total);
        printf("   %-20s %-12s %15s %22s  %s\n", a->account,
               words_provider(a->provider), count, total, a->rails);
        if (a->lane_closed)
            printf("      STOPPED: %s\n", a->lane_why);
        else if (a->funds_note[0] != '\0')
            printf("      funds: %s\n", a->funds_note);
    }
}

static json_t *
part(int64_t rows, int64_t minor, const char *ccy)
{
    return json_pack("{s:I, s:o}", "count", (json_int_t)rows,
                     "amount", json_money(minor, ccy));
}

json_t *
payers_json(const struct payers *p, const char *ccy)
{
    json_t *list = json_array();

    for (int i = 0; i < p->n; i++) {
        const struct run_account *a = &p->list[i];

        json_array_append_new(list, json_pack(
            "{s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:b,"
            " s:s, s:b, s:s}",
            "account", a->account, "provider", a->provider,
            "wallet", a->wallet, "rails", a->rails,
            "batches", (json_int_t)a->batches,
            "total", part(a->rows, a->minor, ccy),
            "charges_estimate", json_money(a->charge_estimate_minor, ccy),
            "paid", part(a->paid_rows, a->paid_minor, ccy),
            "failed", part(a->failed_rows, a->failed_minor, ccy),
            "in_doubt", part(a->doubt_rows, a->doubt_minor, ccy),
            "cancelled", part(a->cancelled_rows, a->cancelled_minor, ccy),
            "funds_seen", a->funds_seen, "funds_note", a->funds_note,
            "lane_closed", a->lane_closed, "lane_why", a->lane_why));
    }
    return list;
}

/* The accounts of this environment: sandbox ones, or with --live live ones. */
static int
pick_accounts(struct app *app, struct account *to[], int *n, struct err *e)
{
    *n = 0;
    if (app_config(app, e) < 0)
        return -1;
    for (int i = 0; i < app->config.naccounts; i++) {
        struct account *a = &app->config.accounts[i];

        if (a->live != app->live)
            continue;
        if (app_account(app, a->name, e) == NULL)
            return -1;
        to[(*n)++] = a;
    }
    if (*n > 0)
        return 0;
    err_set(e, ERR_CONFIG, "the configuration has no %s account",
            app->live ? "live" : "sandbox");
    return err_fix(e, app->live ? "add one with `live: true`" :
                   "say --live to work for live accounts");
}

/* worker and listener take a plain array; the secrets stay owned by config. */
int
payers_of_env(struct app *app, struct account *list, int *n, struct err *e)
{
    struct account *picked[CONFIG_ACCOUNTS_MAX];

    if (pick_accounts(app, picked, n, e) < 0)
        return -1;
    for (int i = 0; i < *n; i++)
        list[i] = *picked[i];
    return 0;
}
