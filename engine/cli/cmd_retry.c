#include "cli/cmds.h"

#include "cli/file_order.h"
#include "cli/phrase.h"
#include "intake/retry.h"
#include "money/money.h"

const struct opt retry_opts[] = {
    { "export", "FILE.csv", "only write them into a file, to correct it and "
      "upload it with --kind correction", false },
    { "pay-date", "YYYY-MM-DD", "not to be paid before this day", false },
    { "allow-duplicates", "REASON", "why duplicates are right; the checker "
      "reads it", false },
    { NULL, NULL, NULL, false }
};

/* Those that are not in it, and why. */
static void
tell_rest(struct app *app, const struct retry *r)
{
    if (r->doubt > 0)
        app_say(app, "%lld in doubt are not in it: payrun resolve %s\n",
                (long long)r->doubt, r->run.ref);
    if (r->retried > 0)
        app_say(app, "%lld are paid again by %s already\n",
                (long long)r->retried, r->refs);
    if (r->failed - r->retried > (int64_t)r->n)
        app_say(app, "%lld more that failed are held back: their payees are "
                "in doubt, or it is contradicted\n",
                (long long)(r->failed - r->retried - (int64_t)r->n));
}

static int
export_rows(struct app *app, const struct retry *r, const char *path,
            struct err *e)
{
    if (buf_write_file(&r->csv, path, 0600, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s, s:I, s:o}", "parent",
            r->run.ref, "written", path, "rows", (json_int_t)r->n, "total",
            json_money(r->minor, r->run.ccy)), e);
    tell_rest(app, r);
    app_say(app, "written: %s\nnext: correct it, then payrun upload %s "
            "--period %s --kind correction\n", path, path, r->run.period);
    return 0;
}

static int
tell_draft(struct app *app, const struct retry *r,
           const struct intake_result *result, struct err *e)
{
    struct run run;
    struct money total = { r->minor, { 0 } };
    char text[MONEY_TEXT_BYTES], rows[PHRASE_BYTES];

    if (run_find(app->db, result->ref, &run, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_run(&run), e);
    memcpy(total.ccy, run.ccy, sizeof(total.ccy));
    money_text(total, text);
    phrase_count((int64_t)r->n, "payment", "payments", rows);
    tell_rest(app, r);
    printf("Run %s  draft: a retry of %s\n  %s that certainly failed, %s\n"
           "next: payrun submit %s%s\n", run.ref, run.parent, rows, text,
           run.ref, app->as_words);
    return 0;
}

static int
upload(struct app *app, const struct retry *r, struct err *e)
{
    static struct file_order f;
    static struct intake_result result;
    struct account *account = app_account(app, r->run.account, e);
    struct problems ps;
    int rc = -1;

    if (account == NULL || file_order_read(&f, app, account, e) < 0)
        return -1;
    f.order.pay_date = args_value(&app->args, "pay-date");
    f.order.maker = app->me.name;
    problems_init(&ps);
    if (retry_upload(app->db, r, &f.order, &ps, &result, e) == 0)
        rc = tell_draft(app, r, &result, e);
    else if (!app->json && (e->kind == ERR_DATA || e->kind == ERR_GUARD)
             && ps.n > 0) {
        char name[RUN_REF_BYTES + 16];

        snprintf(name, sizeof(name), "retry of %s", r->run.ref);
        f.order.path = name;
        file_tell(app, &f, &ps, &result, 0);
        f.order.path = NULL;
    }
    problems_release(&ps);
    return rc;
}

int
cmd_retry(struct app *app, struct err *e)
{
    const char *path = args_value(&app->args, "export");
    struct retry r = { .n = 0 };
    struct run run;
    int rc;

    if (app_config(app, e) < 0 || app_me(app, e) < 0
        || app_run(app, &run, e) < 0)
        return -1;
    if (path == NULL && strcmp(app->me.role, "maker") != 0) {
        err_set(e, ERR_NOPERM, "%s is %s %s; only a maker retries.",
                app->me.name, app->me.role[0] == 'a' ? "an" : "a",
                app->me.role);
        return err_fix(e, "Let a maker do it, or export the failures: payrun "
                       "retry %s --export FILE", run.ref);
    }
    rc = retry_read(app->db, &run, &app->rules, path != NULL, &r, e);
    if (rc == 0)
        rc = path != NULL ? export_rows(app, &r, path, e) : upload(app, &r, e);
    retry_release(&r);
    return rc;
}
