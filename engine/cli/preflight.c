#include "cli/preflight_groups.h"

#include <stdlib.h>

#include "db/sql.h"
#include "dispatch/exchange.h"
#include "money/money.h"
#include "net/loop.h"

/* --- what an account holds ------------------------------------------------ */

static struct account *
account_of(struct preflight *p, int64_t account_id)
{
    for (int i = 0; i < p->naccounts; i++)
        if (p->accounts[i].account_id == account_id)
            return &p->accounts[i];
    return NULL;
}

static void
ask(struct account *a, struct net *net, int at, struct preflight *p)
{
    struct wallet_answer w;
    struct request q = { 0 };
    struct exchange x = { .net = net, .account = a, .request = &q };
    struct fault_answer f = { 0 };
    struct err e = { 0 };

    memset(&w, 0, sizeof(w));
    if (a->provider->write_wallets(&q, a->wallet_id, &e) < 0) {
        (void)str_copy(p->wallets[at].why, ERR_TEXT_BYTES, str_of(e.text));
        return;
    }
    exchange_run(&x);
    if (x.reply.wire != WIRE_ANSWERED
        || exchange_judge(&x, &f) != ANSWER_TAKEN)
        snprintf(p->wallets[at].why, ERR_TEXT_BYTES, "%.200s",
                 x.reply.wire != WIRE_ANSWERED ? x.reply.why :
                 f.text[0] != '\0' ? f.text : "it does not say what is in it");
    else if (a->provider->read_wallet(&w, buf_view(&x.reply.body),
                                      a->wallet_id, &e) < 0)
        (void)str_copy(p->wallets[at].why, ERR_TEXT_BYTES, str_of(e.text));
    else
        p->wallets[at].free_minor = w.available_minor < w.current_minor ?
                                    w.available_minor : w.current_minor;
    exchange_release(&x);
    request_release(&q);
}

/* As at the gate: the smaller of what is available and what will be left when
 * all that is in flight has been paid, and what runs that were seen to be
 * covered still have to send. */
static int
look(struct preflight *p, int at, struct err *e)
{
    struct account *a = account_of(p, p->wallets[at].account_id);
    struct net *net = NULL;
    int64_t flight = 0, promised = 0;

    p->wallets[at].asked = true;
    if (a == NULL) {
        (void)str_copy(p->wallets[at].why, ERR_TEXT_BYTES,
                       STR("it is not in this configuration"));
        return 0;
    }
    p->wallets[at].known = a->provider->write_wallets != NULL;
    if (!p->wallets[at].known)
        return 0;
    if (account_in_flight(p->app->db, a->account_id, &flight) < DB_NONE)
        return db_fail(p->app->db, e, "adding up what is in flight");
    const struct db_arg args[] = { A_I64(a->account_id), A_I64(0) };
    const struct db_col cols[] = { C_I64("promised", &promised) };

    if (db_one(p->app->db, sql_dispatch_need, args, LEN(args), cols,
               LEN(cols)) < 0)
        return db_fail(p->app->db, e, "adding up what is promised");
    net = net_new(e);
    if (net == NULL)
        return -1;
    ask(a, net, at, p);
    p->wallets[at].free_minor -= flight + promised;
    net_free(net);
    return 0;
}

static int
wallet_of(struct preflight *p, int64_t account_id, struct err *e)
{
    int at = 0;

    while (at < p->nwallets && p->wallets[at].account_id != account_id)
        at++;
    if (at == CONFIG_ACCOUNTS_MAX)
        return err_set(e, ERR_CONFIG, "there are too many accounts");
    if (at == p->nwallets) {
        p->nwallets++;
        p->wallets[at].account_id = account_id;
    }
    return p->wallets[at].asked || look(p, at, e) == 0 ? at : -1;
}

/* --- what a run needs ----------------------------------------------------- */

static int
note_part(void *owner, const struct run_account *r)
{
    struct preflight_parts *all = owner;

    if (all->n == CONFIG_ACCOUNTS_MAX)
        return -1;
    all->list[all->n++] = *r;
    return 0;
}

static void
money(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

static void
tell_short(struct preflight *p, const struct run_account *r, int64_t need,
           int64_t have, const char *ccy, char why[ERR_TEXT_BYTES])
{
    char there[MONEY_TEXT_BYTES], needs[MONEY_TEXT_BYTES];
    char missing[MONEY_TEXT_BYTES];

    have = have > 0 ? have : 0;
    p->short_minor = need - have;
    (void)str_copy(p->short_ccy, sizeof(p->short_ccy), str_of(ccy));
    money(have, ccy, there);
    money(need, ccy, needs);
    money(need - have, ccy, missing);
    snprintf(why, ERR_TEXT_BYTES, "account %s is short by %s: %s are free, %s "
             "are needed with charges; fund it: payrun fund, or payrun "
             "transfer", r->account, missing, there, needs);
}

/* Everybody or nobody. */
static int
whole(struct preflight *p, const struct run *run,
      const struct preflight_parts *all, char why[ERR_TEXT_BYTES])
{
    for (int i = 0; i < all->n; i++) {
        const struct run_account *r = &all->list[i];
        int64_t need = r->minor + r->charge_estimate_minor;
        int at = all->place[i];

        if (p->wallets[at].known && p->wallets[at].free_minor < need) {
            tell_short(p, r, need, p->wallets[at].free_minor, run->ccy, why);
            return 1;
        }
    }
    for (int i = 0; i < all->n; i++)
        p->wallets[all->place[i]].free_minor -=
            all->list[i].minor + all->list[i].charge_estimate_minor;
    return 0;
}

int
preflight_run(struct preflight *p, int64_t run_id, char why[ERR_TEXT_BYTES],
              struct err *e)
{
    static struct preflight_parts all;  /* large */
    struct run_short as;
    struct run run;

    why[0] = p->groups[0] = '\0';
    all.n = 0;
    p->short_minor = 0;
    if (run_by_id(p->app->db, run_id, &run) != DB_OK
        || run_account_each(p->app->db, run_id, note_part, &all) < 0
        || short_of_run(p->app->db, run_id, &as) < DB_NONE)
        return db_fail(p->app->db, e, "reading who pays the run");
    for (int i = 0; i < all.n; i++) {
        int at = wallet_of(p, all.list[i].account_id, e);

        all.place[i] = at;
        if (at < 0)
            return -1;
        if (p->wallets[at].why[0] != '\0') {
            snprintf(why, ERR_TEXT_BYTES, "account %s: its provider cannot be "
                     "asked what it holds: %.300s", all.list[i].account,
                     p->wallets[at].why);
            return 1;
        }
    }
    return as.policy[0] != '\0' ? preflight_groups(p, &run, &as, &all, why, e)
        : whole(p, &run, &all, why);
}

int
preflight_keep(struct preflight *p, const char *by, const char *ref,
               const char *why, struct err *e)
{
    json_t *list = json_pack("[{s:s, s:s, s:s, s:s, s:s}]", "check", "money",
                             "account", ref, "result", "fail", "text", why,
                             "fix", "");
    char *text = json_dumps(list, JSON_COMPACT);
    const struct db_arg args[] = {
        A_TEXT(by), A_TEXT(ref), A_TEXT("fail"), A_I64(p->short_minor),
        A_TEXT(p->short_minor > 0 ? p->short_ccy : ""),
        A_TEXT(text != NULL ? text : "[]")
    };
    enum db_status st = db_do(p->app->db, sql_preflight_add, args, LEN(args));

    free(text);
    json_decref(list);
    return st < 0 ? db_fail(p->app->db, e, "storing what was found") : 0;
}
