#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/file_order.h"
#include "cli/phrase.h"
#include "cli/statement_in.h"
#include "loaders/problem_text.h"
#include "statements/import.h"
#include "statements/marks.h"
#include "statements/pull.h"

#define PLACES_SHOWN 8              /* of each cause, as for a payroll */

const struct opt statement_import_opts[] = {
    { "account", "NAME", "the funding account it is about; default: the map's, "
      "else the configuration's", false },
    { "format", "mpesa|bank-csv|camt053|mt940", "default: found out from the "
      "file", false },
    { "map", "NAME", "how to read a bank's CSV: statements: in the "
      "configuration", false },
    { "other-account", NULL, "the account it names is the same as before, "
      "written otherwise", false },
    { NULL, NULL, NULL, false }
};

/* --- a file --------------------------------------------------------------- */

static void
tell_problems(const struct problems *ps, const char *path)
{
    struct buf text;

    buf_init(&text, (size_t)64 * 1024 * 1024);
    problem_text(&text, ps, path, PLACES_SHOWN);
    if (text.len > 0)
        printf("%.*s\n", STR_ARG(buf_view(&text)));
    if (text.failed)
        puts("NOT ALL OF IT IS SHOWN: there is not enough memory.");
    buf_release(&text);
}

static void
tell_balances(const struct import_result *r)
{
    const struct statement_facts *a = &r->first, *z = &r->last;
    char opening[MONEY_TEXT_BYTES], closing[MONEY_TEXT_BYTES];

    if (a->has_opening == STATEMENT_NO_BALANCE
        || z->has_closing == STATEMENT_NO_BALANCE) {
        puts("  it names no balances, so nothing shows whether lines are "
             "missing");
        return;
    }
    printf("  opening %s   closing %s%s\n",
           rows_money(a->opening_minor, a->ccy, opening),
           rows_money(z->closing_minor, z->ccy, closing),
           a->has_opening == STATEMENT_SAID && z->has_closing == STATEMENT_SAID
           ? "   and its lines add up to it" : "   from the balances of its "
           "lines");
}

static void
tell_file(const struct import_order *o, const struct import_result *r)
{
    char lines[PHRASE_BYTES], in[MONEY_TEXT_BYTES], out[MONEY_TEXT_BYTES];
    char at[CLOCK_ISO_BYTES], many[PHRASE_BYTES];

    if (r->again) {
        clock_iso(r->at_us, at);
        printf("%s was taken in before, by %s at %s (statement %lld): nothing "
               "changed\n", o->path, r->by, at, (long long)r->first_id);
        return;
    }
    phrase_count(r->lines, "line", "lines", lines);
    phrase_count(r->statements, "statement", "statements", many);
    printf("%s: %s of %s for account %s, %s to %s  (%s)\n", o->path, many,
           r->first.account[0] != '\0' ? r->first.account : "an account that "
           "is not named", o->account->name, r->first.from, r->last.until,
           import_source(r->format));
    printf("  %s   in %s   out %s\n", lines,
           rows_money(r->in_minor, r->first.ccy, in),
           rows_money(r->out_minor, r->first.ccy, out));
    tell_balances(r);
    if (r->parts > 0)
        printf("  %lld payments of batch bookings named one by one\n",
               (long long)r->parts);
    if (r->unbooked > 0)
        printf("  %lld that moved nothing (failed, pending, zero) left out\n",
               (long long)r->unbooked);
    printf("  new: %lld   known from other statements: %lld\n",
           (long long)r->fresh, (long long)(r->lines + r->parts - r->fresh));
    printf("statement %lld: payrun statement show %lld\n",
           (long long)r->first_id, (long long)r->first_id);
}

