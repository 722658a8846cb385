#include "cli/service.h"

#include "cli/outcome.h"
#include "cli/sending.h"
#include "loaders/phone.h"
#include "money/money.h"
#include "net/loop.h"
#include "report/words.h"

int
service_open(struct asking *s, struct app *app, const char *account,
             enum service service, struct err *e)
{
    struct errand *n = &s->errand;

    *s = (struct asking){ .app = app };
    n->service = service;
    if (service_changes(service) && app_me(app, e) < 0)
        return -1;
    if (account == NULL)
        account = args_value(&app->args, "account");
    s->account = n->account = app_account(app, account, e);
    if (s->account == NULL
        || app_env(app, s->account->live, s->account->name, e) < 0)
        return -1;
    n->db = app->db;
    n->lineage = &s->lineage;
    lineage_init(n->lineage, app_mark(app), app->me.name);
    n->ask.ccy = s->account->ccy;
    net_stop_on_signals();
    n->net = net_new(e);
    return n->net != NULL ? 0 : -1;
}

void
service_close(struct asking *s)
{
    if (s->errand.net != NULL)
        net_free(s->errand.net);
    s->errand.net = NULL;
}

int
service_amount(struct asking *s, struct err *e)
{
    const char *text = args_value(&s->app->args, "amount");
    const char *ccy = s->account->ccy;
    struct amount_text amount = { 0, AMOUNT_UNDECIDED };

    if (text == NULL)
        return 0;
    if (amount_read(&amount, str_trim(str_of(text)), AMOUNT_DOT, ccy,
                    ccy_decimals(ccy)) != AMOUNT_FINE)
        return err_set(e, ERR_USAGE, "--amount \"%s\" is not an amount of %s",
                       text, ccy);
    s->errand.ask.minor = amount.minor;
    return 0;
}

int
service_confirm(struct asking *s, struct err *e)
{
    int64_t minor = 0;

    if (errand_check(&s->errand, &s->app->me, e) < 0)
        return -1;
    if (pay_typed(s->app, "amount", s->account->ccy, &minor, e) < 0)
        return -1;
    if (minor != s->errand.ask.minor)
        return err_set(e, ERR_GUARD, "that is not the amount; nothing was "
                       "done");
    return 0;
}

int
service_phone(struct asking *s, const char *flag, struct err *e)
{
    const char *text = args_value(&s->app->args, flag);
    int digits = 0;

    if (text == NULL)
        return 0;
    if (phone_read(str_of(text), s->phone, &digits) != PHONE_FINE) {
        err_set(e, ERR_USAGE, "--%s \"%s\" is not a Kenyan mobile number",
                flag, text);
        return err_fix(e, "such as 0712345678 or 254712345678");
    }
    s->errand.ask.phone = s->phone;
    return 0;
}

/* --- lists ---------------------------------------------------------------- */

int
service_list(struct asking *s, struct rows *r, int pages_max, struct err *e)
{
    return errand_ask(&s->errand, pages_max, rows_add, r, e);
}

int
service_listed(struct asking *s, struct rows *r, const char *name, int more,
               struct err *e)
{
    if (more < 0)
        return -1;
    if (r->form == ROWS_JSON)
        return app_json(s->app, json_pack("{s:s, s:b, s:I, s:b, s:o}",
                        "account", s->account->name, "live", s->account->live,
                        "count", (json_int_t)r->n, "more", more > 0,
                        name, rows_list(r)), e);
    if (r->n == 0)
        app_say(s->app, "none\n");
    else if (more > 0)
        app_say(s->app, "there are more; --limit shows them\n");
    return 0;
}

/* --- what changes something ----------------------------------------------- */

int
service_do(struct asking *s, struct rows *r, struct errand_end *end,
           struct err *e)
{
    const char *again = args_value(&s->app->args, "again");

    if (again != NULL && str_trim(str_of(again)).len == 0)
        return err_set(e, ERR_USAGE, "--again needs a reason");
    return errand_do(&s->errand, &s->app->me, again, rows_add, r, end, e);
}

int
service_exit(const struct errand_end *end)
{
    if (!end->stored && end->left)
        return EXIT_IN_DOUBT;
    switch (end->answer) {
    case ANSWER_TAKEN:
        return end->failed ? EXIT_SOME_FAILED : EXIT_DONE;
    case ANSWER_REFUSED:
        return EXIT_SOME_FAILED;
    case ANSWER_NOT_NOW:
        return end->left ? ERR_TEMP : ERR_UNAVAILABLE;
    case ANSWER_BARRED:
        return ERR_CONFIG;
    case ANSWER_IN_DOUBT:
        return EXIT_IN_DOUBT;
    }
    return ERR_BUG;
}

static void
tell_end(const struct asking *s, const struct errand_end *end)
{
    const char *name = service_name(s->errand.service);
    const char *account = s->account->name;
    const char *provider = words_provider(s->account->provider->name);
    bool doubt = end->answer == ANSWER_IN_DOUBT;

    printf("errand %lld  %s  %s%s\n", (long long)end->errand_id,
           strcmp(name, "wallet_create") == 0 ? "wallets create" : name,
           doubt ? "IN DOUBT: " : "", end->detail);
    if (end->provider_id[0] != '\0')
        printf("  number at %s: %s\n", provider, end->provider_id);
    if (doubt)
        printf("  It may have been done.  Look before anybody asks for it "
               "again:\n  payrun errands --account %s; payrun statement "
               "--account %s; %s's own pages\n", account, account,
               provider);
    else if (end->answer != ANSWER_TAKEN)
        puts("  Nothing was done; it may be asked for again.");
    if (!end->stored)
        puts("  NOT STORED: the database did not take this answer; keep this "
             "screen.  payrun errands shows it as in doubt.");
}

int
service_told(struct asking *s, struct rows *r, const struct errand_end *end,
             struct err *e)
{
    int code = service_exit(end);
    json_t *root;

    if (!s->app->json) {
        tell_end(s, end);
        return code;
    }
    root = json_pack("{s:I, s:s, s:s, s:b, s:s, s:b, s:b, s:i, s:s, s:s, s:i}",
        "errand", (json_int_t)end->errand_id,
        "service", service_name(s->errand.service),
        "account", s->account->name, "live", s->account->live,
        "answer", answer_name(end->answer),
        "in_doubt", end->answer == ANSWER_IN_DOUBT, "stored", end->stored,
        "http", end->http, "provider_id", end->provider_id,
        "detail", end->detail, "exit", code);
    if (root != NULL && s->errand.ask.minor > 0) {
        json_object_set_new(root, "amount", json_money(s->errand.ask.minor,
                                                       s->account->ccy));
        json_object_set_new(root, "currency", json_string(s->account->ccy));
    }
    if (root != NULL)
        json_object_set_new(root, "rows", rows_list(r));
    return app_json(s->app, root, e) < 0 ? -1 : code;
}
