#include "cli/cmds.h"

#include <sys/stat.h>

#include "cli/file_order.h"
#include "cli/groups.h"
#include "cli/phrase.h"
#include "cli/plan_text.h"

const struct opt plan_opts[] = {
    { "pay-date", "YYYY-MM-DD", "of a file: limits are those of this day",
      false },
    FILE_ORDER_OPTS,
    { NULL, NULL, NULL, false }
};

static struct plan plan;            /* large */

/* --- a file --------------------------------------------------------------- */

static int
plan_file(struct app *app, struct err *e)
{
    static struct file_order f;
    static struct intake_result r;
    struct problems ps;
    struct account *account = NULL;
    struct err why = { 0 };
    json_t *root = NULL;
    int rc = -1;

    if (app_config(app, e) < 0)
        return -1;
    account = config_account(&app->config, args_value(&app->args, "account"),
                             e);
    if (account == NULL || file_order_read(&f, app, account, e) < 0)
        return -1;
    problems_init(&ps);
    f.order.rejects_path = NULL;        /* a plan leaves nothing behind */
    rc = intake_plan(&f.order, &ps, &r, &plan, &why);
    *e = why;
    if (rc < 0 && why.kind != ERR_DATA && why.kind != ERR_GUARD)
        goto out;
    if (app->json) {
        root = plan_json(&plan);
        if (root != NULL && rc < 0)
            json_object_set_new(root, "error", json_error(&why));
        if (app_json(app, root, e) < 0)
            rc = -1;
        else
            rc = rc < 0 ? (int)why.kind : 0;
        goto out;
    }
    printf("Plan for %s, paid from \"%s\"%s\n\n", f.order.path, account->name,
           account->live ? " (LIVE)" : " (sandbox)");
    plan_print(&plan);
    if (rc == 0)
        printf("\nnothing was stored.  next: payrun upload %s --period "
               "YYYY-MM%s%s%s%s%s%s\n", f.order.path,
               f.order.split ? " --split" : "",
               f.order.if_short != NULL ? " --if-short " : "",
               f.order.if_short != NULL ? f.order.if_short : "",
               f.order.groups != NULL ? " --groups " : "",
               f.order.groups != NULL ? f.order.groups : "", app->as_words);
out:
    problems_release(&ps);
    return rc;
}

/* --- a run ---------------------------------------------------------------- */

static const char *
next_step(const struct run *run)
{
    switch (run->state) {
    case RUN_DRAFT:     return "submit";
    case RUN_SUBMITTED: return "approve";
    case RUN_APPROVED:  return "send";
    case RUN_PAYING: case RUN_PAUSED: case RUN_SETTLED: case RUN_CLOSED:
    case RUN_REJECTED: case RUN_CANCELLED: case RUN_EXPIRED:
        return "status";
    }
    return "status";
}

static int
plan_of_run(struct app *app, struct err *e)
{
    static struct run_groups groups;
    struct run run;
    json_t *root = NULL;

    if (app_config(app, e) < 0 || app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], &run, e) < 0)
        return -1;
    if (run.pay_date[0] == '\0')            /* the limits are those of today */
        phrase_today(run.pay_date);
    if (plan_run(app->db, &run, app->config.accounts, app->config.naccounts,
                 &app->rules, &plan, e) < 0 ||
        groups_read(app, run.run_id, &groups, e) < 0)
        return -1;
    if (app->json) {
        root = plan_json(&plan);
        if (root != NULL) {
            json_object_set_new(root, "run", json_string(run.ref));
            json_object_set_new(root, "state",
                                json_string(run_state_name(run.state)));
            json_object_set_new(root, "if_short",
                                groups_json(&groups, run.ccy));
        }
        return app_json(app, root, e);
    }
    printf("Plan for %s (%s)%s, from %s\n\n", run.ref,
           run_state_name(run.state), run.live ? "  LIVE" : "  sandbox",
           run.file_name);
    plan_print(&plan);
    if (groups.n > 0)
        putchar('\n');
    groups_print(&groups, run.ccy);
    printf("\nnext: payrun %s %s%s\n", next_step(&run), run.ref,
           app->as_words);
    return 0;
}

/* A word that is the name of a file is a file; runs are not named like that. */
int
cmd_plan(struct app *app, struct err *e)
{
    struct stat st;

    if (stat(app->args.plain[0], &st) == 0 && !S_ISDIR(st.st_mode))
        return plan_file(app, e);
    if (strchr(app->args.plain[0], '/') != NULL ||
        strchr(app->args.plain[0], '.') != NULL)
        return err_set(e, ERR_NOINPUT, "there is no file %s",
                       app->args.plain[0]);
    return plan_of_run(app, e);
}