static json_t *
file_as_json(const struct import_order *o, const struct import_result *r,
             const struct problems *ps)
{
    const struct statement_facts *a = &r->first, *z = &r->last;
    const char *ccy = o->account->ccy;
    json_t *root = json_pack(
        "{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:s, s:s, "
        "s:o}", "account", o->account->name,
        "format", import_source(r->format), "again", r->again,
        "statement", (json_int_t)r->first_id,
        "statements", (json_int_t)r->statements,
        "lines", (json_int_t)r->lines, "parts", (json_int_t)r->parts,
        "new", (json_int_t)r->fresh, "unbooked", (json_int_t)r->unbooked,
        "in", json_money(r->in_minor, ccy), "out",
        json_money(r->out_minor, ccy), "from", a->from, "to", z->until,
        "problems", json_problems(ps, o->path));

    if (a->has_opening != STATEMENT_NO_BALANCE)
        json_object_set_new(root, "opening",
                            json_money(a->opening_minor, ccy));
    if (z->has_closing != STATEMENT_NO_BALANCE)
        json_object_set_new(root, "closing",
                            json_money(z->closing_minor, ccy));
    return root;
}

static int
may(const struct app *app, struct err *e)
{
    if (strcmp(app->me.role, "auditor") != 0)
        return 0;
    err_set(e, ERR_NOPERM, "%s is an auditor, who reads and changes nothing",
            app->me.name);
    return err_fix(e, "let a maker, checker or admin take it in; payrun "
                   "statement list shows it");
}

static int
read_order(struct app *app, struct import_order *o, struct err *e)
{
    const char *map = args_value(&app->args, "map");
    const char *format = args_value(&app->args, "format");
    const char *account = args_value(&app->args, "account");
    const struct config_statement *saved = NULL;

    *o = (struct import_order){
        .path = app->args.plain[0], .map_name = "",
        .other_account = args_has(&app->args, "other-account")
    };
    if (app_config(app, e) < 0)
        return -1;
    if (map != NULL && (saved = config_statement(&app->config, map, e)) == NULL)
        return -1;
    if (format != NULL
        && (o->format = import_format(format)) == STATEMENT_UNKNOWN) {
        err_set(e, ERR_USAGE, "there is no format \"%s\"", format);
        return err_fix(e, "mpesa, bank-csv, camt053 or mt940; without "
                       "--format it is found out from the file");
    }
    if (saved != NULL) {
        o->map = &saved->map;
        o->map_name = saved->name;
        if (format == NULL)
            o->format = STATEMENT_CSV;
        if (account == NULL && saved->account[0] != '\0')
            account = saved->account;
    }
    if (app_me(app, e) < 0 || may(app, e) < 0)
        return -1;
    o->person = app->me.name;
    o->account = app_account(app, account, e);
    return o->account == NULL ? -1
         : app_env(app, o->account->live, o->account->name, e);
}

int
cmd_statement_import(struct app *app, struct err *e)
{
    static struct import_result r;          /* large */
    struct import_order o;
    struct problems ps;
    json_t *root = NULL;
    int rc = read_order(app, &o, e);

    if (rc < 0)
        return -1;
    problems_init(&ps);
    rc = import_file(app->db, &o, &ps, &r, e);
    if (rc < 0 && e->kind != ERR_DATA)
        goto out;
    if (!app->json) {
        tell_problems(&ps, o.path);
        if (rc == 0)
            tell_file(&o, &r);
        goto out;
    }
    root = file_as_json(&o, &r, &ps);
    if (rc < 0) {
        json_object_set_new(root, "error", json_error(e));
        rc = (int)e->kind;
    }
    if (app_json(app, root, e) < 0)
        rc = -1;
out:
    problems_release(&ps);
    return rc;
}

/* --- by API --------------------------------------------------------------- */

static void
tell_pull(const struct asking *s, const struct pull_result *r)
{
    const struct service_ask *a = &s->errand.ask;
    const char *ccy = s->account->ccy;
    char lines[PHRASE_BYTES], in[MONEY_TEXT_BYTES], out[MONEY_TEXT_BYTES];

    phrase_count(r->lines, "line", "lines", lines);
    printf("%s, %s to %s: %s   in %s   out %s%s\n", s->account->name, a->since,
           a->until, lines, rows_money(r->in_minor, ccy, in),
           rows_money(r->out_minor, ccy, out), r->resumed ?
           "   (went on where it was interrupted)" : "");
    if (r->has_balances)
        printf("  opening %s   closing %s   from the balances of its lines\n",
               rows_money(r->opening_minor, ccy, in),
               rows_money(r->closing_minor, ccy, out));
    if (r->open_rows > 0)
        printf("  %lld not ended there yet: pull these days again later\n",
               (long long)r->open_rows);
    if (r->unclear > 0)
        printf("  %lld DO NOT SAY WHICH WAY the money went, and are in no sum: "
               "ask %s\n", (long long)r->unclear, s->account->provider->name);
    printf("  new: %lld   known before: %lld   moved nothing: %lld\n",
           (long long)r->fresh, (long long)(r->lines - r->fresh),
           (long long)r->unbooked);
}

