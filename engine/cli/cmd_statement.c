#include "cli/cmds.h"

#include "cli/phrase.h"
#include "cli/service.h"
#include "cli/statement_in.h"
#include "money/money.h"
#include "statements/way.h"

const struct opt statement_opts[] = {
    SERVICE_OPT_ACCOUNT,
    { "pull", "ACCOUNT", "take it in, to be compared with our books", false },
    { "no-marks", NULL, "with --pull: do not tell Sapama what is in our books",
      false },
    { "from", "YYYY-MM-DD", "the first day; default: today", false },
    { "to", "YYYY-MM-DD", "the last day, included; default: today", false },
    ROWS_OPT_FORMAT, { NULL, NULL, NULL, false }
};
struct totals {
    int64_t in, out, charges;       /* minor units; charges are not in out    */
    int64_t lines, unclear;         /* ${unclear}: no way to tell in from out */
    bool    says_charges;           /* some line is one, or names one         */
    bool    overflow;
};

static void
count_row(void *owner, const struct service_row *row)
{
    struct totals *t = owner;
    int64_t minor = row->minor;
    bool charge = strstr(row->kind, "CHARGE") != NULL
                  && strstr(row->kind, "CHARGEBACK") == NULL;

    t->lines++;
    t->says_charges = t->says_charges || charge
        || row->charge_minor != INT64_MIN;
    if (row->charge_minor != INT64_MIN && row->charge_minor > 0
        && minor_add(&t->charges, row->charge_minor) < 0)
        t->overflow = true;
    if (minor == INT64_MIN || minor == 0)
        return;
    if (row->way == 0) {
        t->unclear++;
        return;
    }
    if (minor_add(row->way > 0 ? &t->in : charge ? &t->charges : &t->out,
                  minor < 0 ? -minor : minor) < 0)
        t->overflow = true;
}

static json_t *
totals_json(const struct totals *t, const char *ccy)
{
    return json_pack("{s:o, s:o, s:o, s:I, s:I}", "in", json_money(t->in, ccy),
                     "out", json_money(t->out, ccy),
                     "charges", json_money(t->charges, ccy),
                     "lines", (json_int_t)t->lines,
                     "unclear", (json_int_t)t->unclear);
}

/* With CSV they go to stderr: stdout is for a spreadsheet. */
static void
totals_tell(FILE *out, const struct totals *t, const struct asking *s,
            int more)
{
    const char *ccy = s->account->ccy;
    char in[MONEY_TEXT_BYTES], gone[MONEY_TEXT_BYTES], cost[MONEY_TEXT_BYTES];
    char lines[PHRASE_BYTES];

    fflush(stdout);
    phrase_count(t->lines, "line", "lines", lines);
    fprintf(out, "%s%s, %s to %s: %s   in %s   out %s   %s%s\n",
            t->lines > 0 ? "\n" : "", s->account->name, s->errand.ask.since,
            s->errand.ask.until, lines, rows_money(t->in, ccy, in),
            rows_money(t->out, ccy, gone),
            t->says_charges || t->lines == 0 ? "charges " :
            "no line says what it cost",
            t->says_charges || t->lines == 0 ?
            rows_money(t->charges, ccy, cost) : "");
    if (t->unclear > 0)
        fprintf(out, "%lld of them moved nothing or %s not say which way, and "
                "%s in no sum\n", (long long)t->unclear,
                t->unclear == 1 ? "does" : "do",
                t->unclear == 1 ? "is" : "are");
    if (more > 0)
        fputs("NOT ALL: there are more lines than payrun reads; take fewer "
              "days\n", out);
}

static const struct column statement_columns[] = {
    { "time", CELL_AT, -25, false }, { "id", CELL_ID, -8, false },
    { "kind", CELL_KIND, -10, false }, { "way", CELL_WAY, -3, false },
    { "amount", CELL_MINOR, 16, false }, { "charge", CELL_CHARGE, 12, true },
    { "balance", CELL_BALANCE, 18, false }, { "state", CELL_STATE, -10, true },
    { "account", CELL_ACCOUNT, -12, true }, { "name", CELL_NAME, -16, true },
    { "reference", CELL_REFERENCE, -16, false },
    { "receipt", CELL_LABEL, -10, false }, { "text", CELL_TEXT, 0, false },
    { NULL, CELL_ID, 0, false }
};

static int
statement_told(struct asking *s, struct rows *r, const struct totals *t,
               int more, struct err *e)
{
    const struct service_ask *a = &s->errand.ask;
    const char *ccy = s->account->ccy;

    if (t->overflow)
        return err_set(e, ERR_DATA, "the lines add up to more than payrun can "
                       "count: something in them is no amount");
    if (r->form == ROWS_JSON)
        return app_json(s->app, json_pack(
            "{s:s, s:b, s:s, s:s, s:s, s:b, s:o, s:o}",
            "account", s->account->name, "live", s->account->live,
            "currency", ccy, "from", a->since, "to", a->until,
            "complete", more == 0, "totals", totals_json(t, ccy),
            "lines", rows_list(r)), e);
    if (r->form == ROWS_TEXT || !s->app->quiet)
        totals_tell(r->form == ROWS_TEXT ? stdout : stderr, t, s, more);
    return 0;
}

int
statement_wallet(struct asking *s, struct wallet_answer *wallet, struct err *e)
{
    const struct account *a = s->account;

    if (a->wallet_id[0] != '\0' || a->provider->write_wallets == NULL)
        return 0;
    if (errand_wallet(&s->errand, wallet, e) < 0)
        return -1;
    s->errand.ask.id = wallet->wallet_id;
    return 0;
}

static int
run(struct asking *s, struct rows *r, struct totals *t, struct err *e)
{
    struct wallet_answer wallet = { .wallet_id = "" };
    /* Sapama's are transactions, among them some that were only asked for. */
    struct ways w = {
        .row = rows_add, .owner = r,
        .ledger = s->account->provider == &provider_intasend
    };
    int more = -1;

    r->also = count_row;
    r->owner = t;
    if (statement_wallet(s, &wallet, e) < 0
        || (more = errand_ask(&s->errand, 0, ways_add, &w, e)) < 0
        || ways_flush(&w, e) < 0
        || statement_told(s, r, t, more, e) < 0)
        return -1;
    /* A statement that is not whole proves nothing. */
    return more > 0 ? (int)ERR_TEMP : 0;
}

int
cmd_statement(struct app *app, struct err *e)
{
    const char *since = args_value(&app->args, "from");
    const char *until = args_value(&app->args, "to");
    struct totals t = { .in = 0 };
    struct rows r = { .n = 0 };
    char today[16];
    struct asking s;
    int rc = 0;

    if (args_has(&app->args, "pull"))
        return statement_pull(app, e);
    rc = service_open(&s, app, NULL, SERVICE_STATEMENT, e);

    phrase_today(today);
    if (rc == 0)
        rc = rows_init(&r, app, statement_columns, s.account->ccy, e);
    if (rc == 0) {
        s.errand.ask.since = since != NULL ? since : today;
        s.errand.ask.until = until != NULL ? until : today;
        rc = run(&s, &r, &t, e);
    }
    rows_release(&r);
    service_close(&s);
    return rc;
}
