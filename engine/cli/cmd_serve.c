#include "cli/cmds.h"

#include "base/buf.h"
#include "cli/crew.h"
#include "cli/night.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "cli/phrase.h"
#include "net/loop.h"
#include "tracker/worker.h"
#include "web/serve.h"

const struct opt serve_opts[] = {
    { "listen", "ADDRESS:PORT", "default: the configuration's, "
      "127.0.0.1:8701", false },
    { "port-file", "FILE", "write the port here when it listens", false },
    { NULL, NULL, NULL, false }
};
const struct opt work_opts[] = {
    { "until-idle", NULL, "stop when there is nothing left to do", false },
    OPT_WORKERS,
    { "one-of", "N", "one of N that share what may be in flight", false },
    { "run", "RUN", "only for the accounts that pay this run", false },
    { "no-slots", NULL, "leave what a schedule releases to others", false },
    OPT_METRICS,
    { NULL, NULL, NULL, false }
};

static void
told_port(void *owner, int port)
{
    struct app *app = owner;
    const char *path = args_value(&app->args, "port-file");
    struct err e = { 0 };
    struct buf b;

    app_say(app, "listening for callbacks on port %d\n", port);
    if (path == NULL)
        return;
    buf_init(&b, 64);
    buf_printf(&b, "%d\n", port);
    if (buf_write_file(&b, path, 0644, &e) < 0)
        app_say(app, "%s\n", e.text);
    buf_release(&b);
}

int
cmd_serve(struct app *app, struct err *e)
{
    static struct account list[CONFIG_ACCOUNTS_MAX];
    struct serve_order o = { .accounts = list, .ready = told_port,
                             .owner = app };

    if (app_as(app, DB_AS_LISTENER, e) < 0 ||
        payers_of_env(app, list, &o.naccounts, e) < 0)
        return -1;
    o.db_url = app->db_url;
    o.listen = args_value(&app->args, "listen");
    if (o.listen == NULL)
        o.listen = app->config.listen[0] != '\0' ? app->config.listen :
                   "127.0.0.1:8701";
    if (serve_run(&o, e) < 0)
        return -1;
    return o.signal != 0 ? 128 + o.signal : 0;
}

static const char *
end_name(enum worker_end end)
{
    switch (end) {
    case WORKER_IDLE:        return "idle";
    case WORKER_PAUSED:      return "paused";
    case WORKER_LANE_CLOSED: return "lane_closed";
    case WORKER_SHORT:       return "short";
    case WORKER_STOPPED:     return "stopped";
    }
    return "";
}

static int
work_end(struct app *app, const struct worker_order *o, struct err *e)
{
    int code = o->end == WORKER_STOPPED ? 128 + o->signal : 0;

    if (o->end == WORKER_LANE_CLOSED) {
        err_set(e, ERR_GUARD, "nothing can be sent: %s", o->why);
        return err_fix(e, "mend that, then payrun resume RUN");
    }
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s, s:s}", "type", "result",
                                       "end", end_name(o->end),
                                       "why", o->why), e) < 0 ? -1 : code;
    if (o->end == WORKER_PAUSED)        /* somebody wanted it so */
        app_say(app, "nothing to do: what is open is paused (%s)\n", o->why);
    if (o->end == WORKER_SHORT)
        app_say(app, "what is left waits for money: %s\n", o->why);
    return code;
}

/* What a daemon does beside its own work. */
struct beside {
    struct night night;
    struct crew  crew;
    bool         slots;
};

static int64_t
look_beside(void *owner)
{
    struct beside *b = owner;
    int64_t ms = crew_turn(&b->crew), night_ms = ms;

    if (b->slots)
        night_ms = night_turn(&b->night);
    return ms < night_ms ? ms : night_ms;
}

/* Those of the environment, or those that pay --run. */
static int
work_accounts(struct app *app, struct account *list, int *n, struct err *e)
{
    const char *ref = args_value(&app->args, "run");
    struct run run;

    if (ref == NULL)
        return payers_of_env(app, list, n, e);
    if (app_as(app, DB_AS_WORKER, e) < 0 || app_db(app, e) < 0 ||
        run_find(app->db, ref, &run, e) < 0 ||
        app_env(app, run.live, run.ref, e) < 0)
        return -1;
    return payers_open(app, &run, list, n, e);
}

int
cmd_work(struct app *app, struct err *e)
{
    static struct account list[CONFIG_ACCOUNTS_MAX];
    struct beside beside = { .night = { .app = app } };
    struct worker_order o = {
        .accounts = list, .until = WORKER_UNTIL_FINAL, .also = look_beside,
        .owner = &beside
    };
    char accounts[PHRASE_BYTES];
    int rc;

    if (work_accounts(app, list, &o.naccounts, e) < 0 ||
        crew_read(&beside.crew, app, list, o.naccounts, e) < 0)
        return -1;
    o.db_url = app->db_url;
    o.mark = app_mark(app);
    o.until_idle = args_has(&app->args, "until-idle");
    beside.crew.run = args_value(&app->args, "run");
    beside.slots = !o.until_idle && !args_has(&app->args, "no-slots");
    o.net = net_new(e);
    if (o.net == NULL)
        return -1;
    net_stop_on_signals();
    phrase_count(o.naccounts, "account", "accounts", accounts);
    app_say(app, "working for %s; stop with Ctrl-C\n", accounts);
    rc = worker_run(&o, e);
    crew_end(&beside.crew);
    night_end(&beside.night);
    net_free(o.net);
    return rc < 0 ? -1 : work_end(app, &o, e);
}
