#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/outcome.h"
#include "cli/service.h"
#include "net/loop.h"
#include "report/words.h"

const struct opt transfer_opts[] = {
    { "from", "ACCOUNT", "a funding account by its name, or a wallet's id",
      false },
    { "to", "ACCOUNT", "another one", false },
    SERVICE_OPT_AMOUNT,
    { "narrative", "TEXT", "what for; the statement shows it", false },
    { "type", "TYPE", "Sapama: BusinessPayBill, MerchantToMerchantTransfer "
      "...", false },
    { "account", "NAME", "whose key asks, when --from is a wallet's id",
      false },
    SERVICE_OPT_AGAIN, { NULL, NULL, NULL, false }
};
const struct opt fund_opts[] = {
    { "phone", "PHONE", "who is asked to pay in", false },
    SERVICE_OPT_AMOUNT, SERVICE_OPT_ACCOUNT,
    { "reference", "TEXT", "yours; the statement shows it", false },
    { "narrative", "TEXT", "Sapama: what for", false },
    { "name", "NAME", "Sapama: who pays", false },
    { "email", "ADDRESS", "Sapama: of who pays", false },
    { "wait", NULL, "stay until it is paid or refused", false },
    SERVICE_OPT_AGAIN, { NULL, NULL, NULL, false }
};
const struct opt checkout_opts[] = {
    { "email", "ADDRESS", "who pays in", false },
    SERVICE_OPT_AMOUNT, SERVICE_OPT_ACCOUNT,
    { "name", "NAME", "who pays in", false },
    { "phone", "PHONE", "of who pays in", false },
    { "reference", "TEXT", "yours; the statement shows it", false },
    SERVICE_OPT_AGAIN, { NULL, NULL, NULL, false }
};
const struct opt payment_opts[] = {
    { "wait", NULL, "stay until it is paid or refused", false },
    SERVICE_OPT_ACCOUNT, { NULL, NULL, NULL, false }
};

/* --- a payment in --------------------------------------------------------- */

static const struct column payment_columns[] = {
    { "id", CELL_ID, -10, false }, { "result", CELL_FATE, -9, false },
    { "state", CELL_STATE, -10, false },
    { "amount", CELL_MINOR, 18, false }, { "charge", CELL_CHARGE, 12, false },
    { "from", CELL_ACCOUNT, -13, false },
    { "reference", CELL_REFERENCE, -16, false },
    { "receipt", CELL_LABEL, -10, false }, { "text", CELL_TEXT, 0, false },
    { NULL, CELL_ID, 0, false }
};

static const struct column checkout_columns[] = {
    { "id", CELL_ID, -10, false }, { "amount", CELL_MINOR, 18, false },
    { "link", CELL_LINK, 0, false }, { NULL, CELL_ID, 0, false }
};

struct payment {
    struct service_row row;
    int     n;
    int64_t errand_id;              /* that asked for it; 0: not known here   */
};

static int
note_payment(void *owner, const struct service_row *row, struct err *e)
{
    struct payment *p = owner;

    (void)e;
    p->row = *row;
    return p->n++ > 0 ? 0 : 1;
}

static int
look(struct asking *s, struct payment *p, struct err *e)
{
    p->n = 0;
    if (errand_ask(&s->errand, 1, note_payment, p, e) >= 0 && p->n > 0)
        return 0;
    if (e->kind == ERR_NONE)
        err_set(e, ERR_DATA, "%s knows no payment %s",
                words_provider(s->account->provider->name), s->errand.ask.id);
    if (e->kind == ERR_DATA && e->fix[0] == '\0')
        err_fix(e, "payrun errands --json has the numbers of what was asked "
                "for; --account says whose it is");
    return -1;
}

static bool
ended(const struct payment *p)
{
    return p->row.fate == SERVICE_DONE || p->row.fate == SERVICE_FAILED;
}

/* Until it ends, the time is up, or somebody stops us.  An answer that does
 * not come is not the payment's end: asked again. */
static int
follow(struct asking *s, struct payment *p, struct err *e)
{
    const struct account *a = s->account;
    int64_t wait_ms = a->poll_first_ms, end = clock_mono_ms() + ERRAND_WAIT_MS;
    int rc = look(s, p, e);

    while ((rc == 0 ? !ended(p) : e->kind == ERR_UNAVAILABLE)
           && net_stopping() == 0 && clock_mono_ms() < end) {
        int64_t due = clock_mono_ms() + wait_ms;

        while (net_stopping() == 0 && clock_mono_ms() < due)
            if (net_turn(s->errand.net, due - clock_mono_ms(), e) < 0)
                return -1;
        wait_ms = wait_ms * 2 < a->poll_cap_ms ? wait_ms * 2 : a->poll_cap_ms;
        if (net_stopping() == 0)
            rc = look(s, p, e);
    }
    return net_stopping() != 0 && p->n > 0 ? 0 : rc;
}