static void
tell_marks(const struct asking *s, const struct marks_told *t)
{
    printf("  told %s: %lld in our books (success), %lld that nobody here "
           "knows (unreconciled)\n", s->account->provider->name,
           (long long)t->success, (long long)t->unreconciled);
    if (t->left > 0)
        printf("  %lld NOT TOLD YET (%s): the same command tells them\n",
               (long long)t->left, t->words[0] != '\0' ? t->words : "stopped");
}

static json_t *
pull_as_json(const struct asking *s, const struct pull_result *r,
             const struct marks_told *t)
{
    const char *ccy = s->account->ccy;
    json_t *root = json_pack(
        "{s:s, s:s, s:s, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, "
        "s:{s:I, s:I, s:I}}", "account", s->account->name,
        "from", s->errand.ask.since, "to", s->errand.ask.until,
        "statement", (json_int_t)r->statement_id, "resumed", r->resumed,
        "pages", (json_int_t)r->pages, "lines", (json_int_t)r->lines,
        "new", (json_int_t)r->fresh, "open", (json_int_t)r->open_rows,
        "unbooked", (json_int_t)r->unbooked,
        "unclear", (json_int_t)r->unclear, "in", json_money(r->in_minor, ccy),
        "out", json_money(r->out_minor, ccy), "marks",
        "success", (json_int_t)t->success,
        "unreconciled", (json_int_t)t->unreconciled,
        "left", (json_int_t)t->left);

    if (r->has_balances) {
        json_object_set_new(root, "opening",
                            json_money(r->opening_minor, ccy));
        json_object_set_new(root, "closing",
                            json_money(r->closing_minor, ccy));
    }
    return root;
}

static int
pull(struct asking *s, struct err *e)
{
    struct wallet_answer wallet = { .wallet_id = "" };
    struct pull_result r = { .lines = 0 };
    struct marks_told t = { .left = 0 };
    const struct pull_order o = {
        .errand = &s->errand, .person = s->app->me.name
    };
    bool marks = service_offered(s->account->provider, SERVICE_MARK)
                 && !args_has(&s->app->args, "no-marks");

    if (statement_wallet(s, &wallet, e) < 0 || pull_statement(&o, &r, e) < 0
        || (marks && marks_tell(&s->errand, &t, e) < 0))
        return -1;
    if (s->app->json && app_json(s->app, pull_as_json(s, &r, &t), e) < 0)
        return -1;
    if (!s->app->json) {
        tell_pull(s, &r);
        if (marks)
            tell_marks(s, &t);
        printf("statement %lld: payrun statement show %lld\n",
               (long long)r.statement_id, (long long)r.statement_id);
    }
    return t.left > 0 ? (int)ERR_TEMP : 0;
}

int
statement_pull(struct app *app, struct err *e)
{
    const char *since = args_value(&app->args, "from");
    const char *until = args_value(&app->args, "to");
    char today[16];
    struct asking s = { .app = app };
    int rc = -1;

    if (args_has(&app->args, "account"))
        return err_set(e, ERR_USAGE, "--pull names the account already");
    phrase_today(today);
    if (app_me(app, e) < 0 || may(app, e) < 0)
        return -1;
    rc = service_open(&s, app, args_value(&app->args, "pull"),
                      SERVICE_STATEMENT, e);
    if (rc == 0) {
        s.errand.ask.since = since != NULL ? since : today;
        s.errand.ask.until = until != NULL ? until : today;
        rc = pull(&s, e);
    }
    service_close(&s);
    return rc;
}
