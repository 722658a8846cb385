#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/file_order.h"
#include "cli/compare_text.h"
#include "cli/groups.h"
#include "cli/payers.h"
#include "cli/phrase.h"
#include "money/money.h"

const struct opt check_opts[] = {
    FILE_ORDER_OPTS,
    { NULL, NULL, NULL, false }
};
const struct opt upload_opts[] = {
    { "period", "YYYY-MM", "the pay period (required)", false },
    { "kind", "main|advance|bonus|correction", "default: main", false },
    { "pay-date", "YYYY-MM-DD", "not to be paid before this day", false },
    { "narration", "TEXT", "what payees read; default: Salary YYYY-MM",
      false },
    { "accept-good-rows", NULL, "leave rows with mistakes out and go on",
      false },
    FILE_ORDER_OPTS,
    { NULL, NULL, NULL, false }
};

/* The answer of a file that was refused: all of it, and why. */
static int
refused_json(struct app *app, const struct file_order *f,
             const struct problems *ps, const struct intake_result *r,
             struct err *e)
{
    enum err_kind kind = e->kind;
    json_t *root = file_json(f, ps, r);

    json_object_set_new(root, "error", json_error(e));
    return app_json(app, root, e) < 0 ? -1 : (int)kind;
}

int
cmd_check(struct app *app, struct err *e)
{
    static struct file_order f;
    static struct intake_result r;
    struct problems ps;
    struct account *account;
    int64_t began = clock_mono_ms();
    int rc;

    if (app_config(app, e) < 0)
        return -1;
    account = config_account(&app->config, args_value(&app->args, "account"),
                             e);
    if (account == NULL || file_order_read(&f, app, account, e) < 0)
        return -1;
    problems_init(&ps);
    rc = intake_check(&f.order, &ps, &r, e);
    if (rc < 0 && e->kind != ERR_DATA && e->kind != ERR_GUARD)
        goto out;
    if (!app->json)
        file_tell(app, &f, &ps, &r, clock_mono_ms() - began);
    else if (rc < 0)
        rc = refused_json(app, &f, &ps, &r, e);
    else
        rc = app_json(app, file_json(&f, &ps, &r), e);
out:
    problems_release(&ps);
    return rc;
}

static int
tell_draft(struct app *app, const struct run *run, struct payers *payers,
           const struct intake_result *r, struct err *e)
{
    static struct compare diff;             /* large */
    static struct run_groups groups;
    struct money total = { run->minor, { 0 } };
    struct money fees = { r->charge_estimate_minor, { 0 } };
    char text[MONEY_TEXT_BYTES], fee[MONEY_TEXT_BYTES];
    char rows[PHRASE_BYTES], batches[PHRASE_BYTES];

    if (compare_runs(app->db, run, &diff, e) < 0 ||
        payers_read(app, run, payers, e) < 0 ||
        groups_read(app, run->run_id, &groups, e) < 0)
        return -1;
    memcpy(total.ccy, run->ccy, sizeof(total.ccy));
    memcpy(fees.ccy, run->ccy, sizeof(fees.ccy));
    money_text(total, text);
    money_text(fees, fee);
    phrase_count(run->rows, "payment", "payments", rows);
    phrase_count(run->batches, "batch", "batches", batches);
    printf("\nRun %s  draft  (%s)\n  %s   %s   charges about %s\n"
           "  %s, %s%s\n", run->ref, run->live ? "LIVE" : "sandbox", rows,
           text, fee, batches,
           payers_several(payers) ? "paid by" : "account ",
           payers_several(payers) ? "" : run->account);
    payers_print(payers, run->ccy);
    groups_print(&groups, run->ccy);
    compare_print(&diff, run->ccy);
    printf("by rail, with charges and limits: payrun plan %s\n", run->ref);
    printf("next: payrun submit %s%s\n", run->ref, app->as_words);
    return 0;
}

static int
stored(struct app *app, const struct file_order *f, const struct problems *ps,
       const struct intake_result *r, int64_t took_ms, struct err *e)
{
    static struct payers payers;            /* large */
    struct run run;
    json_t *root;

    if (run_find(app->db, r->ref, &run, e) < 0)
        return -1;
    if (!app->json) {
        file_tell(app, f, ps, r, took_ms);
        return tell_draft(app, &run, &payers, r, e);
    }
    if (payers_read(app, &run, &payers, e) < 0)
        return -1;
    root = json_run(&run);
    if (root != NULL) {
        json_object_set_new(root, "accounts", payers_json(&payers, run.ccy));
        json_object_set_new(root, "file", file_json(f, ps, r));
    }
    return app_json(app, root, e);
}

/* A pay date that has passed is a mistake: of the year, as a rule. */
static int
check_pay_date(const char *date, struct err *e)
{
    char today[16], day[PHRASE_BYTES];

    phrase_today(today);
    if (date == NULL || strlen(date) != 10 || strcmp(date, today) >= 0)
        return 0;                   /* intake knows what a date looks like */
    phrase_day(date, day);
    err_set(e, ERR_USAGE, "the pay date %s has passed", day);
    return err_fix(e, "--pay-date YYYY-MM-DD, today (%s) or later; without it "
                   "the run is paid as soon as it is sent", today);
}

int
cmd_upload(struct app *app, struct err *e)
{
    static struct file_order f;
    static struct intake_result r;
    const struct args *a = &app->args;
    struct problems ps;
    struct account *account;
    int64_t began = clock_mono_ms();
    int rc = -1;

    if (args_value(a, "period") == NULL) {
        err_set(e, ERR_USAGE, "--period says which month is paid");
        return err_fix(e, "payrun upload %s --period 2026-11", a->plain[0]);
    }
    if (check_pay_date(args_value(a, "pay-date"), e) < 0 ||
        app_me(app, e) < 0)
        return -1;
    account = app_account(app, args_value(a, "account"), e);
    if (account == NULL ||
        app_env(app, account->live, account->name, e) < 0 ||
        file_order_read(&f, app, account, e) < 0)
        return -1;
    f.order.period = args_value(a, "period");
    f.order.kind = args_value(a, "kind");
    if (f.order.kind == NULL)
        f.order.kind = "main";
    f.order.pay_date = args_value(a, "pay-date");
    f.order.narration = args_value(a, "narration");
    f.order.accept_good_rows = args_has(a, "accept-good-rows");
    f.order.maker = app->me.name;
    problems_init(&ps);
    if (intake_upload(app->db, &f.order, &ps, &r, e) == 0)
        rc = stored(app, &f, &ps, &r, clock_mono_ms() - began, e);
    else if (!app->json && (e->kind == ERR_DATA || e->kind == ERR_GUARD))
        file_tell(app, &f, &ps, &r, clock_mono_ms() - began);
    else if (e->kind == ERR_DATA || e->kind == ERR_GUARD)
        rc = refused_json(app, &f, &ps, &r, e);
    problems_release(&ps);
    return rc;
}
