#include "cli/cmds.h"

#include "cli/drop_turn.h"
#include "cli/due_at.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "cli/phrase.h"
#include "cli/preflight.h"
#include "dispatch/owner.h"
#include "net/loop.h"
#include "schedule/due.h"
#include "tracker/worker.h"

const struct opt run_due_opts[] = {
    { "until-idle", NULL, "also send and ask until every payment has its "
      "answer", false },
    { "no-folders", NULL, "leave the watched folders to others", false },
    OPT_METRICS,
    DUE_AT_OPT,
    { NULL, NULL, NULL, false }
};

/* What one call does, in its order. */
struct turn {
    struct app    *app;
    char           now[DUE_AT_BYTES], owner[OWNER_BYTES], actor[OWNER_BYTES];
    struct days    days;
    struct account accounts[CONFIG_ACCOUNTS_MAX];
    int            naccounts;
    struct drop_look drop;
    struct preflight pre;
    struct due     due;
    struct worker_order work;
    int            code;            /* of what was released                   */
    json_t        *runs;
};

static int
work(struct turn *t, struct err *e)
{
    struct worker_order *o = &t->work;
    int rc;

    *o = (struct worker_order){
        .db_url = t->app->db_url, .mark = app_mark(t->app),
        .accounts = t->accounts, .naccounts = t->naccounts,
        .until_idle = true, .until = WORKER_UNTIL_FINAL
    };
    o->net = net_new(e);
    if (o->net == NULL)
        return -1;
    net_stop_on_signals();
    rc = worker_run(o, e);
    net_free(o->net);
    return rc;
}

/* The worst of what the released runs came to. */
static int
count_runs(struct turn *t, struct err *e)
{
    static const int rank[] = { [EXIT_DONE] = 0, [EXIT_SOME_FAILED] = 1,
                                [EXIT_IN_DOUBT] = 2 };

    for (int i = 0; i < t->due.nruns; i++) {
        struct run_progress now;
        struct run run;
        int code;

        if (run_by_id(t->app->db, t->due.runs[i], &run) != DB_OK)
            return db_fail(t->app->db, e, "reading a run");
        if (run_progress(t->app->db, run.run_id, &now, e) < 0)
            return -1;
        code = outcome_exit(&run, &now);
        if (rank[code] > rank[t->code])
            t->code = code;
        json_array_append_new(t->runs, outcome_json(&run, &now));
        if (!t->app->json)
            outcome_print(&run, &now);
    }
    return 0;
}

static int
tell(struct turn *t, int code, struct err *e)
{
    const struct due *d = &t->due;
    const struct drop *in = &t->drop.drop;

    if (t->app->json)
        return app_json(t->app, json_pack(
            "{s:s, s:i, s:i, s:i, s:i, s:i, s:s, s:O, s:O}", "type", "result",
            "slots_taken", d->taken, "slots_held", d->held, "slots_ask",
            d->asks, "standing_approved", t->drop.approved, "folders_failed",
            in->failed, "folder_why", in->why, "files", t->drop.files, "runs",
            t->runs), e) < 0 ? -1 : code;
    if (in->failed > 0)
        app_say(t->app, "%d watched folder%s could not be looked at: %s\n",
                in->failed, in->failed == 1 ? "" : "s", in->why);
    if (t->drop.barred)
        app_say(t->app, "watched folders are not looked at: this login may not "
                "act as payrun_maker\n");
    if (t->drop.approved > 0)
        printf("%d approved by standing approvals\n", t->drop.approved);
    if (d->taken + d->held + d->asks + d->nruns == 0)
        app_say(t->app, "nothing is due\n");
    if (d->held > 0)
        printf("%d held for now; tried again by the next call: payrun schedule "
               "list\n", d->held);
    if (d->asks > 0)
        printf("%d missed and waiting for a person: payrun schedule list\n",
               d->asks);
    return code;
}

static int
end_of(struct turn *t, bool worked, struct err *e)
{
    const struct due *d = &t->due;
    bool stands = worked && (t->work.end == WORKER_PAUSED ||
                             t->work.end == WORKER_LANE_CLOSED ||
                             t->work.end == WORKER_SHORT);

    if (worked && count_runs(t, e) < 0)
        return -1;
    if (stands)
        app_say(t->app, "stopped: %s\n", t->work.why);
    if (worked && t->work.end == WORKER_STOPPED)
        return tell(t, 128 + t->work.signal, e);
    if (t->code != EXIT_IN_DOUBT && (stands || d->held + d->asks > 0))
        return tell(t, ERR_GUARD, e);
    if (t->code == EXIT_DONE && t->drop.drop.failed > 0)
        return tell(t, ERR_IO, e);
    return tell(t, t->code, e);
}

/* The last look before a release.  What is short is kept for the morning, once
 * as long as it is the same. */
static int
ready(void *owner, const struct slot *s, const struct slot_run *run,
      char why[ERR_TEXT_BYTES], struct err *e)
{
    struct turn *t = owner;
    int rc = preflight_run(&t->pre, run->run_id, why, e);

    if (rc != 1 || strcmp(why, s->note) == 0)
        return rc;
    return preflight_keep(&t->pre, t->actor, run->ref, why, e) < 0 ? -1 : 1;
}

/* In the role of the night, which releases what a schedule releases, and can
 * neither make nor approve; a login from before there was one is a maker's.  The
 * worker has a connection and a role of its own. */
static int
as_night(struct app *app, struct err *e)
{
    if (app_db(app, e) < 0)
        return -1;
    return app_as(app, !db_may_become(app->db, DB_AS_NIGHT) &&
                  db_may_become(app->db, DB_AS_MAKER) ? DB_AS_MAKER :
                  DB_AS_NIGHT, e);
}

static int
open_turn(struct turn *t, struct err *e)
{
    struct app *app = t->app;

    if (due_at(app, t->now, e) < 0 || as_night(app, e) < 0 ||
        payers_of_env(app, t->accounts, &t->naccounts, e) < 0 ||
        due_days(app, &t->days, e) < 0 || owner_make(t->owner, e) < 0)
        return -1;
    owner_actor(t->owner, t->actor);
    t->due = (struct due){
        .db = app->db, .days = &t->days, .live = app->live, .now = t->now,
        .owner = t->actor, .ready = ready, .ready_owner = t
    };
    t->pre = (struct preflight){
        .app = app, .accounts = t->accounts, .naccounts = t->naccounts
    };
    return 0;
}

int
cmd_run_due(struct app *app, struct err *e)
{
    static struct turn t;           /* large */
    bool worked = args_has(&app->args, "until-idle");
    bool drops = !args_has(&app->args, "no-folders");
    int rc = -1;

    t = (struct turn){ .app = app, .runs = json_array() };
    t.drop.app = app;
    t.drop.files = json_array();
    if (open_turn(&t, e) < 0 ||
        schedule_plan(app->db, &t.days, app->live, t.now, e) < 0 ||
        (drops && drop_look(&t.drop, t.actor, e) < 0) ||
        as_night(app, e) < 0 ||
        due_turn(&t.due, e) < 0 || (worked && work(&t, e) < 0))
        goto out;
    rc = end_of(&t, worked, e);
out:
    json_decref(t.runs);
    json_decref(t.drop.files);
    return rc;
}
