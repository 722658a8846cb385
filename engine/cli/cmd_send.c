#include "cli/cmds.h"

#include "cli/outcome.h"
#include "cli/progress.h"
#include "cli/sending.h"
#include "intake/approve.h"
#include "net/loop.h"
#include "report/report.h"

const struct opt send_opts[] = {
    { "wait", NULL, "stay until every payment has its answer", false },
    { "confirm-total", "AMOUNT", "live: the total, instead of typing it",
      false },
    { NULL, NULL, NULL, false }
};
const struct opt status_opts[] = {
    { "watch", NULL, "follow it until the run has ended", false },
    { NULL, NULL, NULL, false }
};

#define WATCH_MS 500            /* how often --watch looks */

/* Worker and screen share one process; the screen has its own connection. */
static void
show_progress(void *owner)
{
    struct sending *s = owner;
    struct run_progress now;
    struct err ignored = { 0 };

    if (outcome_read(s->app, s->run, &now, &ignored) == 0)
        progress_show(&s->progress, s->run, &now, false);
}

int
sending_run(struct sending *s, enum worker_until until, struct err *e)
{
    struct worker_order o = {
        .db_url = s->app->db_url, .accounts = s->account, .naccounts = 1,
        .only_run_id = s->run->run_id, .until_idle = true, .until = until,
        .progress = s->app->quiet ? NULL : show_progress, .owner = s,
    };
    struct run_progress now;
    int rc;

    o.net = net_new(e);
    if (o.net == NULL)
        return -1;
    net_stop_on_signals();
    progress_init(&s->progress, s->app->json, s->app->color);
    rc = worker_run(&o, e);
    net_free(o.net);
    progress_clear(&s->progress);
    if (rc < 0 || outcome_read(s->app, s->run, &now, e) < 0)
        return -1;
    switch (o.end) {
    case WORKER_IDLE:
        return outcome_exit(&now);
    case WORKER_STOPPED:
        return 128 + o.signal;
    case WORKER_PAUSED: case WORKER_LANE_CLOSED:
        err_set(e, ERR_GUARD, "%s: %s", s->run->ref, o.why);
        return err_fix(e, "mend it, then payrun resume %s and payrun send %s",
                       s->run->ref, s->run->ref);
    }
    return 0;
}

static int
tell_end(struct app *app, struct run *run, int code, struct err *e)
{
    struct run_progress now;

    if (outcome_read(app, run, &now, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, outcome_json(run, &now), e) < 0 ? -1 : code;
    outcome_print(run, &now);
    return code;
}

int
cmd_send(struct app *app, struct err *e)
{
    struct run run;
    struct sending s = { .app = app, .run = &run };
    bool wait = args_has(&app->args, "wait");
    int code;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0)
        return -1;
    s.account = app_account(app, run.account, e);
    if (s.account == NULL || pay_confirm(app, &run, e) < 0)
        return -1;
    /* A run that is being paid already is only carried on. */
    if (run.state != RUN_PAYING &&
        run_send(app->db, &run, app->me.name, e) < 0)
        return -1;
    code = sending_run(&s, wait ? WORKER_UNTIL_FINAL : WORKER_UNTIL_SUBMITTED,
                       e);
    if (code < 0)
        return -1;
    return tell_end(app, &run, wait || code >= 128 ? code : 0, e);
}

/* Look again and again until the run has ended or somebody stops us. */
static int
watch(struct app *app, struct run *run, struct run_progress *now,
      struct err *e)
{
    struct progress progress;
    struct net *net = net_new(e);
    int rc = 0;

    if (net == NULL)
        return -1;
    net_stop_on_signals();
    progress_init(&progress, app->json, app->color);
    while (rc == 0 && !outcome_final(run) && !net_stopping()) {
        progress_show(&progress, run, now, false);
        rc = net_turn(net, WATCH_MS, e);
        if (rc == 0)
            rc = outcome_read(app, run, now, e);
    }
    if (rc == 0)
        progress_show(&progress, run, now, true);
    net_free(net);
    return rc;
}

int
cmd_status(struct app *app, struct err *e)
{
    struct run run;
    struct run_progress now;

    if (app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], &run, e) < 0 ||
        run_progress(app->db, run.run_id, &now, e) < 0)
        return -1;
    if (args_has(&app->args, "watch") && watch(app, &run, &now, e) < 0)
        return -1;
    if (net_stopping() != 0)
        return 128 + net_stopping();
    return tell_end(app, &run, outcome_final(&run) ? outcome_exit(&now) : 0,
                    e);
}
