#include "cli/cmds.h"

#include "cli/outcome.h"
#include "cli/service.h"
#include "loaders/bank.h"
#include "report/words.h"

#define LIST_LIMIT 100          /* rows, unless --limit says otherwise */
#define LIST_LIMIT_MAX 1000000

const struct opt payouts_opts[] = {
    SERVICE_OPT_ACCOUNT,
    { "from", "YYYY-MM-DD", "the first day", false },
    { "to", "YYYY-MM-DD", "the last day, included", false },
    { "phone", "PHONE", "only to this one (Sapama)", false },
    { "id", "ID", "only the one of this number at the provider", false },
    { "limit", "N", "show no more than N; default: 100", false },
    ROWS_OPT_FORMAT, { NULL, NULL, NULL, false }
};
const struct opt chargebacks_opts[] = {
    SERVICE_OPT_ACCOUNT,
    { "limit", "N", "show no more than N; default: 100", false },
    ROWS_OPT_FORMAT, { NULL, NULL, NULL, false }
};
const struct opt validate_opts[] = {
    { "rail", "RAIL", "MPESA-B2C, MPESA-B2B, PESALINK ...", false },
    { "account-no", "NUMBER", "the phone, paybill, till or bank account",
      false },
    { "bank", "CODE or NAME", "PESALINK: whose account", false },
    { "type", "PayBill|TillNumber", "MPESA-B2B: what the number is", false },
    SERVICE_OPT_ACCOUNT, { NULL, NULL, NULL, false }
};

static const struct column payout_columns[] = {
    { "id", CELL_ID, -8, false }, { "time", CELL_AT, -25, false },
    { "result", CELL_FATE, -9, false }, { "code", CELL_STATE, -9, false },
    { "amount", CELL_MINOR, 16, false },
    { "charge", CELL_CHARGE, 12, false },
    { "account", CELL_ACCOUNT, -12, false },
    { "name", CELL_NAME, -20, true },
    { "reference", CELL_REFERENCE, -16, false },
    { "receipt", CELL_LABEL, -10, false }, { "text", CELL_TEXT, 0, false },
    { NULL, CELL_ID, 0, false }
};
static const struct column chargeback_columns[] = {
    { "id", CELL_ID, -8, false }, { "time", CELL_AT, -25, false },
    { "state", CELL_STATE, -10, false }, { "amount", CELL_MINOR, 18, false },
    { "payment", CELL_REFERENCE, -10, false }, { "why", CELL_TEXT, 0, false },
    { NULL, CELL_ID, 0, false }
};

static int
list(struct app *app, enum service service, const struct column *columns,
     const char *name, struct err *e)
{
    struct rows r = { .n = 0 };
    struct asking s;
    int64_t limit = 0;
    int rc = args_i64(&app->args, "limit", LIST_LIMIT, 1, LIST_LIMIT_MAX,
                      &limit, e);

    s = (struct asking){ .app = app };
    if (rc == 0)
        rc = service_open(&s, app, NULL, service, e);
    if (rc == 0)
        rc = rows_init(&r, app, columns, s.account->ccy, e);
    if (rc == 0)
        rc = service_phone(&s, "phone", e);
    if (rc == 0) {
        r.max = limit;
        s.errand.ask.id = args_value(&app->args, "id");
        s.errand.ask.since = args_value(&app->args, "from");
        s.errand.ask.until = args_value(&app->args, "to");
        rc = service_listed(&s, &r, name, service_list(&s, &r, 0, e), e);
    }
    rows_release(&r);
    service_close(&s);
    return rc;
}

int
cmd_payouts(struct app *app, struct err *e)
{
    return list(app, SERVICE_PAYOUTS, payout_columns, "payouts", e);
}

int
cmd_chargebacks(struct app *app, struct err *e)
{
    return list(app, SERVICE_CHARGEBACKS, chargeback_columns, "chargebacks",
                e);
}

/* --- whose account is this? ----------------------------------------------- */

/* By code or by any name the table of banks has. */
static int
bank_code(struct app *app, const char *text, const char **code, struct err *e)
{
    static struct bank_index ix;            /* large */
    const struct bank_name *b = NULL;
    char near[BANK_NEAR_BYTES];

    *code = text;
    if (text == NULL || app->rules.nbanks == 0)
        return 0;
    if (bank_index_make(&ix, &app->rules, e) < 0)
        return -1;
    if ((b = bank_find(&ix, str_of(text))) != NULL) {
        *code = b->code;
        return 0;
    }
    bank_near(&ix, str_of(text), near);
    err_set(e, ERR_USAGE, "--bank \"%s\": there is no such bank", text);
    return near[0] != '\0' ? err_fix(e, "did you mean %s?", near) :
           err_fix(e, "payrun banks lists them");
}

struct owner_of {
    struct service_row row;
    int n;
};

static int
note_owner(void *cls, const struct service_row *row, struct err *e)
{
    struct owner_of *o = cls;

    (void)e;
    o->row = *row;
    o->n++;
    return 0;
}

static int
tell_owner(struct asking *s, const struct owner_of *o, struct err *e)
{
    const struct service_ask *a = &s->errand.ask;
    bool known = o->n > 0 && o->row.name[0] != '\0';
    int code = known ? EXIT_DONE : EXIT_IN_DOUBT;

    if (s->app->json) {
        json_t *root = json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}",
            "rail", a->rail, "account_no", a->account, "bank",
            a->bank_code != NULL ? a->bank_code : "", "known", known,
            "name", o->row.name, "text", o->row.text);

        return app_json(s->app, root, e) < 0 ? -1 : code;
    }
    if (known)
        printf("%s %s belongs to %s\n", a->rail, a->account, o->row.name);
    else
        printf("%s does not say whose %s %s is%s%s\n",
               words_provider(s->account->provider->name), a->rail,
               a->account,
               o->row.text[0] != '\0' ? ": " : "", o->row.text);
    return code;
}

int
cmd_validate(struct app *app, struct err *e)
{
    struct owner_of o = { .n = 0 };
    struct asking s;
    struct service_ask *a = &s.errand.ask;
    int rc = service_open(&s, app, NULL, SERVICE_VALIDATE, e);

    if (rc == 0) {
        a->rail = args_value(&app->args, "rail");
        a->account = args_value(&app->args, "account-no");
        a->type = args_value(&app->args, "type");
        rc = bank_code(app, args_value(&app->args, "bank"), &a->bank_code, e);
    }
    if (rc == 0)
        rc = errand_ask(&s.errand, 1, note_owner, &o, e);
    if (rc >= 0)
        rc = tell_owner(&s, &o, e);
    service_close(&s);
    return rc;
}