static int
payment_exit(const struct payment *p)
{
    if (net_stopping() != 0 && !ended(p))
        return 128 + net_stopping();
    switch (p->row.fate) {
    case SERVICE_DONE:
        return EXIT_DONE;
    case SERVICE_FAILED:
        return EXIT_SOME_FAILED;
    case SERVICE_SAYS_NOTHING: case SERVICE_OPEN: case SERVICE_UNCLEAR:
        break;
    }
    return EXIT_IN_DOUBT;
}

static int
show_payment(struct asking *s, const struct payment *p, struct err *e)
{
    struct rows r = { .n = 0 };
    int rc = rows_init(&r, s->app, payment_columns, s->account->ccy, e);

    if (rc == 0)
        rc = rows_add(&r, &p->row, e);
    if (rc == 0 && s->app->json)
        rc = app_json(s->app, json_pack("{s:s, s:I, s:i, s:O}", "account",
                      s->account->name, "errand", (json_int_t)p->errand_id,
                      "exit", payment_exit(p), "payment",
                      json_array_get(r.list, 0)), e);
    else if (rc == 0 && !ended(p))
        printf("not ended yet; again: payrun payment %s --account %s\n",
               s->errand.ask.id, s->account->name);
    rows_release(&r);
    return rc < 0 ? -1 : payment_exit(p);
}

int
cmd_payment(struct app *app, struct err *e)
{
    struct payment p = { .n = 0 };
    struct asking s;
    int rc = service_open(&s, app, NULL, SERVICE_PAYMENT, e);

    if (rc == 0) {
        s.errand.ask.id = app->args.plain[0];
        rc = args_has(&app->args, "wait") ? follow(&s, &p, e)
                                          : look(&s, &p, e);
    }
    if (rc == 0)
        rc = show_payment(&s, &p, e);
    service_close(&s);
    return rc;
}

/* After the answer to fund: the same account, another question. */
static int
follow_funding(struct asking *s, const struct errand_end *end, struct err *e)
{
    struct asking on = *s;
    struct payment p = { .errand_id = end->errand_id };

    on.errand.service = SERVICE_PAYMENT;
    on.errand.ask = (struct service_ask){
        .id = end->provider_id, .ccy = s->account->ccy
    };
    app_say(s->app, "errand %lld: asked; waiting for the phone's owner\n",
            (long long)end->errand_id);
    return follow(&on, &p, e) < 0 ? -1 : show_payment(&on, &p, e);
}

static int
pay_in(struct app *app, enum service service, struct err *e)
{
    const struct args *args = &app->args;
    struct errand_end end;
    struct rows r = { .n = 0 };
    struct asking s;
    int rc = service_open(&s, app, NULL, service, e);

    if (rc == 0)
        rc = rows_init(&r, app, service == SERVICE_CHECKOUT ? checkout_columns
                       : payment_columns, s.account->ccy, e);
    if (rc == 0) {
        if (args_has(args, "wait"))
            r.columns = NULL;       /* its end is shown, not its beginning */
        s.errand.ask.reference = args_value(args, "reference");
        s.errand.ask.narrative = args_value(args, "narrative");
        s.errand.ask.name = args_value(args, "name");
        s.errand.ask.email = args_value(args, "email");
        if (service_phone(&s, "phone", e) < 0 || service_amount(&s, e) < 0
            || service_confirm(&s, e) < 0)
            rc = -1;
    }
    if (rc == 0)
        rc = service_do(&s, &r, &end, e);
    if (rc == 0 && args_has(args, "wait") && end.answer == ANSWER_TAKEN
        && end.provider_id[0] != '\0' && !end.failed)
        rc = follow_funding(&s, &end, e);
    else if (rc == 0)
        rc = service_told(&s, &r, &end, e);
    rows_release(&r);
    service_close(&s);
    return rc;
}

int
cmd_fund(struct app *app, struct err *e)
{
    return pay_in(app, SERVICE_FUND, e);
}

int
cmd_checkout(struct app *app, struct err *e)
{
    return pay_in(app, SERVICE_CHECKOUT, e);
}
