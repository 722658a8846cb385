#include "cli/cmds.h"

#include <unistd.h>

#include "cli/compare_text.h"
#include "cli/outcome.h"
#include "cli/sending.h"
#include "intake/approve.h"
#include "money/money.h"

const struct opt approve_opts[] = {
    { "confirm-total", "AMOUNT", "the total, instead of typing it", false },
    { NULL, NULL, NULL, false }
};
const struct opt reason_opts[] = {
    { "reason", "TEXT", "why; others read it", false },
    { NULL, NULL, NULL, false }
};
const struct opt cancel_opts[] = {
    { "reason", "TEXT", "why; others read it", false },
    { "rest", NULL, "some were sent already: cancel only the others", false },
    { NULL, NULL, NULL, false }
};

/* The new state, and the next command. */
static int
moved(struct app *app, struct run *run, struct err *e)
{
    struct run_progress now;

    if (outcome_read(app, run, &now, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, outcome_json(run, &now), e);
    outcome_print(run, &now);
    return 0;
}

static const char *
reason(const struct app *app)
{
    const char *text = args_value(&app->args, "reason");

    return text != NULL ? text : "";
}

int
cmd_submit(struct app *app, struct err *e)
{
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_submit(app->db, &run, app->me.name, e) < 0)
        return -1;
    return moved(app, &run, e);
}

/* What the checker must see before typing anything: the effect in money. */
static int
tell_effect(struct app *app, const struct run *run, struct err *e)
{
    static struct compare diff;             /* large */
    struct money total = { run->minor, { 0 } };
    char text[MONEY_TEXT_BYTES], rows[MONEY_TEXT_BYTES];

    memcpy(total.ccy, run->ccy, sizeof(total.ccy));
    money_text(total, text);
    money_count(run->rows, rows);
    if (compare_runs(app->db, run, &diff, e) < 0)
        return -1;
    printf("You are %s (%s). Uploaded by %s.\n\n"
           "   %s LEAVES account \"%s\"%s TO %s PEOPLE%s%s.\n\n",
           app->me.name, app->me.role, run->made_by, text, run->account,
           run->live ? " (LIVE)" : " (sandbox)", rows,
           run->pay_date[0] != '\0' ? " on " : "", run->pay_date);
    if (run->held_rows > 0)
        printf("  %lld rows of the file are held back and not in it\n",
               (long long)run->held_rows);
    if (run->override[0] != '\0')
        printf("  DUPLICATES ALLOWED by %s: %s\n  (payrun show %s lists "
               "them)\n", run->made_by, run->override, run->ref);
    compare_print(&diff, run->ccy);
    return 0;
}

/* The total as typed or given; -1 when there is none to be had. */
static int
typed_total(struct app *app, const struct run *run, int64_t *minor,
            struct err *e)
{
    const char *text = args_value(&app->args, "confirm-total");
    struct amount_text amount = { 0, AMOUNT_UNDECIDED };
    struct money total = { run->minor, { 0 } };
    char line[128], want[MONEY_TEXT_BYTES];

    memcpy(total.ccy, run->ccy, sizeof(total.ccy));
    money_plain(total, want);
    if (text == NULL && (app->json || !isatty(STDIN_FILENO))) {
        err_set(e, ERR_USAGE, "this needs the total, typed");
        return err_fix(e, "--confirm-total %s", want);
    }
    if (text == NULL) {
        fputs("Type the total: ", stdout);
        fflush(stdout);
        if (fgets(line, sizeof(line), stdin) == NULL)
            return err_set(e, ERR_GUARD, "no total was typed; nothing was "
                           "done");
        text = line;
    }
    if (amount_read(&amount, str_trim(str_of(text)), AMOUNT_DOT, run->ccy,
                    ccy_decimals(run->ccy)) != AMOUNT_FINE)
        return err_set(e, ERR_GUARD, "\"%.*s\" is not an amount; nothing was "
                       "done", STR_ARG(str_trim(str_of(text))));
    *minor = amount.minor;
    return 0;
}

int
cmd_approve(struct app *app, struct err *e)
{
    struct run run;
    int64_t minor = 0;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0)
        return -1;
    if (!app->json && tell_effect(app, &run, e) < 0)
        return -1;
    if (typed_total(app, &run, &minor, e) < 0 ||
        run_approve(app->db, &run, app->me.name, minor, e) < 0)
        return -1;
    return moved(app, &run, e);
}

int
cmd_reject(struct app *app, struct err *e)
{
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_reject(app->db, &run, app->me.name, reason(app), e) < 0)
        return -1;
    return moved(app, &run, e);
}

int
cmd_pause(struct app *app, struct err *e)
{
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_pause(app->db, &run, app->me.name, reason(app), e) < 0)
        return -1;
    return moved(app, &run, e);
}

int
cmd_resume(struct app *app, struct err *e)
{
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_resume(app->db, &run, app->me.name, e) < 0)
        return -1;
    return moved(app, &run, e);
}

int
cmd_cancel(struct app *app, struct err *e)
{
    struct run_cancelled done = { 0 };
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_cancel(app->db, &run, app->me.name, reason(app),
                   args_has(&app->args, "rest"), &done, e) < 0)
        return -1;
    app_say(app, "%lld payments cancelled; %lld are under way and go on\n",
            (long long)done.rows, (long long)done.on_rows);
    return moved(app, &run, e);
}

/* Live money needs its total said again before it leaves. */
int
pay_confirm(struct app *app, const struct run *run, struct err *e)
{
    int64_t minor = 0;

    if (!run->live)
        return 0;
    if (typed_total(app, run, &minor, e) < 0)
        return -1;
    if (minor != run->minor)
        return err_set(e, ERR_GUARD, "that is not the total of %s; nothing "
                       "was sent", run->ref);
    return 0;
}
